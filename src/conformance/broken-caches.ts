import type { CacheEntry, CachePort, CachePublication, PublishOutcome } from "../ports/cache-port.ts";

export interface BrokenCache {
  readonly name: string;
  /** A case of the suite that must notice. */
  readonly caughtBy: string;
  /** Puts the fault over a cache that works. */
  breakIt(cache: CachePort): CachePort;
}

const LONG_SECONDS = 1_000_000;
const CONFLICT: PublishOutcome = { kind: "conflict" };

const BROKEN_READS: readonly BrokenCache[] = [
  {
    name: "returns what it has for no bytes as a miss",
    caughtBy: "get() returns a value of no bytes, which is not a miss",
    breakIt: (cache) => ({
      ...cache,
      async get(key, options) {
        const value = await cache.get(key, options);
        return value?.length === 0 ? undefined : value;
      },
    }),
  },
  {
    name: "keeps values as text",
    caughtBy: "get() returns every value of a byte as it was set",
    breakIt: (cache) => ({
      ...cache,
      set: (key, value, options) =>
        cache.set(key, new TextEncoder().encode(new TextDecoder().decode(value)), options),
    }),
  },
  {
    name: "reads every value into the same buffer",
    caughtBy: "get() returns bytes that later operations do not change",
    breakIt(cache) {
      const scratch = new Uint8Array(2 * 1024 * 1024);
      return {
        ...cache,
        async get(key, options) {
          const value = await cache.get(key, options);
          if (value === undefined) return undefined;
          scratch.set(value);
          return scratch.subarray(0, value.length);
        },
      };
    },
  },
  {
    name: "answers getMany() in the order of its own",
    caughtBy: "getMany() keeps the order of the keys, with repeats and absent ones",
    breakIt: (cache) => ({ ...cache, getMany: (keys, options) => cache.getMany(keys.toSorted(), options) }),
  },
  {
    name: "leaves misses out of getMany()",
    caughtBy: "getMany() keeps the order of the keys, with repeats and absent ones",
    breakIt: (cache) => ({
      ...cache,
      getMany: async (keys, options) =>
        (await cache.getMany(keys, options)).filter((value) => value !== undefined),
    }),
  },
  {
    name: "reads at most 1,000 keys",
    caughtBy: "getMany() reads 2,000 keys, a third of them absent",
    breakIt: (cache) => ({
      ...cache,
      getMany: (keys, options) => cache.getMany(keys.slice(0, 1000), options),
    }),
  },
];

const BROKEN_WRITES: readonly BrokenCache[] = [
  {
    name: "never stores",
    caughtBy: "delete() removes the value, and returns whether there was one",
    breakIt: (cache) => ({
      ...cache,
      async set(key, value, options) {
        const outcome = await cache.set(key, value, options);
        await cache.delete(key);
        return outcome;
      },
    }),
  },
  {
    name: "keeps the first value of a key",
    caughtBy: "set() replaces a value, by a shorter one too",
    breakIt: (cache) => ({
      ...cache,
      async set(key, value, options) {
        if ((await cache.get(key, options)) === undefined) await cache.set(key, value, options);
      },
    }),
  },
  {
    name: "deletes nothing",
    caughtBy: "delete() removes the value, and returns whether there was one",
    breakIt: (cache) => ({
      ...cache,
      delete: async (key, options) => (await cache.get(key, options)) !== undefined,
    }),
  },
  {
    name: "always claims to have deleted something",
    caughtBy: "delete() removes the value, and returns whether there was one",
    breakIt: (cache) => ({
      ...cache,
      async delete(key, options) {
        await cache.delete(key, options);
        return true;
      },
    }),
  },
  {
    name: "deletes every key that begins alike",
    caughtBy: "delete() leaves keys that begin or end alike",
    breakIt(cache) {
      const keys = new Set<string>();
      return {
        ...cache,
        set: (key, value, options) => {
          keys.add(key);
          return cache.set(key, value, options);
        },
        async delete(key, options) {
          const alike = [...keys].filter((other) => other !== key && other.startsWith(key));
          for (const other of alike) await cache.delete(other, options);
          return cache.delete(key, options);
        },
      };
    },
  },
  {
    name: "ignores TTLs",
    caughtBy: "set() applies the given TTL, and no longer one",
    breakIt: (cache) => ({
      ...cache,
      set: (key, value, options) =>
        cache.set(key, value, options.ttlSeconds > 0 ? { ...options, ttlSeconds: LONG_SECONDS } : options),
    }),
  },
  {
    name: "takes a TTL of 0 for ever",
    caughtBy: "set() refuses a TTL that is not a finite number above zero, and writes nothing",
    breakIt: (cache) => ({
      ...cache,
      set: (key, value, options) =>
        cache.set(key, value, {
          ...options,
          ttlSeconds: options.ttlSeconds === 0 ? LONG_SECONDS : options.ttlSeconds,
        }),
    }),
  },
  {
    name: "works on after the caller has given up",
    caughtBy: "an aborted signal ends every operation with the code aborted, and nothing is changed",
    breakIt: (cache) => ({
      ...cache,
      set: (key, value, { ttlSeconds }) => cache.set(key, value, { ttlSeconds }),
    }),
  },
  {
    name: "works on after it was closed",
    caughtBy: "close() lets every further operation fail with the code closed",
    breakIt: (cache) => ({ ...cache, close: async () => undefined }),
  },
];

const BROKEN_PUBLICATIONS: readonly BrokenCache[] = [
  {
    name: "removes nothing when it publishes",
    caughtBy: "publish() writes every entry and removes the given keys, present or not",
    breakIt: (cache) => changePublications(cache, (publication) => ({ ...publication, remove: [] })),
  },
  {
    name: "publishes whatever is expected",
    caughtBy: "publish() that expects another value is a conflict and changes nothing",
    breakIt: (cache) => changePublications(cache, (publication) => ({ ...publication, expect: [] })),
  },
  {
    name: "checks the first expectation only",
    caughtBy:
      "publish() that expects the right thing first and the wrong last is a conflict and changes nothing",
    breakIt: (cache) =>
      changePublications(cache, (publication) => ({
        ...publication,
        expect: publication.expect.slice(0, 1),
      })),
  },
  {
    name: "takes no bytes for absence when it compares",
    caughtBy:
      "publish() that expects absence where there is a value of no bytes is a conflict and changes nothing",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        const held = await cache.getMany(publication.expect.map(({ key }) => key));
        const met = publication.expect.every(({ value }, index) => textOf(value) === textOf(held[index]));
        return met ? cache.publish({ ...publication, expect: [] }, options) : CONFLICT;
      },
    }),
  },
  {
    name: "removes before it checks",
    caughtBy: "publish() that expects another value is a conflict and changes nothing",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        await cache.publish({ ...publication, entries: [], expect: [] }, options);
        return cache.publish(publication, options);
      },
    }),
  },
  {
    name: "gives its TTL to the first entry only",
    caughtBy: "publish() gives every entry its TTL, those that it replaces too",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        const outcome = await cache.publish(publication, options);
        for (const { key, value } of publication.entries.slice(1)) {
          await cache.set(key, value, { ttlSeconds: LONG_SECONDS });
        }
        return outcome;
      },
    }),
  },
  {
    name: "checks first and writes later",
    caughtBy: "publish() lets just one of two win that expect the same, and the state is the winner's whole",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        const outcome = await cache.publish({ ...publication, entries: [], remove: [] }, options);
        return outcome.kind === "conflict" ? outcome : cache.publish({ ...publication, expect: [] }, options);
      },
    }),
  },
  ...[false, true].map((backwards) => ({
    name: `writes one key after the other${backwards ? ", the last one first" : ""}`,
    caughtBy: "publish() is one step for a reader of its keys one after another",
    breakIt: (cache: CachePort): CachePort => ({
      ...cache,
      async publish(publication, options) {
        const outcome = await cache.publish({ ...publication, entries: [] }, options);
        if (outcome.kind === "conflict") return outcome;
        const { entries, ttlSeconds } = publication;
        const inOrder: readonly CacheEntry[] = backwards ? entries.toReversed() : entries;
        for (const { key, value } of inOrder) await cache.set(key, value, { ttlSeconds });
        return outcome;
      },
    }),
  })),
];

export const BROKEN_CACHES: readonly BrokenCache[] = [
  ...BROKEN_READS,
  ...BROKEN_WRITES,
  ...BROKEN_PUBLICATIONS,
];

export function changePublications(
  cache: CachePort,
  change: (publication: CachePublication) => CachePublication,
): CachePort {
  return { ...cache, publish: (publication, options) => cache.publish(change(publication), options) };
}

function textOf(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}
