import { continueFingerprint, EMPTY_FINGERPRINT } from "../domain/catalog/values-fingerprint.ts";
import type { CachePort, ValueWithTtl } from "../ports/cache-port.ts";
import type { BrokenCache } from "./broken-caches.ts";

type Values = readonly (Uint8Array | undefined)[];

/** Computes the fingerprint of the cache's values in a different way. */
function remade(cache: CachePort, make: (values: Values, keys: readonly string[]) => string): CachePort {
  return {
    ...cache,
    async fingerprint(keys, options) {
      const { nowMs } = await cache.fingerprint([], options);
      return { fingerprint: make(await cache.getMany(keys, options), keys), nowMs };
    },
  };
}

const made = (values: Values): string => continueFingerprint(EMPTY_FINGERPRINT, values);
const ABSENT = "fingerprint() distinguishes an absent value from an empty one";
const CLOCK = "fingerprint() reads a clock in milliseconds that goes on, with keys and without";
const MANY = "fingerprint() of 2,000 keys sees each of them, and a third that is absent";

/** Faults of `fingerprint()`. */
export const BROKEN_FINGERPRINT_CACHES: readonly BrokenCache[] = [
  {
    name: "takes keys into a fingerprint",
    caughtBy: "fingerprint() is the same for the same values, for any caller and any keys",
    breakIt: (cache) => remade(cache, (values, keys) => made(values) + keys.join()),
  },
  {
    name: "has a fingerprint of its own",
    caughtBy: "fingerprint() is the one of the domain, of every byte, a window of a buffer and absent keys",
    breakIt: (cache) => remade(cache, (values) => made(values).toUpperCase()),
  },
  {
    name: "makes a fingerprint of the lengths alone",
    caughtBy: "fingerprint() changes with the order of the values",
    breakIt: (cache) =>
      remade(cache, (values) => made(values.map((value) => value && new Uint8Array(value.byteLength)))),
  },
  {
    name: "makes a fingerprint of sorted values",
    caughtBy: "fingerprint() changes with the order of the values",
    breakIt: (cache) =>
      remade(cache, (values) =>
        made(values.toSorted((left, right) => ((left?.[0] ?? 0) < (right?.[0] ?? 0) ? -1 : 1))),
      ),
  },
  {
    name: "makes a fingerprint of the joined values",
    caughtBy: "fingerprint() depends on where one value ends and the next begins",
    breakIt: (cache) =>
      remade(cache, (values) => made([Buffer.concat(values.map((value) => value ?? new Uint8Array()))])),
  },
  {
    name: "leaves absent values out of a fingerprint",
    caughtBy: ABSENT,
    breakIt: (cache) => remade(cache, (values) => made(values.filter((value) => value !== undefined))),
  },
  {
    name: "takes absent values for empty ones in a fingerprint",
    caughtBy: ABSENT,
    breakIt: (cache) => remade(cache, (values) => made(values.map((value) => value ?? new Uint8Array()))),
  },
  {
    name: "takes empty values for absent ones in a fingerprint",
    caughtBy: ABSENT,
    breakIt: (cache) =>
      remade(cache, (values) => made(values.map((value) => (value?.length === 0 ? undefined : value)))),
  },
  {
    name: "makes a fingerprint of the first batch alone",
    caughtBy: MANY,
    breakIt: (cache) => remade(cache, (values) => made(values.slice(0, 384))),
  },
  {
    name: "restarts the fingerprint at each batch",
    caughtBy: MANY,
    breakIt: (cache) =>
      remade(cache, (values) => made(values.slice(Math.floor(Math.max(0, values.length - 1) / 384) * 384))),
  },
  {
    name: "remembers a fingerprint for its keys",
    caughtBy: "fingerprint() changes with a value, the last one too, and comes back with it",
    breakIt(cache) {
      const known = new Map<string, string>();
      return remade(cache, (values, keys) => {
        const fingerprint = known.get(keys.join()) ?? made(values);
        known.set(keys.join(), fingerprint);
        return fingerprint;
      });
    },
  },
  {
    name: "prolongs a life when it makes a fingerprint",
    caughtBy: "fingerprint() changes nothing: neither a value nor its life",
    breakIt: (cache) => ({
      ...cache,
      async fingerprint(keys, options) {
        for (const key of keys) {
          const value = await cache.get(key, options);
          if (value !== undefined) await cache.set(key, value, { ttlSeconds: 1000, ...options });
        }
        return cache.fingerprint(keys, options);
      },
    }),
  },
  {
    name: "has a clock that stands still",
    caughtBy: CLOCK,
    breakIt: (cache) => ({
      ...cache,
      fingerprint: async (...call) => ({ ...(await cache.fingerprint(...call)), nowMs: 1 }),
    }),
  },
  {
    name: "has a clock of seconds",
    caughtBy: CLOCK,
    breakIt: (cache) => ({
      ...cache,
      async fingerprint(...call) {
        const { fingerprint, nowMs } = await cache.fingerprint(...call);
        return { fingerprint, nowMs: nowMs / 1000 };
      },
    }),
  },
  {
    name: "makes a fingerprint for a caller who has given up",
    caughtBy: "fingerprint() with an aborted signal ends with the code aborted",
    breakIt: (cache) => ({ ...cache, fingerprint: (keys) => cache.fingerprint(keys) }),
  },
];

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
