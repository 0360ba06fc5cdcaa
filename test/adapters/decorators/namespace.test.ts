import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withNamespace } from "../../../src/adapters/decorators/namespace.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createRedisCache } from "../../../src/adapters/redis/cache.ts";
import {
  bytes,
  LONG_SECONDS,
  readTexts,
  setTexts,
  textEntries,
} from "../../../src/conformance/cache-samples.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { connectTestRedis } from "../../support/connect-redis.ts";
import { describeCache } from "../../support/describe-conformance.ts";
import { openMemoryHarness } from "../../support/memory-cache-harness.ts";
import { openRedisHarness, PATIENT } from "../../support/redis-cache-harness.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";

const mosaic = (cache: CachePort): CachePort => withNamespace(cache, "mosaic");

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeCache({ name: "withNamespace(memory)", open: () => openMemoryHarness(mosaic) });
describeCache({ name: "withNamespace(redis)", open: () => openRedisHarness(redis.url, mosaic) });

describe("withNamespace()", () => {
  beforeEach(async () => {
    await redis.command("FLUSHALL");
  });

  test.each(["mosaic", "{mosaic}", "a:b"])(
    "withNamespace(%j) puts its name and a colon before each key",
    async (name) => {
      const inner = createRedisCache(await connectTestRedis(redis.url), PATIENT);
      const cache = withNamespace(inner, name);
      await setTexts(cache, { "views:ghost": "0", "tickers:list": "1" });
      await cache.publish({
        entries: textEntries({ "views:view_a": "2", "views:list": "3" }),
        ttlSeconds: LONG_SECONDS,
        remove: ["views:ghost"],
        expect: [
          { key: "views:ghost", value: bytes("0") },
          { key: "views:list", value: undefined },
        ],
      });
      const keys = ["tickers:list", "views:list", "views:view_a"].map((key) => `${name}:${key}`);
      expect([...((await redis.command("KEYS", "*")) as string[])].sort()).toEqual(keys);
      expect(await redis.command("MGET", ...keys)).toEqual(["1", "3", "2"]);
      expect(await cache.delete("tickers:list")).toBe(true);
      expect(await redis.command("EXISTS", `${name}:tickers:list`)).toBe(0);
      await cache.close();
    },
  );

  test("withNamespace() keeps two namespaces from seeing each other", async () => {
    const inner = createMemoryCache();
    const [left, right] = [withNamespace(inner, "left"), withNamespace(inner, "right")];
    await setTexts(left, { key: "l", only: "l" });
    await setTexts(right, { key: "r" });
    expect(await readTexts(left, ["key", "only"])).toEqual(["l", "l"]);
    expect(await readTexts(right, ["key", "only"])).toEqual(["r", undefined]);
    expect(await right.delete("only")).toBe(false);
    const absent = { key: "only", value: undefined };
    const entries = textEntries({ key: "R" });
    const publication = { entries, ttlSeconds: LONG_SECONDS, remove: ["only"], expect: [absent] };
    expect(await right.publish(publication)).toEqual({ kind: "published" });
    expect(await left.publish(publication)).toEqual({ kind: "conflict" });
    expect(await readTexts(left, ["key", "only"])).toEqual(["l", "l"]);
    expect((await left.getWithTtl("only"))?.value).toEqual(bytes("l"));
    expect(await right.getWithTtl("only")).toBeUndefined();
    expect(await readTexts(inner, ["left:key", "right:key", "key"])).toEqual(["l", "R", undefined]);
  });

  test("close() closes the cache within", async () => {
    const inner = createMemoryCache();
    await withNamespace(inner, "mosaic").close();
    await expect(inner.get("key")).rejects.toMatchObject({ code: "closed" });
  });
});
