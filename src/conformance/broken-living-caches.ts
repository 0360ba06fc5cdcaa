import type { CachePort, LivingValue } from "../ports/cache-port.ts";
import type { BrokenCache } from "./broken-caches.ts";

const NO_LONGER = "getLiving() returns a life that is no longer than the one that was given, in seconds";
const SHRINKS = "getLiving() returns a life that shrinks with time and grows with a new value";

/** Caches whose `getLiving()` is wrong. */
export const BROKEN_LIVING_CACHES: readonly BrokenCache[] = [
  {
    name: "tells a life that is too long",
    caughtBy: NO_LONGER,
    breakIt: (cache) => changeLiving(cache, (living) => ({ ...living, ttlSeconds: living.ttlSeconds + 30 })),
  },
  {
    name: "tells a life in milliseconds",
    caughtBy: NO_LONGER,
    breakIt: (cache) =>
      changeLiving(cache, (living) => ({ ...living, ttlSeconds: living.ttlSeconds * 1000 })),
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
        async getLiving(key, options) {
          const living = await cache.getLiving(key, options);
          const other = await cache.getLiving(keys.at(-1) ?? key, options);
          return living && other && { ...living, ttlSeconds: other.ttlSeconds };
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
        async getLiving(key, options) {
          const living = await cache.getLiving(key, options);
          return living && { ...living, ttlSeconds: given.get(key) ?? living.ttlSeconds };
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
        async getLiving(key, options) {
          const living = await cache.getLiving(key, options);
          if (living === undefined) return undefined;
          const ttlSeconds = Math.min(first.get(key) ?? living.ttlSeconds, living.ttlSeconds);
          first.set(key, ttlSeconds);
          return { ...living, ttlSeconds };
        },
      };
    },
  },
  {
    name: "tells a life of zero",
    caughtBy: "getLiving() returns no value whose life is over, and none with no life left",
    breakIt: (cache) => changeLiving(cache, (living) => ({ ...living, ttlSeconds: 0 })),
  },
  {
    name: "returns a value whose life is over, with no life left",
    caughtBy: "getLiving() returns no value whose life is over, and none with no life left",
    breakIt(cache) {
      const seen = new Map<string, LivingValue>();
      return {
        ...cache,
        async getLiving(key, options) {
          const living = await cache.getLiving(key, options);
          if (living !== undefined) seen.set(key, { ...living, ttlSeconds: 0 });
          return living ?? seen.get(key);
        },
      };
    },
  },
  {
    name: "prolongs a life that is asked for",
    caughtBy: "getLiving() does not prolong a life",
    breakIt: (cache) => ({
      ...cache,
      async getLiving(key, options) {
        const living = await cache.getLiving(key, options);
        if (living !== undefined) await cache.set(key, living.value, { ttlSeconds: 0.05, ...options });
        return living;
      },
    }),
  },
  {
    name: "takes no bytes for a miss when it tells a life",
    caughtBy: "getLiving() returns every value of a byte as it was set, and a value of no bytes",
    breakIt: (cache) => ({
      ...cache,
      async getLiving(key, options) {
        const living = await cache.getLiving(key, options);
        return living?.value.length === 0 ? undefined : living;
      },
    }),
  },
  {
    name: "tells a life after the caller has given up",
    caughtBy: "an aborted signal ends every operation with the code aborted, and nothing is changed",
    breakIt: (cache) => ({ ...cache, getLiving: (key) => cache.getLiving(key) }),
  },
];

function changeLiving(cache: CachePort, change: (living: LivingValue) => LivingValue): CachePort {
  return {
    ...cache,
    async getLiving(key, options) {
      const living = await cache.getLiving(key, options);
      return living && change(living);
    },
  };
}
