import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { bytes, LONG_SECONDS, readTexts } from "../../../src/conformance/cache-samples.ts";
import type { CacheEntry, CachePort } from "../../../src/ports/cache-port.ts";
import { connectTestRedis } from "../../support/connect-redis.ts";
import { PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

const KEPT: readonly CacheEntry[] = Array.from({ length: 300 }, (_, index) => ({
  key: `view:${index}`,
  value: bytes(`${index} `.repeat(500)),
}));
const KEYS = ["state", ...KEPT.map(({ key }) => key)];
const BYTES = KEPT.reduce((total, { value }) => total + value.byteLength, 0);

let redis: RedisServer;
let client: Redis;
let cache: CachePort;
beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.command("FLUSHALL");
  await redis.command("ACL", "SETUSER", "bob", "reset", "on", ">secret", "~*", "+@all");
  client = await connectTestRedis(redis.url.replace("redis://", "redis://bob:secret@"));
  cache = createRedisCache(client, PATIENT);
});
afterEach(() => cache.close());
afterAll(() => redis.stop());

async function publish(version: string): Promise<void> {
  const entries = [{ key: "state", value: bytes(version) }];
  const unchanged = { since: "state", entries: KEPT };
  const outcome = await cache.publish({
    entries,
    unchanged,
    ttlSeconds: LONG_SECONDS,
    remove: [],
    expect: [],
  });
  expect(outcome).toEqual({ kind: "published" });
  expect(await readTexts(cache, KEYS)).toEqual([
    version,
    ...KEPT.map(({ value }) => new TextDecoder().decode(value)),
  ]);
}

/** The bytes that a task sends to the server. */
async function bytesSent(task: () => Promise<void>): Promise<number> {
  const before = client.stream.bytesWritten;
  await task();
  return client.stream.bytesWritten - before;
}

describe("createRedisCache() with unchanged entries", () => {
  test("publish() sends no unchanged value a second time", async () => {
    expect(await bytesSent(() => publish("first"))).toBeGreaterThan(BYTES);
    // The read of the test names every key; a publication needs a few bytes for each.
    expect(await bytesSent(() => publish("second"))).toBeLessThan(KEYS.length * 60);
    expect(await bytesSent(() => publish("third"))).toBeLessThan(KEYS.length * 60);
  });

  test("publish() lets all keys expire in the same millisecond", async () => {
    for (const version of ["first", "second"]) {
      await publish(version);
      const moments = await Promise.all(KEYS.map((key) => redis.command("PEXPIRETIME", key)));
      expect(new Set(moments).size).toBe(1);
    }
  });

  test("publish() lets keys expire before all that another program writes afterwards with the same TTL", async () => {
    for (let attempt = 0; attempt < 50; attempt++) {
      const entries = [{ key: "state", value: bytes(`${attempt}`) }];
      const publishing = cache.publish({ entries, ttlSeconds: LONG_SECONDS, remove: [], expect: [] });
      // Sent together, so that both nearly always run in the same millisecond.
      await Promise.all([publishing, client.set("view:7", "other", "EX", LONG_SECONDS)]);
      const [published, other] = await Promise.all([
        client.pexpiretime("state"),
        client.pexpiretime("view:7"),
      ]);
      expect(published).toBeLessThan(other);
    }
  });

  test.each([
    ["has gone", ["DEL", "view:7"]],
    ["was written since", ["SET", "view:7", "other", "PX", "9999999"]],
    ["was written since without a TTL", ["SET", "view:7", "other"]],
    [
      "was replaced by a list",
      ["EVAL", "redis.call('DEL', KEYS[1]) redis.call('LPUSH', KEYS[1], 'x')", "1", "view:7"],
    ],
    ["was given another TTL", ["EXPIRE", "view:7", "9999"]],
  ])("publish() writes all values where one %s", async (_, command) => {
    await publish("first");
    await redis.command(...command);
    expect(await bytesSent(() => publish("second"))).toBeGreaterThan(BYTES);
    expect(await bytesSent(() => publish("third"))).toBeLessThan(KEYS.length * 60);
  });

  test.each([["-pexpiretime"], ["-pexpireat"], ["-pexpiretime", "-pexpireat"]])(
    "publish() writes all values for a user with %s, and is refused nothing",
    async (...rules) => {
      await redis.command("ACL", "SETUSER", "bob", ...rules);
      await redis.command("ACL", "LOG", "RESET");
      await publish("first");
      expect(await bytesSent(() => publish("second"))).toBeGreaterThan(BYTES);
      expect(await redis.command("ACL", "LOG")).toEqual([]);
    },
  );

  test("publish() changes no TTL for a user who may not write", async () => {
    await publish("first");
    const before = await redis.command("PEXPIRETIME", "view:1");
    await redis.command("ACL", "SETUSER", "bob", "-set");
    await expect(publish("second")).rejects.toMatchObject({ name: "CacheError", code: "rejected" });
    expect(await redis.command("PEXPIRETIME", "view:1")).toBe(before);
  });
});
