import type { CachePort } from "../ports/cache-port.ts";
import { type BrokenCache, changePublications } from "./broken-caches.ts";

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
