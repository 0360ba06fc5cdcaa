import { beforeEach, describe, expect, test } from "vitest";
import { reconcile } from "../../../src/app/catalog/sync.ts";
import { createCatalog } from "../../../src/domain/catalog/catalog.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { catalogOf, contentOf, publishAs, readPublished } from "../../support/catalog-replica.ts";
import { type CuttableReplica, startCuttableReplica } from "../../support/cuttable-replica.ts";
import { viewYaml } from "../../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };

describe("reconcile() of a damaged publication", () => {
  const redis = shareCatalogRedis();
  let mine: CuttableReplica;

  beforeEach(async () => {
    mine = await startCuttableReplica(redis.cache, FIRST);
    mine.replica.forget();
  });

  /** No publication looks like this while another program writes it. */
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
    "a mark that is none, without the state": [
      ["SET", "mosaic:views:loaded", "yes"],
      ["DEL", "mosaic:catalog:state"],
    ],
    "the mark that all is loaded, and nothing else": [["FLUSHALL"], ["SET", "mosaic:views:loaded", "1"]],
  };

  /** Another program may be in the middle of this. */
  const unfinished: typeof damages = {
    "a mark that is none": [["SET", "mosaic:views:loaded", "yes"]],
    "the mark and the state, and nothing else": [["DEL", "mosaic:views:hash", "mosaic:views:list"]],
    "another hash": [["SET", "mosaic:views:hash", "0".repeat(64)]],
    "another hash and a missing view": [
      ["SET", "mosaic:views:hash", "0".repeat(64)],
      ["DEL", "mosaic:views:alpha"],
    ],
    "a hash without a list": [
      ["SET", "mosaic:views:hash", "0".repeat(64)],
      ["DEL", "mosaic:views:list"],
    ],
  };
  const rows = [
    ...Object.entries(damages).map(([name, commands]) => ({ name, commands, graceMs: 1500 })),
    ...Object.entries(unfinished).map(([name, commands]) => ({ name, commands, graceMs: 30_000 })),
  ];

  test.each(rows)(
    "$name: refused at once, replaced when it stays for $graceMs ms",
    async ({ commands, graceMs }) => {
      for (const command of commands) await redis.server.command(...command);
      const before = await redis.contents();
      await mine.reconcile();
      expect(mine.replica.story()).toHaveLength(2);
      mine.replica.elapse(graceMs - 1);
      await mine.reconcile();
      expect(mine.replica.story()).toHaveLength(2);
      expect(await redis.contents()).toEqual(before);
      mine.replica.elapse(1);
      await mine.reconcile();
      expect(mine.replica.story().at(-1)).toMatch(/^published 2, removed \d$/);
      expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
    },
  );

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

  test("the ready flag is put back, and nothing else, when it stays lost for half a minute", async () => {
    const before = await redis.contents();
    await redis.server.command("DEL", "mosaic:views:loaded");
    await mine.reconcile();
    mine.replica.elapse(29_999);
    await mine.reconcile();
    expect(await readPublished(redis.cache)).toBe("absent");
    mine.replica.elapse(1);
    await mine.reconcile();
    expect(mine.replica.story().at(-1)).toBe("repaired: flag");
    expect(Object.keys(await redis.contents())).toEqual(Object.keys(before));
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
  });

  test.each([
    ["is deleted", ["DEL", "mosaic:views:alpha"]],
    ["holds another text", ["SET", "mosaic:views:alpha", "{}"]],
    ["holds another type", ["COPY", "mosaic:other", "mosaic:views:alpha", "REPLACE"]],
  ])(
    "a view that %s under an unchanged hash is found within a minute, and put back half a minute later",
    async (_, damage) => {
      await redis.server.command("RPUSH", "mosaic:other", "x");
      await mine.reconcile();
      await redis.server.command(...damage);
      await mine.reconcile();
      expect(mine.replica.story()).toEqual([]);
      mine.replica.elapse(25_000);
      await mine.reconcile();
      expect(mine.replica.story()).toEqual([
        expect.stringMatching(/^cache-miss: (missing-view|hash-mismatch)$/),
        expect.stringContaining("refused from cache by reconcile: "),
      ]);
      mine.replica.elapse(29_999);
      await mine.reconcile();
      expect(mine.replica.story()).toHaveLength(2);
      mine.replica.elapse(1);
      await mine.reconcile();
      expect(mine.replica.story().at(-1)).toBe("published 2, removed 0");
      expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(FIRST)));
    },
  );

  /** Makes the next check of the views due, for any replica. */
  async function letCheckBeDue(): Promise<void> {
    await redis.server.command("DEL", "mosaic:leases:catalog-check");
    mine.replica.elapse(25_000);
  }

  test("a view that is deleted in the same way after its repair is found again", async () => {
    const found = [expect.stringMatching(/^cache-miss: missing-view$/), expect.stringContaining("refused")];
    await mine.reconcile();
    await redis.server.command("DEL", "mosaic:views:alpha");
    await letCheckBeDue();
    await mine.reconcile();
    mine.replica.elapse(30_000);
    await mine.reconcile();
    expect(mine.replica.story()).toEqual([...found, "published 2, removed 0"]);
    await mine.reconcile();
    mine.replica.forget();

    await redis.server.command("DEL", "mosaic:views:alpha");
    await letCheckBeDue();
    await mine.reconcile();
    expect(mine.replica.story()).toEqual(found);
  });

  test("a damaged view is found although the cache fails as the damage is read", async () => {
    await mine.reconcile();
    await redis.server.command("DEL", "mosaic:views:alpha");
    await letCheckBeDue();
    mine.cutViews();
    await mine.reconcile();
    expect(mine.replica.story()).toEqual([
      "cache-miss: cache-unavailable",
      expect.stringContaining("refused from cache by reconcile: cache-unavailable"),
    ]);
    mine.heal();
    await mine.reconcile();
    mine.replica.forget();

    await letCheckBeDue();
    await mine.reconcile();
    expect(mine.replica.story()).toEqual([
      "cache-miss: missing-view",
      expect.stringContaining("refused from cache by reconcile: missing-view"),
    ]);
  });

  test("views that are not canonical, but valid, are read once, and not at every check", async () => {
    await mine.reconcile();
    await redis.server.command("SET", "mosaic:views:alpha", '{"identifiers":["a"],"columns":["a"]}');
    const reads: number[] = [];
    for (let check = 0; check < 3; check++) {
      await letCheckBeDue();
      const before = mine.viewReads();
      await mine.reconcile();
      reads.push(mine.viewReads() - before);
    }
    expect(mine.replica.story()).toEqual(["cache-hit"]);
    expect(reads).toEqual([1, 0, 0]);
  });

  test("a program that writes view after view, slowly, is left alone as long as something changes", async () => {
    await redis.server.command("SET", "mosaic:views:list", '["alpha","beta","gamma"]');
    for (let step = 0; step < 5; step++) {
      await redis.server.command("SET", "mosaic:views:beta", `{"step": ${step}}`);
      await mine.reconcile();
      mine.replica.elapse(25_000);
    }
    expect(mine.replica.story().filter((line) => line.startsWith("publish"))).toEqual([]);
  });

  test("a cache that goes on refusing to be written is told of once", async () => {
    await redis.server.command("FLUSHALL");
    mine.refuseWrites();
    for (let step = 0; step < 4; step++) await mine.reconcile();
    expect(mine.replica.story().filter((line) => line.startsWith("publish-failed"))).toHaveLength(1);
    mine.heal();
    await mine.reconcile();
    expect(mine.replica.story().at(-1)).toMatch(/^published 2/);
  });

  test("what changes between two comparisons is somebody at work, and is left alone", async () => {
    for (let step = 0; step < 5; step++) {
      await redis.server.command("SET", "mosaic:views:hash", String(step).repeat(64));
      await mine.reconcile();
      mine.replica.elapse(29_000);
    }
    expect(mine.replica.story().filter((line) => line.startsWith("published"))).toEqual([]);
  });

  test("a whole catalog that only breaks a rule may be of a newer program, and is refused but left alone", async () => {
    const views = new Map((await catalogOf(SECOND)).views).set(
      "gamma" as Entity,
      new TextEncoder().encode("{}"),
    );
    const { hash } = createCatalog(views);
    await publishAs(redis.cache, SECOND);
    await redis.server.command("SET", "mosaic:views:gamma", "{}");
    await redis.server.command("SET", "mosaic:views:hash", hash);
    const before = await redis.contents();
    for (let step = 0; step < 3; step++) {
      await mine.reconcile();
      mine.replica.elapse(600_000);
    }
    expect(mine.replica.story()).toEqual([
      "cache-miss: invalid-view",
      expect.stringContaining("refused from cache"),
    ]);
    expect(await redis.contents()).toEqual(before);
  });

  test("A19: a publication that is refused for good is looked at less and less often", async () => {
    const fingerprints: number[] = [];
    const counted: CachePort = {
      ...redis.cache,
      fingerprint(keys, options) {
        if (keys.length > 1) fingerprints.push(keys.length);
        return redis.cache.fingerprint(keys, options);
      },
    };
    const replica = (await startCuttableReplica(counted, FIRST)).replica;
    const memory = {};
    const views = new Map((await catalogOf(SECOND)).views).set(
      "gamma" as Entity,
      new TextEncoder().encode("{}"),
    );
    await publishAs(redis.cache, SECOND);
    await redis.server.command("SET", "mosaic:views:gamma", "{}");
    await redis.server.command("SET", "mosaic:views:hash", createCatalog(views).hash);
    for (let beat = 0; beat < 400; beat++) {
      await reconcile(replica.deps, memory);
      replica.elapse(1500);
    }
    // Ten minutes: 400 looks at each view without pauses.
    expect(fingerprints.length).toBeLessThan(60);
    await publishAs(redis.cache, SECOND);
    await reconcile(replica.deps, memory);
    expect(replica.deps.holder.current()?.catalog.hash).toBe((await catalogOf(SECOND)).hash);
  });

  test("trouble is told once as long as it stays the same, and again when it comes back", async () => {
    mine.cut();
    for (let step = 0; step < 3; step++) await mine.reconcile();
    expect(mine.replica.story()).toHaveLength(2);
    mine.heal();
    await mine.reconcile();
    mine.cut();
    await mine.reconcile();
    expect(mine.replica.story()).toHaveLength(4);
  });
});
