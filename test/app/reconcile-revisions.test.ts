import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMemorySource } from "../../src/adapters/catalog-source/memory-source.ts";
import { preload } from "../../src/app/catalog/preload.ts";
import { type ComparisonMemory, reconcile } from "../../src/app/catalog/reconcile.ts";
import { reload } from "../../src/app/catalog/reload.ts";
import { CacheError, type CachePort } from "../../src/ports/cache-port.ts";
import { type CatalogRedis, startCatalogRedis } from "../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  createReplica,
  publishAs,
  type Replica,
  readPublished,
  type ViewFiles,
} from "../support/catalog-replica.ts";
import { viewYaml } from "../support/views-directory.ts";

const FIRST = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const SECOND = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const THIRD = { "delta.yaml": viewYaml("d") };

/** A replica whose way to the shared cache can be cut, and whose disk can be replaced. */
interface TestReplica {
  readonly replica: Replica;
  cut(): void;
  mend(): void;
  refuseWrites(): void;
  reload(files: ViewFiles): Promise<boolean>;
  reconcile(): Promise<boolean>;
  served(): string | undefined;
  revision(): number | undefined;
}

async function startReplica(shared: CachePort, files: ViewFiles): Promise<TestReplica> {
  let whole = true;
  let readOnly = false;
  const reaching =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (!whole) throw new CacheError("get", "unavailable", "it is cut off");
      return call(...args);
    };
  const cache: CachePort = {
    ...shared,
    get: reaching(shared.get),
    getMany: reaching(shared.getMany),
    publish: reaching(async (...args) => {
      if (readOnly) throw new CacheError("publish", "rejected", "Redis answered READONLY");
      return shared.publish(...args);
    }),
  };
  const source = createMemorySource(files);
  const replica = createReplica({ cache, source });
  const memory: ComparisonMemory = {};
  await preload(replica.deps);
  const { registry } = replica.deps;
  return {
    replica,
    cut: () => {
      whole = false;
    },
    mend: () => {
      whole = true;
      readOnly = false;
    },
    refuseWrites: () => {
      readOnly = true;
    },
    async reload(next) {
      source.replace(next);
      const outcome = await reload(replica.deps);
      return outcome.kind === "reloaded" && outcome.published;
    },
    reconcile: () => reconcile(replica.deps, memory),
    served: () => registry.current()?.catalog.hash,
    revision: () => registry.current()?.revision,
  };
}

describe("reconcile() of replicas that were cut off", () => {
  let redis: CatalogRedis;
  let mine: TestReplica;
  let theirs: TestReplica;

  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis.server.command("FLUSHALL");
    mine = await startReplica(redis.cache, FIRST);
    theirs = await startReplica(redis.cache, FIRST);
  });

  const expectAll = async (files: ViewFiles): Promise<void> => {
    const { hash } = await catalogOf(files);
    expect([mine.served(), theirs.served()]).toEqual([hash, hash]);
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(files)));
  };

  test("revisions count publications, and everybody who has the catalog knows its own", async () => {
    expect([mine.revision(), theirs.revision()]).toEqual([2, 2]);
    await mine.reload(SECOND);
    await theirs.reconcile();
    expect([mine.revision(), theirs.revision()]).toEqual([3, 3]);
    await theirs.reload(SECOND);
    expect([mine.revision(), theirs.revision()]).toEqual([3, 5]);
    await mine.reconcile();
    expect(mine.revision()).toBe(5);
  });

  test("a replica that comes back takes the newer catalog, and does not put its own over it", async () => {
    mine.cut();
    await theirs.reload(SECOND);
    await mine.reconcile();
    mine.mend();
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
    mine.mend();
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
    const late = await startReplica(redis.cache, FIRST);
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
      const late = await startReplica(redis.cache, FIRST);
      expect(late.served()).toBe(mine.served());
      expect(late.revision()).toBe(mine.revision());
    }
    const late = await startReplica(redis.cache, FIRST);
    await late.reload(THIRD);
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(THIRD);
  });

  test.each([
    ["a view", ["DEL", "mosaic:views:alpha"]],
    ["the mark that all is loaded", ["DEL", "mosaic:views:loaded"]],
    ["a view's value", ["SET", "mosaic:views:alpha", "{}"]],
    ["everything", ["FLUSHALL"]],
  ])(
    "a replica that starts with an older disk where %s was lost does not take the fleet back",
    async (_what, lose) => {
      await mine.reload(SECOND);
      await theirs.reconcile();
      await redis.server.command(...lose);
      const late = await startReplica(redis.cache, FIRST);
      expect(late.served()).toBe((await catalogOf(FIRST)).hash);
      await mine.reconcile();
      await theirs.reconcile();
      await late.reconcile();
      await expectAll(SECOND);
      expect(late.served()).toBe(mine.served());
    },
  );

  test("a reload while cut off gives way to a later return to what it was to replace", async () => {
    mine.cut();
    await mine.reload(THIRD);
    await theirs.reload(SECOND);
    await theirs.reload(FIRST);
    mine.mend();
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
    mine.mend();
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(THIRD);
  });

  test("two reloads while cut off replace what was there before the first", async () => {
    mine.cut();
    expect(await mine.reload(SECOND)).toBe(false);
    expect(await mine.reload(THIRD)).toBe(false);
    mine.mend();
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(THIRD);
  });

  test("a reload while cut off gives way to one that was published meanwhile", async () => {
    mine.cut();
    await mine.reload(THIRD);
    await theirs.reload(SECOND);
    mine.mend();
    await mine.reconcile();
    await theirs.reconcile();
    await expectAll(SECOND);
  });

  test("a reload while cut off whose catalog others publish as well counts as published", async () => {
    mine.cut();
    await mine.reload(SECOND);
    await theirs.reload(SECOND);
    mine.mend();
    await mine.reconcile();
    expect(mine.revision()).toBe(3);
    await theirs.reload(THIRD);
    await mine.reconcile();
    await expectAll(THIRD);
  });

  test("what another program publishes is taken, and counts as the next revision", async () => {
    await mine.reload(SECOND);
    await theirs.reconcile();
    const state = await redis.cache.get("mosaic:catalog:state");
    await publishAs(redis.cache, THIRD);
    if (state !== undefined) await redis.cache.set("mosaic:catalog:state", state, { ttlSeconds: 60 });
    await mine.reconcile();
    await theirs.reconcile();
    expect([mine.revision(), theirs.revision()]).toEqual([5, 5]);
    expect(mine.served()).toBe((await catalogOf(THIRD)).hash);
  });

  test("two reloads at the same time end with one catalog everywhere", async () => {
    await Promise.all([mine.reload(SECOND), theirs.reload(THIRD)]);
    for (const one of [mine, theirs, mine]) await one.reconcile();
    expect(mine.served()).toBe(theirs.served());
    expect(await readPublished(redis.cache)).toMatchObject({ hash: mine.served() });
    expect(Math.max(mine.revision() ?? 0, theirs.revision() ?? 0)).toBe(5);
  });
});

describe("reconcile() of a damaged publication", () => {
  let redis: CatalogRedis;
  let mine: TestReplica;

  beforeAll(async () => {
    redis = await startCatalogRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await redis.server.command("FLUSHALL");
    mine = await startReplica(redis.cache, FIRST);
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
