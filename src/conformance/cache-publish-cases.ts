import type { CachePort, CachePublication, PublishOutcome } from "../ports/cache-port.ts";
import type { CacheCase } from "./cache-conformance.ts";
import {
  bytes,
  publicationOf,
  publish,
  readText,
  readTexts,
  setTexts,
  textEntries,
} from "./cache-samples.ts";
import { expect } from "./expect.ts";

const PUBLISHED: PublishOutcome = { kind: "published" };
const CONFLICT: PublishOutcome = { kind: "conflict" };
/** Enough rounds for concurrent calls to overlap. */
const ROUNDS = 40;

const STEP_CASES: readonly CacheCase[] = [
  {
    name: "publish() writes every entry and removes the given keys, present or not",
    async run({ cache, peer }) {
      await setTexts(cache, { a: "old", ghost: "old", other: "kept", ghostly: "kept" });
      const entries = textEntries({ a: "1", b: "2", c: "" });
      expect(await publish(cache, { entries, remove: ["ghost", "absent"] })).toEqual(PUBLISHED);
      const keys = ["a", "b", "c", "ghost", "absent", "other", "ghostly"];
      const wanted = ["1", "2", "", undefined, undefined, "kept", "kept"];
      expect(await readTexts(cache, keys)).toEqual(wanted);
      expect(await readTexts(peer, keys)).toEqual(wanted);
      expect(await cache.get("ghost")).toBeUndefined();
      expect(await cache.delete("ghost")).toBe(false);
    },
  },
  {
    name: "publish() stores and compares all bytes unchanged",
    async run({ cache }) {
      const value = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
      const entries = [{ key: "key", value }];
      await publish(cache, { entries });
      expect([...((await cache.get("key")) ?? [])]).toEqual([...value]);
      const near = Uint8Array.from(value, (byte, index) => (index === 200 ? byte ^ 0x80 : byte));
      expect(await publish(cache, { remove: ["key"], expect: [{ key: "key", value: near }] })).toEqual(
        CONFLICT,
      );
      expect(await publish(cache, { remove: ["key"], expect: entries })).toEqual(PUBLISHED);
      expect(await cache.get("key")).toBeUndefined();
    },
  },
  {
    name: "publish() treats a value above the limit of its expectation as absent",
    async run({ cache, peer }) {
      await setTexts(cache, { large: "12345" });
      const entries = textEntries({ large: "new" });
      const bounded = (bytesMax: number) =>
        publicationOf({ entries, expect: [{ key: "large", value: undefined, bytesMax }] });
      expect(await peer.publish(bounded(5))).toEqual(CONFLICT);
      expect(await readText(cache, "large")).toBe("12345");
      expect(await peer.publish(bounded(4))).toEqual(PUBLISHED);
      expect(await readText(cache, "large")).toBe("new");
    },
  },
  {
    name: "publish() may only write, only remove, or do neither",
    async run({ cache }) {
      expect(await publish(cache, { entries: textEntries({ a: "1", b: "2" }) })).toEqual(PUBLISHED);
      expect(await publish(cache, { remove: ["a"] })).toEqual(PUBLISHED);
      expect(await publish(cache, {})).toEqual(PUBLISHED);
      expect(await readTexts(cache, ["a", "b"])).toEqual([undefined, "2"]);
    },
  },
  {
    name: "publish() sets its TTL for every entry, also for a replaced one",
    async run({ cache, elapse }) {
      await setTexts(cache, { a: "old", other: "kept" });
      const keys = ["a", "b", "c"];
      const entries = textEntries({ a: "1", b: "2", c: "3" });
      expect(await publish(cache, { entries, ttlSeconds: 0.0505 })).toEqual(PUBLISHED);
      await elapse(0.051);
      expect(await readTexts(cache, [...keys, "other"])).toEqual([undefined, undefined, undefined, "kept"]);
      await publish(cache, { entries });
      await elapse(0.051);
      expect(await readTexts(cache, keys)).toEqual(["1", "2", "3"]);
    },
  },
  {
    name: "publish() writes, replaces and removes 2,000 entries",
    async run({ cache }) {
      const keys = Array.from({ length: 2000 }, (_, index) => `view:${index}`);
      const entriesOf = (version: string) =>
        keys.map((key) => ({ key, value: bytes(`${version} of ${key}`) }));
      expect(await publish(cache, { entries: entriesOf("first") })).toEqual(PUBLISHED);
      expect(await readTexts(cache, keys)).toEqual(keys.map((key) => `first of ${key}`));
      const [kept, removed] = [keys.slice(0, 1000), keys.slice(1000)];
      const expected = entriesOf("first");
      const entries = entriesOf("second").slice(0, 1000);
      expect(await publish(cache, { entries, remove: removed, expect: expected })).toEqual(PUBLISHED);
      const wanted = [...kept.map((key) => `second of ${key}`), ...removed.map(() => undefined)];
      expect(await readTexts(cache, keys)).toEqual(wanted);
    },
  },
];

const UNMET: readonly (readonly [name: string, expected: CachePublication["expect"]])[] = [
  ["another value", [{ key: "a", value: bytes("other") }]],
  ["only the beginning of a value", [{ key: "a", value: bytes("old a") }]],
  ["a value for an absent key", [{ key: "absent", value: bytes("1") }]],
  ["an empty value for an absent key", [{ key: "absent", value: bytes("") }]],
  ["no value for a present key", [{ key: "a", value: undefined }]],
  ["no value for a key with an empty value", [{ key: "empty", value: undefined }]],
  [
    "the right value first and a wrong one last",
    [
      { key: "a", value: bytes("old") },
      { key: "b", value: undefined },
    ],
  ],
  [
    "a wrong value first and the right one last",
    [
      { key: "b", value: undefined },
      { key: "a", value: bytes("old") },
    ],
  ],
];

const EXPECTATION_CASES: readonly CacheCase[] = [
  ...UNMET.map(([name, expected]) => ({
    name: `publish() that expects ${name} is a conflict and changes nothing`,
    async run({ cache }: { readonly cache: CachePort }) {
      await setTexts(cache, { a: "old", b: "old", ghost: "old", empty: "" });
      const entries = textEntries({ a: "new", absent: "new", c: "new" });
      const outcome = await publish(cache, { entries, remove: ["ghost", "b"], expect: expected });
      expect(outcome).toEqual(CONFLICT);
      const keys = ["a", "b", "ghost", "empty", "absent", "c"];
      expect(await readTexts(cache, keys)).toEqual(["old", "old", "old", "", undefined, undefined]);
    },
  })),
  {
    name: "publish() succeeds when its expectations hold, also if it changes the expected keys",
    async run({ cache }) {
      await setTexts(cache, { a: "old", ghost: "", other: "kept" });
      const entries = textEntries({ a: "1", b: "2" });
      const expected = [
        { key: "a", value: bytes("old") },
        { key: "ghost", value: bytes("") },
        { key: "b", value: undefined },
        { key: "other", value: bytes("kept") },
      ];
      const wanted = publicationOf({ entries, remove: ["ghost"], expect: expected });
      expect(await cache.publish(wanted)).toEqual(PUBLISHED);
      expect(await readTexts(cache, ["a", "b", "ghost", "other"])).toEqual(["1", "2", undefined, "kept"]);
      expect(await cache.publish(wanted)).toEqual(CONFLICT);
    },
  },
  {
    name: "publish() treats an expired value as absent",
    async run({ cache, elapse }) {
      await cache.set("a", bytes("old"), { ttlSeconds: 0.02 });
      await elapse(0.02);
      const entries = textEntries({ a: "new" });
      const stale = [{ key: "a", value: bytes("old") }];
      expect(await publish(cache, { entries, expect: stale })).toEqual(CONFLICT);
      const absent = [{ key: "a", value: undefined }];
      expect(await publish(cache, { entries, expect: absent })).toEqual(PUBLISHED);
      expect(await readText(cache, "a")).toBe("new");
    },
  },
];

const RACE_CASES: readonly CacheCase[] = [
  {
    name: "of two concurrent publish() calls with the same expectation, only one succeeds and writes",
    async run({ cache, peer }) {
      const keys = ["version", "x", "y", "left", "right"];
      await setTexts(cache, { version: "start" });
      let version = "start";
      for (let round = 0; round < ROUNDS; round++) {
        const expected = [{ key: "version", value: bytes(version) }];
        const states = ["left", "right"].map((side) => ({ side, version: `${side} ${round}` }));
        const outcomes = await Promise.all(
          states.map((state, index) => {
            const { side, version: next } = state;
            const entries = textEntries({ version: next, x: next, y: next, [side]: next });
            const remove = [side === "left" ? "right" : "left"];
            return publish(index === round % 2 ? cache : peer, { entries, remove, expect: expected });
          }),
        );
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["conflict", "published"]);
        const winner = states[outcomes.findIndex(({ kind }) => kind === "published")];
        version = winner?.version ?? "";
        const sides = ["left", "right"].map((side) => (side === winner?.side ? version : undefined));
        expect(await readTexts(cache, keys)).toEqual([version, version, version, ...sides]);
      }
    },
  },
  {
    name: "publish() is atomic for a client that reads its keys one after another",
    async run({ cache, peer }) {
      const keys = Array.from({ length: 12 }, (_, index) => `key ${index}`);
      const ends = ["key 0", "key 11"];
      const publishAll = (version: number) =>
        publish(cache, { entries: keys.map((key) => ({ key, value: bytes(`${version}`) })) });
      await publishAll(0);
      let isPublished = false;
      const publishing = async (): Promise<void> => {
        try {
          for (let version = 1; version <= ROUNDS; version++) await publishAll(version);
        } finally {
          isPublished = true;
        }
      };
      const sweeps: number[][] = [];
      const reading = async (): Promise<void> => {
        for (let sweep = 0; !isPublished || sweep < 2; sweep++) {
          sweeps.push(await readVersions(peer, sweep % 2 === 0 ? ends : ends.toReversed()));
        }
      };
      await Promise.all([publishing(), reading()]);
      // Each sweep reads two keys. If publish() is not atomic, the second may have an older version than the first.
      expect(sweeps).toEqual(sweeps.map((versions) => versions.toSorted((left, right) => left - right)));
      expect(await readTexts(peer, keys)).toEqual(keys.map(() => `${ROUNDS}`));
    },
  },
  {
    name: "getMany() during publications returns, for each key, a value that was published",
    async run({ cache, peer }) {
      const keys = Array.from({ length: 800 }, (_, index) => `view:${index}`);
      const publishAll = (version: string) =>
        publish(cache, { entries: keys.map((key) => ({ key, value: bytes(`${key} ${version}`) })) });
      await publishAll("even");
      const reads: (readonly (string | undefined)[])[] = [];
      for (let round = 1; round <= 6; round++) {
        const version = round % 2 === 0 ? "even" : "odd";
        const [read] = await Promise.all([readTexts(peer, keys), publishAll(version)]);
        reads.push(read);
      }
      const wrong = reads.flatMap((read) =>
        read.filter((text, index) => text !== `view:${index} even` && text !== `view:${index} odd`),
      );
      expect(reads.map(({ length }) => length)).toEqual(reads.map(() => keys.length));
      expect(wrong).toEqual([]);
      expect(await readTexts(peer, keys)).toEqual(keys.map((key) => `${key} even`));
    },
  },
];

export const PUBLISH_CASES: readonly CacheCase[] = [...STEP_CASES, ...EXPECTATION_CASES, ...RACE_CASES];

async function readVersions(cache: CachePort, keys: readonly string[]): Promise<number[]> {
  const versions: number[] = [];
  for (const key of keys) versions.push(Number(await readText(cache, key)));
  return versions;
}
