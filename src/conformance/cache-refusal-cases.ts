import { CacheError, type CacheErrorCode, type CacheOperation, type CachePort } from "../ports/cache-port.ts";
import type { CacheCase } from "./cache-conformance.ts";
import { bytes, LONG_SECONDS, readTexts, setTexts } from "./cache-samples.ts";
import { expect, rejectionOf } from "./expect.ts";

/** Calls of the operations. They read or change only the keys `key`, `other` and `absent`. */
const CALLS: readonly (readonly [
  CacheOperation,
  (cache: CachePort, signal?: AbortSignal) => Promise<unknown>,
])[] = [
  ["get", (cache, signal) => cache.get("key", { signal })],
  ["getWithTtl", (cache, signal) => cache.getWithTtl("key", { signal })],
  ["getMany", (cache, signal) => cache.getMany(["key", "other"], { signal })],
  ["getMany", (cache, signal) => cache.getMany([], { signal })],
  ["set", (cache, signal) => cache.set("key", bytes("new"), { ttlSeconds: LONG_SECONDS, signal })],
  ["delete", (cache, signal) => cache.delete("key", { signal })],
  ["publish", (cache, signal) => cache.publish(replaceAll(LONG_SECONDS), { signal })],
];

const BAD_TTLS = [0, -0, -1, -0.001, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

export const REFUSAL_CASES: readonly CacheCase[] = [
  {
    name: "set() refuses a TTL that is not a finite number above zero, and writes nothing",
    async run({ cache }) {
      await setTexts(cache, { key: "old" });
      for (const ttlSeconds of BAD_TTLS) {
        const error = await rejectionOf(cache.set("key", bytes("new"), { ttlSeconds }));
        expect(error).toBeInstanceOf(RangeError);
        await rejectionOf(cache.set("absent", bytes("new"), { ttlSeconds }));
      }
      expect(await readTexts(cache, ["key", "absent"])).toEqual(["old", undefined]);
    },
  },
  {
    name: "publish() refuses a TTL that is not a finite number above zero, and changes nothing",
    async run({ cache }) {
      await setTexts(cache, { key: "old", other: "kept" });
      for (const ttlSeconds of BAD_TTLS) {
        const publication = replaceAll(LONG_SECONDS);
        const [first, last] = publication.entries;
        for (const refused of [
          { ...publication, ttlSeconds },
          { ...publication, entries: [first, { ...last, ttlSeconds }] },
        ])
          expect(await rejectionOf(cache.publish(refused))).toBeInstanceOf(RangeError);
      }
      expect(await readTexts(cache, ["key", "other", "absent"])).toEqual(["old", "kept", undefined]);
    },
  },
  {
    name: "every operation with an aborted signal fails with the code aborted, and changes nothing",
    async run({ cache }) {
      await setTexts(cache, { key: "old", other: "kept" });
      const reason = new Error("The caller has left");
      const signal = AbortSignal.abort(reason);
      for (const [operation, call] of CALLS) {
        await expectFailure(call(cache, signal), operation, "aborted", reason);
      }
      expect(await readTexts(cache, ["key", "other", "absent"])).toEqual(["old", "kept", undefined]);
    },
  },
  {
    name: "a signal that never fires, or fires after the call, has no effect",
    async run({ cache }) {
      const controller = new AbortController();
      await setTexts(cache, { key: "old", other: "gone" });
      for (const [, call] of CALLS) await call(cache, controller.signal);
      controller.abort();
      expect(await readTexts(cache, ["key", "other", "absent"])).toEqual(["new", undefined, "new"]);
    },
  },
  {
    name: "after close(), every operation fails with the code `closed`",
    async run({ cache }) {
      await setTexts(cache, { key: "old" });
      const closing = cache.close();
      for (const [operation, call] of CALLS) await expectFailure(call(cache), operation, "closed", undefined);
      await closing;
      for (const [operation, call] of CALLS) await expectFailure(call(cache), operation, "closed", undefined);
    },
  },
  {
    name: "close() may be repeated",
    async run({ cache }) {
      await Promise.all([cache.close(), cache.close()]);
      await cache.close();
      await expectFailure(cache.get("key"), "get", "closed", undefined);
    },
  },
];

function replaceAll(ttlSeconds: number) {
  const entries = [
    { key: "key", value: bytes("new") },
    { key: "absent", value: bytes("new") },
  ] as const;
  return { entries, ttlSeconds, remove: ["other"], expect: [] };
}

async function expectFailure(
  call: Promise<unknown>,
  operation: CacheOperation,
  code: CacheErrorCode,
  cause: unknown,
): Promise<void> {
  const error = await rejectionOf(call);
  expect(error).toBeInstanceOf(CacheError);
  expect(error).toMatchObject({ name: "CacheError", operation, code });
  expect((error as CacheError).cause).toBe(cause);
}
