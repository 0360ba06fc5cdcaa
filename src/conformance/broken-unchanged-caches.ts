import {
  CacheError,
  type CachePort,
  type CachePublication,
  type UnchangedEntries,
} from "../ports/cache-port.ts";
import { type BrokenCache, changeCache, changePublications } from "./broken-caches.ts";
import { LONG_SECONDS } from "./cache-samples.ts";

type WithUnchanged = CachePublication & { readonly unchanged: UnchangedEntries };
type Change = (publication: WithUnchanged, cache: CachePort) => Promise<CachePublication>;

/** Changes each publication that has unchanged entries. */
function changeUnchanged(change: Change): BrokenCache["breakIt"] {
  return changeCache((cache) => ({
    async publish(publication, options) {
      const { unchanged } = publication;
      return cache.publish(
        unchanged ? await change({ ...publication, unchanged }, cache) : publication,
        options,
      );
    },
  }));
}

async function isPresent(cache: CachePort, key: string): Promise<boolean> {
  return (await cache.get(key)) !== undefined;
}

export const BROKEN_UNCHANGED_CACHES: readonly BrokenCache[] = [
  {
    name: "ignores unchanged entries",
    caughtBy: "publish() keeps unchanged entries, and makes their TTL longer or shorter",
    breakIt: changePublications(({ unchanged: _, ...publication }) => publication),
  },
  {
    name: "never shortens the TTL of an unchanged entry",
    caughtBy: "publish() keeps unchanged entries, and makes their TTL longer or shorter",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        const outcome = await cache.publish(publication, options);
        for (const { key, value } of publication.unchanged?.entries ?? []) {
          await cache.set(key, value, { ttlSeconds: LONG_SECONDS });
        }
        return outcome;
      },
    })),
  },
  {
    name: "does not write an unchanged entry that has gone",
    caughtBy: "publish() writes unchanged entries if one of them is gone",
    breakIt: changeUnchanged(async (publication, cache) => {
      const { since, entries } = publication.unchanged;
      const held = await Promise.all(entries.map(({ key }) => isPresent(cache, key)));
      return { ...publication, unchanged: { since, entries: entries.filter((_, index) => held[index]) } };
    }),
  },
  {
    name: "keeps the new value of an unchanged entry that was written since",
    caughtBy: "publish() writes unchanged entries if one of them was written since",
    breakIt: changeUnchanged(async (publication, cache) => {
      const { since, entries } = publication.unchanged;
      const held = await cache.getMany(entries.map(({ key }) => key));
      const left = entries.map(({ key, value }, index) => ({ key, value: held[index] ?? value }));
      return { ...publication, unchanged: { since, entries: left } };
    }),
  },
  {
    name: "checks the first unchanged entry only",
    caughtBy: "publish() writes unchanged entries if one of them was written since",
    breakIt: changeUnchanged(async (publication, cache) => {
      const { since, entries } = publication.unchanged;
      const [first, ...rest] = entries;
      const held = await cache.getMany(rest.map(({ key }) => key));
      const left = rest.map(({ key, value }, index) => ({ key, value: held[index] ?? value }));
      return { ...publication, unchanged: { since, entries: first ? [first, ...left] : [] } };
    }),
  },
  {
    name: "ignores unchanged entries if there is no earlier publication",
    caughtBy: "publish() writes unchanged entries if there is no earlier publication",
    breakIt: changeUnchanged(async (publication, cache) => {
      const isFound = await isPresent(cache, publication.unchanged.since);
      return isFound ? publication : { ...publication, unchanged: undefined };
    }),
  },
  {
    name: "renews unchanged entries before it checks expectations",
    caughtBy: "publish() changes no unchanged entry and no TTL at a conflict",
    breakIt: changeUnchanged(async (publication, cache) => {
      await cache.publish({ ...publication, entries: [], remove: [], expect: [] });
      return publication;
    }),
  },
  {
    name: "does not compare large values",
    caughtBy:
      "publish() with unchanged entries also removes keys, writes other entries, and compares large values",
    breakIt: changeUnchanged(async (publication) => ({
      ...publication,
      expect: publication.expect.filter(({ value }) => (value?.byteLength ?? 0) < 1000),
    })),
  },
];

const BOUNDED = "get(), getWithTtl(), getMany() and fingerprint() treat a value above bytesMax as absent";

/** Caches that ignore the limits of values, or apply a wrong one. */
export const BROKEN_BOUNDED_CACHES: readonly BrokenCache[] = [
  ...(["get", "getWithTtl", "getMany", "fingerprint"] as const).map((operation) => ({
    name: `reads values of any size in ${operation}()`,
    caughtBy: BOUNDED,
    breakIt: changeCache((cache) => ({
      [operation]: (key: string & readonly string[]) => cache[operation](key),
    })),
  })),
  {
    name: "applies the largest of several limits to all keys",
    caughtBy: "getMany() accepts a limit for each key, in the order of the keys",
    breakIt: changeCache((cache) => ({
      getMany: (keys, { bytesMax, ...options } = {}) =>
        cache.getMany(keys, {
          ...options,
          bytesMax: typeof bytesMax === "object" ? Math.max(...bytesMax) : bytesMax,
        }),
    })),
  },
  {
    name: "compares values of any size",
    caughtBy: "publish() treats a value above the limit of its expectation as absent",
    breakIt: changePublications((publication) => ({
      ...publication,
      expect: publication.expect.map(({ key, value }) => ({ key, value })),
    })),
  },
];

/** Caches that write correctly, but report a wrong outcome. */
export const BROKEN_OUTCOME_CACHES: readonly BrokenCache[] = [
  {
    name: "hides that a value could not be stored",
    caughtBy: "every operation with an aborted signal fails with the code aborted, and changes nothing",
    breakIt: changeCache((cache) => ({
      set: (key, value, options) =>
        cache.set(key, value, options).catch((error: unknown) => {
          if (error instanceof CacheError) return;
          throw error;
        }),
    })),
  },
  {
    name: "reports a conflict for a successful publication",
    caughtBy: "publish() writes every entry and removes the given keys, present or not",
    breakIt: changeCache((cache) => ({
      async publish(publication, options) {
        await cache.publish(publication, options);
        return { kind: "conflict" };
      },
    })),
  },
];
