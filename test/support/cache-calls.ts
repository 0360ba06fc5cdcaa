import { bytes, LONG_SECONDS } from "../../src/conformance/cache-samples.ts";
import type { CacheOperation, CachePort } from "../../src/ports/cache-port.ts";

const MANY_KEYS = Array.from({ length: 17 }, (_, index) => `key:${index}`);

/** One way to call a cache. */
export interface CacheCall {
  readonly operation: CacheOperation;
  /** Whether it may take as long as a whole catalog. */
  readonly isBulk: boolean;
  run(cache: CachePort, signal?: AbortSignal): Promise<unknown>;
}

/** Each operation once, and for many keys beside for a few. */
export const CACHE_CALLS: readonly CacheCall[] = [
  { operation: "get", isBulk: false, run: (cache, signal) => cache.get("key", { signal }) },
  { operation: "getWithTtl", isBulk: false, run: (cache, signal) => cache.getWithTtl("key", { signal }) },
  {
    operation: "getMany",
    isBulk: false,
    run: (cache, signal) => cache.getMany(MANY_KEYS.slice(1), { signal }),
  },
  { operation: "getMany", isBulk: true, run: (cache, signal) => cache.getMany(MANY_KEYS, { signal }) },
  {
    operation: "fingerprint",
    isBulk: false,
    run: (cache, signal) => cache.fingerprint(MANY_KEYS.slice(1), { signal }),
  },
  {
    operation: "fingerprint",
    isBulk: true,
    run: (cache, signal) => cache.fingerprint(MANY_KEYS, { signal }),
  },
  {
    operation: "set",
    isBulk: false,
    run: (cache, signal) => cache.set("key", bytes("new"), { ttlSeconds: LONG_SECONDS, signal }),
  },
  { operation: "delete", isBulk: false, run: (cache, signal) => cache.delete("other", { signal }) },
  { operation: "publish", isBulk: false, run: (cache, signal) => publish(cache, ["a"], signal) },
  { operation: "publish", isBulk: true, run: (cache, signal) => publish(cache, MANY_KEYS, signal) },
];

function publish(
  cache: CachePort,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const entries = keys.map((key) => ({ key, value: bytes("1") }));
  return cache.publish({ entries, ttlSeconds: LONG_SECONDS, remove: ["ghost"], expect: [] }, { signal });
}
