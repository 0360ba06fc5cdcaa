import type { CachePort } from "../ports/cache-port.ts";
import type { CacheCase } from "./cache-conformance.ts";
import { bytes, EVERY_BYTE, LONG_SECONDS, setTexts } from "./cache-samples.ts";
import { expect } from "./expect.ts";

const HUNDRED_YEARS_SECONDS = 100 * 365 * 24 * 60 * 60;

export const TTL_CASES: readonly CacheCase[] = [
  {
    name: "getWithTtl() is undefined for a key that is absent",
    async run({ cache }) {
      expect(await cache.getWithTtl("absent")).toBeUndefined();
      await setTexts(cache, { other: "1" });
      expect(await cache.getWithTtl("absent")).toBeUndefined();
    },
  },
  {
    name: "getWithTtl() returns every byte value unchanged, and an empty value",
    async run({ cache, peer }) {
      await cache.set("key", EVERY_BYTE, { ttlSeconds: LONG_SECONDS });
      await cache.set("empty", new Uint8Array(), { ttlSeconds: LONG_SECONDS });
      for (const reader of [cache, peer]) {
        expect([...((await reader.getWithTtl("key"))?.value ?? [])]).toEqual([...EVERY_BYTE]);
        expect((await reader.getWithTtl("empty"))?.value.byteLength).toBe(0);
      }
    },
  },
  {
    name: "getWithTtl() returns at most the TTL that was given, in seconds",
    async run({ cache, peer }) {
      await cache.set("short", bytes("1"), { ttlSeconds: 90 });
      await cache.set("long", bytes("2"), { ttlSeconds: LONG_SECONDS });
      const entries = [{ key: "published", value: bytes("3") }];
      await cache.publish({ entries, ttlSeconds: 240, remove: [], expect: [] });
      // A busy machine may need up to half of the TTL.
      expectWithin(await ttlOf(cache, "short"), 45, 90);
      expectWithin(await ttlOf(peer, "long"), LONG_SECONDS / 2, LONG_SECONDS);
      expectWithin(await ttlOf(cache, "published"), 120, 240);
    },
  },
  {
    name: "publish() gives an entry its own TTL, wherever it stands, and the others that of the publication",
    async run({ cache, peer }) {
      const short = { key: "short", value: bytes("1") };
      const own = [60, 600].map((ttlSeconds) => ({ key: `${ttlSeconds}`, value: bytes("2"), ttlSeconds }));
      for (const entries of [own, [...own, short], [short, ...own]]) {
        await cache.publish({ entries, ttlSeconds: 10, remove: [], expect: [] });
        expectWithin(await ttlOf(peer, "60"), 30, 60);
        expectWithin(await ttlOf(peer, "600"), 300, 600);
        if (entries.includes(short)) expectWithin(await ttlOf(peer, "short"), 0, 10);
      }
    },
  },
  {
    name: "getWithTtl() returns a TTL that shrinks with time and grows with a new value",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 90 });
      const first = await ttlOf(cache, "key");
      await elapse(0.02);
      const second = await ttlOf(cache, "key");
      expectWithin(second, 45, first - 0.02);
      await cache.set("key", bytes("2"), { ttlSeconds: LONG_SECONDS });
      expectWithin(await ttlOf(cache, "key"), LONG_SECONDS / 2, LONG_SECONDS);
      await cache.set("key", bytes("3"), { ttlSeconds: 90 });
      expectWithin(await ttlOf(cache, "key"), 45, 90);
    },
  },
  {
    name: "getWithTtl() returns no expired value, and no TTL of zero",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 0.02 });
      const ttls: number[] = [];
      for (let reads = 0; reads < 30; reads++) {
        const entry = await cache.getWithTtl("key");
        if (entry !== undefined) ttls.push(entry.ttlSeconds);
        await elapse(0);
      }
      expect(ttls.filter((ttl) => !(ttl > 0 && ttl <= 0.02))).toEqual([]);
      await elapse(0.02);
      expect(await cache.getWithTtl("key")).toBeUndefined();
    },
  },
  {
    name: "getWithTtl() does not extend the TTL",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 0.05 });
      await cache.getWithTtl("key");
      await elapse(0.03);
      await cache.getWithTtl("key");
      await elapse(0.03);
      expect(await cache.getWithTtl("key")).toBeUndefined();
      expect(await cache.get("key")).toBeUndefined();
    },
  },
  {
    name: "getWithTtl() returns a hundred years or more for the longest finite TTL",
    async run({ cache }) {
      await cache.set("key", bytes("1"), { ttlSeconds: Number.MAX_VALUE });
      // At numbers of this size, a client may round up by a millisecond.
      expectWithin(await ttlOf(cache, "key"), HUNDRED_YEARS_SECONDS, 9_007_199_254_741);
    },
  },
  {
    name: "getWithTtl() returns bytes that later operations do not change",
    async run({ cache }) {
      await setTexts(cache, { key: "first", other: "other" });
      const entry = await cache.getWithTtl("key");
      await setTexts(cache, { key: "later" });
      await cache.getWithTtl("other");
      await cache.delete("key");
      expect([...(entry?.value ?? [])]).toEqual([...bytes("first")]);
      expect(await cache.getWithTtl("key")).toBeUndefined();
    },
  },
];

async function ttlOf(cache: CachePort, key: string): Promise<number> {
  return (await cache.getWithTtl(key))?.ttlSeconds ?? Number.NaN;
}

function expectWithin(ttl: number, least: number, most: number): void {
  expect(ttl).toBeGreaterThan(least);
  expect(ttl).toBeLessThanOrEqual(most);
}
