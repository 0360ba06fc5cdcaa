import type { CacheEntry, CachePort } from "../../ports/cache-port.ts";

/**
 * Adds the prefix `namespace:` to every key of a cache, so that programs can share a server.
 *
 * @param namespace not empty, without the colon; may contain a cluster hash tag such as `{mosaic}`
 */
export function withNamespace(cache: CachePort, namespace: string): CachePort {
  const prefixed = (key: string): string => `${namespace}:${key}`;
  const prefixedEntry = (entry: CacheEntry): CacheEntry => ({ ...entry, key: prefixed(entry.key) });
  return {
    get: (key, options) => cache.get(prefixed(key), options),
    getWithTtl: (key, options) => cache.getWithTtl(prefixed(key), options),
    getMany: (keys, options) => cache.getMany(keys.map(prefixed), options),
    fingerprint: (keys, options) => cache.fingerprint(keys.map(prefixed), options),
    set: (key, value, options) => cache.set(prefixed(key), value, options),
    delete: (key, options) => cache.delete(prefixed(key), options),
    publish: ({ entries, unchanged, ttlSeconds, remove, expect }, options) =>
      cache.publish(
        {
          entries: entries.map(prefixedEntry),
          unchanged: unchanged && {
            since: prefixed(unchanged.since),
            entries: unchanged.entries.map(prefixedEntry),
          },
          ttlSeconds,
          remove: remove.map(prefixed),
          expect: expect.map((expected) => ({ ...expected, key: prefixed(expected.key) })),
        },
        options,
      ),
    close: () => cache.close(),
  };
}
