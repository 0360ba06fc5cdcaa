import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withNamespace } from "../../../src/adapters/decorators/namespace.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import { bytes, LONG_SECONDS, readTexts, setTexts } from "../../../src/conformance/cache-samples.ts";
import { connectTestRedis } from "../../support/connect-redis.ts";
import { freePort } from "../../support/free-port.ts";
import { PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

let redis: RedisServer;
let client: Redis;
beforeAll(async () => {
  // By default nodes talk on a port that is 10,000 higher: there the system's own connections may be.
  const busPort = String(await freePort());
  redis = await startRedis({ args: ["--cluster-enabled", "yes", "--cluster-port", busPort] });
  await redis.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  await untilClusterIsUp();
  client = await connectTestRedis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

/** A node serves its slots only a moment after it was given them. */
async function untilClusterIsUp(): Promise<void> {
  while (!String(await redis.command("CLUSTER", "INFO")).includes("cluster_state:ok"));
}

const KEYS = ["views:view_a", "views:view_b", "views:list", "views:hash", "views:loaded", "catalog:state"];
const PUBLICATION = {
  entries: KEYS.map((key) => ({ key, value: bytes(`new ${key}`) })),
  ttlSeconds: LONG_SECONDS,
  remove: ["views:ghost"],
  expect: [{ key: "views:list", value: undefined }],
};

beforeEach(async () => {
  await redis.command("FLUSHALL");
});

describe("createRedisCache() on a Redis Cluster", () => {
  test("a namespace with a hash tag keeps a publication in one slot", async () => {
    const cache = withNamespace(createRedisCache(client, PATIENT), "{mosaic}");
    await setTexts(cache, { "views:ghost": "old" });
    expect(await cache.publish(PUBLICATION)).toEqual({ kind: "published" });
    expect(await cache.publish(PUBLICATION)).toEqual({ kind: "conflict" });
    const wanted = [...KEYS.map((key) => `new ${key}`), undefined];
    expect(await readTexts(cache, [...KEYS, "views:ghost"])).toEqual(wanted);
    expect(await cache.delete("views:list")).toBe(true);
  });

  test("a publication keeps unchanged entries in the slot, whose names it sends beside its keys", async () => {
    const cache = withNamespace(createRedisCache(client, PATIENT), "{mosaic}");
    await cache.publish(PUBLICATION);
    const [state, ...kept] = PUBLICATION.entries.toReversed();
    const entries = [{ key: state?.key ?? "", value: bytes("second") }];
    const unchanged = { since: state?.key ?? "", entries: kept };
    const before = await redis.command("DUMP", "{mosaic}:views:view_a");
    expect(await cache.publish({ ...PUBLICATION, entries, unchanged, expect: [] })).toEqual({
      kind: "published",
    });
    expect(await redis.command("DUMP", "{mosaic}:views:view_a")).toEqual(before);
    expect(await readTexts(cache, KEYS)).toEqual([...KEYS.slice(0, -1).map((key) => `new ${key}`), "second"]);
  });

  test("a namespace without one is rejected as CROSSSLOT, and nothing is changed", async () => {
    const cache = withNamespace(createRedisCache(client, PATIENT), "mosaic");
    await setTexts(cache, { "views:ghost": "old" });
    await expect(cache.publish(PUBLICATION)).rejects.toMatchObject({
      name: "CacheError",
      code: "rejected",
      message: expect.stringMatching(
        /^Cannot publish to the cache: Redis answered CROSSSLOT Keys in request/,
      ),
    });
    await expect(cache.getMany(KEYS)).rejects.toMatchObject({
      name: "CacheError",
      code: "rejected",
      message: expect.stringMatching(/^Cannot read from the cache: Redis answered CROSSSLOT Keys in request/),
    });
    expect(await redis.command("DBSIZE")).toBe(1);
    expect(await redis.command("GET", "mosaic:views:ghost")).toBe("old");
  });
});
