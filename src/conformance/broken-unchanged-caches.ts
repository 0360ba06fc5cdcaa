import { CacheError, type CachePort, type CachePublication } from "../ports/cache-port.ts";
import { type BrokenCache, changePublications } from "./broken-caches.ts";
import { LONG_SECONDS } from "./cache-samples.ts";

type Change = (publication: CachePublication, cache: CachePort) => Promise<CachePublication>;

/** Publishes something else where entries are unchanged. */
function changeUnchanged(cache: CachePort, change: Change): CachePort {
  return {
    ...cache,
    publish: async (publication, options) =>
      cache.publish(
        publication.unchanged === undefined ? publication : await change(publication, cache),
        options,
      ),
  };
}

async function isHeld(cache: CachePort, key: string): Promise<boolean> {
  return (await cache.get(key)) !== undefined;
}

/** Faults of `publish()` with unchanged entries. */
export const BROKEN_UNCHANGED_CACHES: readonly BrokenCache[] = [
  {
    name: "forgets unchanged entries",
    caughtBy: "publish() keeps unchanged entries, and gives them its TTL, a longer and a shorter one",
    breakIt: (cache) => changePublications(cache, ({ unchanged: _, ...publication }) => publication),
  },
  {
    name: "never shortens the TTL of an unchanged entry",
    caughtBy: "publish() keeps unchanged entries, and gives them its TTL, a longer and a shorter one",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        const outcome = await cache.publish(publication, options);
        for (const { key, value } of publication.unchanged?.entries ?? []) {
          await cache.set(key, value, { ttlSeconds: LONG_SECONDS });
        }
        return outcome;
      },
    }),
  },
  {
    name: "does not write an unchanged entry that has gone",
    caughtBy: "publish() writes unchanged entries where one has gone",
    breakIt: (cache) =>
      changeUnchanged(cache, async (publication) => {
        const { since = "", entries = [] } = publication.unchanged ?? {};
        const held = await Promise.all(entries.map(({ key }) => isHeld(cache, key)));
        return { ...publication, unchanged: { since, entries: entries.filter((_, index) => held[index]) } };
      }),
  },
  {
    name: "leaves an unchanged entry as it was written since",
    caughtBy: "publish() writes unchanged entries where one was written since",
    breakIt: (cache) =>
      changeUnchanged(cache, async (publication) => {
        const { since = "", entries = [] } = publication.unchanged ?? {};
        const held = await cache.getMany(entries.map(({ key }) => key));
        const left = entries.map(({ key, value }, index) => ({ key, value: held[index] ?? value }));
        return { ...publication, unchanged: { since, entries: left } };
      }),
  },
  {
    name: "looks at the first unchanged entry only",
    caughtBy: "publish() writes unchanged entries where one was written since",
    breakIt: (cache) =>
      changeUnchanged(cache, async (publication) => {
        const { since = "", entries = [] } = publication.unchanged ?? {};
        const [first, ...rest] = entries;
        const held = await cache.getMany(rest.map(({ key }) => key));
        const left = rest.map(({ key, value }, index) => ({ key, value: held[index] ?? value }));
        return { ...publication, unchanged: { since, entries: first ? [first, ...left] : [] } };
      }),
  },
  {
    name: "takes entries for unchanged without an earlier publication",
    caughtBy: "publish() writes unchanged entries where there is no earlier publication",
    breakIt: (cache) =>
      changeUnchanged(cache, async (publication) => {
        const isFound = await isHeld(cache, publication.unchanged?.since ?? "");
        return isFound ? publication : { ...publication, unchanged: undefined };
      }),
  },
  {
    name: "renews unchanged entries before it checks",
    caughtBy: "publish() that is a conflict changes no unchanged entry, and no TTL of one",
    breakIt: (cache) =>
      changeUnchanged(cache, async (publication) => {
        await cache.publish({ ...publication, entries: [], remove: [], expect: [] });
        return publication;
      }),
  },
  {
    name: "compares the lengths of large values alone",
    caughtBy: "publish() with unchanged entries removes and writes others, and compares large values",
    breakIt: (cache) =>
      changeUnchanged(cache, async (publication) => ({
        ...publication,
        expect: publication.expect.filter(({ value }) => (value?.byteLength ?? 0) < 1000),
      })),
  },
];

const BOUNDED =
  "get(), getWithTtl(), getMany() and fingerprint() take a value with more bytes than bytesMax for absent";

/** Caches that misread limits of values. */
export const BROKEN_BOUNDED_CACHES: readonly BrokenCache[] = [
  ...(["get", "getWithTtl", "getMany", "fingerprint"] as const).map((operation) => ({
    name: `reads values of any size in ${operation}()`,
    caughtBy: BOUNDED,
    breakIt: (cache: CachePort): CachePort => ({
      ...cache,
      [operation]: (key: string & readonly string[]) => cache[operation](key),
    }),
  })),
  {
    name: "takes the largest of several bounds for all",
    caughtBy: "getMany() takes a bound for each key, in the order of the keys",
    breakIt: (cache) => ({
      ...cache,
      getMany: (keys, { bytesMax, ...options } = {}) =>
        cache.getMany(keys, {
          ...options,
          bytesMax: typeof bytesMax === "object" ? Math.max(...bytesMax) : bytesMax,
        }),
    }),
  },
  {
    name: "compares values of any size",
    caughtBy: "publish() takes a value with more bytes than the bound of what is expected for absent",
    breakIt: (cache) =>
      changePublications(cache, (publication) => ({
        ...publication,
        expect: publication.expect.map(({ key, value }) => ({ key, value })),
      })),
  },
];

/** Caches that write correctly and report something else. */
export const BROKEN_OUTCOME_CACHES: readonly BrokenCache[] = [
  {
    name: "says that a value is stored which it failed to store",
    caughtBy: "an aborted signal ends every operation with the code aborted, and nothing is changed",
    breakIt: (cache) => ({
      ...cache,
      set: (key, value, options) =>
        cache.set(key, value, options).catch((error: unknown) => {
          if (error instanceof CacheError) return;
          throw error;
        }),
    }),
  },
  {
    name: "reports a conflict for a publication that took place",
    caughtBy: "publish() writes every entry and removes the given keys, present or not",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        await cache.publish(publication, options);
        return { kind: "conflict" };
      },
    }),
  },
];
