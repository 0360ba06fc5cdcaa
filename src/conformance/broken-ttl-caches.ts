import type { CachePort, ValueWithTtl } from "../ports/cache-port.ts";
import type { BrokenCache } from "./broken-caches.ts";

const NO_LONGER = "getWithTtl() returns at most the TTL that was given, in seconds";
const SHRINKS = "getWithTtl() returns a TTL that shrinks with time and grows with a new value";

/** Caches whose `getWithTtl()` is wrong. */
export const BROKEN_TTL_CACHES: readonly BrokenCache[] = [
  {
    name: "returns a TTL that is too long",
    caughtBy: NO_LONGER,
    breakIt: (cache) => changeWithTtl(cache, (entry) => ({ ...entry, ttlSeconds: entry.ttlSeconds + 30 })),
  },
  {
    name: "returns the TTL in milliseconds",
    caughtBy: NO_LONGER,
    breakIt: (cache) => changeWithTtl(cache, (entry) => ({ ...entry, ttlSeconds: entry.ttlSeconds * 1000 })),
  },
  {
    name: "returns the TTL of another key",
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
    name: "returns the given TTL instead of the remaining one",
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
    name: "returns the TTL of the first value of a key",
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
    name: "returns a TTL of zero",
    caughtBy: "getWithTtl() returns no expired value, and no TTL of zero",
    breakIt: (cache) => changeWithTtl(cache, (entry) => ({ ...entry, ttlSeconds: 0 })),
  },
  {
    name: "returns a value whose life is over, with no life left",
    caughtBy: "getWithTtl() returns no expired value, and no TTL of zero",
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
    name: "extends the TTL when it is read",
    caughtBy: "getWithTtl() does not extend the TTL",
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
    name: "counts an empty value as a miss in getWithTtl()",
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
    name: "returns a TTL after an abort by the caller",
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
