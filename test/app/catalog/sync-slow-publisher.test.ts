import { describe, expect, test } from "vitest";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { startCuttableReplica } from "../../support/cuttable-replica.ts";
import { foreignPublication, foreignViews, heldOf, writeKeys } from "../../support/foreign-publication.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FILES = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };

describe("reconcile() beside a program that pauses 10 s while it publishes", () => {
  const redis = shareCatalogRedis();
  const { hash, writes } = foreignPublication(foreignViews("python"));
  const views = writes.filter(({ key }) => !/:(?:list|hash|loaded)$/.test(key));
  const control = (name: string, value: string) => ({ key: `mosaic:views:${name}`, value });

  test.each([
    ["after it has set views:loaded to 0", [control("loaded", "0"), ...views], writes],
    ["after it has emptied views:hash", [control("hash", ""), ...views], writes],
    ["after it has emptied views:list", [control("list", ""), ...views], writes],
    ["after it has written all views, and views:hash as text", [...views, control("hash", "new")], writes],
  ] as const)("%s leaves its publication alone, and serves it in the end", async (_, first, rest) => {
    const mine = await startCuttableReplica(redis.cache, FILES);
    await writeKeys(redis.server, first);
    const before = await redis.contents();
    await mine.reconcile();
    mine.replica.elapse(10_000);
    await mine.reconcile();
    expect(await redis.contents()).toEqual(before);

    await writeKeys(redis.server, rest.slice(views.length + 1));
    const list = rest.filter(({ key }) => key.endsWith(":list"));
    await writeKeys(redis.server, list);
    await mine.reconcile();
    expect(mine.served()).toBe(hash);
    expect(await heldOf(redis.server, writes)).toEqual(writes);
  });
});
