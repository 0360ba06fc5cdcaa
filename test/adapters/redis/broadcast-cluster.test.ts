import { afterAll, beforeAll, expect, test } from "vitest";
import { publishAndWait } from "../../../src/conformance/broadcast-samples.ts";
import { freePort } from "../../support/free-port.ts";
import { gatherRedisMembers } from "../../support/redis-broadcast-members.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

let redis: RedisServer;
beforeAll(async () => {
  // By default nodes talk on a port that is 10,000 higher: there the system's own connections may be.
  const busPort = String(await freePort());
  redis = await startRedis({ args: ["--cluster-enabled", "yes", "--cluster-port", busPort] });
  await redis.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  while (!String(await redis.command("CLUSTER", "INFO")).includes("cluster_state:ok"));
});
afterAll(async () => {
  await redis.stop();
});

test.each(["mosaic:events", "{mosaic}:events"])(
  "createRedisBroadcast() delivers on a Redis Cluster over the channel %s",
  async (channel) => {
    const members = gatherRedisMembers(channel);
    const [first, second] = [
      await members.join({ publisherUrl: redis.url }),
      await members.join({ publisherUrl: redis.url }),
    ];
    for (const { port, listener } of [first, second]) {
      port.subscribe(listener);
      await listener.untilCalled("connected");
    }
    await publishAndWait("1", first, second);
    expect(await redis.command("CLIENT", "KILL", "TYPE", "pubsub")).toBe(2);
    await Promise.all([first, second].map(({ listener }) => listener.untilCalled("connected", 2)));
    await publishAndWait("2", second, first);
    const calls = ["connected", "message 1", "lost unavailable", "connected", "message 2"];
    expect([first.listener.calls, second.listener.calls]).toEqual([calls, calls]);
    await members.close();
  },
);
