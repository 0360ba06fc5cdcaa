import { continueFingerprint, EMPTY_FINGERPRINT } from "../domain/catalog/values-fingerprint.ts";
import type { ValueWithTtl } from "../ports/cache-port.ts";
import { type BrokenCache, changeCache } from "./broken-caches.ts";

type Values = readonly (Uint8Array | undefined)[];

const withFingerprint = (compute: (values: Values, keys: readonly string[]) => string) =>
  changeCache((cache) => ({
    async fingerprint(keys, options) {
      const { nowMs } = await cache.fingerprint([], options);
      return { fingerprint: compute(await cache.getMany(keys, options), keys), nowMs };
    },
  }));

const correctFingerprint = (values: Values): string => continueFingerprint(EMPTY_FINGERPRINT, values);
const ABSENT = "fingerprint() distinguishes an absent value from an empty one";
const CLOCK = "fingerprint() returns the time in milliseconds, with keys and without";
const MANY = "fingerprint() includes each of 2,000 keys, a third of them absent";

/** Faults of `fingerprint()`. */
export const BROKEN_FINGERPRINT_CACHES: readonly BrokenCache[] = [
  {
    name: "includes the keys in a fingerprint",
    caughtBy: "fingerprint() depends only on the values, not on the caller or the keys",
    breakIt: withFingerprint((values, keys) => correctFingerprint(values) + keys.join()),
  },
  {
    name: "computes another fingerprint than the domain",
    caughtBy: "fingerprint() equals the domain's for every byte value, a part of a buffer and absent keys",
    breakIt: withFingerprint((values) => correctFingerprint(values).toUpperCase()),
  },
  {
    name: "computes a fingerprint from the lengths only",
    caughtBy: "fingerprint() changes with the order of the values",
    breakIt: withFingerprint((values) =>
      correctFingerprint(values.map((value) => value && new Uint8Array(value.byteLength))),
    ),
  },
  {
    name: "computes a fingerprint from sorted values",
    caughtBy: "fingerprint() changes with the order of the values",
    breakIt: withFingerprint((values) =>
      correctFingerprint(values.toSorted((left, right) => ((left?.[0] ?? 0) < (right?.[0] ?? 0) ? -1 : 1))),
    ),
  },
  {
    name: "computes a fingerprint from the joined values",
    caughtBy: "fingerprint() depends on where one value ends and the next begins",
    breakIt: withFingerprint((values) =>
      correctFingerprint([Buffer.concat(values.map((value) => value ?? new Uint8Array()))]),
    ),
  },
  {
    name: "leaves absent values out of a fingerprint",
    caughtBy: ABSENT,
    breakIt: withFingerprint((values) => correctFingerprint(values.filter((value) => value !== undefined))),
  },
  {
    name: "treats absent values as empty in a fingerprint",
    caughtBy: ABSENT,
    breakIt: withFingerprint((values) =>
      correctFingerprint(values.map((value) => value ?? new Uint8Array())),
    ),
  },
  {
    name: "treats empty values as absent in a fingerprint",
    caughtBy: ABSENT,
    breakIt: withFingerprint((values) =>
      correctFingerprint(values.map((value) => (value?.length === 0 ? undefined : value))),
    ),
  },
  {
    name: "computes a fingerprint from the first batch only",
    caughtBy: MANY,
    breakIt: withFingerprint((values) => correctFingerprint(values.slice(0, 384))),
  },
  {
    name: "restarts the fingerprint at each batch",
    caughtBy: MANY,
    breakIt: withFingerprint((values) =>
      correctFingerprint(values.slice(Math.floor(Math.max(0, values.length - 1) / 384) * 384)),
    ),
  },
  {
    name: "caches a fingerprint by its keys",
    caughtBy: "fingerprint() changes with any value, and is the same again for the old value",
    breakIt(cache) {
      const known = new Map<string, string>();
      return withFingerprint((values, keys) => {
        const fingerprint = known.get(keys.join()) ?? correctFingerprint(values);
        known.set(keys.join(), fingerprint);
        return fingerprint;
      })(cache);
    },
  },
  {
    name: "extends a TTL when it computes a fingerprint",
    caughtBy: "fingerprint() changes neither a value nor its TTL",
    breakIt: changeCache((cache) => ({
      async fingerprint(keys, options) {
        for (const key of keys) {
          const value = await cache.get(key, options);
          if (value !== undefined) await cache.set(key, value, { ttlSeconds: 1000, ...options });
        }
        return cache.fingerprint(keys, options);
      },
    })),
  },
  {
    name: "has a clock that does not advance",
    caughtBy: CLOCK,
    breakIt: changeCache((cache) => ({
      fingerprint: async (...call) => ({ ...(await cache.fingerprint(...call)), nowMs: 1 }),
    })),
  },
  ...Object.entries({ seconds: 1 / 1000, microseconds: 1000 }).map(([unit, perMillisecond]) => ({
    name: `has a clock in ${unit}`,
    caughtBy: CLOCK,
    breakIt: changeCache((cache) => ({
      async fingerprint(...call) {
        const { fingerprint, nowMs } = await cache.fingerprint(...call);
        return { fingerprint, nowMs: nowMs * perMillisecond };
      },
    })),
  })),
  {
    name: "computes a fingerprint after an abort by the caller",
    caughtBy: "fingerprint() with an aborted signal fails with the code aborted",
    breakIt: changeCache((cache) => ({ fingerprint: (keys) => cache.fingerprint(keys) })),
  },
];

const NO_LONGER = "getWithTtl() returns at most the TTL that was given, in seconds";
const SHRINKS = "getWithTtl() returns a TTL that shrinks with time and grows with a new value";

/** Caches whose `getWithTtl()` is wrong. */
export const BROKEN_TTL_CACHES: readonly BrokenCache[] = [
  {
    name: "returns a TTL that is too long",
    caughtBy: NO_LONGER,
    breakIt: changeWithTtl((entry) => ({ ...entry, ttlSeconds: entry.ttlSeconds + 30 })),
  },
  {
    name: "returns the TTL in milliseconds",
    caughtBy: NO_LONGER,
    breakIt: changeWithTtl((entry) => ({ ...entry, ttlSeconds: entry.ttlSeconds * 1000 })),
  },
  {
    name: "returns the TTL of another key",
    caughtBy: NO_LONGER,
    breakIt: changeCache((cache) => {
      const keys: string[] = [];
      return {
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
    }),
  },
  {
    name: "returns the given TTL instead of the remaining one",
    caughtBy: SHRINKS,
    breakIt: changeCache((cache) => {
      const given = new Map<string, number>();
      return {
        set(key, value, options) {
          given.set(key, options.ttlSeconds);
          return cache.set(key, value, options);
        },
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          return entry && { ...entry, ttlSeconds: given.get(key) ?? entry.ttlSeconds };
        },
      };
    }),
  },
  {
    name: "returns the TTL of the first value of a key",
    caughtBy: SHRINKS,
    breakIt: changeCache((cache) => {
      const first = new Map<string, number>();
      return {
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          if (entry === undefined) return undefined;
          const ttlSeconds = Math.min(first.get(key) ?? entry.ttlSeconds, entry.ttlSeconds);
          first.set(key, ttlSeconds);
          return { ...entry, ttlSeconds };
        },
      };
    }),
  },
  {
    name: "returns a TTL of zero",
    caughtBy: "getWithTtl() returns no expired value, and no TTL of zero",
    breakIt: changeWithTtl((entry) => ({ ...entry, ttlSeconds: 0 })),
  },
  {
    name: "returns an expired value with a TTL of zero",
    caughtBy: "getWithTtl() returns no expired value, and no TTL of zero",
    breakIt: changeCache((cache) => {
      const seen = new Map<string, ValueWithTtl>();
      return {
        async getWithTtl(key, options) {
          const entry = await cache.getWithTtl(key, options);
          if (entry !== undefined) seen.set(key, { ...entry, ttlSeconds: 0 });
          return entry ?? seen.get(key);
        },
      };
    }),
  },
  {
    name: "extends the TTL when it is read",
    caughtBy: "getWithTtl() does not extend the TTL",
    breakIt: changeCache((cache) => ({
      async getWithTtl(key, options) {
        const entry = await cache.getWithTtl(key, options);
        if (entry !== undefined) await cache.set(key, entry.value, { ttlSeconds: 0.05, ...options });
        return entry;
      },
    })),
  },
  {
    name: "counts an empty value as a miss in getWithTtl()",
    caughtBy: "getWithTtl() returns every byte value unchanged, and an empty value",
    breakIt: changeCache((cache) => ({
      async getWithTtl(key, options) {
        const entry = await cache.getWithTtl(key, options);
        return entry?.value.length === 0 ? undefined : entry;
      },
    })),
  },
  {
    name: "returns a TTL after an abort by the caller",
    caughtBy: "every operation with an aborted signal fails with the code aborted, and changes nothing",
    breakIt: changeCache((cache) => ({ getWithTtl: (key) => cache.getWithTtl(key) })),
  },
];

function changeWithTtl(change: (entry: ValueWithTtl) => ValueWithTtl): BrokenCache["breakIt"] {
  return changeCache((cache) => ({
    async getWithTtl(key, options) {
      const entry = await cache.getWithTtl(key, options);
      return entry && change(entry);
    },
  }));
}
