import { describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { compareWithDisk, createCatalogService } from "../../../src/app/catalog/catalog-service.ts";
import { preload } from "../../../src/app/catalog/sync.ts";
import { createCatalogVerifier } from "../../../src/app/signing/catalog-verifier.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import type { CatalogSourcePort } from "../../../src/ports/catalog-source-port.ts";
import { catalogOf, createReplica, type Replica } from "../../support/catalog-replica.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const FILES = { "alpha.yaml": viewYaml("a"), "sub/beta.yaml": viewYaml("b") };
const KEY = "mosaic:catalog:source";
const KEYED = createCatalogVerifier(
  { viewsSignatureMode: "hmac", viewsSignatureRequired: false },
  async () => ({ kind: "keys", keys: [], warnings: [] }),
);

/** A source of files that were written long ago. */
const sourceOf = (path: string): CatalogSourcePort =>
  createFilesystemSource(path, { nowMs: () => Date.now() + 3_600_000 });

interface Started {
  readonly replica: Replica;
  /** How often its files were parsed. */
  readonly loads: number;
  readonly divergent: readonly boolean[];
}

/** A replica starts from the cache, and compares its disk. */
async function startFromCache(
  cache: CachePort,
  files: CatalogSourcePort,
  verifier?: typeof KEYED,
): Promise<Started> {
  let loads = 0;
  const source: CatalogSourcePort = {
    ...files,
    load(options) {
      loads += 1;
      return files.load(options);
    },
  };
  const replica = createReplica({ cache, source, ...(verifier && { verifier }) });
  const compared = replica.next(({ kind }) => kind === "disk-compared");
  await createCatalogService(replica.deps).start();
  await compared;
  const divergent = replica.events.flatMap((event) =>
    event.kind === "disk-compared" ? [event.divergent] : [],
  );
  return { replica, loads, divergent };
}

/** A cache with the catalog of a folder, published by a replica that has parsed it. */
async function publishedFrom(path: string, verifier?: typeof KEYED): Promise<CachePort> {
  const cache = createMemoryCache();
  const source = sourceOf(path);
  await preload(createReplica({ cache, source, ...(verifier && { verifier }) }).deps);
  return cache;
}

async function recordIn(cache: CachePort): Promise<string | undefined> {
  const value = await cache.get(KEY);
  return value && new TextDecoder().decode(value);
}

const write = (cache: CachePort, text: string): Promise<void> =>
  cache.set(KEY, new TextEncoder().encode(text), { ttlSeconds: 60 });

describe("a replica that starts from the cache", () => {
  test("does not parse files that another one has parsed to the same catalog", async () => {
    await using views = await createViewsDirectory(FILES);
    const cache = await publishedFrom(views.path);
    expect(await startFromCache(cache, sourceOf(views.path))).toMatchObject({ loads: 0, divergent: [false] });
  });

  test.each([
    ["another text", { ...FILES, "sub/beta.yaml": viewYaml("c") }],
    ["one file more", { ...FILES, "gamma.yaml": viewYaml("c") }],
    ["one file less", { "alpha.yaml": viewYaml("a") }],
    ["the same texts under exchanged names", { "alpha.yaml": viewYaml("b"), "sub/beta.yaml": viewYaml("a") }],
    ["no valid text", { ...FILES, "alpha.yaml": "columns: [" }],
  ])("parses files of %s, and finds that they differ", async (_name, files) => {
    await using published = await createViewsDirectory(FILES);
    await using views = await createViewsDirectory(files);
    const cache = await publishedFrom(published.path);
    const record = await recordIn(cache);
    expect(await startFromCache(cache, sourceOf(views.path))).toMatchObject({ loads: 1, divergent: [true] });
    // It is of use to replicas with the published files.
    expect(await recordIn(cache)).toBe(record);
  });

  test.each<[state: string, replacement: (record: string) => string | undefined]>([
    ["nothing", () => undefined],
    ["no JSON", () => "garbage"],
    ["JSON of another form", () => '{"digest": 1}'],
    ["too much", (record) => record.padEnd(5000)],
    ["a record of another version", (record) => record.replace(/"version":"[^"]*"/, '"version":"0.0.1"')],
    ["a record of another catalog", (record) => record.replace(/"hash":"./, '"hash":"x')],
    [
      "a record of other files",
      (record) => record.replace(/"digest":"[^"]*"/, `"digest":"${"0".repeat(64)}"`),
    ],
  ])("parses the files where the cache has %s, and records them for others", async (_state, replacement) => {
    await using views = await createViewsDirectory(FILES);
    const cache = await publishedFrom(views.path);
    const record = (await recordIn(cache)) ?? "";
    const replaced = replacement(record);
    expect(replaced).not.toBe(record);
    if (replaced === undefined) await cache.delete(KEY);
    else await write(cache, replaced);
    expect(await startFromCache(cache, sourceOf(views.path))).toMatchObject({ loads: 1, divergent: [false] });
    expect(await recordIn(cache)).toBe(record);
  });

  test("parses its files where the record can be neither read nor written", async () => {
    await using views = await createViewsDirectory(FILES);
    const cache = await publishedFrom(views.path);
    const refuse = (operation: "get" | "set") => (key: string) =>
      key === KEY ? Promise.reject(new CacheError(operation, "rejected", "NOPERM")) : undefined;
    const failing: CachePort = {
      ...cache,
      get: (key, options) => refuse("get")(key) ?? cache.get(key, options),
      set: (key, value, options) => refuse("set")(key) ?? cache.set(key, value, options),
    };
    const { replica, ...started } = await startFromCache(failing, sourceOf(views.path));
    expect(started).toEqual({ loads: 1, divergent: [false] });
    await compareWithDisk(replica.deps);
    expect(replica.events.filter(({ kind }) => kind === "defect")).toEqual([]);
  });

  test("does not parse files whose source has digests of a form of its own", async () => {
    const memory = createMemorySource({ "alpha.yaml": viewYaml("a") });
    const source: CatalogSourcePort = {
      ...memory,
      load: async (options) => ({ ...(await memory.load(options)), digest: "commit 4f2a" }),
      digest: async () => "commit 4f2a",
    };
    const cache = createMemoryCache();
    await preload(createReplica({ cache, source }).deps);
    expect(await startFromCache(cache, source)).toMatchObject({ loads: 0, divergent: [false] });
  });

  test("parses its files where their source has no digests", async () => {
    await using views = await createViewsDirectory(FILES);
    const cache = await publishedFrom(views.path);
    const { replica, ...started } = await startFromCache(cache, createMemorySource(FILES));
    expect(started).toEqual({ loads: 1, divergent: [false] });
    expect(replica.events.filter(({ kind }) => kind === "defect")).toEqual([]);
  });

  test("compares a disk that cannot be loaded before any catalog is active, and records nothing", async () => {
    const cache = createMemoryCache();
    const source = createMemorySource({ "alpha.yaml": "columns: [" });
    const { deps, events } = createReplica({ cache, source });
    await compareWithDisk(deps);
    expect(events).toContainEqual({ kind: "disk-compared", diskHash: undefined, divergent: true });
    expect(await recordIn(cache)).toBeUndefined();
  });

  test.each(["get", "set"] as const)(
    "reports a defect in %s, which is no failure of a cache",
    async (operation) => {
      await using views = await createViewsDirectory(FILES);
      const cache = await publishedFrom(views.path);
      await cache.delete(KEY);
      const broken = (key: string): void => {
        if (key === KEY) throw new TypeError("broken");
      };
      const failing: CachePort = {
        ...cache,
        async get(key, options) {
          if (operation === "get") broken(key);
          return cache.get(key, options);
        },
        async set(key, value, options) {
          if (operation === "set") broken(key);
          return cache.set(key, value, options);
        },
      };
      const replica = createReplica({ cache: failing, source: sourceOf(views.path) });
      const defect = replica.next(({ kind }) => kind === "defect");
      await createCatalogService(replica.deps).start();
      await defect;
    },
  );

  test("passes the signal of its service on, to the cache and to the disk", async () => {
    await using views = await createViewsDirectory(FILES);
    const cache = await publishedFrom(views.path);
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const noted: CachePort = {
      ...cache,
      get(key, options) {
        if (key === KEY) seen.push(options?.signal);
        return cache.get(key, options);
      },
    };
    const files = sourceOf(views.path);
    const source: CatalogSourcePort = {
      ...files,
      async digest(options) {
        seen.push(options?.signal);
        return undefined;
      },
    };
    const { deps } = createReplica({ cache: noted, source, signal });
    await preload(deps);
    await compareWithDisk(deps);
    expect(seen.map((one) => one === signal)).toEqual([true, true]);
  });

  test("believes a forged record about its disk, and serves what it has verified all the same", async () => {
    await using views = await createViewsDirectory({ ...FILES, "alpha.yaml": viewYaml("other") });
    await using published = await createViewsDirectory(FILES);
    const cache = await publishedFrom(published.path);
    const digest = await sourceOf(views.path).digest?.();
    const forged = ((await recordIn(cache)) ?? "").replace(/"digest":"[^"]*"/, `"digest":"${digest}"`);
    await write(cache, forged);
    const { replica, ...started } = await startFromCache(cache, sourceOf(views.path));
    expect(started).toMatchObject({ loads: 0, divergent: [false] });
    expect(replica.deps.holder.current()?.catalog.hash).toBe((await catalogOf(FILES)).hash);
  });

  test("neither asks for a record nor leaves one where catalogs are signed with keys", async () => {
    await using views = await createViewsDirectory(FILES);
    const cache = await publishedFrom(views.path, KEYED);
    expect(await recordIn(cache)).toBeUndefined();
    const unsigned = (await recordIn(await publishedFrom(views.path))) ?? "";
    await write(cache, unsigned);
    expect(await startFromCache(cache, sourceOf(views.path), KEYED)).toMatchObject({ loads: 1 });
  });

  test("records nothing of a source without digests, and nothing for a preview", async () => {
    await using views = await createViewsDirectory(FILES);
    const cache = createMemoryCache();
    await preload(createReplica({ cache, source: createMemorySource(FILES) }).deps);
    const { deps } = createReplica({ cache, source: sourceOf(views.path) });
    await createCatalogService(deps).previewReload();
    expect(await recordIn(cache)).toBeUndefined();
  });
});
