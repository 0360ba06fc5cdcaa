import type { CacheEntry, CachePort } from "../ports/cache-port.ts";
import type { CacheCase } from "./cache-conformance.ts";
import {
  bytes,
  LONG_SECONDS,
  publicationOf,
  publish,
  readText,
  readTexts,
  textEntries,
} from "./cache-samples.ts";
import { expect } from "./expect.ts";

const SHORT_SECONDS = LONG_SECONDS / 3;
const KEPT = { a: "1", b: "2", c: "3" };
const KEYS = ["state", ...Object.keys(KEPT)];

const EARLIER = publicationOf({ entries: textEntries({ state: "first", ...KEPT }) });

/** A later publication that changes only the state. */
const LATER = publicationOf({
  entries: textEntries({ state: "second" }),
  unchanged: { since: "state", entries: textEntries(KEPT) },
  expect: [{ key: "state", value: bytes("first") }],
});
const AFTER_LATER = ["second", "1", "2", "3"];

/** Keys that begin with another key, and keys with unusual characters. */
const ODD_KEYS = [...'"\\\né日😀😁 ab\u0000}', "", "ab", "abc", "[1]"];

export const UNCHANGED_CASES: readonly CacheCase[] = [
  {
    name: "publish() keeps unchanged entries, and makes their TTL longer or shorter",
    async run({ cache, peer }) {
      await cache.publish({ ...EARLIER, ttlSeconds: SHORT_SECONDS });
      expect(await peer.publish(LATER)).toEqual({ kind: "published" });
      expect(await readTexts(cache, KEYS)).toEqual(AFTER_LATER);
      expect(await readTtls(cache, KEYS)).toEqual(KEYS.map(() => "long"));
      const entries = textEntries({ state: "third" });
      await cache.publish({ ...LATER, entries, expect: [], ttlSeconds: SHORT_SECONDS });
      expect(await readTexts(peer, KEYS)).toEqual(["third", "1", "2", "3"]);
      expect(await readTtls(peer, KEYS)).toEqual(KEYS.map(() => "short"));
    },
  },
  {
    name: "publish() writes unchanged entries if one of them is gone",
    async run({ cache, peer }) {
      await cache.publish(EARLIER);
      expect(await peer.delete("b")).toBe(true);
      expect(await cache.publish(LATER)).toEqual({ kind: "published" });
      expect(await readTexts(peer, KEYS)).toEqual(AFTER_LATER);
    },
  },
  {
    name: "publish() writes unchanged entries if one of them was written since",
    async run({ cache, peer }) {
      for (const key of Object.keys(KEPT)) {
        await cache.publish(EARLIER);
        await peer.set(key, bytes("?"), { ttlSeconds: LONG_SECONDS / 2 });
        expect(await cache.publish(LATER)).toEqual({ kind: "published" });
        expect(await readTexts(peer, KEYS)).toEqual(AFTER_LATER);
      }
    },
  },
  {
    name: "publish() writes unchanged entries if there is no earlier publication",
    async run({ cache, peer }) {
      expect(await cache.publish({ ...LATER, expect: [] })).toEqual({ kind: "published" });
      expect(await readTexts(peer, KEYS)).toEqual(AFTER_LATER);
      await cache.delete("state");
      expect(await cache.publish({ ...LATER, expect: [] })).toEqual({ kind: "published" });
      expect(await readTexts(peer, KEYS)).toEqual(AFTER_LATER);
    },
  },
  {
    name: "publish() changes no unchanged entry and no TTL at a conflict",
    async run({ cache }) {
      await cache.publish({ ...EARLIER, ttlSeconds: SHORT_SECONDS });
      await cache.delete("b");
      const expected = [{ key: "state", value: bytes("other") }];
      expect(await cache.publish({ ...LATER, expect: expected })).toEqual({ kind: "conflict" });
      expect(await readTexts(cache, KEYS)).toEqual(["first", "1", undefined, "3"]);
      expect(await readTtls(cache, KEYS)).toEqual(["short", "short", undefined, "short"]);
    },
  },
  {
    name: "publish() with unchanged entries also removes keys, writes other entries, and compares large values",
    async run({ cache, peer }) {
      const large = "x".repeat(20_000);
      await cache.publish({ ...EARLIER, entries: [...EARLIER.entries, ...textEntries({ ghost: large })] });
      const near = bytes(`${large.slice(1)}y`);
      const publish = (value: Uint8Array) =>
        cache.publish({
          ...LATER,
          entries: textEntries({ state: "second", d: "4" }),
          remove: ["ghost"],
          expect: [{ key: "ghost", value }],
        });
      expect(await publish(near)).toEqual({ kind: "conflict" });
      expect(await readText(peer, "ghost")).toBe(large);
      expect(await publish(bytes(large))).toEqual({ kind: "published" });
      expect(await readTexts(peer, [...KEYS, "d", "ghost"])).toEqual([...AFTER_LATER, "4", undefined]);
    },
  },
  {
    name: "publish() changes one of 2,000 entries repeatedly",
    async run({ cache, peer }) {
      const values = new Map(Array.from({ length: 2000 }, (_, index) => [`view:${index}`, `${index}`]));
      await publish(cache, { entries: textEntries({ state: "0", ...Object.fromEntries(values) }) });
      for (const round of ["1", "2", "3"]) {
        const changed = { state: round, [`view:${round}77`]: `changed ${round}` };
        for (const [key, text] of Object.entries(changed)) values.set(key, text);
        const rest = [...values].filter(([key]) => !(key in changed));
        const unchanged = { since: "state", entries: textEntries(Object.fromEntries(rest)) };
        const ttlSeconds = round === "3" ? SHORT_SECONDS : LONG_SECONDS;
        await publish(cache, { entries: textEntries(changed), unchanged, ttlSeconds });
      }
      expect(await readTexts(peer, [...values.keys()])).toEqual([...values.values()]);
      const some = ["state", "view:0", "view:177", "view:377", "view:1999"];
      expect(await readTtls(peer, some)).toEqual(some.map(() => "short"));
    },
  },
  {
    name: "publish() keeps unchanged entries with unusual keys",
    async run({ cache, peer }) {
      const odd = ODD_KEYS.flatMap((left) => ODD_KEYS.map((right) => `k${left}${right}`));
      const entries: readonly CacheEntry[] = [...new Set(odd)].map((key) => ({ key, value: bytes(key) }));
      const state = textEntries({ state: "1" });
      await publish(cache, { entries: [...entries, ...state] });
      const later = publicationOf({
        entries: state,
        unchanged: { since: "state", entries },
        ttlSeconds: SHORT_SECONDS,
      });
      expect(await cache.publish(later)).toEqual({ kind: "published" });
      const keys = entries.map(({ key }) => key);
      expect(await readTexts(peer, keys)).toEqual(keys);
      expect(await readTtls(peer, keys)).toEqual(keys.map(() => "short"));
    },
  },
];

/** Reads which of the two TTLs each key has; undefined for an absent key. */
async function readTtls(
  cache: CachePort,
  keys: readonly string[],
): Promise<readonly ("long" | "short" | undefined)[]> {
  const values = await Promise.all(keys.map((key) => cache.getWithTtl(key)));
  return values.map((value) => value && (value.ttlSeconds > SHORT_SECONDS ? "long" : "short"));
}
