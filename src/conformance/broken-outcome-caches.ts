import { CacheError } from "../ports/cache-port.ts";
import type { BrokenCache } from "./broken-caches.ts";

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
