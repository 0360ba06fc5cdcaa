import type { CachePort, CachePublication } from "../ports/cache-port.ts";
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
