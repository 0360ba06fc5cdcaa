import { beforeEach, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { reload } from "../../../src/app/catalog/reload.ts";
import { preload } from "../../../src/app/catalog/sync.ts";
import { shareCatalogRedis, startCatalogRedis } from "../../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  createReplica,
  publishAs,
  type Replica,
  readPublished,
} from "../../support/catalog-replica.ts";
import { NOW_MS } from "../../support/publish-over.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const BEFORE = { "alpha.yaml": viewYaml("a"), "ghost.yaml": viewYaml("g") };
const AFTER = { "alpha.yaml": viewYaml("a", "b"), "new.yaml": viewYaml("n") };
const AFTER_CHANGES = { added: ["new"], removed: ["ghost"], changed: ["alpha"] };
const AFTER_DETAILS = [
  { entity: "alpha", changes: [{ kind: "added", pointer: "/columns/1", after: '"b"' }], total: 1 },
];
const NO_CHANGES = { added: [], removed: [], changed: [] };

describe("reload()", () => {
  const redis = shareCatalogRedis();
  let views: ViewsDirectory;
  let replica: Replica;

  beforeEach(async () => {
    views = await createViewsDirectory(BEFORE);
    replica = createReplica({ cache: redis.cache, source: createFilesystemSource(views.path) });
    await preload(replica.deps);
    replica.forget();
    return () => views[Symbol.asyncDispose]();
  });

  async function expectReloaded(): Promise<void> {
    const [before, after] = [await catalogOf(BEFORE), await catalogOf(AFTER)];
    expect(await reload(replica.deps)).toEqual({
      kind: "reloaded",
      hash: after.hash,
      previousHash: before.hash,
      changes: AFTER_CHANGES,
      details: AFTER_DETAILS,
      views: 2,
      warnings: [],
      published: true,
    });
    expect(replica.story()).toEqual([
      "activated from disk by reload",
      "disk-compared: same",
      "published 2, removed 1",
      "reloaded",
    ]);
    expect(await readPublished(redis.cache)).toEqual(contentOf(after));
    expect(await redis.keys()).toEqual([
      "mosaic:catalog:digests",
      "mosaic:catalog:digests:0",
      "mosaic:catalog:source",
      "mosaic:catalog:state",
      "mosaic:views:alpha",
      "mosaic:views:hash",
      "mosaic:views:list",
      "mosaic:views:loaded",
      "mosaic:views:new",
    ]);
  }

  test("the time that reading the disk takes does not make the request older", async () => {
    const source = createMemorySource(AFTER);
    const slow: Replica = createReplica({
      cache: redis.cache,
      source: {
        ...source,
        async load(options) {
          slow.elapse(5000);
          return source.load(options);
        },
      },
    });
    expect(await reload(slow.deps)).toMatchObject({ published: true });
    expect(slow.deps.holder.current()?.revision).toBeGreaterThanOrEqual(NOW_MS);
  });

  test("reads the disk again, publishes, and removes the views that are gone", async () => {
    await views.replace(AFTER);
    await expectReloaded();
  });

  test("removes a view that is gone even when the shared list has lost it", async () => {
    await views.replace(AFTER);
    await redis.server.command("SET", "mosaic:views:list", '["alpha"]');
    await expectReloaded();
  });

  test("removes a view that is gone even when the shared list is broken", async () => {
    await views.replace(AFTER);
    await redis.server.command("SET", "mosaic:views:list", "[");
    await expectReloaded();
  });

  test("leaves keys alone that are no views of its own namespace", async () => {
    const others = ["mosaic:tickers:list", "mosaic:viewsghost", "mosaic2:views:ghost", "views:ghost"];
    for (const key of others) await redis.server.command("SET", key, "x");
    await views.replace(AFTER);
    await reload(replica.deps);
    const keys = await redis.keys();
    expect(others.filter((key) => !keys.includes(key))).toEqual([]);
    expect(keys).not.toContain("mosaic:views:ghost");
  });

  test("publishes over another's catalog and removes its views", async () => {
    await publishAs(redis.cache, { "foreign.yaml": viewYaml("f") });
    await views.replace(AFTER);
    await reload(replica.deps);
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(AFTER)));
    expect(await redis.keys()).not.toContain("mosaic:views:foreign");
  });

  test("of the disk as it is counts, and heals a corrupt cache", async () => {
    await redis.server.command("SET", "mosaic:views:alpha", "{}");
    const { hash } = await catalogOf(BEFORE);
    const unchanged = {
      previousHash: hash,
      changes: NO_CHANGES,
      details: [],
      views: 2,
      warnings: [],
      published: true,
    };
    expect(await reload(replica.deps)).toEqual({ kind: "reloaded", hash, ...unchanged });
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(BEFORE)));
  });

  test("activates a first catalog", async () => {
    const fresh = createReplica({ cache: redis.cache, source: createMemorySource(AFTER) });
    const { hash } = await catalogOf(AFTER);
    expect(await reload(fresh.deps)).toEqual({
      kind: "reloaded",
      hash,
      previousHash: undefined,
      changes: { added: ["alpha", "new"], removed: [], changed: [] },
      details: [],
      views: 2,
      warnings: [],
      published: true,
    });
  });

  test("leaves the active catalog and every byte of the cache when the disk is invalid", async () => {
    const [contents, active] = [await redis.contents(), replica.deps.holder.current()];
    await views.replace({ ...AFTER, "wrong.yaml": "columns: [a]\n", "worse.yaml": "[" });
    const outcome = await reload(replica.deps);
    const detail = `Cannot load catalog "${views.path}": 2 views are invalid`;
    expect(outcome).toMatchObject({ kind: "invalid", detail });
    expect(replica.story()).toEqual([
      "source-invalid",
      `refused from disk by reload: invalid-catalog, ${detail}`,
    ]);
    expect(replica.deps.holder.current()).toBe(active);
    expect(await redis.contents()).toEqual(contents);
  });

  test("leaves the active catalog and every byte of the cache when the disk cannot be read", async () => {
    const [contents, active] = [await redis.contents(), replica.deps.holder.current()];
    await views.remove();
    const detail = `Cannot load catalog "${views.path}": folder not found`;
    const stays = { active: active?.catalog.hash };
    expect(await reload(replica.deps)).toEqual({ kind: "unreadable", detail, ...stays });
    expect(replica.story()).toEqual([`refused from disk by reload: source-not-found, ${detail}`]);
    expect(replica.deps.holder.current()).toBe(active);
    expect(await redis.contents()).toEqual(contents);
  });

  test("activates without publishing when Redis is down", async () => {
    await using gone = await startCatalogRedis();
    const source = createMemorySource(BEFORE);
    const lonely = createReplica({ cache: gone.cache, source });
    await preload(lonely.deps);
    await gone.server.kill();
    source.replace(AFTER);
    const [before, after] = [await catalogOf(BEFORE), await catalogOf(AFTER)];
    expect(await reload(lonely.deps)).toEqual({
      kind: "reloaded",
      hash: after.hash,
      previousHash: before.hash,
      changes: AFTER_CHANGES,
      details: AFTER_DETAILS,
      views: 2,
      warnings: [],
      published: false,
    });
    expect(lonely.story().slice(-4)).toEqual([
      "activated from disk by reload",
      "disk-compared: same",
      "publish-failed: unavailable",
      "reloaded",
    ]);
    expect(lonely.deps.holder.current()?.catalog.hash).toBe(after.hash);
  });
});
