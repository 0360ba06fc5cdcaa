import { createRedisCache } from "../../src/adapters/cache/redis-cache.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import { connectTestRedis } from "./connect-redis.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

/** A real Redis with the service's cache on it. */
export interface CatalogRedis extends AsyncDisposable {
  readonly server: RedisServer;
  readonly cache: CachePort;
  /** Every key with its value as Redis dumps it and the moment it expires. */
  contents(): Promise<Readonly<Record<string, string>>>;
  /** The keys, sorted. */
  keys(): Promise<readonly string[]>;
}

export async function startCatalogRedis(): Promise<CatalogRedis> {
  const server = await startRedis();
  const client = await connectTestRedis(server.url);
  const cache = createRedisCache(client, { deadlineMs: 20_000, bulkDeadlineMs: 20_000 });
  const keys = async (): Promise<readonly string[]> =>
    ((await server.command("KEYS", "*")) as string[]).sort();
  return {
    server,
    cache,
    keys,
    async contents() {
      const held: Record<string, string> = {};
      for (const key of await keys()) {
        const dump = (await client.dumpBuffer(key))?.toString("base64");
        held[key] = `${dump} until ${await server.command("PEXPIRETIME", key)}`;
      }
      return held;
    },
    async [Symbol.asyncDispose]() {
      await cache.close();
      await server.stop();
    },
  };
}
