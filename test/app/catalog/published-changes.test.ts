import { beforeEach, describe, expect, test } from "vitest";
import { withNamespace } from "../../../src/adapters/decorators/namespace.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { type CatalogStore, createCatalogStore } from "../../../src/app/catalog/catalog-store.ts";
import { createCatalogDigester } from "../../../src/app/catalog/published-changes.ts";
import { type Catalog, VIEW_BYTES_MAX } from "../../../src/domain/catalog/catalog.ts";
import type { JsonObject } from "../../../src/domain/json/json-value.ts";
import { encodePublication } from "../../../src/domain/release/published-catalog.ts";
import { PAGE_BYTES_MAX } from "../../../src/domain/release/published-digests.ts";
import type { CachePort, CachePublication } from "../../../src/ports/cache-port.ts";
import { shareCatalogRedis } from "../../support/catalog-redis.ts";
import { contentOf } from "../../support/catalog-replica.ts";
import { connectTestRedis } from "../../support/connect-redis.ts";
import { createSampleCatalog, publishAsOldProgram, type SampleCatalog } from "../../support/old-publisher.ts";
import { publishOver } from "../../support/publish-over.ts";

const TTL_SECONDS = 600;
const VIEWS = 300;

function sampleOf(changes: Readonly<Record<string, JsonObject | undefined>> = {}): SampleCatalog {
  const names = Array.from({ length: VIEWS }, (_, index) => `view_${String(index).padStart(3, "0")}`);
  const views = Object.fromEntries(names.map((name) => [name, viewOf(name)]));
  const all = Object.entries({ ...views, ...changes });
  return createSampleCatalog(
    all.flatMap(([name, view]) => (view === undefined ? [] : [[name, view] as const])),
  );
}

function viewOf(text: string): JsonObject {
  return { columns: ["ticker", text], identifiers: ["ticker"], description: "é" };
}

const FIRST = sampleOf();
const CHANGED = sampleOf({ view_007: viewOf("changed") });
const OTHER_VIEWS = sampleOf({ view_007: viewOf("changed"), view_008: undefined, view_new: viewOf("new") });
const FEW = createSampleCatalog([["view_007", viewOf("view_007")]]);

interface Traffic {
  /** The keys that were read. */
  readonly read: string[];
  /** The largest value that is read of a key. */
  readonly bounds: Map<string, unknown>;
  readonly publications: CachePublication[];
}

/** A replica's store, and what it asks of the shared cache. */
function storeOn(shared: CachePort): { readonly store: CatalogStore; readonly traffic: Traffic } {
  const traffic: Traffic = { read: [], bounds: new Map(), publications: [] };
  const cache: CachePort = {
    ...shared,
    getMany: (keys, options) => {
      traffic.read.push(...keys);
      for (const key of keys) traffic.bounds.set(key, options?.bytesMax);
      return shared.getMany(keys, options);
    },
    publish: (publication, options) => {
      traffic.publications.push(publication);
      return shared.publish(publication, options);
    },
  };
  return { store: createCatalogStore(cache), traffic };
}

async function publish(store: CatalogStore, { catalog }: SampleCatalog): Promise<void> {
  expect(await publishOver(store, catalog, { ttlSeconds: TTL_SECONDS })).toMatchObject({ kind: "published" });
}

async function readFrom(store: CatalogStore, active: Catalog): Promise<unknown> {
  const stored = await store.read({ active, trust: () => ({ known: active.views }) });
  return stored.kind === "verified" ? contentOf(stored.catalog) : stored;
}

/** Which views a store has read from the cache. */
function viewsRead({ read }: Traffic): readonly string[] {
  return read.filter((key) => key.startsWith("views:view_"));
}

/** Publishes as a replica of the first version, which knows no digests. */
async function publishWithoutDigests(cache: CachePort, { catalog }: SampleCatalog): Promise<void> {
  const over = await createCatalogStore(cache).readCurrent();
  const entries = encodePublication(catalog, (over.revision ?? 1) + 2);
  const remove = ["catalog:manifest"];
  await cache.publish({ entries, remove, expect: [], ttlSeconds: TTL_SECONDS });
}

const redis = shareCatalogRedis();
const CACHES = [
  ["memory", () => createMemoryCache()],
  ["Redis", () => withNamespace(redis.cache, "mosaic")],
] as const;

describe.each(CACHES)("createCatalogStore() on %s", (_, open) => {
  let cache: CachePort;
  let publisher: ReturnType<typeof storeOn>;
  let reader: ReturnType<typeof storeOn>;
  beforeEach(async () => {
    cache = open();
    publisher = storeOn(cache);
    reader = storeOn(cache);
    await publish(publisher.store, FIRST);
    publisher.traffic.publications.length = 0;
  });

  test("publish() writes the view that changed, and repeats the others", async () => {
    await publish(publisher.store, CHANGED);
    const [publication] = publisher.traffic.publications;
    const written = publication?.entries.map(({ key }) => key.replace(/^catalog:digests:\d+$/, "page"));
    expect(written?.toSorted()).toEqual([
      "catalog:digests",
      "catalog:state",
      "page",
      "views:hash",
      "views:loaded",
      "views:view_007",
    ]);
    const keys = publication?.unchanged?.entries.map(({ key }) => key) ?? [];
    expect(keys.filter((key) => key.startsWith("views:"))).toHaveLength(VIEWS);
    expect(viewsRead(publisher.traffic)).toEqual([]);
  });

  test.each([
    ["a changed view", CHANGED, ["views:view_007"]],
    ["views that came and went", OTHER_VIEWS, ["views:view_007", "views:view_new"]],
    ["all but one view gone", FEW, []],
    ["the same catalog again", FIRST, []],
  ])("read() reads what differs: %s", async (_name, next, read) => {
    await publish(publisher.store, next);
    expect(await readFrom(reader.store, FIRST.catalog)).toEqual(contentOf(next.catalog));
    expect(viewsRead(reader.traffic).toSorted()).toEqual(read);
    expect(reader.traffic.read).not.toContain("views:list");
    // What others read is the same, whoever reads it.
    expect(await readFrom(storeOn(cache).store, FEW.catalog)).toEqual(contentOf(next.catalog));
  });

  test("read() takes no larger pages and views than there can be", async () => {
    await publish(publisher.store, CHANGED);
    await readFrom(reader.store, FIRST.catalog);
    const { bounds } = reader.traffic;
    const pages = [...bounds].filter(([key]) => key.startsWith("catalog:digests:"));
    expect(pages.map(([, bound]) => bound)).toEqual([PAGE_BYTES_MAX]);
    expect(bounds.get("views:view_007")).toBe(VIEW_BYTES_MAX);
  });

  test("read() finds what several publications changed", async () => {
    await publish(publisher.store, CHANGED);
    await publish(storeOn(cache).store, OTHER_VIEWS);
    await publish(publisher.store, FIRST);
    await publish(publisher.store, OTHER_VIEWS);
    expect(await readFrom(reader.store, FIRST.catalog)).toEqual(contentOf(OTHER_VIEWS.catalog));
    expect(viewsRead(reader.traffic)).toHaveLength(2);
  });

  test("a publication without digests, as of the first version, is read and replaced as a whole", async () => {
    await publishWithoutDigests(cache, CHANGED);
    expect(await readFrom(reader.store, FIRST.catalog)).toEqual(contentOf(CHANGED.catalog));
    await publish(publisher.store, OTHER_VIEWS);
    expect(publisher.traffic.publications.at(-1)?.unchanged).toBeUndefined();
    expect(await readFrom(reader.store, CHANGED.catalog)).toEqual(contentOf(OTHER_VIEWS.catalog));
  });

  test("digests of the same catalog count after the first version has published it again", async () => {
    await publishWithoutDigests(cache, CHANGED);
    await publishWithoutDigests(cache, FIRST);
    await publish(publisher.store, CHANGED);
    for (const sample of [FIRST, OTHER_VIEWS, FEW]) {
      expect(await readFrom(storeOn(cache).store, sample.catalog)).toEqual(contentOf(CHANGED.catalog));
    }
  });

  test.each([
    ["an evicted view", "views:view_100", undefined],
    ["a view that another program wrote", "views:view_100", "{}"],
    ["an evicted page", "catalog:digests:3", undefined],
    ["a page of another catalog", "catalog:digests:3", "{}"],
    ["a list of another program", "views:list", '["view_007"]'],
    ["no list", "views:list", undefined],
    ["no index", "catalog:digests", undefined],
    ["an index that is no JSON", "catalog:digests", "{"],
  ])("publish() leaves a whole catalog behind, over %s", async (_name, key, text) => {
    if (text === undefined) await cache.delete(key);
    else await cache.set(key, new TextEncoder().encode(text), { ttlSeconds: TTL_SECONDS * 2 });
    await publish(publisher.store, CHANGED);
    const whole = await createCatalogStore(cache).read();
    expect(whole.kind === "verified" && contentOf(whole.catalog)).toEqual(contentOf(CHANGED.catalog));
    expect(await readFrom(reader.store, FIRST.catalog)).toEqual(contentOf(CHANGED.catalog));
    expect(viewsRead(reader.traffic)).toEqual(["views:view_007"]);
  });

  test.each([
    ["a list that names other views", "views:list", '["view_007"]', "hash-mismatch"],
    ["a list that is none", "views:list", "?", "bad-list"],
    ["a changed view that is another", "views:view_007", '{"columns": ["x"]}', "hash-mismatch"],
  ])("read() refuses %s", async (_name, key, text, reason) => {
    await publish(publisher.store, CHANGED);
    await cache.set(key, new TextEncoder().encode(text), { ttlSeconds: TTL_SECONDS });
    expect(await readFrom(reader.store, FIRST.catalog)).toMatchObject({ kind: "rejected", reason });
  });

  test.each([
    ["page", "catalog:digests:3", "{}"],
    ["index", "catalog:digests", '{"hash": "?", "pages": [], "version": 1}'],
  ])("read() reads everything where the %s is forged", async (_name, key, text) => {
    await publish(publisher.store, CHANGED);
    await cache.set(key, new TextEncoder().encode(text), { ttlSeconds: TTL_SECONDS });
    // It serves one view of the catalog: every page differs.
    expect(await readFrom(reader.store, FEW.catalog)).toEqual(contentOf(CHANGED.catalog));
    expect(reader.traffic.read).toContain("views:list");
  });
});

describe("createCatalogStore() beside a program that writes key by key", () => {
  test("its publication is read and replaced as a whole, of the same catalog too", async () => {
    const cache = withNamespace(redis.cache, "mosaic");
    const { store, traffic } = storeOn(cache);
    const client = await connectTestRedis(redis.server.url);
    await publish(store, FIRST);
    for (const sample of [CHANGED, FIRST]) {
      await publishAsOldProgram(client, "mosaic", sample);
      expect(await readFrom(storeOn(cache).store, OTHER_VIEWS.catalog)).toEqual(contentOf(sample.catalog));
    }
    // The digests are of the catalog that the program wrote, but the texts are its own.
    await publish(store, CHANGED);
    expect(traffic.publications.at(-1)?.unchanged?.entries.length).toBeGreaterThan(VIEWS);
    const text = await redis.server.command("GET", "mosaic:views:view_001");
    expect(text).toBe(new TextDecoder().decode([...CHANGED.catalog.views.values()][1]));
    client.disconnect();
  });
});

describe("createCatalogDigester()", () => {
  test("createCatalogDigester() gives the digests of the last catalog again, and of another one its own", async () => {
    const digest = createCatalogDigester();
    const first = await digest(FIRST.catalog);
    expect(await digest(FIRST.catalog)).toBe(first);
    const changed = await digest(CHANGED.catalog);
    expect(changed).toEqual(await createCatalogDigester()(CHANGED.catalog));
    // Pages without the changed view are the same objects: they were not made again.
    expect(changed.pages.filter((page, number) => page !== first.pages[number])).toHaveLength(1);
    expect(await digest(FIRST.catalog)).toEqual(first);
  });
});
