import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { createCatalogService } from "../../../src/app/catalog/catalog-service.ts";
import { preload, reconcile } from "../../../src/app/catalog/sync.ts";
import type { CachePort } from "../../../src/ports/cache-port.ts";
import { startCatalogRedis } from "../../support/catalog-redis.ts";
import {
  catalogOf,
  contentOf,
  createReplica,
  NOW_MS,
  observedSource,
  publishAs,
  readPublished,
  TTL_SECONDS,
} from "../../support/catalog-replica.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const MINE = { "alpha.yaml": viewYaml("a"), "beta.yaml": viewYaml("b") };
const THEIRS = { "alpha.yaml": viewYaml("a", "z") };

interface Backend extends AsyncDisposable {
  readonly cache: CachePort;
}

const BACKENDS: readonly { readonly name: string; readonly open: () => Promise<Backend> }[] = [
  {
    name: "a memory cache",
    open: async () => ({ cache: createMemoryCache(), [Symbol.asyncDispose]: async () => {} }),
  },
  { name: "Redis", open: startCatalogRedis },
];

describe.each(BACKENDS)("preload() with $name", ({ open }) => {
  const opened: Backend[] = [];
  const openCache = async (): Promise<CachePort> => {
    const backend = await open();
    opened.push(backend);
    return backend.cache;
  };
  afterEach(async () => {
    for (const backend of opened.splice(0)) await backend[Symbol.asyncDispose]();
  });

  test("takes the disk, publishes it, and the next replica takes the cache", async () => {
    const cache = await openCache();
    const mine = await catalogOf(MINE);
    const first = createReplica({ cache, source: createMemorySource(MINE) });
    expect(await preload(first.deps)).toEqual({ kind: "active", source: "disk", hash: mine.hash });
    expect(first.story()).toEqual([
      "cache-miss: absent",
      "activated from disk by preload",
      "published 2, removed 0",
    ]);
    expect(first.deps.holder.current()).toEqual({
      catalog: mine,
      source: "disk",
      activatedAtMs: NOW_MS,
      servedSinceMs: NOW_MS,
      revision: 2,
      warnings: [],
    });

    const disk = observedSource(createMemorySource(THEIRS));
    const second = createReplica({ cache, source: disk });
    expect(await preload(second.deps)).toEqual({ kind: "active", source: "cache", hash: mine.hash });
    expect(second.story()).toEqual(["cache-hit", "activated from cache by preload"]);
    expect(second.pauses).toEqual([]);
    expect(disk.loads()).toBe(0);
  });

  test("takes a publication that was under way at the first look", async () => {
    const cache = await openCache();
    await publishAs(cache, MINE);
    await cache.delete("mosaic:views:beta");
    const disk = observedSource(createMemorySource(MINE));
    const replica = createReplica({
      cache,
      source: disk,
      onPause: async () => void (await publishAs(cache, THEIRS)),
    });
    const { hash } = await catalogOf(THEIRS);
    expect(await preload(replica.deps)).toEqual({ kind: "active", source: "cache", hash });
    expect(replica.pauses).toEqual([100]);
    expect(replica.story()).toEqual(["cache-hit", "activated from cache by preload"]);
    expect(disk.loads()).toBe(0);
  });

  test("takes the catalog of the replica that published first", async () => {
    const cache = await openCache();
    const disk = observedSource(createMemorySource(MINE), async () => void (await publishAs(cache, THEIRS)));
    const replica = createReplica({ cache, source: disk });
    const theirs = await catalogOf(THEIRS);
    expect(await preload(replica.deps)).toEqual({ kind: "active", source: "cache", hash: theirs.hash });
    expect(replica.story()).toEqual([
      "cache-miss: absent",
      "activated from disk by preload",
      "publish-failed: conflict",
      "cache-hit",
      "activated from cache by preload",
    ]);
    expect(await readPublished(cache)).toEqual(contentOf(theirs));
  });

  test("does not publish over another's catalog that came while a corrupt one was replaced", async () => {
    const cache = await openCache();
    await publishAs(cache, MINE);
    await cache.delete("mosaic:views:beta");
    const disk = observedSource(createMemorySource(MINE), async () => void (await publishAs(cache, THEIRS)));
    const replica = createReplica({ cache, source: disk });
    const theirs = await catalogOf(THEIRS);
    expect(await preload(replica.deps)).toMatchObject({ kind: "active", source: "disk" });
    expect(await reconcile(replica.deps)).toBe(true);
    expect(replica.deps.holder.current()?.catalog.hash).toBe(theirs.hash);
    expect(await readPublished(cache)).toEqual(contentOf(theirs));
  });

  test("serves the disk, and leaves a publication alone that came first and does not verify", async () => {
    const cache = await openCache();
    const disk = observedSource(createMemorySource(MINE), async () => {
      await publishAs(cache, THEIRS);
      await cache.delete("mosaic:views:alpha");
    });
    const replica = createReplica({ cache, source: disk });
    const { hash } = await catalogOf(MINE);
    expect(await preload(replica.deps)).toEqual({ kind: "active", source: "disk", hash });
    expect(disk.loads()).toBe(1);
    expect(replica.story().filter((line) => line.startsWith("publish"))).toEqual([
      "publish-failed: conflict",
    ]);
    expect(await readPublished(cache)).toBe("rejected");
  });

  test("agrees with the replicas that start at the same time", async () => {
    const cache = await openCache();
    const files = Array.from({ length: 8 }, (_, index) => ({ "alpha.yaml": viewYaml(`column_${index}`) }));
    const replicas = files.map((texts) => createReplica({ cache, source: createMemorySource(texts) }));
    const outcomes = await Promise.all(replicas.map(({ deps }) => preload(deps)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(8).fill("active"));
    const hashes = new Set(replicas.map(({ deps }) => deps.holder.current()?.catalog.hash));
    expect(hashes.size).toBe(1);
    expect(await readPublished(cache)).toMatchObject({ hash: [...hashes][0] });
  });
});

describe("preload()", () => {
  test("gives every key of the publication its life", async () => {
    await using redis = await startCatalogRedis();
    const replica = createReplica({ cache: redis.cache, source: createMemorySource(MINE) });
    await preload(replica.deps);
    const keys = await redis.keys();
    const expiries = await Promise.all(keys.map((key) => redis.server.command("PEXPIRETIME", key)));
    expect(keys).toHaveLength(8);
    const nowMs =
      Number(await redis.server.command("EVAL", "local t = redis.call('TIME') return t[1]", "0")) * 1000;
    for (const expiry of expiries.map(Number)) {
      expect(expiry).toBeGreaterThan(nowMs);
      expect(expiry).toBeLessThanOrEqual(nowMs + 1000 + TTL_SECONDS * 1000);
    }
  });

  test("serves the disk when Redis was killed, and says why it did not publish", async () => {
    await using redis = await startCatalogRedis();
    await redis.server.kill();
    const replica = createReplica({ cache: redis.cache, source: createMemorySource(MINE) });
    const { hash } = await catalogOf(MINE);
    expect(await preload(replica.deps)).toEqual({ kind: "active", source: "disk", hash });
    expect(replica.story()).toEqual([
      "cache-miss: cache-unavailable",
      expect.stringMatching(
        /^refused from cache by preload: cache-unavailable, Cannot read from the cache: /,
      ),
      "activated from disk by preload",
    ]);
  });

  test("reports warnings of the disk and serves it all the same", async () => {
    const files = { "alpha.yaml": "identifiers: [ticker]\ncolumns: [name]\n" };
    const replica = createReplica({ cache: createMemoryCache(), source: createMemorySource(files) });
    await preload(replica.deps);
    expect(replica.story()).toEqual([
      "cache-miss: absent",
      "source-warnings",
      "activated from disk by preload",
      "published 1, removed 0",
    ]);
  });
});

describe("createCatalogService()", () => {
  test("start() keeps trying, with growing pauses, until the disk is repaired", async () => {
    await using views = await createViewsDirectory({ "alpha.yaml": "columns: [a]\n" });
    await views.remove();
    const detail = `Cannot load catalog "${views.path}"`;
    const problems: (readonly string[])[] = [];
    const repairs: readonly (() => Promise<void>)[] = [
      async () => {},
      () => views.replace({}),
      () => views.replace({ "alpha.yaml": "columns: [a]\n" }),
      async () => {},
      async () => {},
      async () => {},
      () => views.replace(MINE),
    ];
    const replica = createReplica({
      cache: createMemoryCache(),
      source: createFilesystemSource(views.path),
      onPause: async () => {
        problems.push(service.problems());
        await repairs[problems.length - 1]?.();
      },
    });
    const service = createCatalogService(replica.deps);
    expect(service.problems()).toEqual(["The first catalog is being loaded"]);
    const activated = replica.next(({ kind }) => kind === "activated");
    await service.start();
    await activated;
    expect(replica.pauses).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
    expect(problems).toEqual([
      [`${detail}: folder not found`],
      [`${detail}: folder not found`],
      [`${detail}: the catalog has no views`],
      ...Array(4).fill([`${detail}: 1 view is invalid`]),
    ]);
    expect(service.problems()).toEqual([]);
    expect(replica.deps.holder.current()?.catalog.hash).toBe((await catalogOf(MINE)).hash);
  });

  test("start() tells of what nothing expects, and goes on", async () => {
    const good = createMemorySource({ "alpha.yaml": viewYaml("a") });
    let loads = 0;
    const source = {
      ...good,
      load: async () => {
        loads += 1;
        if (loads < 3) throw new TypeError("a defect");
        return good.load();
      },
    };
    const replica = createReplica({ cache: createMemoryCache(), source });
    const active = replica.next(({ kind }) => kind === "activated");
    await createCatalogService(replica.deps).start();
    await active;
    expect(replica.story().filter((line) => line.startsWith("defect"))).toEqual([
      "defect: a defect",
      "defect: a defect",
    ]);
  });

  test("start() gives up when the service stops", async () => {
    const stop = new AbortController();
    const paused = Promise.withResolvers<void>();
    const source = observedSource(createMemorySource({}));
    const onPause = (): void => {
      stop.abort();
      paused.resolve();
    };
    const replica = createReplica({ cache: createMemoryCache(), source, onPause, signal: stop.signal });
    await createCatalogService(replica.deps).start();
    await paused.promise;
    await nextTurn();
    expect(source.loads()).toBe(1);
    expect(replica.pauses).toEqual([500]);
  });

  test("start() compares the disk in the background after a start from the cache", async () => {
    const cache = createMemoryCache();
    await publishAs(cache, THEIRS);
    const replica = createReplica({ cache, source: createMemorySource(MINE) });
    const compared = replica.next(({ kind }) => kind === "disk-compared");
    await createCatalogService(replica.deps).start();
    await compared;
    expect(replica.story()).toEqual([
      "cache-hit",
      "activated from cache by preload",
      "disk-compared: divergent",
    ]);
  });

  test("reload() shares one run among the calls that come while it runs", async () => {
    const verifier = Promise.withResolvers<void>();
    const source = observedSource(createMemorySource(MINE), () => verifier.promise);
    const replica = createReplica({ cache: createMemoryCache(), source });
    const service = createCatalogService(replica.deps);
    const calls = Array.from({ length: 50 }, () => service.reload());
    verifier.resolve();
    const outcomes = await Promise.all(calls);
    expect(source.loads()).toBe(1);
    expect(new Set(outcomes).size).toBe(1);
    expect(replica.story().filter((line) => line === "reloaded")).toHaveLength(1);
    await service.reload();
    expect(source.loads()).toBe(2);
  });
});
