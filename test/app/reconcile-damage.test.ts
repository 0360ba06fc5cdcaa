import { beforeEach, describe, expect, test } from "vitest";
import { shareCatalogRedis } from "../support/catalog-redis.ts";
import { catalogOf, contentOf, publishAs, readPublished } from "../support/catalog-replica.ts";
import { type CuttableReplica, startCuttableReplica } from "../support/cuttable-replica.ts";
import { viewYaml } from "../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };

describe("reconcile() of a damaged publication", () => {
  const redis = shareCatalogRedis();
  let mine: CuttableReplica;

  beforeEach(async () => {
    mine = await startCuttableReplica(redis.cache, FIRST);
    mine.replica.forget();
  });

  const damages: Readonly<Record<string, readonly (readonly string[])[]>> = {
    "garbage under every key": [
      ...["loaded", "hash", "list", "alpha", "beta"].map((key) => ["SET", `mosaic:views:${key}`, "%garbage"]),
      ["SET", "mosaic:views:loaded", "1"],
      ["SET", "mosaic:catalog:state", "%garbage"],
    ],
    "garbage under every key, the mark included": [
      ...["loaded", "hash", "list", "alpha", "beta"].map((key) => ["SET", `mosaic:views:${key}`, "%garbage"]),
      ["SET", "mosaic:catalog:state", "%garbage"],
    ],
    "a mark that is none": [["SET", "mosaic:views:loaded", "yes"]],
    "the mark that all is loaded, and nothing else": [["FLUSHALL"], ["SET", "mosaic:views:loaded", "1"]],
    "another hash": [["SET", "mosaic:views:hash", "0".repeat(64)]],
    "another hash and a missing view": [
      ["SET", "mosaic:views:hash", "0".repeat(64)],
      ["DEL", "mosaic:views:alpha"],
    ],
  };

  test.each(Object.keys(damages))("%s: refused at once, replaced when it stays", async (name) => {
    for (const command of damages[name] ?? []) await redis.server.command(...command);
    const before = await redis.contents();
    await mine.reconcile();
    expect(mine.replica.story()).toHaveLength(2);
    mine.replica.elapse(1499);
    await mine.reconcile();
    expect(mine.replica.story()).toHaveLength(2);
    expect(await redis.contents()).toEqual(before);
    mine.replica.elapse(1);
    await mine.reconcile();
    expect(mine.replica.story().at(-1)).toMatch(/^published 2, removed \d$/);
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
  });

  test("keys of another type count as empty and are replaced at once", async () => {
    for (const key of await redis.keys()) {
      await redis.server.command("DEL", key);
      await redis.server.command("RPUSH", key, "x");
    }
    await mine.reconcile();
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
  });

  test("a list alone is another program at its beginning, and is left alone for half a minute", async () => {
    await redis.server.command("FLUSHALL");
    await redis.server.command("SET", "mosaic:views:list", '["view_new"]');
    await mine.reconcile();
    mine.replica.elapse(29_999);
    await mine.reconcile();
    expect(await redis.keys()).toEqual(["mosaic:views:list"]);
    mine.replica.elapse(1);
    await mine.reconcile();
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
  });

  test("the mark that all is loaded is put back when it is lost", async () => {
    await redis.server.command("DEL", "mosaic:views:loaded");
    await mine.reconcile();
    expect(await readPublished(redis.cache)).toBe("absent");
    mine.replica.elapse(1500);
    await mine.reconcile();
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
  });

  test("a cache that goes on refusing to be written is told of once", async () => {
    await redis.server.command("FLUSHALL");
    mine.refuseWrites();
    for (let step = 0; step < 4; step++) await mine.reconcile();
    expect(mine.replica.story().filter((line) => line.startsWith("publish-failed"))).toHaveLength(1);
    mine.mend();
    await mine.reconcile();
    expect(mine.replica.story().at(-1)).toMatch(/^published 2/);
  });

  test("what changes between two comparisons is somebody at work, and is left alone", async () => {
    for (let step = 0; step < 5; step++) {
      await redis.server.command("SET", "mosaic:views:hash", String(step).repeat(64));
      await mine.reconcile();
      mine.replica.elapse(1400);
    }
    expect(mine.replica.story().filter((line) => line.startsWith("published"))).toEqual([]);
  });

  test("a view that only breaks a rule may be of a newer program, and is refused but left alone", async () => {
    await publishAs(redis.cache, SECOND);
    await redis.server.command("SET", "mosaic:views:gamma", "{}");
    for (let step = 0; step < 3; step++) {
      await mine.reconcile();
      mine.replica.elapse(2000);
    }
    expect(mine.replica.story()).toEqual([
      "cache-miss: invalid-view",
      expect.stringContaining("refused from cache"),
    ]);
    expect(await redis.server.command("GET", "mosaic:views:gamma")).toBe("{}");
  });

  test("trouble is told once as long as it stays the same, and again when it comes back", async () => {
    mine.cut();
    for (let step = 0; step < 3; step++) await mine.reconcile();
    expect(mine.replica.story()).toHaveLength(2);
    mine.mend();
    await mine.reconcile();
    mine.cut();
    await mine.reconcile();
    expect(mine.replica.story()).toHaveLength(4);
  });
});
