import { continueFingerprint, EMPTY_FINGERPRINT } from "../domain/catalog/values-fingerprint.ts";
import type { CachePort } from "../ports/cache-port.ts";
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
