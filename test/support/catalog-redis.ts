import { afterAll, beforeAll, beforeEach } from "vitest";
import { createRedisCache } from "../../src/adapters/redis/cache.ts";
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

/** What tests may do with a Redis that is started and stopped around them. */
export type SharedCatalogRedis = Omit<CatalogRedis, typeof Symbol.asyncDispose>;

/** One Redis for all tests of a `describe()`, empty at the beginning of each. Call it before other hooks that need it. */
export function shareCatalogRedis(): SharedCatalogRedis {
  let started: CatalogRedis | undefined;
  const running = (): CatalogRedis => {
    if (started === undefined) throw new Error("Redis runs only while the tests do");
    return started;
  };
  beforeAll(async () => {
    started = await startCatalogRedis();
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await running().server.command("FLUSHALL");
  });
  return {
    get server() {
      return running().server;
    },
    get cache() {
      return running().cache;
    },
    contents: () => running().contents(),
    keys: () => running().keys(),
  };
}
