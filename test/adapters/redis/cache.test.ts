import { afterAll, beforeAll } from "vitest";
import { describeCache } from "../../support/describe-conformance.ts";
import { openRedisHarness } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeCache({ name: "createRedisCache()", open: () => openRedisHarness(redis.url) });
