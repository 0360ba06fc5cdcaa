import type { Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { CATALOG_BYTES_MAX, VIEW_BYTES_MAX } from "../../../src/domain/catalog/catalog.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../../src/domain/catalog/values-fingerprint.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { connectTestRedis } from "../../support/connect-redis.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

const MANY = Array.from({ length: 400 }, (_, index) => `view:${index}`);
const PATIENT = { deadlineMs: 20_000, bulkDeadlineMs: 20_000 };
const VALUE = new Uint8Array(10_000).fill(7);

describe("createRedisCache() with what is large", () => {
  let redis: RedisServer;
  let cache: CachePort;

  beforeAll(async () => {
    redis = await startRedis();
    cache = createRedisCache(await connectTestRedis(redis.url), PATIENT);
  });
  afterAll(async () => {
    await cache.close();
    await redis.stop();
  });
  beforeEach(async () => {
    await redis.command("FLUSHALL");
  });

  test("a value that is too large to be read counts as none, and a publication that expects none replaces it", async () => {
    await redis.command("SETRANGE", "huge", String(16 * 1024 * 1024), "x");
    await redis.command("SET", "small", "1");
    await redis.command("PEXPIRE", "huge", "100000");
    expect(await cache.get("huge")).toBeUndefined();
    expect(await cache.getWithTtl("huge")).toBeUndefined();
    const [huge, small] = await cache.getMany(["huge", "small"]);
    expect([huge, small && new TextDecoder().decode(small)]).toEqual([undefined, "1"]);
    const entries = [{ key: "huge", value: new TextEncoder().encode("new") }];
    const expecting = [{ key: "huge", value: undefined }];
    expect(await cache.publish({ entries, ttlSeconds: 60, remove: [], expect: expecting })).toEqual({
      kind: "published",
    });
    expect(await redis.command("GET", "huge")).toBe("new");
  });

  test("A19: sizes are asked before a bulk read, and values that are too large are not read", async () => {
    const keys = Array.from({ length: 5 }, (_, index) => `view:${index}`);
    for (const key of keys) await redis.command("SETRANGE", key, String(17 * 1024 * 1024), "x");
    await redis.command("SET", "view:3", "small");
    await redis.command("LPUSH", "view:list", "no plain value");
    await redis.command("CONFIG", "RESETSTAT");
    const values = await cache.getMany([...keys, "view:list", "view:absent"]);
    const texts = values.map((value) => value && new TextDecoder().decode(value));
    expect(texts).toEqual(keys.concat("", "").map((key) => (key === "view:3" ? "small" : undefined)));
    const sent = /total_net_output_bytes:(\d+)/.exec(String(await redis.command("INFO", "stats")))?.[1];
    expect(Number(sent)).toBeLessThan(1024 * 1024);
  });

  test("A19: what is over the size that a reader allows is reported, not read, and not fingerprinted", async () => {
    const oversized: unknown[] = [];
    const client = await connectTestRedis(redis.url);
    const bounded = createRedisCache(client, { ...PATIENT, onOversized: (value) => oversized.push(value) });
    for (const key of MANY.slice(0, 20)) await redis.command("SETRANGE", key, String(1024 * 1024 - 1), "x");
    await redis.command("SET", "small", "1");
    await redis.command("CONFIG", "RESETSTAT");
    const options = { bytesMax: 8192 };
    const values = await bounded.getMany([...MANY, "small"], options);
    const { fingerprint } = await bounded.fingerprint([...MANY, "small"], options);
    const sent = /total_net_output_bytes:(\d+)/.exec(String(await redis.command("INFO", "stats")))?.[1];
    expect(Number(sent)).toBeLessThan(64 * 1024);
    expect(values.filter((value) => value !== undefined)).toHaveLength(1);
    const absent = MANY.map(() => undefined);
    const one = new TextEncoder().encode("1");
    expect(fingerprint).toBe(continueFingerprint(EMPTY_FINGERPRINT, [...absent, one]));
    expect(oversized).toEqual(MANY.slice(0, 20).map((key) => ({ key, bytes: 1024 * 1024, bytesMax: 8192 })));
    await bounded.close();
  });

  test("A19: values that are too large together are not all read", async () => {
    const size = 12 * 1024 * 1024;
    const keys = Array.from({ length: CATALOG_BYTES_MAX / size + 2 }, (_, index) => `view:${index}`);
    for (const key of keys) await redis.command("SETRANGE", key, String(size), "x");
    const values = await cache.getMany(keys);
    const bytes = values.reduce((total, value) => total + (value?.byteLength ?? 0), 0);
    expect([bytes > 150 * 1024 * 1024, bytes <= CATALOG_BYTES_MAX]).toEqual([true, true]);
  });

  test("A18: as much as a catalog may hold is read at once", async () => {
    const keys = Array.from({ length: CATALOG_BYTES_MAX / VIEW_BYTES_MAX }, (_, index) => `view:${index}`);
    for (const key of keys) await redis.command("SETRANGE", key, String(VIEW_BYTES_MAX - 1), "x");
    const values = await cache.getMany(keys);
    expect(values.every((value) => value?.byteLength === VIEW_BYTES_MAX)).toBe(true);
  });

  test("a value of just the bound is read", async () => {
    await redis.command("SETRANGE", "bound", String(16 * 1024 * 1024 - 1), "x");
    expect((await cache.get("bound"))?.byteLength).toBe(16 * 1024 * 1024);
  });

  test("a small call that waits behind a large transfer gives up, and lets the transfer end", async () => {
    const entries = MANY.map((key) => ({ key, value: VALUE }));
    await cache.publish({ entries, ttlSeconds: 60, remove: [], expect: [] });
    await using proxy = await startTcpProxy({ targetPort: redis.port });
    const client = await connectTestRedis(`redis://127.0.0.1:${proxy.port}/0`);
    const hasty = createRedisCache(client, { deadlineMs: 600, bulkDeadlineMs: 20_000 });
    const firstConnection = client.stream;
    // A chunk now and then: the whole takes longer than the deadline, and something comes all the while.
    proxy.pause();
    const trickle = setInterval(() => proxy.step(), 30);
    const transfer = hasty.getMany(MANY);
    // The sizes have come, and the first of the values: more than all sizes together.
    const received = (): number => (client.stream as Socket).bytesRead;
    await expect.poll(received, { interval: 5, timeout: 20_000 }).toBeGreaterThan(20_000);
    const small = await hasty.get("view:0").catch((error: { code: string }) => error.code);
    clearInterval(trickle);
    proxy.resume();
    expect(small).toBe("busy");
    const values = await transfer;
    expect(values.every((value) => value?.byteLength === VALUE.byteLength)).toBe(true);
    expect(client.stream).toBe(firstConnection);
    await hasty.close();
  });
});
