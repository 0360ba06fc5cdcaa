import { withNamespace } from "../src/adapters/decorators/namespace.ts";
import { createRedisCache } from "../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../src/adapters/redis/client.ts";
import { createCatalogStore } from "../src/app/catalog/catalog-store.ts";
import type { Catalog } from "../src/domain/catalog/catalog.ts";

const NAMESPACE = "bench";

/** The settings of a service that takes the catalog which was published. */
export function publishedSettings(url: string): Readonly<Record<string, string>> {
  return { CACHE_BACKEND: "redis", REDIS_URL: url, CACHE_NAMESPACE: NAMESPACE };
}

/** Puts a catalog into Redis, as a replica does. */
export async function publishCatalog(url: string, catalog: Catalog): Promise<void> {
  const client = createRedisClient(url);
  await connectRedis(client, 5000);
  const store = createCatalogStore(withNamespace(createRedisCache(client), NAMESPACE));
  await store.publish(catalog, { ttlSeconds: 3600, revision: 1, expected: await store.readCurrent() });
  client.disconnect();
}
