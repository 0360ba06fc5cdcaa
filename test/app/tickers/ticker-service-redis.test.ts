import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withNamespace } from "../../../src/adapters/decorators/namespace.ts";
import { createRedisCache, type RedisCacheOptions } from "../../../src/adapters/redis/cache.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { connectTestRedis, untilAnswering } from "../../support/connect-redis.ts";
import { pythonDumps } from "../../support/old-publisher.ts";
import { PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import {
  createScriptedTickerSource,
  type ScriptedTickerSource,
} from "../../support/scripted-ticker-source.ts";
import {
  createFakeClock,
  createTickerReplica,
  type FakeClock,
  seen,
  TICKERS_TTL_SECONDS as TTL,
} from "../../support/ticker-replica.ts";

const KEY = "mosaic:tickers:list";
const NO_CONNECTION = "no connection to Redis";

let redis: RedisServer;
let clock: FakeClock;
let source: ScriptedTickerSource;
const clients: Redis[] = [];
beforeEach(async () => {
  redis = await startRedis();
  clock = createFakeClock();
  source = createScriptedTickerSource(["HGLG11", "KNRI11"]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await redis.stop();
});

async function open(options: RedisCacheOptions = PATIENT) {
  const client = await connectTestRedis(redis.url);
  clients.push(client);
  const cache: CachePort = withNamespace(createRedisCache(client, options), "mosaic");
  return { client, cache, replica: createTickerReplica({ cache, source, clock }) };
}

describe("load() with Redis", () => {
  test("load() shares its list as JSON that peers read, with its TTL", async () => {
    const { replica } = await open();
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
    expect(await redis.command("GET", KEY)).toBe('["HGLG11", "KNRI11"]');
    const ttlMs = Number(await redis.command("PTTL", KEY));
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(TTL * 1000);
    expect(await redis.command("DBSIZE")).toBe(1);
  });

  test("load() of 1,000 concurrent cold calls makes one query, and a second replica none", async () => {
    const [{ replica }, other] = [await open(), await open()];
    await Promise.all(Array.from({ length: 1000 }, () => replica.load()));
    expect(source.queries()).toBe(1);
    await Promise.all(Array.from({ length: 1000 }, () => other.replica.load()));
    expect(source.queries()).toBe(1);
    expect(other.replica.story()).toEqual(["cache-hit", "loaded 2 from cache"]);
  });

  test("load() takes the rest of the life of an entry that a Python peer wrote", async () => {
    await redis.command("SET", KEY, pythonDumps(["KNRI11", "hglg11"]), "EX", "20");
    const { replica } = await open();
    const load = await replica.load();
    expect(seen(load)).toBe("fresh from cache: HGLG11 KNRI11");
    const lifeMs = load.kind === "tickers" ? load.snapshot.freshUntilMs - clock.nowMs() : Number.NaN;
    expect(lifeMs).toBeGreaterThan(0);
    expect(lifeMs).toBeLessThanOrEqual(20_000);
    expect(source.queries()).toBe(0);
  });

  test("load() replaces an entry that would live for ever, whose copy could have no end", async () => {
    await redis.command("SET", KEY, '["XPLG11"]');
    const { replica } = await open();
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
    expect(replica.story()).toEqual(["cache-miss: absent", "loaded 2 from database"]);
    expect(Number(await redis.command("PTTL", KEY))).toBeGreaterThan(0);
  });

  test("load() takes a list for no longer than the TTL, however long whoever wrote it lets it live", async () => {
    await redis.command("SET", KEY, '["XPLG11"]', "EX", String(1000 * TTL));
    const { replica } = await open();
    expect(seen(await replica.load())).toBe("fresh from cache: XPLG11");
    await redis.command("DEL", KEY);
    clock.elapse(TTL);
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
  });

  test.each([
    ["a list", ["RPUSH", KEY, "HGLG11"]],
    ["a set", ["SADD", KEY, "HGLG11"]],
    ["a hash", ["HSET", KEY, "HGLG11", "1"]],
  ])("load() replaces what is no plain value but %s", async (_, command) => {
    await redis.command(...command);
    await redis.command("EXPIRE", KEY, "100");
    const { replica } = await open();
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
    expect(replica.story()).toEqual(["cache-miss: absent", "loaded 2 from database"]);
    expect(await redis.command("GET", KEY)).toBe('["HGLG11", "KNRI11"]');
  });

  test("load() replaces a bad value, which costs the cache none of its good name", async () => {
    await redis.command("SET", KEY, "not JSON", "EX", "100");
    const { replica, cache } = await open();
    await replica.load();
    expect(replica.story()).toEqual(["cache-miss: bad-value", "loaded 2 from database"]);
    expect(await cache.get("tickers:list")).toEqual(Buffer.from('["HGLG11", "KNRI11"]'));
  });
});

describe("load() while Redis fails", () => {
  test("load() goes to the database while Redis is frozen, and shares again when it thaws", async () => {
    const { replica, client } = await open({ deadlineMs: 40, bulkDeadlineMs: 40 });
    redis.freeze();
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
    const [missed, loaded, unshared] = replica.story();
    expect([missed, loaded]).toEqual(["cache-miss: failed", "loaded 2 from database"]);
    // Why depends on how far the connection that was given up has got.
    expect(unshared).toMatch(/^cache-write-failed: Cannot publish to the cache: /);
    redis.thaw();
    await untilAnswering(client);
    const patient = createTickerReplica({
      cache: withNamespace(createRedisCache(client, PATIENT), "mosaic"),
      source,
      clock,
    });
    expect(seen(await patient.load())).toBe("fresh from database: HGLG11 KNRI11");
    expect(await redis.command("GET", KEY)).toBe('["HGLG11", "KNRI11"]');
  });

  test("load() goes to the database when Redis is killed, and shares again when it is back", async () => {
    const { replica, client } = await open();
    await replica.load();
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    await redis.kill();
    await closed;
    clock.elapse(TTL + 1);
    replica.story();
    source.answer(["XPLG11"]);
    expect(seen(await replica.load())).toBe("fresh from database: XPLG11");
    expect(replica.story()).toEqual([
      "cache-miss: failed",
      "loaded 1 from database",
      `cache-write-failed: Cannot publish to the cache: ${NO_CONNECTION}`,
    ]);
    await redis.restart();
    await untilAnswering(client);
    expect(seen(await replica.refresh())).toBe("fresh from database: XPLG11");
    expect(await redis.command("GET", KEY)).toBe('["XPLG11"]');
  });

  test("load() goes to the database when Redis refuses to write, and says why", async () => {
    const { replica } = await open();
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
    const [missed, loaded, unshared] = replica.story();
    expect([missed, loaded]).toEqual(["cache-miss: absent", "loaded 2 from database"]);
    expect(unshared).toContain("cache-write-failed: Cannot publish to the cache: ");
    expect(unshared).toContain("OOM");
  });

  test("load() goes to the database when the cache was closed", async () => {
    const { replica, cache } = await open();
    await cache.close();
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11 KNRI11");
    expect(replica.story()).toEqual([
      "cache-miss: failed",
      "loaded 2 from database",
      "cache-write-failed: Cannot publish to the cache: the cache is closed",
    ]);
  });
});
