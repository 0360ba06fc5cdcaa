import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { connectRedis, createRedisPair } from "../../../src/adapters/redis/client.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { formatAddress } from "../../../src/lib/redis-url.ts";
import { freePort } from "../../support/free-port.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((found) =>
  found?.some(({ address }) => address === "::1"),
);
/** A container may have no IPv6: there the test shows the same on IPv4. */
const ADDRESS = hasIpv6 ? "::1" : "127.0.0.1";
const NAMESPACE = "{mosaic}";
const WAIT = { timeout: 20_000, interval: 20 };
const opened = new AsyncDisposableStack();
afterEach(() => opened.disposeAsync());

async function startNode(): Promise<RedisServer> {
  const args = ["--cluster-enabled", "yes", "--cluster-port", String(await freePort())];
  const options = ["--bind", ADDRESS, "--cluster-node-timeout", "1000", ...args];
  return opened.use(await startRedis({ host: { address: ADDRESS, enter: [] }, args: options }));
}

async function isServing(node: RedisServer): Promise<boolean> {
  return String(await node.command("CLUSTER", "INFO")).includes("cluster_state:ok");
}

test("createRedisPair() uses a cluster of IPv6 addresses, and follows a slot that moves to another node", async () => {
  const [first, second] = [await startNode(), await startNode()];
  await first.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  const [, busPort = ""] = (await second.command("CONFIG", "GET", "cluster-port")) as readonly string[];
  await first.command("CLUSTER", "MEET", ADDRESS, String(second.port), busPort);
  await expect.poll(() => isServing(second), WAIT).toBe(true);

  const { commands } = createRedisPair(
    `redis-cluster://${formatAddress({ host: ADDRESS, port: first.port })}`,
    {
      namespace: NAMESPACE,
    },
  );
  const cache = createRedisCache(commands.client);
  opened.defer(() => cache.close());
  await connectRedis(commands.client, 5000);
  expect(commands.state.endpoint).toEqual({ host: ADDRESS, port: first.port });
  const key = `${NAMESPACE}:key`;
  await cache.set(key, bytes("first"), { ttlSeconds: 60 });

  const slot = String(await first.command("CLUSTER", "KEYSLOT", key));
  const id = String(await second.command("CLUSTER", "MYID"));
  await first.command("DEL", key);
  for (const node of [second, first]) await node.command("CLUSTER", "SETSLOT", slot, "NODE", id);
  await expect
    .poll(
      () =>
        cache.set(key, bytes("second"), { ttlSeconds: 60 }).then(
          () => commands.state.endpoint,
          () => undefined,
        ),
      WAIT,
    )
    .toEqual({ host: ADDRESS, port: second.port });
  expect(await second.command("GET", key)).toBe("second");
});
