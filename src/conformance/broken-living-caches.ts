import type { CachePort, ValueWithTtl } from "../ports/cache-port.ts";
import type { BrokenCache } from "./broken-caches.ts";

const NO_LONGER = "getWithTtl() returns a life that is no longer than the one that was given, in seconds";
const SHRINKS = "getWithTtl() returns a life that shrinks with time and grows with a new value";

/** Caches whose `getWithTtl()` is wrong. */
export const BROKEN_LIVING_CACHES: readonly BrokenCache[] = [
  {
    name: "tells a life that is too long",
    caughtBy: NO_LONGER,
    breakIt: (cache) => changeWithTtl(cache, (entry) => ({ ...entry, ttlSeconds: entry.ttlSeconds + 30 })),
  },
  {
    name: "tells a life in milliseconds",
    caughtBy: NO_LONGER,
    breakIt: (cache) => changeWithTtl(cache, (entry) => ({ ...entry, ttlSeconds: entry.ttlSeconds * 1000 })),
  },
  {
    name: "tells the life of another key",
    caughtBy: NO_LONGER,
    breakIt(cache) {
      const keys: string[] = [];
      return {
        ...cache,
        set(key, value, options) {
          keys.push(key);
          return cache.set(key, value, options);
        },
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          const other = await cache.getWithTtl(keys.at(-1) ?? key, options);
          return entry && other && { ...entry, ttlSeconds: other.ttlSeconds };
        },
      };
    },
  },
  {
    name: "tells the life that was given instead of what is left",
    caughtBy: SHRINKS,
    breakIt(cache) {
      const given = new Map<string, number>();
      return {
        ...cache,
        set(key, value, options) {
          given.set(key, options.ttlSeconds);
          return cache.set(key, value, options);
        },
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          return entry && { ...entry, ttlSeconds: given.get(key) ?? entry.ttlSeconds };
        },
      };
    },
  },
  {
    name: "tells the life of the first value of a key",
    caughtBy: SHRINKS,
    breakIt(cache) {
      const first = new Map<string, number>();
      return {
        ...cache,
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          if (entry === undefined) return undefined;
          const ttlSeconds = Math.min(first.get(key) ?? entry.ttlSeconds, entry.ttlSeconds);
          first.set(key, ttlSeconds);
          return { ...entry, ttlSeconds };
        },
      };
    },
  },
  {
    name: "tells a life of zero",
    caughtBy: "getWithTtl() returns no value whose life is over, and none with no life left",
    breakIt: (cache) => changeWithTtl(cache, (entry) => ({ ...entry, ttlSeconds: 0 })),
  },
  {
    name: "returns a value whose life is over, with no life left",
    caughtBy: "getWithTtl() returns no value whose life is over, and none with no life left",
    breakIt(cache) {
      const seen = new Map<string, ValueWithTtl>();
      return {
        ...cache,
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          if (entry !== undefined) seen.set(key, { ...entry, ttlSeconds: 0 });
          return entry ?? seen.get(key);
        },
      };
    },
  },
  {
    name: "prolongs a life that is asked for",
    caughtBy: "getWithTtl() does not prolong a life",
    breakIt: (cache) => ({
      ...cache,
      async getWithTtl(key, options) {
        const entry = await cache.getWithTtl(key, options);
        if (entry !== undefined) await cache.set(key, entry.value, { ttlSeconds: 0.05, ...options });
        return entry;
      },
    }),
  },
  {
    name: "takes no bytes for a miss when it tells a life",
    caughtBy: "getWithTtl() returns every value of a byte as it was set, and a value of no bytes",
    breakIt: (cache) => ({
      ...cache,
      async getWithTtl(key, options) {
        const entry = await cache.getWithTtl(key, options);
        return entry?.value.length === 0 ? undefined : entry;
      },
    }),
  },
  {
    name: "tells a life after the caller has given up",
    caughtBy: "an aborted signal ends every operation with the code aborted, and nothing is changed",
    breakIt: (cache) => ({ ...cache, getWithTtl: (key) => cache.getWithTtl(key) }),
  },
];

function changeWithTtl(cache: CachePort, change: (entry: ValueWithTtl) => ValueWithTtl): CachePort {
  return {
    ...cache,
    async getWithTtl(key, options) {
      const entry = await cache.getWithTtl(key, options);
      return entry && change(entry);
    },
  };
}
