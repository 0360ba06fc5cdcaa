import { describe, expect, test } from "vitest";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { startCuttableReplica } from "../../support/cuttable-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FILES = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const isOfView = (keys: readonly string[]): boolean => keys.some((key) => key === "mosaic:views:beta");

describe("checkPublishedViews()", () => {
  const redis = shareCatalogRedis();

  /** The operations of a check of views that are not canonical, in order: a fingerprint, a read, a fingerprint. */
  test.each([
    ["before the fingerprint of a check", 0],
    ["between the fingerprint of a check and its read of the views", 1],
    ["between the read of the views and the fingerprint that is to be remembered", 2],
    ["after the last fingerprint of a check", 3],
  ])("finds a view that is deleted %s, by the next check at the latest", async (_, operation) => {
    let operations = Number.NEGATIVE_INFINITY;
    const damageAt = async (keys: readonly string[]): Promise<void> => {
      if (isOfView(keys) && operations++ === operation)
        await redis.server.command("DEL", "mosaic:views:beta");
    };
    const cache: CachePort = {
      ...redis.cache,
      async fingerprint(keys, options) {
        await damageAt(keys);
        return redis.cache.fingerprint(keys, options);
      },
      async getMany(keys, options) {
        await damageAt(keys);
        return redis.cache.getMany(keys, options);
      },
    };
    const { replica, reconcile } = await startCuttableReplica(cache, FILES);
    await reconcile();
    await redis.server.command("SET", "mosaic:views:alpha", '{"identifiers":["a"],"columns":["a"]}');
    replica.forget();
    operations = 0;
    for (const _check of [1, 2]) {
      await redis.server.command("DEL", "mosaic:leases:catalog-check");
      replica.elapse(25_000);
      await reconcile();
    }
    expect(await redis.server.command("EXISTS", "mosaic:views:beta")).toBe(0);
    expect(replica.story()).toContain("cache-miss: missing-view");
  });
});
