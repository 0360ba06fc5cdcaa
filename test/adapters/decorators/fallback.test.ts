import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withBreaker } from "../../../src/adapters/decorators/breaker.ts";
import { withFallback } from "../../../src/adapters/decorators/fallback.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { createRedisClient } from "../../../src/adapters/redis/client.ts";
import {
  bytes,
  LONG_SECONDS,
  readText,
  readTexts,
  setTexts,
  textEntries,
} from "../../../src/conformance/cache-samples.ts";
import { CacheError, type CacheErrorCode, type CachePort } from "../../../src/ports/cache-port.ts";
import { CACHE_CALLS } from "../../support/cache-calls.ts";
import { describeCache } from "../../support/describe-conformance.ts";
import { openMemoryHarness } from "../../support/memory-cache-harness.ts";
import { openRedisHarness, PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { createScriptedCache, failing } from "../../support/scripted-cache.ts";

const ttlSeconds = LONG_SECONDS;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const standIn = (): CachePort => createMemoryCache({ entriesMax: 5000 });
/** A Redis that was never reached. */
const dead = (): CachePort => createRedisCache(createRedisClient("redis://127.0.0.1:6379/0"), PATIENT);

/** Demands that every write went aside, and then tells it as the suite wants it told of a cache that works. */
function asideIsDone(cache: CachePort): CachePort {
  const requireAside = (outcome: Awaited<ReturnType<CachePort["publish" | "set"]>>): void => {
    expect(outcome).toMatchObject({ kind: "aside", error: { code: "unavailable" } });
  };
  return {
    ...cache,
    async set(key, value, options) {
      requireAside(await cache.set(key, value, options));
      return { kind: "stored" };
    },
    async publish(publication, options) {
      const outcome = await cache.publish(publication, options);
      if (outcome.kind === "conflict") return outcome;
      requireAside(outcome);
      return { kind: "published" };
    },
  };
}

describeCache({
  name: "withFallback(memory, memory)",
  open: () => openMemoryHarness((cache) => withFallback(cache, standIn())),
});
describeCache({
  name: "withFallback(dead, memory)",
  open: () => openMemoryHarness((cache) => asideIsDone(withFallback(dead(), cache))),
});
describeCache({
  name: "withFallback(withBreaker(dead), memory)",
  open: () => openMemoryHarness((cache) => asideIsDone(withFallback(withBreaker(dead()), cache))),
});
describeCache({
  name: "withFallback(withBreaker(redis), memory)",
  open: () => openRedisHarness(redis.url, (cache) => withFallback(withBreaker(cache, PATIENT), standIn())),
});

/** A fallback over a cache that does as it is told; `down` and `up` are what it is told most. */
function fallBack(secondary: CachePort = createMemoryCache()) {
  const primary = createScriptedCache();
  const noticed: string[] = [];
  const cache = withFallback(primary, secondary, {
    onFallback: (operation, code) => noticed.push(`${operation} ${code}`),
  });
  const down = (code: CacheErrorCode = "unavailable") => primary.script(failing(code));
  const up = () => primary.script(undefined);
  return { primary, secondary, cache, noticed, down, up };
}

describe("withFallback() while the primary fails", () => {
  test.each<CacheErrorCode>(["unavailable", "timeout", "rejected"])(
    "withFallback() does what fails with the code %s with the secondary, and tells of it once",
    async (code) => {
      const { cache, secondary, noticed, down } = fallBack();
      await setTexts(secondary, { key: "held", other: "held" });
      down(code);
      expect(await readText(cache, "key")).toBe("held");
      expect((await cache.getWithTtl("key"))?.value).toEqual(bytes("held"));
      expect(await readTexts(cache, ["other", "absent"])).toEqual(["held", undefined]);
      expect(await cache.delete("other")).toBe(true);
      expect(await cache.delete("other")).toBe(false);
      const reads = ["get", "getWithTtl", "getMany", "delete", "delete"];
      expect(noticed).toEqual(reads.map((operation) => `${operation} ${code}`));
    },
  );

  test.each<CacheErrorCode>(["unavailable", "timeout", "rejected"])(
    "withFallback() says of a write that failed with the code %s that it went aside, and why",
    async (code) => {
      const { cache, noticed, down } = fallBack();
      down(code);
      const outcome = await cache.set("key", bytes("1"), { ttlSeconds });
      expect(outcome).toMatchObject({ kind: "aside", error: { code, operation: "set" } });
      expect(outcome.kind === "aside" && outcome.error).toBeInstanceOf(CacheError);
      const publication = { entries: textEntries({ a: "2" }), ttlSeconds, remove: ["key"], expect: [] };
      expect(await cache.publish(publication)).toMatchObject({
        kind: "aside",
        error: { code, operation: "publish" },
      });
      expect(await readTexts(cache, ["key", "a"])).toEqual([undefined, "2"]);
      expect(noticed).toEqual([`set ${code}`, `publish ${code}`, `getMany ${code}`]);
    },
  );

  test("publish() checks what it expects against the secondary alone", async () => {
    const { cache, down } = fallBack();
    down();
    const publishOver = (expected: Uint8Array | undefined, text: string) =>
      cache.publish({
        entries: textEntries({ key: text }),
        ttlSeconds,
        remove: [],
        expect: [{ key: "key", value: expected }],
      });
    expect(await publishOver(bytes("of the primary"), "1")).toEqual({ kind: "conflict" });
    expect((await publishOver(undefined, "2")).kind).toBe("aside");
    expect(await publishOver(undefined, "3")).toEqual({ kind: "conflict" });
    expect((await publishOver(bytes("2"), "4")).kind).toBe("aside");
    expect(await readText(cache, "key")).toBe("4");
  });

  test.each<CacheErrorCode>(["aborted", "closed", "too-large"])(
    "withFallback() passes on what fails with the code %s",
    async (code) => {
      const secondary = createScriptedCache();
      const { cache, noticed, down } = fallBack(secondary);
      down(code);
      for (const { operation, run } of CACHE_CALLS) {
        await expect(run(cache)).rejects.toMatchObject({ name: "CacheError", code, operation });
      }
      expect([secondary.asked, noticed]).toEqual([[], []]);
    },
  );

  test.each([new RangeError("Misuse"), new TypeError("A bug")])(
    "withFallback() passes on a %s",
    async (bug) => {
      const secondary = createScriptedCache();
      const { cache, primary } = fallBack(secondary);
      primary.script(() => {
        throw bug;
      });
      for (const { run } of CACHE_CALLS) await expect(run(cache)).rejects.toBe(bug);
      expect(secondary.asked).toEqual([]);
    },
  );

  test.each<CacheErrorCode>(["unavailable", "timeout", "rejected", "too-large", "closed"])(
    "withFallback() fails as the primary does when the secondary fails too, with the code %s",
    async (code) => {
      const secondary = createScriptedCache();
      const { cache, down } = fallBack(secondary);
      down("timeout");
      secondary.script(failing(code));
      for (const { operation, run } of CACHE_CALLS) {
        await expect(run(cache)).rejects.toMatchObject({ code: "timeout", operation });
      }
      secondary.script(() => {
        throw new TypeError("A bug");
      });
      await expect(cache.get("key")).rejects.toMatchObject({ code: "timeout" });
    },
  );

  test("withFallback() says aborted when the caller gave up while the secondary was asked", async () => {
    const secondary = createScriptedCache();
    const { cache, down } = fallBack(secondary);
    down();
    secondary.script(failing("aborted"));
    for (const { run } of CACHE_CALLS) await expect(run(cache)).rejects.toMatchObject({ code: "aborted" });
  });

  test("withFallback() passes the caller's signal on to both", async () => {
    const secondary = createScriptedCache();
    const { cache, primary } = fallBack(secondary);
    const { signal } = new AbortController();
    const seen: (AbortSignal | undefined)[] = [];
    primary.script((operation, given) => {
      seen.push(given);
      throw new CacheError(operation, "timeout", "the test wants it so");
    });
    secondary.script((_operation, given, usual) => {
      seen.push(given);
      return usual();
    });
    for (const { run } of CACHE_CALLS) await run(cache, signal);
    expect(seen).toEqual(Array.from({ length: 2 * CACHE_CALLS.length }, () => signal));
  });

  test("withFallback() writes aside up to 100,000 keys, each counted once, and fails the rest as the primary does", async () => {
    const secondary = createScriptedCache();
    const { cache, down, up } = fallBack(secondary);
    down();
    const publishKeys = (count: number, first = 0) =>
      cache.publish({
        entries: Array.from({ length: count }, (_, index) => ({
          key: `${first + index}`,
          value: bytes("1"),
        })),
        ttlSeconds,
        remove: [],
        expect: [],
      });
    await expect(publishKeys(100_001)).rejects.toMatchObject({ code: "unavailable", operation: "publish" });
    expect((await publishKeys(99_999)).kind).toBe("aside");
    expect((await publishKeys(99_999)).kind).toBe("aside");
    expect((await publishKeys(1, 99_999)).kind).toBe("aside");
    await expect(publishKeys(1, 100_000)).rejects.toMatchObject({ code: "unavailable" });
    expect((await publishKeys(100_000)).kind).toBe("aside");
    up();
    await cache.get("key");
    down();
    expect((await publishKeys(1, 100_000)).kind).toBe("aside");
  });

  test("close() closes both", async () => {
    const [primary, secondary] = [createMemoryCache(), createMemoryCache()];
    await withFallback(primary, secondary).close();
    await expect(primary.get("key")).rejects.toMatchObject({ code: "closed" });
    await expect(secondary.get("key")).rejects.toMatchObject({ code: "closed" });
  });
});
