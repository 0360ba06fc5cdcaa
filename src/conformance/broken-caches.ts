import type { CachePort, CachePublication, PublishOutcome } from "../ports/cache-port.ts";
import { type BrokenAdapter, replaceOperations } from "./conformance-test.ts";

export type BrokenCache = BrokenAdapter<(cache: CachePort) => CachePort>;

/** Makes a function that replaces operations of a cache. */
export function changeCache(change: (cache: CachePort) => Partial<CachePort>): BrokenCache["breakIt"] {
  return (cache) => replaceOperations(cache, change(cache));
}

export function changePublications(
  change: (publication: CachePublication) => CachePublication,
): BrokenCache["breakIt"] {
  return changeCache((cache) => ({
    publish: (publication, options) => cache.publish(change(publication), options),
  }));
}

const LONG_SECONDS = 1_000_000;
const CONFLICT: PublishOutcome = { kind: "conflict" };

const BROKEN_READS: readonly BrokenCache[] = [
  {
    name: "returns an empty value as a miss",
    caughtBy: "get() returns an empty value, which is not a miss",
    breakIt: changeCache((cache) => ({
      async get(key, options) {
        const value = await cache.get(key, options);
        return value?.length === 0 ? undefined : value;
      },
    })),
  },
  {
    name: "stores values as text",
    caughtBy: "get() returns every byte value unchanged",
    breakIt: changeCache((cache) => ({
      set: (key, value, options) =>
        cache.set(key, new TextEncoder().encode(new TextDecoder().decode(value)), options),
    })),
  },
  {
    name: "reads every value into the same buffer",
    caughtBy: "get() returns bytes that later operations do not change",
    breakIt: changeCache((cache) => {
      const scratch = new Uint8Array(2 * 1024 * 1024);
      return {
        async get(key, options) {
          const value = await cache.get(key, options);
          if (value === undefined) return undefined;
          scratch.set(value);
          return scratch.subarray(0, value.length);
        },
      };
    }),
  },
  {
    name: "returns the values of getMany() in another order",
    caughtBy: "getMany() keeps the order of the keys, with repeats and absent ones",
    breakIt: changeCache((cache) => ({
      getMany: (keys, options) => cache.getMany(keys.toSorted(), options),
    })),
  },
  {
    name: "leaves misses out of getMany()",
    caughtBy: "getMany() keeps the order of the keys, with repeats and absent ones",
    breakIt: changeCache((cache) => ({
      getMany: async (keys, options) =>
        (await cache.getMany(keys, options)).filter((value) => value !== undefined),
    })),
  },
  {
    name: "reads at most 1,000 keys",
    caughtBy: "getMany() reads 2,000 keys, a third of them absent",
    breakIt: changeCache((cache) => ({
      getMany: (keys, options) => cache.getMany(keys.slice(0, 1000), options),
    })),
  },
];

const BROKEN_WRITES: readonly BrokenCache[] = [
  {
    name: "never stores",
    caughtBy: "delete() removes the value, and returns whether there was one",
    breakIt: changeCache((cache) => ({
      async set(key, value, options) {
        const outcome = await cache.set(key, value, options);
        await cache.delete(key);
        return outcome;
      },
    })),
  },
  {
    name: "keeps the first value of a key",
    caughtBy: "set() replaces a value, also by a shorter one",
    breakIt: changeCache((cache) => ({
      async set(key, value, options) {
        if ((await cache.get(key, options)) === undefined) await cache.set(key, value, options);
      },
    })),
  },
  {
    name: "deletes nothing",
    caughtBy: "delete() removes the value, and returns whether there was one",
    breakIt: changeCache((cache) => ({
      delete: async (key, options) => (await cache.get(key, options)) !== undefined,
    })),
  },
  {
    name: "always claims to have deleted something",
    caughtBy: "delete() removes the value, and returns whether there was one",
    breakIt: changeCache((cache) => ({
      async delete(key, options) {
        await cache.delete(key, options);
        return true;
      },
    })),
  },
  {
    name: "deletes every key with the same beginning",
    caughtBy: "delete() keeps keys with similar names",
    breakIt: changeCache((cache) => {
      const keys = new Set<string>();
      return {
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
    }),
  },
  {
    name: "ignores TTLs",
    caughtBy: "set() applies the given TTL, and no longer one",
    breakIt: changeCache((cache) => ({
      set: (key, value, options) =>
        cache.set(key, value, options.ttlSeconds > 0 ? { ...options, ttlSeconds: LONG_SECONDS } : options),
    })),
  },
  {
    name: "stores a value with a TTL of 0",
    caughtBy: "set() refuses a TTL that is not a finite number above zero, and writes nothing",
    breakIt: changeCache((cache) => ({
      set: (key, value, options) =>
        cache.set(key, value, {
          ...options,
          ttlSeconds: options.ttlSeconds === 0 ? LONG_SECONDS : options.ttlSeconds,
        }),
    })),
  },
  {
    name: "continues after an abort by the caller",
    caughtBy: "every operation with an aborted signal fails with the code aborted, and changes nothing",
    breakIt: changeCache((cache) => ({
      set: (key, value, { ttlSeconds }) => cache.set(key, value, { ttlSeconds }),
    })),
  },
  {
    name: "continues after close()",
    caughtBy: "after close(), every operation fails with the code `closed`",
    breakIt: changeCache(() => ({ close: async () => undefined })),
  },
];

const BROKEN_PUBLICATIONS: readonly BrokenCache[] = [
  {
    name: "removes nothing when it publishes",
    caughtBy: "publish() writes every entry and removes the given keys, present or not",
    breakIt: changePublications((publication) => ({ ...publication, remove: [] })),
  },
  {
    name: "ignores expectations",
    caughtBy: "publish() that expects another value is a conflict and changes nothing",
    breakIt: changePublications((publication) => ({ ...publication, expect: [] })),
  },
  {
    name: "checks the first expectation only",
    caughtBy:
      "publish() that expects the right value first and a wrong one last is a conflict and changes nothing",
    breakIt: changePublications((publication) => ({
      ...publication,
      expect: publication.expect.slice(0, 1),
    })),
  },
  {
    name: "treats an empty value as absent when it compares",
    caughtBy:
      "publish() that expects no value for a key with an empty value is a conflict and changes nothing",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        const values = await cache.getMany(publication.expect.map(({ key }) => key));
        const isExpected = publication.expect.every(
          ({ value }, index) => textOf(value) === textOf(values[index]),
        );
        return isExpected ? cache.publish({ ...publication, expect: [] }, options) : CONFLICT;
      },
    })),
  },
  {
    name: "removes keys before it checks expectations",
    caughtBy: "publish() that expects another value is a conflict and changes nothing",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        await cache.publish({ ...publication, entries: [], expect: [] }, options);
        return cache.publish(publication, options);
      },
    })),
  },
  {
    name: "gives its TTL to the first entry only",
    caughtBy: "publish() sets its TTL for every entry, also for a replaced one",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        const outcome = await cache.publish(publication, options);
        for (const { key, value } of publication.entries.slice(1)) {
          await cache.set(key, value, { ttlSeconds: LONG_SECONDS });
        }
        return outcome;
      },
    })),
  },
  {
    name: "ignores the own TTL of an entry",
    caughtBy:
      "publish() gives an entry its own TTL, wherever it stands, and the others that of the publication",
    breakIt: changePublications((publication) => ({
      ...publication,
      entries: publication.entries.map(({ key, value }) => ({ key, value })),
    })),
  },
  {
    name: "checks and writes in two steps",
    caughtBy: "of two concurrent publish() calls with the same expectation, only one succeeds and writes",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        const outcome = await cache.publish({ ...publication, entries: [], remove: [] }, options);
        return outcome.kind === "conflict" ? outcome : cache.publish({ ...publication, expect: [] }, options);
      },
    })),
  },
  ...[false, true].map((isBackwards) => ({
    name: `writes one key after the other${isBackwards ? ", the last one first" : ""}`,
    caughtBy: "publish() is atomic for a client that reads its keys one after another",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        const outcome = await cache.publish({ ...publication, entries: [] }, options);
        if (outcome.kind === "conflict") return outcome;
        for (const entry of isBackwards ? publication.entries.toReversed() : publication.entries)
          await cache.set(entry.key, entry.value, {
            ttlSeconds: entry.ttlSeconds ?? publication.ttlSeconds,
          });
        return outcome;
      },
    })),
  })),
];

export const BROKEN_CACHES: readonly BrokenCache[] = [
  ...BROKEN_READS,
  ...BROKEN_WRITES,
  ...BROKEN_PUBLICATIONS,
];

function textOf(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}
