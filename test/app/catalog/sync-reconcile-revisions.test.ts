import { beforeEach, describe, expect, test } from "vitest";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  NOW_MS,
  publishAs,
  readPublished,
  type ViewFiles,
} from "../../support/catalog-replica.ts";
import { type CuttableReplica, startCuttableReplica } from "../../support/cuttable-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const THIRD = { "delta.yaml": viewYaml("d") };
const UNPUBLISHED = { kind: "reloaded", published: false };

describe("reconcile() of replicas that were cut off", () => {
  const redis = shareCatalogRedis();
  let mine: CuttableReplica;
  let theirs: CuttableReplica;

  beforeEach(async () => {
    mine = await startCuttableReplica(redis.cache, FIRST);
    theirs = await startCuttableReplica(redis.cache, FIRST);
  });

  const expectAll = async (files: ViewFiles): Promise<void> => {
    const { hash } = await catalogOf(files);
    expect([mine.served(), theirs.served()]).toEqual([hash, hash]);
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(files)));
  };

  test("a bootstrap publication has the lowest revision, a requested one the time of its request, or the next number", async () => {
    expect([mine.revision(), theirs.revision()]).toEqual([2, 2]);
    await mine.reload(SECOND);
    await theirs.reconcile();
    const first = NOW_MS + 1;
    expect([mine.revision(), theirs.revision()]).toEqual([first, first]);
    await theirs.reload(SECOND);
    expect([mine.revision(), theirs.revision()]).toEqual([first, first + 2]);
    await mine.reconcile();
    expect(mine.revision()).toBe(first + 2);
  });

  test("a replica that comes back takes the newer catalog, and does not put its own over it", async () => {
    mine.cut();
    await theirs.reload(SECOND);
    await mine.reconcile();
    mine.heal();
    expect(await mine.reconcile()).toBe(true);
    await expectAll(SECOND);
  });

  test.each([
    { first: "the older one", order: ["mine", "theirs", "mine"] },
    { first: "the newer one", order: ["theirs", "mine"] },
  ])("an emptied Redis ends with the newer catalog when $first is faster to fill it", async ({ order }) => {
    mine.cut();
    await theirs.reload(SECOND);
    await redis.server.command("FLUSHALL");
    mine.heal();
    for (const who of order) await (who === "mine" ? mine : theirs).reconcile();
    await expectAll(SECOND);
  });

  test("a Redis that comes back with older data gets the newer catalog again", async () => {
    const keys = await redis.keys();
    const dumps = await Promise.all(keys.map(async (key) => [key, await redis.cache.get(key)] as const));
    await mine.reload(SECOND);
    await theirs.reconcile();
    await redis.server.command("FLUSHALL");
    for (const [key, value] of dumps) {
      if (value !== undefined) await redis.cache.set(key, value, { ttlSeconds: 60 });
    }
    expect(await mine.reconcile()).toBe(false);
    await theirs.reconcile();
    await expectAll(SECOND);
  });

  test("a replica that starts on an emptied Redis takes part, and does not win with an older catalog", async () => {
    await mine.reload(SECOND);
    await theirs.reconcile();
    await redis.server.command("FLUSHALL");
    const late = await startCuttableReplica(redis.cache, FIRST);
    await mine.reconcile();
    await theirs.reconcile();
    await late.reconcile();
    await expectAll(SECOND);
    expect(late.served()).toBe(mine.served());
  });

  test("a state that has gone, or is of an older publication, is restored, so that a later reload counts", async () => {
    await mine.reload(SECOND);
    await theirs.reconcile();
    for (const lose of [
      ["DEL", "mosaic:catalog:state"],
      ["SET", "mosaic:catalog:state", `{"hash": "${mine.served()}", "revision": 2, "version": 1}`],
    ]) {
      await redis.server.command(...lose);
      await mine.reconcile();
      const late = await startCuttableReplica(redis.cache, FIRST);
      expect(late.served()).toBe(mine.served());
      expect(late.revision()).toBe(mine.revision());
    }
    const late = await startCuttableReplica(redis.cache, FIRST);
    await late.reload(THIRD);
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(THIRD);
  });

  test.each([
    ["a view", ["DEL", "mosaic:views:alpha"]],
    ["the ready flag", ["DEL", "mosaic:views:loaded"]],
    ["a view's value", ["SET", "mosaic:views:alpha", "{}"]],
    ["everything", ["FLUSHALL"]],
  ])(
    "a replica that starts with an older disk where %s was lost does not take the fleet back",
    async (_what, lose) => {
      await mine.reload(SECOND);
      await theirs.reconcile();
      await redis.server.command(...lose);
      const late = await startCuttableReplica(redis.cache, FIRST);
      expect(late.served()).toBe((await catalogOf(FIRST)).hash);
      // The grace period begins with the first look at what is left, and a running replica looks at its views twice a minute.
      for (let round = 0; round < 3; round++) {
        for (const one of [mine, theirs, late]) {
          await one.reconcile();
          one.replica.elapse(30_000);
        }
        await redis.server.command("DEL", "mosaic:leases:catalog-check");
      }
      await expectAll(SECOND);
      expect(late.served()).toBe(mine.served());
    },
  );

  test("a reload while cut off gives way to a later return to what it was to replace", async () => {
    mine.cut();
    await mine.reload(THIRD);
    await theirs.reload(SECOND);
    await theirs.reload(FIRST);
    mine.heal();
    await mine.reconcile();
    await expectAll(FIRST);
  });

  test("a reload while cut off is published over what others have repaired meanwhile", async () => {
    await mine.reload(SECOND);
    await theirs.reconcile();
    mine.cut();
    await mine.reload(THIRD);
    await redis.server.command("FLUSHALL");
    await redis.server.command("SET", "mosaic:views:loaded", "1");
    await theirs.reconcile();
    theirs.replica.elapse(2000);
    await theirs.reconcile();
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(SECOND)));
    mine.heal();
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(THIRD);
  });

  test("two reloads while cut off replace what was there before the first", async () => {
    mine.cut();
    expect(await mine.reload(SECOND)).toMatchObject(UNPUBLISHED);
    expect(await mine.reload(THIRD)).toMatchObject(UNPUBLISHED);
    mine.heal();
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(THIRD);
  });

  test.each([
    { first: "the one with the earlier reload", order: ["mine", "theirs", "mine"] },
    { first: "the one with the later reload", order: ["theirs", "mine"] },
  ])(
    "of two replicas that reload while both are cut off, the later reload wins when $first is back first",
    async ({ order }) => {
      mine.cut();
      theirs.cut();
      await mine.reload(SECOND);
      for (const { replica } of [mine, theirs]) replica.elapse(1000);
      await theirs.reload(THIRD);
      for (const name of order) {
        const one = name === "mine" ? mine : theirs;
        one.heal();
        await one.reconcile();
      }
      await expectAll(THIRD);
    },
  );

  test("a reload while cut off gives way to one that was published meanwhile", async () => {
    mine.cut();
    await mine.reload(THIRD);
    await theirs.reload(SECOND);
    mine.heal();
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(SECOND);
  });

  test("a reload while cut off whose catalog others publish as well counts as published", async () => {
    mine.cut();
    await mine.reload(SECOND);
    await theirs.reload(SECOND);
    mine.heal();
    await mine.reconcile();
    expect(mine.revision()).toBe(theirs.revision());
    await theirs.reload(THIRD);
    await mine.reconcile();
    await expectAll(THIRD);
  });

  test("what another program publishes is taken, and gets the revision of the moment in which a replica sees it", async () => {
    await mine.reload(SECOND);
    await theirs.reconcile();
    const state = await redis.cache.get("mosaic:catalog:state");
    await publishAs(redis.cache, THIRD);
    if (state !== undefined) await redis.cache.set("mosaic:catalog:state", state, { ttlSeconds: 60 });
    mine.replica.elapse(5000);
    await mine.reconcile();
    await theirs.reconcile();
    expect([mine.revision(), theirs.revision()]).toEqual(Array(2).fill(NOW_MS + 5001));
    expect(mine.served()).toBe((await catalogOf(THIRD)).hash);
    expect(mine.replica.story().slice(-2)).toEqual(["activated from cache by reconcile", "repaired: state"]);
  });

  test("two reloads at the same time end with one catalog everywhere", async () => {
    await Promise.all([mine.reload(SECOND), theirs.reload(THIRD)]);
    for (const one of [mine, theirs, mine, theirs]) await one.reconcile();
    expect(mine.served()).toBe(theirs.served());
    expect(await readPublished(redis.cache)).toMatchObject({ hash: mine.served() });
    expect(mine.revision()).toBe(theirs.revision());
  });
});
