import type { Redis } from "ioredis";
import { createRedisCache } from "../../src/adapters/redis/cache.ts";
import type { CacheHarness } from "../../src/conformance/cache-conformance.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import { connectTestRedis } from "./connect-redis.ts";

/** On a machine that is busy with other tests the default deadlines would be a second subject. */
export const PATIENT = { deadlineMs: 20_000, bulkDeadlineMs: 20_000 } as const;

/** An empty Redis behind two connections, the cache's and its peer's. */
export async function openRedisHarness(
  url: string,
  decorate: (cache: CachePort) => CachePort = (cache) => cache,
): Promise<CacheHarness> {
  const [client, peerClient, control] = await Promise.all([
    connectTestRedis(url),
    connectTestRedis(url),
    connectTestRedis(url),
  ]);
  await control.flushall();
  const cache = decorate(createRedisCache(client, PATIENT));
  const peer = decorate(createRedisCache(peerClient, PATIENT));
  return {
    cache,
    peer,
    elapse: (seconds) => untilServerClock(control, seconds),
    async close() {
      await Promise.all([cache.close(), peer.close()]);
      control.disconnect();
    },
  };
}

/** Asks the server for its own time until that has moved on: it expires keys by no other clock. */
async function untilServerClock(control: Redis, seconds: number): Promise<void> {
  const startMs = await serverMs(control);
  while ((await serverMs(control)) <= startMs + seconds * 1000 + 1);
}

async function serverMs(control: Redis): Promise<number> {
  const [seconds, microseconds] = await control.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}
