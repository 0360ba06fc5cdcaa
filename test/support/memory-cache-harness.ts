import { createMemoryCache } from "../../src/adapters/memory/cache.ts";
import type { CacheHarness } from "../../src/conformance/cache-conformance.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";

/** An empty memory cache with a fake clock. */
export async function openMemoryHarness(
  decorate: (cache: CachePort) => CachePort = (cache) => cache,
): Promise<CacheHarness> {
  let nowMs = 1_000_000;
  // The room for the default number of entries takes 10 ms to set up, in every test.
  const cache = decorate(createMemoryCache({ entriesMax: 5_000, nowMs: () => nowMs }));
  return {
    cache,
    peer: cache,
    async elapse(seconds) {
      nowMs += seconds * 1000 + 1;
    },
    close: () => cache.close(),
  };
}
