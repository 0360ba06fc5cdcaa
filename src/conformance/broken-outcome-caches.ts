import { CacheError, type SetOutcome } from "../ports/cache-port.ts";
import type { BrokenCache } from "./broken-caches.ts";

const STORES = "set() says that the value is stored, whether it is new, another or the same";

/** Caches that write as they should and tell something else. */
export const BROKEN_OUTCOME_CACHES: readonly BrokenCache[] = [
  {
    name: "does not say where a value went",
    caughtBy: STORES,
    breakIt: (cache) => ({
      ...cache,
      async set(key, value, options) {
        await cache.set(key, value, options);
        return undefined as unknown as SetOutcome;
      },
    }),
  },
  {
    name: "says that a value went aside which it has stored",
    caughtBy: STORES,
    breakIt: (cache) => ({
      ...cache,
      async set(key, value, options) {
        await cache.set(key, value, options);
        return { kind: "aside", error: new CacheError("set", "unavailable", "there is no connection") };
      },
    }),
  },
  {
    name: "says that only a new value is stored",
    caughtBy: STORES,
    breakIt: (cache) => ({
      ...cache,
      async set(key, value, options) {
        const held = await cache.get(key, options);
        const outcome = await cache.set(key, value, options);
        return held === undefined ? outcome : (undefined as unknown as SetOutcome);
      },
    }),
  },
  {
    name: "says that a value is stored which it failed to store",
    caughtBy: "an aborted signal ends every operation with the code aborted, and nothing is changed",
    breakIt: (cache) => ({
      ...cache,
      set: (key, value, options) =>
        cache.set(key, value, options).catch((error: unknown) => {
          if (error instanceof CacheError) return { kind: "stored" };
          throw error;
        }),
    }),
  },
  {
    name: "says that a publication went aside which took place",
    caughtBy: "publish() writes every entry and removes what it is told to, present or not",
    breakIt: (cache) => ({
      ...cache,
      async publish(publication, options) {
        const outcome = await cache.publish(publication, options);
        if (outcome.kind === "conflict") return outcome;
        return { kind: "aside", error: new CacheError("publish", "unavailable", "there is no connection") };
      },
    }),
  },
];
