import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import {
  bytes,
  LONG_SECONDS,
  readTexts,
  setTexts,
  textEntries,
} from "../../../src/conformance/cache-samples.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import { describeCache } from "../../support/describe-conformance.ts";
import { describeCacheSentences } from "../../support/describe-sentences.ts";
import { openMemoryHarness } from "../../support/memory-cache-harness.ts";

describeCache({ name: "createMemoryCache()", open: () => openMemoryHarness() });
describeCacheSentences({ name: "createMemoryCache()", open: async () => createMemoryCache() });

const ttlSeconds = LONG_SECONDS;

function publish(cache: CachePort, texts: Readonly<Record<string, string>>) {
  return cache.publish({ entries: textEntries(texts), ttlSeconds, remove: [], expect: [] });
}

describe("createMemoryCache()", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "createMemoryCache() refuses a limit of %d",
    (limit) => {
      for (const name of ["entriesMax", "bytesMax"])
        expect(() => createMemoryCache({ [name]: limit })).toThrow(
          new RangeError(`${name} is ${limit}: it must be a whole number above 0`),
        );
    },
  );

  test("createMemoryCache() gives up the least recently used of too many entries", async () => {
    const cache = createMemoryCache({ entriesMax: 3 });
    await setTexts(cache, { a: "1", b: "2", c: "3" });
    await cache.get("a");
    await cache.getMany(["b"]);
    await setTexts(cache, { d: "4" });
    expect(await readTexts(cache, ["a", "b", "c", "d"])).toEqual(["1", "2", undefined, "4"]);
  });

  test("createMemoryCache() gives up the least recently used of too many bytes, each entry counting one more", async () => {
    const cache = createMemoryCache({ bytesMax: 12 });
    await setTexts(cache, { a: "111", b: "222", c: "333" });
    expect(await readTexts(cache, ["a", "b", "c"])).toEqual(["111", "222", "333"]);
    await setTexts(cache, { d: "" });
    expect(await readTexts(cache, ["a", "b", "c", "d"])).toEqual([undefined, "222", "333", ""]);
  });

  test("createMemoryCache() makes room by one entry for one that it replaces", async () => {
    const cache = createMemoryCache({ entriesMax: 2, bytesMax: 8 });
    await setTexts(cache, { a: "111", b: "222" });
    await setTexts(cache, { a: "999" });
    expect(await readTexts(cache, ["a", "b"])).toEqual(["999", "222"]);
  });

  test("set() refuses a value that could never fit, and keeps what it holds", async () => {
    const cache = createMemoryCache({ bytesMax: 8 });
    await setTexts(cache, { a: "1" });
    const message =
      "Cannot write to the cache: 1 entries (9 bytes in total) exceed the cache's limits of 100000 entries and 8 bytes";
    const failed = cache.set("a", bytes("12345678"), { ttlSeconds });
    await expect(failed).rejects.toThrow(new CacheError("set", "too-large", message.slice(27)));
    await expect(failed).rejects.toMatchObject({
      name: "CacheError",
      code: "too-large",
      operation: "set",
      message,
    });
    expect(await readTexts(cache, ["a"])).toEqual(["1"]);
    await setTexts(cache, { b: "1234567" });
    expect(await readTexts(cache, ["a", "b"])).toEqual([undefined, "1234567"]);
  });

  test.each([
    [
      { entriesMax: 2 },
      { a: "1", b: "2", c: "3" },
      "3 entries (6 bytes in total) exceed the cache's limits of 2 entries and 536870912 bytes",
    ],
    [
      { bytesMax: 9 },
      { a: "1234", b: "1234" },
      "2 entries (10 bytes in total) exceed the cache's limits of 100000 entries and 9 bytes",
    ],
  ])(
    "publish() within %o refuses a publication that could never fit, and changes nothing",
    async (bounds, texts, why) => {
      const cache = createMemoryCache(bounds);
      await setTexts(cache, { a: "old", ghost: "o" });
      const failed = cache.publish({
        entries: textEntries(texts),
        ttlSeconds,
        remove: ["ghost"],
        expect: [],
      });
      await expect(failed).rejects.toMatchObject({
        name: "CacheError",
        code: "too-large",
        operation: "publish",
        message: `Cannot publish to the cache: ${why}`,
      });
      expect(await readTexts(cache, ["a", "b", "c", "ghost"])).toEqual(["old", undefined, undefined, "o"]);
    },
  );

  test("publish() that just fits is there as a whole, whatever has to go for it", async () => {
    const cache = createMemoryCache({ entriesMax: 3, bytesMax: 15 });
    await setTexts(cache, { x: "xxxx", y: "yyyy", a: "aaaa" });
    expect(await publish(cache, { a: "1234", b: "1234", c: "1234" })).toEqual({ kind: "published" });
    const keys = ["x", "y", "a", "b", "c"];
    expect(await readTexts(cache, keys)).toEqual([undefined, undefined, "1234", "1234", "1234"]);
  });

  test("set() keeps a value until just its TTL is over, to the millisecond", async () => {
    let nowMs = 5000;
    const cache = createMemoryCache({ nowMs: () => nowMs });
    await cache.set("key", bytes("1"), { ttlSeconds: 0.0104 });
    nowMs = 5011;
    expect(await readTexts(cache, ["key"])).toEqual(["1"]);
    nowMs = 5012;
    expect(await readTexts(cache, ["key"])).toEqual([undefined]);
  });

  test("getWithTtl() returns what is left of a life, and nothing in its last instant", async () => {
    let nowMs = 5000;
    const cache = createMemoryCache({ nowMs: () => nowMs });
    await cache.set("key", bytes("1"), { ttlSeconds: 0.0104 });
    expect(await cache.getWithTtl("key")).toEqual({ value: bytes("1"), ttlSeconds: 0.011 });
    nowMs = 5010;
    expect(await cache.getWithTtl("key")).toEqual({ value: bytes("1"), ttlSeconds: 0.001 });
    nowMs = 5011;
    expect(await cache.getWithTtl("key")).toBeUndefined();
  });

  test("getWithTtl() returns no life that ran out between two looks at the clock", async () => {
    let nowMs = 5000;
    const cache = createMemoryCache({ nowMs: () => nowMs++ });
    await cache.set("key", bytes("1"), { ttlSeconds: 0.006 });
    const lives: (number | undefined)[] = [];
    for (let reads = 0; reads < 10; reads++) lives.push((await cache.getWithTtl("key"))?.ttlSeconds);
    expect(lives.filter((life) => life !== undefined && life <= 0)).toEqual([]);
    expect(lives.at(-1)).toBeUndefined();
  });

  test("close() lets go of what was held, and says so in the error of each operation", async () => {
    const cache = createMemoryCache();
    await cache.close();
    await expect(cache.get("a")).rejects.toThrow("Cannot read from the cache: the cache is closed");
    await expect(cache.getWithTtl("a")).rejects.toThrow("Cannot read from the cache: the cache is closed");
    await expect(cache.getMany(["a"])).rejects.toThrow("Cannot read from the cache: the cache is closed");
    await expect(setTexts(cache, { a: "1" })).rejects.toThrow(
      "Cannot write to the cache: the cache is closed",
    );
    await expect(cache.delete("a")).rejects.toThrow("Cannot delete from the cache: the cache is closed");
    await expect(publish(cache, { a: "1" })).rejects.toThrow(
      "Cannot publish to the cache: the cache is closed",
    );
  });

  test("get() fails with an abort by the caller", async () => {
    const failed = createMemoryCache().get("a", { signal: AbortSignal.abort() });
    await expect(failed).rejects.toThrow("Cannot read from the cache: aborted by the caller");
  });
});
