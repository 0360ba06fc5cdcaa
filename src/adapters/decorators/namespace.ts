import type { CacheEntry, CachePort } from "../../ports/cache-port.ts";

/**
 * Puts every key of a cache under `namespace:`, which separates programs that share a server.
 *
 * @param namespace not empty, without the colon; may contain a cluster hash tag such as `{mosaic}`
 */
export function withNamespace(cache: CachePort, namespace: string): CachePort {
  const named = (key: string): string => `${namespace}:${key}`;
  const namedEntry = ({ key, value }: CacheEntry): CacheEntry => ({ key: named(key), value });
  return {
    get: (key, options) => cache.get(named(key), options),
    getWithTtl: (key, options) => cache.getWithTtl(named(key), options),
    getMany: (keys, options) => cache.getMany(keys.map(named), options),
    fingerprint: (keys, options) => cache.fingerprint(keys.map(named), options),
    set: (key, value, options) => cache.set(named(key), value, options),
    delete: (key, options) => cache.delete(named(key), options),
    publish: ({ entries, unchanged, ttlSeconds, remove, expect }, options) =>
      cache.publish(
        {
          entries: entries.map(namedEntry),
          unchanged: unchanged && {
            since: named(unchanged.since),
            entries: unchanged.entries.map(namedEntry),
          },
          ttlSeconds,
          remove: remove.map(named),
          expect: expect.map((expected) => ({ ...expected, key: named(expected.key) })),
        },
        options,
      ),
    close: () => cache.close(),
  };
}
