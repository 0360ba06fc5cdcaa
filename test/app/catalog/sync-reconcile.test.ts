import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { compareWithDisk, createCatalogService } from "../../../src/app/catalog/catalog-service.ts";
import { preload, reconcile } from "../../../src/app/catalog/sync.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  createReplica,
  publishAs,
  type Replica,
  readPublished,
  type ViewFiles,
} from "../../support/catalog-replica.ts";
import { startCuttableReplica } from "../../support/cuttable-replica.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const MINE = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const THEIRS = { "alpha.yaml": viewYaml("a", "z"), "gamma.yaml": viewYaml("g") };
const UNPUBLISHED = { kind: "reloaded", published: false };

/** A replica that serves a catalog, and whose story begins afterwards. */
async function activeReplica(cache: CachePort, files: ViewFiles): Promise<Replica> {
  const replica = createReplica({ cache, source: createMemorySource(files) });
  await preload(replica.deps);
  replica.forget();
  return replica;
}

describe("reconcile()", () => {
  const redis = shareCatalogRedis();
  let replica: Replica;

  beforeEach(async () => {
    replica = await activeReplica(redis.cache, MINE);
  });

  const expectServed = async (files: ViewFiles): Promise<void> =>
    expect(replica.deps.holder.current()?.catalog.hash).toBe((await catalogOf(files)).hash);

  test("changes nothing when the cache holds the active catalog", async () => {
    const before = await redis.contents();
    await reconcile(replica.deps);
    expect(replica.story()).toEqual([]);
    expect(await redis.contents()).toEqual(before);
  });

  test("takes the catalog that another replica published", async () => {
    const theirs = await publishAs(redis.cache, THEIRS);
    const before = await redis.contents();
    await reconcile(replica.deps);
    expect(replica.story()).toEqual(["cache-hit", "activated from cache by reconcile"]);
    const active = replica.deps.holder.current();
    expect(active?.source).toBe("cache");
    expect(active && contentOf(active.catalog)).toEqual(contentOf(theirs));
    expect(await redis.contents()).toEqual(before);
  });

  test("keeps the active catalog when the published one does not verify, and changes nothing", async () => {
    await publishAs(redis.cache, THEIRS);
    await redis.server.command("DEL", "mosaic:views:gamma");
    const before = await redis.contents();
    await reconcile(replica.deps);
    expect(replica.story()).toEqual([
      "cache-miss: missing-view",
      "refused from cache by reconcile: missing-view, views:gamma is absent",
    ]);
    await expectServed(MINE);
    expect(await redis.contents()).toEqual(before);
  });

  test("gives the active catalog to an empty cache", async () => {
    await redis.server.command("FLUSHALL");
    await reconcile(replica.deps);
    expect(replica.story()).toEqual(["cache-miss: absent", "published 2, removed 0"]);
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(MINE)));
  });

  test("publishes a reload that could not be published, once the cache can be written", async () => {
    const writer = await startCuttableReplica(redis.cache, MINE);
    writer.refuseWrites();
    expect(await writer.reload(THEIRS)).toMatchObject(UNPUBLISHED);
    const theirs = await catalogOf(THEIRS);
    await reconcile(writer.replica.deps);
    expect(writer.served()).toBe(theirs.hash);
    writer.heal();
    await reconcile(writer.replica.deps);
    expect(writer.served()).toBe(theirs.hash);
    expect(await readPublished(redis.cache)).toEqual(contentOf(theirs));
  });

  test("removes views of the last publication although the list was lost while two reloads could not be published", async () => {
    const writer = await startCuttableReplica(redis.cache, MINE);
    writer.refuseWrites("unavailable");
    await redis.server.command("SET", "mosaic:views:list", "garbage", "KEEPTTL");
    for (const files of [{ "delta.yaml": viewYaml("d") }, THEIRS]) {
      expect(await writer.reload(files)).toMatchObject(UNPUBLISHED);
    }
    writer.heal();
    await writer.reconcile();
    writer.replica.elapse(60_000);
    await writer.reconcile();
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(THEIRS)));
    expect(Object.keys(await redis.contents())).not.toContain("mosaic:views:beta");
  });

  test("takes what another replica has published after a reload here could not be", async () => {
    const writer = await startCuttableReplica(redis.cache, MINE);
    writer.refuseWrites();
    expect(await writer.reload(THEIRS)).toMatchObject(UNPUBLISHED);
    const newer = await publishAs(redis.cache, { "delta.yaml": viewYaml("d") });
    await reconcile(writer.replica.deps);
    expect(writer.served()).toBe(newer.hash);
  });

  test("does not publish over what another program is about to publish", async () => {
    await redis.server.command("FLUSHALL");
    await redis.cache.set("mosaic:views:list", new TextEncoder().encode('["theirs"]'), { ttlSeconds: 60 });
    await redis.cache.set("mosaic:views:hash", new TextEncoder().encode("f".repeat(64)), { ttlSeconds: 60 });
    const before = await redis.contents();
    await reconcile(replica.deps);
    expect(replica.story()).toEqual(["cache-miss: absent"]);
    expect(await redis.contents()).toEqual(before);
    await expectServed(MINE);
  });

  test("does not publish over the replica that was faster to fill an empty cache", async () => {
    await redis.server.command("FLUSHALL");
    const { store } = replica.deps;
    const raced: Replica["deps"] = {
      ...replica.deps,
      store: {
        ...store,
        async publish(catalog, terms) {
          await publishAs(redis.cache, THEIRS);
          return store.publish(catalog, terms);
        },
      },
    };
    await reconcile(raced);
    expect(replica.story()).toEqual(["cache-miss: absent", "publish-failed: conflict"]);
    expect(await readPublished(redis.cache)).toEqual(contentOf(await catalogOf(THEIRS)));
    await reconcile(replica.deps);
    await expectServed(THEIRS);
  });

  test("takes a publication that was under way at the first look", async () => {
    await publishAs(redis.cache, THEIRS);
    await redis.server.command("DEL", "mosaic:views:gamma");
    const deps = { ...replica.deps, pause: async () => void (await publishAs(redis.cache, THEIRS)) };
    await reconcile(deps);
    expect(replica.story()).toEqual(["cache-hit", "activated from cache by reconcile"]);
    await expectServed(THEIRS);
  });

  test("does nothing without an active catalog", async () => {
    const fresh = createReplica({ cache: redis.cache, source: createMemorySource(MINE) });
    expect(await reconcile(fresh.deps)).toBe(false);
    expect(fresh.story()).toEqual([]);
    expect(fresh.deps.holder.current()).toBeUndefined();
  });

  test("a service without an active catalog takes the one that has come to the cache, at once", async () => {
    const fresh = createReplica({ cache: redis.cache, source: createMemorySource(MINE) });
    await createCatalogService(fresh.deps).reconcile();
    expect(fresh.story().slice(0, 2)).toEqual(["cache-hit", "activated from cache by preload"]);
  });

  test("keeps the active catalog when the cache does not answer", async () => {
    const cache = createMemoryCache();
    const other = await activeReplica(cache, MINE);
    await cache.close();
    await reconcile(other.deps);
    expect(other.story()).toEqual([
      "cache-miss: cache-closed",
      "refused from cache by reconcile: cache-closed, Cannot read from the cache: the cache is closed",
    ]);
    expect(other.deps.holder.current()?.catalog.hash).toBe((await catalogOf(MINE)).hash);
  });
});

describe("createCatalogService()", () => {
  /** A service with an operation that waits for the cache, so that all others wait for their turn. */
  async function startBusyService(operation: "reconcile" | "reload") {
    const memory = createMemoryCache();
    await publishAs(memory, MINE);
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const cache: CachePort = {
      ...memory,
      async getMany(...call) {
        begun.resolve();
        await gate.promise;
        return memory.getMany(...call);
      },
    };
    const { deps, events, next } = createReplica({ cache, source: createMemorySource(MINE) });
    const service = createCatalogService(deps);
    const running = service[operation]();
    await begun.promise;
    return { events, gate, next, running, service };
  }

  const idsOf = (events: Replica["events"]): readonly (string | undefined)[] =>
    events.filter(({ kind }) => kind === "reloaded").map(({ requestId }) => requestId);

  test("runs a reload once for all requests that come before it starts, with the id of the first", async () => {
    const { events, gate, service } = await startBusyService("reconcile");
    const first = service.reload({ requestId: "first" });
    await turn();
    const second = service.reload({ requestId: "second" });
    await turn();
    gate.resolve();
    expect(await second).toBe(await first);
    expect(idsOf(events)).toEqual(["first"]);
  });

  test("runs another reload for a request that comes during a run, with its own id", async () => {
    const { events, gate, next, service } = await startBusyService("reconcile");
    const first = service.reload({ requestId: "first" });
    const later = next((event) => event.kind === "activated" && event.trigger === "reload").then(() =>
      service.reload({ requestId: "later" }),
    );
    gate.resolve();
    await Promise.all([first, later]);
    expect(idsOf(events)).toEqual(["first", "later"]);
  });

  test("compares once for all requests that come before the comparison starts", async () => {
    const { gate, running, service } = await startBusyService("reload");
    const compared = service.reconcile();
    await turn();
    expect(service.reconcile()).toBe(compared);
    gate.resolve();
    await Promise.all([running, compared]);
  });
});

describe("compareWithDisk()", () => {
  test("tells a disk that is served from one that is not", async () => {
    const source = createMemorySource(MINE);
    const replica = createReplica({ cache: createMemoryCache(), source });
    await preload(replica.deps);
    const [mine, theirs] = await Promise.all([catalogOf(MINE), catalogOf(THEIRS)]);
    await compareWithDisk(replica.deps);
    expect(replica.events.at(-1)).toEqual({ kind: "disk-compared", diskHash: mine.hash, divergent: false });
    source.replace(THEIRS);
    await compareWithDisk(replica.deps);
    expect(replica.events.at(-1)).toEqual({ kind: "disk-compared", diskHash: theirs.hash, divergent: true });
    expect(replica.deps.holder.current()?.catalog.hash).toBe(mine.hash);
  });

  test("says nothing of a catalog that was replaced meanwhile", async () => {
    const source = createMemorySource(MINE);
    const replica = createReplica({
      cache: createMemoryCache(),
      source: {
        ...source,
        load: async (options) => {
          const load = await source.load(options);
          const { holder } = replica.deps;
          const active = holder.current();
          if (active !== undefined) holder.activate({ ...active, activatedAtMs: active.activatedAtMs + 1 });
          return load;
        },
      },
    });
    await preload(replica.deps);
    replica.forget();
    await compareWithDisk(replica.deps);
    expect(replica.story()).toEqual([]);
  });

  test("takes an invalid disk, and one that is gone, for divergent", async () => {
    await using views = await createViewsDirectory(MINE);
    const replica = createReplica({ cache: createMemoryCache(), source: createFilesystemSource(views.path) });
    await preload(replica.deps);
    const divergent = { kind: "disk-compared", diskHash: undefined, divergent: true };
    await views.replace({ "alpha.yaml": "columns: [" });
    await compareWithDisk(replica.deps);
    expect(replica.events.at(-1)).toEqual(divergent);
    expect(replica.events.at(-2)?.kind).toBe("source-invalid");
    await views.remove();
    await compareWithDisk(replica.deps);
    expect(replica.events.at(-1)).toEqual(divergent);
  });
});
