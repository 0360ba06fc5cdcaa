import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createRedisBroadcast } from "../../../src/adapters/redis/broadcast.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { connectRedis, createRedisPair, type RedisPair } from "../../../src/adapters/redis/client.ts";
import { readTlsFiles } from "../../../src/adapters/redis/read-tls-files.ts";
import { recordListener } from "../../../src/conformance/broadcast-samples.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { listenLoopback } from "../../support/listen-loopback.ts";
import { startRedis } from "../../support/redis-server.ts";
import { startClusterSetUp } from "../../support/set-ups/cluster-set-up.ts";
import { startSentinelSetUp } from "../../support/set-ups/sentinel-set-up.ts";
import type { SetUpNode } from "../../support/set-ups/set-up-nodes.ts";

const WAIT = { timeout: 30_000, interval: 20 };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A replica's two connections, in use. */
interface Used extends RedisPair {
  /** Writes, reads and hears itself. */
  readonly work: () => Promise<void>;
}

async function use(settings: Readonly<Record<string, string>>): Promise<Used> {
  const { REDIS_URL = "", CACHE_NAMESPACE: namespace = "mosaic" } = settings;
  const { REDIS_TLS_CA: ca, REDIS_TLS_CERT: cert, REDIS_TLS_KEY: key } = settings;
  const read = await readTlsFiles({ ca, cert, key });
  const sentinel = { password: settings.REDIS_SENTINEL_PASSWORD };
  const tls = read.kind === "files" ? read.files : undefined;
  const pair = createRedisPair(REDIS_URL, { tls, sentinel, namespace, connectTimeoutMs: 5000 });
  const { commands, subscriber } = pair;
  const cache = createRedisCache(commands.client, { deadlineMs: 2000 });
  const port = createRedisBroadcast({
    publisher: commands.client,
    subscriber: subscriber.client,
    channel: `${namespace}:events`,
  });
  const listener = recordListener();
  ends.push(async () => {
    await port.close();
    await cache.close();
  });
  port.subscribe(listener);
  await connectRedis(commands.client, 10_000);
  let turn = 0;
  const work = async (): Promise<void> => {
    turn += 1;
    const text = String(turn);
    await cache.set(`${namespace}:key`, bytes(text), { ttlSeconds: 60 });
    expect(new TextDecoder().decode(await cache.get(`${namespace}:key`))).toBe(text);
    await port.publish(bytes(text));
    await vi.waitFor(() => expect(listener.calls).toContain(`message ${text}`), {
      timeout: 500,
      interval: 5,
    });
  };
  return { ...pair, work };
}

/** Both connections are at this server, and do their work there. */
async function untilAt(used: Used, node: SetUpNode): Promise<void> {
  const endpoint = { host: node.host.address, port: node.clientPort };
  await vi.waitFor(async () => {
    await used.work();
    expect([used.commands.state.endpoint, used.subscriber.state.endpoint]).toEqual([endpoint, endpoint]);
    expect(used.commands.fault()).toBeUndefined();
  }, WAIT);
}

describe("createRedisPair(), over TLS with client certificates", () => {
  test("follows a planned switch and a promotion that Sentinels make, one Sentinel down", async () => {
    await using setUp = await startSentinelSetUp({ secured: true });
    const used = await use(setUp.settings);
    const first = await setUp.primary();
    expect(first).toBe(setUp.nodes[0]);
    await untilAt(used, first);
    const second = await setUp.switchPrimary();
    await untilAt(used, second);
    await setUp.sentinels[0]?.kill();
    await second.kill();
    await untilAt(used, await setUp.untilPrimaryAfter(second));
  });

  test("follows a planned switch, a slot while it moves, a promotion, and a new node in a cluster", async () => {
    await using setUp = await startClusterSetUp({ secured: true });
    const used = await use({ ...setUp.settings, CACHE_NAMESPACE: setUp.namespace });
    const first = await setUp.owner();
    await untilAt(used, first);
    const second = await setUp.switchOwner();
    await untilAt(used, second);
    // All keys are at the new node while the old one still owns the slot, and answers ASK.
    const third = await setUp.moveSlot({
      async onMoved() {
        await expect
          .poll(() => used.work().catch(() => used.commands.fault()?.kind), WAIT)
          .toBe("slot-moving");
      },
    });
    expect(new Set([first, second, third]).size).toBe(3);
    await untilAt(used, third);
    await third.command("WAIT", "1", "5000");
    await third.kill();
    const fourth = await setUp.untilOwnerAfter(third);
    await untilAt(used, fourth);
    await third.restart({ keepData: true });
    await setUp.untilServing();
    // No address of the settings leads to it.
    const added = await setUp.addNode();
    await setUp.moveSlot({ to: added });
    await untilAt(used, added);
  });
});

test("a name that leads to another server is followed while both connections live", async () => {
  await using first = await startRedis();
  await using second = await startRedis();
  const name = await startName(first.port);
  const used = await use({ REDIS_URL: `redis://127.0.0.1:${name.port}/0` });
  await vi.waitFor(used.work, WAIT);
  const idOf = async (server: typeof first): Promise<string | undefined> =>
    /run_id:(\w+)/.exec(String(await server.command("INFO", "server")))?.[1];
  await first.command("REPLICAOF", "127.0.0.1", String(second.port));
  await expect
    .poll(
      () =>
        used.work().then(
          () => undefined,
          (error: Error) => error.message,
        ),
      WAIT,
    )
    .toMatch(/READONLY/);
  expect(used.commands.fault()?.kind).toBe("replica");
  // Until the name leads elsewhere, the connection to the replica stays: it can be read.
  expect(await createRedisCache(used.commands.client).get("mosaic:key")).toBeDefined();
  name.leadTo(second.port);
  await vi.waitFor(used.work, WAIT);
  const wanted = await idOf(second);
  await vi.waitFor(() => {
    expect([used.commands.state.server?.run_id, used.subscriber.state.server?.run_id]).toEqual([
      wanted,
      wanted,
    ]);
  }, WAIT);
});

test("a replica that is promoted in place is used on over the same connection", async () => {
  await using redis = await startRedis();
  const used = await use({ REDIS_URL: redis.url });
  await vi.waitFor(used.work, WAIT);
  const { stream } = used.commands.client;
  await redis.command("REPLICAOF", "127.0.0.1", "1");
  await expect.poll(() => used.work().catch(() => used.commands.fault()?.kind), WAIT).toBe("replica");
  await redis.command("REPLICAOF", "NO", "ONE");
  await vi.waitFor(async () => {
    await used.work();
    expect(used.commands.fault()).toBeUndefined();
  }, WAIT);
  expect(used.commands.client.stream).toBe(stream);
});

/** A host name, as it were: new connections go to where it leads, and the others stay. */
async function startName(first: number): Promise<{ readonly port: number; leadTo(port: number): void }> {
  let target = first;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const other = connect({ host: "127.0.0.1", port: target });
    for (const end of [socket, other]) {
      sockets.add(end);
      end
        .on("error", () => undefined)
        .on("close", () => [socket, other].forEach((each) => void each.destroy()));
    }
    socket.pipe(other).pipe(socket);
  });
  const port = await listenLoopback(server);
  ends.unshift(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port,
    leadTo(other) {
      target = other;
    },
  };
}
