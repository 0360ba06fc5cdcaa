import { continueFingerprint, EMPTY_FINGERPRINT } from "../domain/catalog/values-fingerprint.ts";
import type { CachePort } from "../ports/cache-port.ts";
import type { CacheCase } from "./cache-conformance.ts";
import { bytes, LONG_SECONDS, patternBytes, setTexts } from "./cache-samples.ts";
import { expect, rejectionOf } from "./expect.ts";

const ttlSeconds = LONG_SECONDS;
const KEYS = ["a", "b", "c"];
const TEXTS = { a: "1", b: "2", c: "3" };
const MANY = Array.from({ length: 2000 }, (_, index) => `key:${index}`);

async function fingerprintOf(cache: CachePort, keys: readonly string[]): Promise<string> {
  return (await cache.fingerprint(keys)).fingerprint;
}

/** Computes the fingerprint as the domain does. */
const expected = (values: Iterable<Uint8Array | undefined>): string =>
  continueFingerprint(EMPTY_FINGERPRINT, values);

export const FINGERPRINT_CASES: readonly CacheCase[] = [
  {
    name: "fingerprint() depends only on the values, not on the caller or the keys",
    async run({ cache, peer }) {
      await setTexts(cache, { ...TEXTS, d: "1", e: "2", f: "3" });
      const first = await fingerprintOf(cache, KEYS);
      expect(await fingerprintOf(cache, KEYS)).toBe(first);
      expect(await fingerprintOf(peer, KEYS)).toBe(first);
      expect(await fingerprintOf(cache, ["d", "e", "f"])).toBe(first);
    },
  },
  {
    name: "fingerprint() equals the domain's for every byte value, a part of a buffer and absent keys",
    async run({ cache }) {
      const every = patternBytes(256, 1);
      await cache.set("every", every, { ttlSeconds });
      await cache.set("window", every.subarray(3, 200), { ttlSeconds });
      const keys = ["every", "absent", "window", "every"];
      const values = [every, undefined, every.subarray(3, 200), every];
      expect(await fingerprintOf(cache, keys)).toBe(expected(values));
    },
  },
  {
    name: "fingerprint() of no keys is EMPTY_FINGERPRINT",
    async run({ cache }) {
      expect(await fingerprintOf(cache, [])).toBe(EMPTY_FINGERPRINT);
    },
  },
  {
    name: "fingerprint() changes with any value, and is the same again for the old value",
    async run({ cache }) {
      await setTexts(cache, TEXTS);
      const before = await fingerprintOf(cache, KEYS);
      for (const key of ["a", "c"] as const) {
        await setTexts(cache, { [key]: "other" });
        expect(await fingerprintOf(cache, KEYS)).notToBe(before);
        await setTexts(cache, { [key]: TEXTS[key] });
        expect(await fingerprintOf(cache, KEYS)).toBe(before);
      }
    },
  },
  {
    name: "fingerprint() changes with the order of the values",
    async run({ cache }) {
      await setTexts(cache, TEXTS);
      expect(await fingerprintOf(cache, ["b", "a", "c"])).notToBe(await fingerprintOf(cache, KEYS));
    },
  },
  {
    name: "fingerprint() depends on where one value ends and the next begins",
    async run({ cache }) {
      await setTexts(cache, { a: "12", b: "3", c: "1", d: "23" });
      expect(await fingerprintOf(cache, ["a", "b"])).notToBe(await fingerprintOf(cache, ["c", "d"]));
    },
  },
  {
    name: "fingerprint() distinguishes an absent value from an empty one",
    async run({ cache }) {
      await setTexts(cache, TEXTS);
      const whole = await fingerprintOf(cache, KEYS);
      await setTexts(cache, { b: "" });
      const empty = await fingerprintOf(cache, KEYS);
      await cache.delete("b");
      const absent = await fingerprintOf(cache, KEYS);
      expect(new Set([whole, empty, absent]).size).toBe(3);
      expect(absent).toBe(expected([bytes("1"), undefined, bytes("3")]));
      expect(empty).toBe(expected([bytes("1"), new Uint8Array(), bytes("3")]));
    },
  },
  {
    name: "fingerprint() treats an expired value as absent",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 0.05 });
      await elapse(0.05);
      expect(await fingerprintOf(cache, ["key"])).toBe(expected([undefined]));
    },
  },
  {
    name: "fingerprint() includes each of 2,000 keys, a third of them absent",
    async run({ cache }) {
      const heldAt = (index: number) => (index % 3 === 0 ? undefined : bytes(`value ${index}`));
      const values = MANY.map((_, index) => heldAt(index));
      const entries = MANY.flatMap((key, index) => {
        const value = values[index];
        return value === undefined ? [] : [{ key, value }];
      });
      await cache.publish({ entries, ttlSeconds, remove: [], expect: [] });
      expect(await fingerprintOf(cache, MANY)).toBe(expected(values));
      await setTexts(cache, { "key:1999": "other" });
      expect(await fingerprintOf(cache, MANY)).notToBe(expected(values));
    },
  },
  {
    name: "fingerprint() changes neither a value nor its TTL",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 0.05 });
      await fingerprintOf(cache, ["key", "absent"]);
      expect(await cache.get("absent")).toBeUndefined();
      await elapse(0.05);
      expect(await cache.get("key")).toBeUndefined();
    },
  },
  {
    name: "fingerprint() returns the time in milliseconds, with keys and without",
    async run({ cache, elapse }) {
      const first = (await cache.fingerprint([])).nowMs;
      await elapse(0.05);
      const second = (await cache.fingerprint(["absent"])).nowMs;
      expect(second - first).toBeGreaterThan(49);
      // A busy machine may need half a minute. A clock in seconds or microseconds would be outside of this range.
      expect(second - first).toBeLessThanOrEqual(30_000);
    },
  },
  {
    name: "fingerprint() with an aborted signal fails with the code aborted",
    async run({ cache }) {
      for (const keys of [[], ["a"], MANY]) {
        const error = await rejectionOf(cache.fingerprint(keys, { signal: AbortSignal.abort() }));
        expect(error).toMatchObject({ name: "CacheError", code: "aborted" });
      }
    },
  },
];
