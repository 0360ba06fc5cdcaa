import { beforeEach, describe, expect, test } from "vitest";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { type ComparisonMemory, preload, reconcile } from "../../../src/app/catalog/sync.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { createReplica, type Replica } from "../../support/catalog-replica.ts";
import { connectTestRedis, untilReady } from "../../support/connect-redis.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { viewYaml } from "../../support/views-directory.ts";

/** Twelve views of 500 kB. */
const VIEW_BYTES = 500_000;
const FILES = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`view_${index}.yaml`, viewYaml("a", "d".repeat(VIEW_BYTES))]),
);
const CATALOG_BYTES = 12 * VIEW_BYTES;
const TURN_KEY = "mosaic:leases:catalog-publish";

interface Member {
  readonly replica: Replica;
  compare(): Promise<unknown>;
}

/** Read once: replicas only read it. */
const files = createMemorySource(FILES);
const loaded = files.load();
const source = { ...files, load: () => loaded };

async function join(cache: CachePort): Promise<Member> {
  const replica = createReplica({ cache, source });
  const memory: ComparisonMemory = {};
  await preload(replica.deps, memory);
  return { replica, compare: () => reconcile(replica.deps, memory) };
}

async function inputBytes(server: RedisServer): Promise<number> {
  const text = String(await server.command("INFO", "stats"));
  return Number(/^total_net_input_bytes:(\d+)/m.exec(text)?.[1]);
}

const kindsOf = ({ replica }: Member): readonly string[] => replica.events.map(({ kind }) => kind);

describe("a large catalog that a fleet has lost", () => {
  const redis = shareCatalogRedis();
  let fleet: Member[];
  beforeEach(async () => {
    fleet = [];
    for (let index = 0; index < 12; index++) fleet.push(await join(redis.cache));
    for (const { replica } of fleet) replica.forget();
    await redis.server.command("FLUSHALL");
  });

  test("is sent by one of twelve replicas that compare together, and not in vain by the others", async () => {
    const before = await inputBytes(redis.server);
    for (let round = 0; round < 3; round++) await Promise.all(fleet.map(({ compare }) => compare()));
    const sent = (await inputBytes(redis.server)) - before;
    expect(sent).toBeGreaterThan(CATALOG_BYTES);
    expect(sent).toBeLessThan(1.3 * CATALOG_BYTES);
    expect(fleet.flatMap(kindsOf).filter((kind) => kind === "published")).toHaveLength(1);
    expect(fleet.flatMap(kindsOf)).not.toContain("publish-failed");
    expect(await redis.keys()).not.toContain(TURN_KEY);
  });

  test("is sent by another replica when the one whose turn it is has died", async () => {
    const [dead, next] = fleet;
    const expected = await dead?.replica.deps.store.readCurrent();
    if (expected === undefined) throw new Error("Nothing was read");
    expect(await dead?.replica.deps.store.acquirePublishLease(expected, { ttlSeconds: 5 })).toBe(true);
    await next?.compare();
    expect(await redis.keys()).toEqual([TURN_KEY]);
    const ttlMs = Number(await redis.server.command("PTTL", TURN_KEY));
    expect(ttlMs).toBeGreaterThan(0);
    await redis.server.command("DEL", TURN_KEY);
    await next?.compare();
    expect(await redis.keys()).toContain("mosaic:views:loaded");
  });

  test("is sent by one replica at a time although an earlier turn has expired before its end", async () => {
    const [slow, next, third] = fleet.map(({ replica }) => replica.deps.store);
    const expected = await slow?.readCurrent();
    if (expected === undefined) throw new Error("Nothing was read");
    expect(await slow?.acquirePublishLease(expected, { ttlSeconds: 5 })).toBe(true);
    await redis.server.command("DEL", TURN_KEY);
    expect(await next?.acquirePublishLease(expected, { ttlSeconds: 5 })).toBe(true);
    await slow?.releasePublishLease();
    expect(await third?.acquirePublishLease(expected, { ttlSeconds: 5 })).toBe(false);
    await next?.releasePublishLease();
    expect(await third?.acquirePublishLease(expected, { ttlSeconds: 5 })).toBe(true);
  });

  test("is not sent over what was published since it was observed", async () => {
    const [late, other] = fleet;
    const expected = await late?.replica.deps.store.readCurrent();
    await other?.compare();
    if (expected === undefined) throw new Error("Nothing was read");
    expect(await late?.replica.deps.store.acquirePublishLease(expected, { ttlSeconds: 5 })).toBe(false);
  });
});

describe("a large catalog whose transfer the server cuts off", () => {
  test("is sent again after a pause, however often it is compared, until it arrives", async () => {
    await using server = await startRedis({ args: ["--maxmemory-clients", "4mb"] });
    const client = await connectTestRedis(server.url);
    await using closing = new AsyncDisposableStack();
    closing.defer(() => client.disconnect());
    const cache = createRedisCache(client);
    const member = await join(cache);
    await untilReady(client);
    expect(kindsOf(member)).toContain("transfer-failed");
    const before = await inputBytes(server);
    for (let round = 0; round < 20; round++) {
      await member.compare();
      await untilReady(client);
    }
    expect((await inputBytes(server)) - before).toBeLessThan(0.1 * CATALOG_BYTES);
    const failed = () =>
      member.replica.events.flatMap((event) => (event.kind === "transfer-failed" ? [event] : []));
    expect(failed()).toMatchObject([{ failures: 1, pauseMs: 3750 }]);
    // Also after the pause, the other replicas get their turn first.
    member.replica.elapse(3750);
    await member.compare();
    expect(failed()).toHaveLength(1);
    await server.command("DEL", TURN_KEY);
    await member.compare();
    await untilReady(client);
    expect(failed()[1]).toMatchObject({ failures: 2, pauseMs: 7500 });
    expect(kindsOf(member).filter((kind) => kind === "publish-failed")).toHaveLength(1);

    await server.command("CONFIG", "SET", "maxmemory-clients", "0");
    await server.command("DEL", TURN_KEY);
    member.replica.elapse(7500);
    await member.compare();
    expect(kindsOf(member).slice(-2)).toEqual(["published", "transfer-recovered"]);
    const reader = await connectTestRedis(server.url);
    closing.defer(() => reader.disconnect());
    expect(await reader.get("mosaic:views:loaded")).toBe("1");
  });
});
