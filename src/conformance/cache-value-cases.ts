import type { CacheCase } from "./cache-conformance.ts";
import {
  bytes,
  EVERY_BYTE,
  LONG_SECONDS,
  patternBytes,
  readText,
  readTexts,
  setTexts,
} from "./cache-samples.ts";
import { expect } from "./expect.ts";

const ttlSeconds = LONG_SECONDS;
const NOTHING = new Uint8Array();
const ODD_KEYS = [
  "",
  " ",
  "a b",
  "*",
  "[a]?",
  "views:{entity}",
  "{",
  "line\r\nbreak",
  "zero\0byte",
  "ação",
  "\u{1f600}",
  "\ufeffbom",
  "__proto__",
  "constructor",
  "k".repeat(1000),
] as const;

const READ_CASES: readonly CacheCase[] = [
  {
    name: "get() is undefined for a key that is absent",
    async run({ cache }) {
      expect(await cache.get("absent")).toBeUndefined();
      await setTexts(cache, { other: "1" });
      expect(await cache.get("absent")).toBeUndefined();
    },
  },
  {
    name: "get() returns every byte value unchanged",
    async run({ cache, peer }) {
      await cache.set("key", EVERY_BYTE, { ttlSeconds });
      expect([...((await cache.get("key")) ?? [])]).toEqual([...EVERY_BYTE]);
      expect([...((await peer.get("key")) ?? [])]).toEqual([...EVERY_BYTE]);
    },
  },
  {
    name: "get() returns an empty value, which is not a miss",
    async run({ cache }) {
      await cache.set("key", NOTHING, { ttlSeconds });
      const value = await cache.get("key");
      expect(value).toBeInstanceOf(Uint8Array);
      expect(value?.byteLength).toBe(0);
      expect((await cache.getMany(["key"])).map((item) => item?.byteLength)).toEqual([0]);
    },
  },
  {
    name: "get() returns a value of 1 MiB",
    async run({ cache }) {
      const value = patternBytes(1024 * 1024, 1);
      await cache.set("key", value, { ttlSeconds });
      expect(Buffer.compare((await cache.get("key")) ?? NOTHING, value)).toBe(0);
    },
  },
  {
    name: "get() returns bytes that later operations do not change",
    async run({ cache }) {
      await setTexts(cache, { key: "first", other: "other" });
      const first = await cache.get("key");
      const [second] = await cache.getMany(["key", "other"]);
      await setTexts(cache, { key: "later" });
      await cache.publish({
        entries: [{ key: "key", value: bytes("LATER") }],
        ttlSeconds,
        remove: [],
        expect: [],
      });
      await cache.getMany(["other", "key"]);
      await cache.get("other");
      await cache.delete("key");
      expect([...(first ?? [])]).toEqual([...bytes("first")]);
      expect([...(second ?? [])]).toEqual([...bytes("first")]);
    },
  },
  {
    name: "get(), getWithTtl(), getMany() and fingerprint() treat a value above bytesMax as absent",
    async run({ cache, peer }) {
      await setTexts(cache, { large: "12345", small: "1234" });
      for (const reader of [cache, peer]) {
        expect(await reader.get("large", { bytesMax: 4 })).toBeUndefined();
        expect((await reader.get("small", { bytesMax: 4 }))?.byteLength).toBe(4);
        expect(await reader.getWithTtl("large", { bytesMax: 4 })).toBeUndefined();
        expect((await reader.getWithTtl("small", { bytesMax: 4 }))?.value.byteLength).toBe(4);
        const keys = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? "large" : "small"));
        for (const asked of [keys, keys.slice(0, 2)]) {
          const sizes = (await reader.getMany(asked, { bytesMax: 4 })).map((value) => value?.byteLength);
          expect(sizes).toEqual(asked.map((key) => (key === "large" ? undefined : 4)));
        }
        const bounded = await reader.fingerprint(["large", "small"], { bytesMax: 4 });
        expect(bounded.fingerprint).toBe((await reader.fingerprint(["absent", "small"])).fingerprint);
      }
    },
  },
  {
    name: "getMany() accepts a limit for each key, in the order of the keys",
    async run({ cache, peer }) {
      const keys = Array.from({ length: 40 }, (_, index) => `key${index}`);
      await setTexts(cache, Object.fromEntries(keys.map((key) => [key, "12345"])));
      for (const asked of [keys, keys.slice(0, 3)]) {
        const bytesMax = asked.map((_, index) => (index % 2 === 0 ? 4 : 5));
        const values = await peer.getMany(asked, { bytesMax });
        const sizes = bytesMax.map((bound) => (bound === 4 ? undefined : 5));
        expect(values.map((value) => value?.byteLength)).toEqual(sizes);
      }
    },
  },
  {
    name: "getMany() keeps the order of the keys, with repeats and absent ones",
    async run({ cache }) {
      await setTexts(cache, { b: "2", a: "1", c: "3" });
      const keys = ["c", "absent", "a", "c", "b", "gone", "a"];
      expect(await readTexts(cache, keys)).toEqual(["3", undefined, "1", "3", "2", undefined, "1"]);
      expect(await readTexts(cache, ["absent"])).toEqual([undefined]);
    },
  },
  {
    name: "getMany() of no keys is empty",
    async run({ cache }) {
      expect(await cache.getMany([])).toEqual([]);
    },
  },
  {
    name: "getMany() reads 2,000 keys, a third of them absent",
    async run({ cache }) {
      const keys = Array.from({ length: 2000 }, (_, index) => `key:${(index * 769) % 2000}`);
      const held = keys.filter((_, index) => index % 3 !== 0);
      const entries = held.map((key) => ({ key, value: bytes(`value of ${key}`) }));
      await cache.publish({ entries, ttlSeconds, remove: [], expect: [] });
      const wanted = keys.map((key, index) => (index % 3 === 0 ? undefined : `value of ${key}`));
      expect(await readTexts(cache, keys)).toEqual(wanted);
    },
  },
];

const WRITE_CASES: readonly CacheCase[] = [
  {
    name: "set() replaces a value, also by a shorter one",
    async run({ cache, peer }) {
      await setTexts(cache, { key: "a long first value", other: "untouched" });
      await setTexts(cache, { key: "2" });
      expect(await readTexts(cache, ["key", "other"])).toEqual(["2", "untouched"]);
      expect(await readTexts(peer, ["key", "other"])).toEqual(["2", "untouched"]);
    },
  },
  {
    name: "set() stores a part of a larger buffer",
    async run({ cache }) {
      await cache.set("key", bytes("-wanted-").subarray(1, 7), { ttlSeconds });
      expect(await readText(cache, "key")).toBe("wanted");
    },
  },
  {
    name: "set() distinguishes keys with unusual characters",
    async run({ cache }) {
      for (const [index, key] of ODD_KEYS.entries()) {
        await cache.set(key, bytes(`value ${index}`), { ttlSeconds });
      }
      expect(await readTexts(cache, ODD_KEYS)).toEqual(ODD_KEYS.map((_, index) => `value ${index}`));
      expect(await Promise.all(ODD_KEYS.map((key) => cache.delete(key)))).toEqual(ODD_KEYS.map(() => true));
      expect(await readTexts(cache, ODD_KEYS)).toEqual(ODD_KEYS.map(() => undefined));
    },
  },
  {
    name: "delete() removes the value, and returns whether there was one",
    async run({ cache, peer }) {
      expect(await cache.delete("key")).toBe(false);
      await setTexts(cache, { key: "1", other: "2" });
      expect(await readTexts(cache, ["key", "other"])).toEqual(["1", "2"]);
      expect(await cache.delete("key")).toBe(true);
      expect(await readTexts(cache, ["key", "other"])).toEqual([undefined, "2"]);
      expect(await cache.get("key")).toBeUndefined();
      expect(await peer.get("key")).toBeUndefined();
      expect(await cache.delete("key")).toBe(false);
    },
  },
  {
    name: "delete() of an empty value returns true",
    async run({ cache }) {
      await cache.set("key", NOTHING, { ttlSeconds });
      expect(await cache.delete("key")).toBe(true);
    },
  },
  {
    name: "delete() keeps keys with similar names",
    async run({ cache }) {
      const others = ["user", "usersAbc", "users:1", "a:users", "users ", "Users"];
      await setTexts(cache, Object.fromEntries(["users", ...others].map((key) => [key, key])));
      expect(await cache.delete("users")).toBe(true);
      expect(await cache.get("users")).toBeUndefined();
      expect(await readTexts(cache, others)).toEqual(others);
    },
  },
];

const EXPIRY_CASES: readonly CacheCase[] = [
  {
    name: "set() applies the given TTL, and no longer one",
    async run({ cache, elapse }) {
      await cache.set("short", bytes("1"), { ttlSeconds: 0.05 });
      await cache.set("long", bytes("2"), { ttlSeconds });
      await elapse(0.05);
      expect(await readTexts(cache, ["short", "long"])).toEqual([undefined, "2"]);
      expect(await cache.get("short")).toBeUndefined();
      expect(await cache.delete("short")).toBe(false);
    },
  },
  {
    name: "set() renews the TTL with the value",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 0.05 });
      await cache.set("key", bytes("2"), { ttlSeconds });
      await elapse(0.05);
      expect(await readText(cache, "key")).toBe("2");
      await cache.set("key", bytes("3"), { ttlSeconds: 0.05 });
      await elapse(0.05);
      expect(await cache.get("key")).toBeUndefined();
    },
  },
  {
    name: "set() rounds a TTL below one millisecond up",
    async run({ cache, elapse }) {
      await cache.set("key", bytes("1"), { ttlSeconds: 0.000_01 });
      await cache.set("least", bytes("1"), { ttlSeconds: Number.MIN_VALUE });
      await elapse(0.001);
      expect(await readTexts(cache, ["key", "least"])).toEqual([undefined, undefined]);
    },
  },
  {
    name: "set() and publish() accept the longest finite TTL",
    async run({ cache }) {
      await cache.set("set", bytes("1"), { ttlSeconds: Number.MAX_VALUE });
      const entries = [{ key: "published", value: bytes("2") }];
      await cache.publish({ entries, ttlSeconds: 1e17, remove: [], expect: [] });
      expect(await readTexts(cache, ["set", "published"])).toEqual(["1", "2"]);
    },
  },
];

export const VALUE_CASES: readonly CacheCase[] = [...READ_CASES, ...WRITE_CASES, ...EXPIRY_CASES];
