import { afterAll, beforeAll } from "vitest";
import { describeBroadcast } from "../../support/describe-conformance.ts";
import { openRedisBroadcastHarness } from "../../support/redis-broadcast-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
});

describeBroadcast({
  name: "createRedisBroadcast()",
  open: () => openRedisBroadcastHarness(redis.port, "mosaic:events"),
});
