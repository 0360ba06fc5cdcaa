import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../src/adapters/filesystem/source.ts";
import { createMemorySource } from "../../src/adapters/memory/source.ts";
import { reload } from "../../src/app/catalog/reload.ts";
import { preload, reconcile } from "../../src/app/catalog/sync.ts";
import { type CatalogRedis, startCatalogRedis } from "../support/catalog-redis.ts";
import { createReplica, observedSource } from "../support/catalog-replica.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { peerReaders, type ReadKey } from "../support/python-peer.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

/** What test/fixtures/make-python-publication.py has written. */
interface PythonPublication {
  readonly ttlSeconds: number;
  /** The text that Python hashed. */
  readonly canonical: string;
  readonly entries: Readonly<Record<string, string>>;
}

const FIXTURE = resolve(import.meta.dirname, "../fixtures/python-publication.json");
const GOLDEN_DIRECTORY = resolve(import.meta.dirname, "../golden/catalogs/02");
const GOLDEN_HASH = "dccb71731a7d796b14319a425a710d42ef3f94bc5dfe13bfc8b52dde55941c9b";
const fixture = JSON.parse(await readFile(FIXTURE, "utf8")) as Readonly<Record<string, PythonPublication>>;
const publications = Object.entries(fixture).map(([name, publication]) => ({ name, publication }));

let redis: CatalogRedis;
beforeAll(async () => {
  redis = await startCatalogRedis();
});
afterAll(() => redis?.[Symbol.asyncDispose]());
beforeEach(() => redis.server.command("FLUSHALL"));

const readKey: ReadKey = async (key) => (await redis.server.command("GET", `mosaic:${key}`)) as string | null;

/** Key by key, as the peer does it. */
async function publishAsPython({ entries, ttlSeconds }: PythonPublication): Promise<string> {
  for (const [key, value] of Object.entries(entries)) {
    await redis.server.command("SETEX", `mosaic:${key}`, String(ttlSeconds), value);
  }
  return entries["views:hash"] ?? "";
}

function golden(): PythonPublication {
  const publication = fixture.golden;
  if (publication === undefined) throw new Error("The fixture has no golden publication");
  return publication;
}

describe("preload()", () => {
  test.each(publications)(
    "takes the $name publication of a Python peer as it is",
    async ({ publication }) => {
      const hash = await publishAsPython(publication);
      const before = await redis.contents();
      const disk = observedSource(createMemorySource({}));
      const replica = createReplica({ cache: redis.cache, source: disk });
      expect(await preload(replica.deps)).toEqual({ kind: "active", source: "cache", hash });
      expect(replica.story()).toEqual(["cache-hit", "activated from cache by preload"]);
      const views = [...(replica.deps.holder.current()?.catalog.views ?? [])];
      const members = views.map(([entity, bytes]) => `"${entity}": ${new TextDecoder().decode(bytes)}`);
      expect(`{${members.join(", ")}}`).toBe(publication.canonical);
      expect(disk.loads()).toBe(0);
      expect(await redis.contents()).toEqual(before);
    },
  );

  test("takes a Python peer's publication of the catalog that a replica had published before", async () => {
    const first = createReplica({ cache: redis.cache, source: createFilesystemSource(GOLDEN_DIRECTORY) });
    await preload(first.deps);
    expect(await publishAsPython(golden())).toBe(GOLDEN_HASH);
    const second = createReplica({ cache: redis.cache, source: createMemorySource({}) });
    expect(await preload(second.deps)).toEqual({ kind: "active", source: "cache", hash: GOLDEN_HASH });
    expect(second.story()).toEqual(["cache-hit", "activated from cache by preload"]);
    const content = second.deps.holder.current()?.catalog;
    expect(content?.views.size).toBe(8);
  });

  test("refuses a NaN that a Python peer wrote", async () => {
    await publishAsPython(golden());
    await redis.server.command(
      "SET",
      "mosaic:views:view_fiis_info_7",
      '{"columns": ["a"], "identifiers": [], "x": NaN}',
    );
    const replica = createReplica({ cache: redis.cache, source: createMemorySource({}) });
    expect((await preload(replica.deps)).kind).toBe("unavailable");
    expect(replica.story().slice(0, 2)).toEqual([
      "cache-miss: bad-json",
      "refused from cache by preload: bad-json, views:view_fiis_info_7 is not JSON",
    ]);
  });
});

describe("reconcile()", () => {
  test.each(publications)("takes the $name publication of a Python peer", async ({ publication }) => {
    const source = createMemorySource({ "mine.yaml": "identifiers: [a]\ncolumns: [a]\n" });
    const replica = createReplica({ cache: redis.cache, source });
    await preload(replica.deps);
    const hash = await publishAsPython(publication);
    const shared = Object.entries(await redis.contents()).filter(([key]) => key.startsWith("mosaic:views:"));
    await reconcile(replica.deps);
    expect(replica.story().slice(-3)).toEqual([
      "cache-hit",
      "activated from cache by reconcile",
      "repaired: state",
    ]);
    expect(replica.deps.holder.current()?.catalog.hash).toBe(hash);
    expect(await redis.contents()).toMatchObject(Object.fromEntries(shared));
  });
});

describe.each(await peerReaders())("$name", (reader) => {
  test("reads what preload() published, with the hash that Python gives those views", async () => {
    const replica = createReplica({ cache: redis.cache, source: createFilesystemSource(GOLDEN_DIRECTORY) });
    await preload(replica.deps);
    expect(await reader.read(readKey)).toEqual({
      entities: [...(replica.deps.holder.current()?.catalog.views.keys() ?? [])],
      hash: GOLDEN_HASH,
      publishedHash: GOLDEN_HASH,
    });
  });

  test.each(publications)("reads the $name publication of a Python peer", async ({ publication }) => {
    const hash = await publishAsPython(publication);
    const entities = (JSON.parse(publication.entries["views:list"] ?? "") as string[]).sort();
    expect(await reader.read(readKey)).toEqual({ entities, hash, publishedHash: hash });
  });

  test("reads what reload() published over a Python peer's publication", async () => {
    await publishAsPython(fixture.awkward ?? golden());
    const replica = createReplica({ cache: redis.cache, source: createFilesystemSource(GOLDEN_DIRECTORY) });
    await preload(replica.deps);
    await reload(replica.deps);
    const reading = await reader.read(readKey);
    expect(reading).toMatchObject({ hash: GOLDEN_HASH, publishedHash: GOLDEN_HASH });
    expect(reading?.entities).toHaveLength(8);
    expect(await readKey("views:Beta")).toBeNull();
  });

  test("finds nothing in an empty cache", async () => {
    expect(await reader.read(readKey)).toBeUndefined();
  });
});

describe.each(RUNTIMES)("serve on $name", (runtime) => {
  test("serves a Python peer's publication without a catalog on disk", async () => {
    const hash = await publishAsPython(golden());
    await using views = await createViewsDirectory();
    await using service = await startHostedService({
      runtime,
      env: { ...cacheSettings(redis.server), VIEWS_DIR: views.path },
    });
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    expect((await sendRequest(service.url, "/views")).json()).toMatchObject({ hash, items: { length: 8 } });
    const view = await sendRequest(service.url, "/views/view_fiis_assets_2");
    expect(golden().canonical).toContain(`"view_fiis_assets_2": ${view.text}, `);
  });

  test("takes a Python peer's publication while it runs, and reports that the disk differs", async () => {
    await using views = await createViewsDirectory({ "mine.yaml": "identifiers: [a]\ncolumns: [a]\n" });
    await using service = await startHostedService({
      runtime,
      env: { ...cacheSettings(redis.server), VIEWS_DIR: views.path },
    });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const hash = await publishAsPython(golden());
    await service.waitForLog(({ msg, part }) => msg === "Publication repaired" && part === "state");
    expect((await sendRequest(service.url, "/views")).json()).toMatchObject({ hash });
    expect(service.logs().filter(({ level }) => level === "error")).toEqual([]);
    await service.waitForLog(({ msg }) => msg.startsWith("The catalog on disk differs"));
  });
});
