import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CATALOG_VIEWS_MAX,
  type Catalog,
  createCatalog,
  hashCatalog,
  VIEW_BYTES_MAX,
} from "../../../src/domain/catalog/catalog.ts";
import {
  assembleVerifiedCatalog,
  type CatalogDigests,
  compareDigests,
  createDigests,
  digestPageKey,
  encodeDigests,
  findDifferentPages,
  findUnchangedValues,
  PAGE_BYTES_MAX,
  readDigestIndex,
  readDigestPage,
} from "../../../src/domain/release/published-digests.ts";
import { hashBytes } from "../../../src/domain/signing/manifest.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
import type { TimeSlices } from "../../../src/lib/time-slices.ts";
import { sha256 } from "./sample-publication.ts";

const ENDLESS: TimeSlices = { isOver: () => false, next: () => Promise.reject(new Error("no turn is over")) };
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const viewText = (column: string): string => `{"columns": ["${column}"], "identifiers": ["${column}"]}`;

/** A catalog with one view for each name, whose only column it names. */
function catalogOf(columns: Readonly<Record<string, string>>): Catalog {
  return createCatalog(
    Object.entries(columns).map(([entity, column]) => [entity as Entity, encode(viewText(column))]),
  );
}

function digestsOf(catalog: Catalog, before?: CatalogDigests, slices = ENDLESS): Promise<CatalogDigests> {
  const digests = new Map([...catalog.views].map(([entity, bytes]) => [entity, hashBytes(bytes)]));
  return createDigests(catalog.hash, digests, { before, slices });
}

/** Views with names in code point order. */
const many = (count: number, columns: Readonly<Record<string, string>> = {}): Catalog =>
  catalogOf({
    ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`view_${10_000 + index}`, "a"])),
    ...columns,
  });

/** The entries as text, the index last. */
const published = (digests: CatalogDigests): readonly (readonly [string, string])[] =>
  encodeDigests(digests).map(({ key, value }) => [key, textOf(value)]);

function indexOf(digests: CatalogDigests): readonly string[] {
  const index = readDigestIndex(encodeDigests(digests).at(-1)?.value, digests.hash);
  if (index === undefined) throw new Error("The index is not read");
  return index;
}

/** The pages that a replica with `own` reads of what is published. */
function pagesFor(own: CatalogDigests, of: CatalogDigests) {
  const entries = encodeDigests(of);
  const index = indexOf(of);
  return new Map(
    findDifferentPages(own, index).map((number) => {
      const page = readDigestPage(entries[number]?.value, index[number] ?? "");
      if (page === undefined) throw new Error(`Page ${number} is not read`);
      return [number, page] as const;
    }),
  );
}

/** What a replica with `own` gets from a publication, and which views it needs for that. */
async function readPublished(own: Catalog, of: Catalog) {
  const [ownDigests, digests] = await Promise.all([digestsOf(own), digestsOf(of)]);
  const compared = compareDigests(ownDigests, indexOf(digests), pagesFor(ownDigests, digests));
  const fetched = new Map(
    [...compared.differentDigests.keys()].map((entity) => [entity, of.views.get(entity)]),
  );
  const catalog = assembleVerifiedCatalog(of.hash, compared, { own: own.views, fetched });
  return { catalog, compared };
}

describe("createDigests() and encodeDigests()", () => {
  test("encodeDigests() writes one page and an index with the digest of that page", async () => {
    const catalog = catalogOf({ view_a: "x", view_b: "y" });
    const page = `{"view_a": "${sha256(viewText("x"))}", "view_b": "${sha256(viewText("y"))}"}`;
    expect(published(await digestsOf(catalog))).toEqual([
      ["catalog:digests:0", page],
      ["catalog:digests", `{"hash": "${catalog.hash}", "pages": ["${sha256(page)}"], "version": 1}`],
    ]);
  });

  test.each([
    [1, 1],
    [64, 1],
    [65, 16],
    [256, 16],
    [257, 32],
    [1024, 32],
    [1025, 64],
  ])("createDigests() divides %i views into %i pages, which hold each view once", async (views, pages) => {
    const catalog = many(views);
    const digests = await digestsOf(catalog);
    expect(digests.pages.map(({ key }) => key)).toEqual(
      Array.from({ length: pages }, (_, number) => `catalog:digests:${number}`),
    );
    const held = digests.pages.flatMap((page) => [...page.digests]);
    expect(new Map(held)).toEqual(new Map([...catalog.views].map(([entity, b]) => [entity, hashBytes(b)])));
    expect(held).toHaveLength(views);
  });

  test("createDigests() makes pages of the largest catalog that are several times smaller than may be read", async () => {
    const entities = Array.from(
      { length: CATALOG_VIEWS_MAX },
      (_, index) => `v${index}`.padEnd(128, "_") as Entity,
    );
    const digests = new Map(entities.map((entity) => [entity, "0".repeat(64)]));
    const { pages } = await createDigests(many(1).hash, digests, { before: undefined, slices: ENDLESS });
    const largest = Math.max(...pages.map(({ value }) => value.byteLength));
    expect([largest > PAGE_BYTES_MAX / 16, largest < PAGE_BYTES_MAX / 3]).toEqual([true, true]);
  });

  // Replicas of several versions read each other's pages. Computed by hand from the definition of FNV-1a in 32 bits.
  test("createDigests() puts a view on the page that its name alone decides", async () => {
    const pageOf = async (entity: string, count: number): Promise<number> => {
      const { pages } = await digestsOf(many(count, { [entity]: "x" }));
      return pages.findIndex(({ digests }) => digests.has(entity as Entity));
    };
    for (const entity of ["view_a", "view_fiis_info", "v"]) {
      let hash = 0x811c9dc5n;
      for (const byte of encode(entity)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
      const folded = Number(hash ^ (hash >> 16n));
      expect([entity, await pageOf(entity, 100), await pageOf(entity, 300)]).toEqual([
        entity,
        folded & 15,
        folded & 31,
      ]);
    }
  });

  test("createDigests() uses pages of the earlier catalog again, and encodes only those that differ", async () => {
    const before = await digestsOf(many(200));
    const after = await digestsOf(many(200, { view_10007: "other" }), before);
    const fresh = await digestsOf(many(200, { view_10007: "other" }));
    expect(after).toEqual(fresh);
    expect(after.pages.filter((page, number) => page !== before.pages[number])).toHaveLength(1);
    const grown = await digestsOf(many(200, { view_new: "a" }), before);
    expect(grown).toEqual(await digestsOf(many(200, { view_new: "a" })));
    expect(grown.pages.filter((page, number) => page !== before.pages[number])).toHaveLength(1);
    const shrunk = await digestsOf(many(200), grown);
    expect(shrunk).toEqual(before);
    expect(await digestsOf(many(300), before)).toEqual(await digestsOf(many(300)));
  });

  test("createDigests() ends a turn that is over after each page, and no other", async () => {
    let turns = 0;
    let pages = 0;
    const slices = {
      isOver: () => ++pages % 2 === 0,
      next: async () => void turns++,
    };
    await digestsOf(many(200), undefined, slices);
    expect([pages, turns]).toEqual([16, 8]);
  });
});

describe("findDifferentPages() and findUnchangedValues()", () => {
  test("both compare pages one by one if there are as many, and none of them otherwise", async () => {
    const own = await digestsOf(many(200));
    const other = await digestsOf(many(200, { view_10007: "other" }));
    const changed = own.pages.findIndex(({ digests }) => digests.has("view_10007" as Entity));
    expect(findDifferentPages(own, indexOf(own))).toEqual([]);
    expect(findDifferentPages(own, indexOf(other))).toEqual([changed]);
    const views = {
      unchangedViews: new Set(["view_10000" as Entity]),
      differentDigests: new Map<Entity, string>(),
    };
    const keys = own.pages.map((_, number) => digestPageKey(number));
    expect(findUnchangedValues(own, indexOf(other), views)).toEqual({
      views: views.unchangedViews,
      pages: new Set(keys.filter((_, number) => number !== changed)),
    });
    // A longer or a shorter index that begins with the same digests.
    for (const index of [indexOf(own).slice(0, 8), [...indexOf(own), ...indexOf(own)]]) {
      expect(findDifferentPages(own, index)).toEqual([...index.keys()]);
      expect(findUnchangedValues(own, index, views)).toEqual({
        views: views.unchangedViews,
        pages: new Set(),
      });
    }
  });
});

describe("compareDigests()", () => {
  test("compareDigests() finds the views that are the same, and the digests of those that differ", async () => {
    const own = await digestsOf(catalogOf({ a: "x", b: "x", c: "x" }));
    const other = await digestsOf(catalogOf({ b: "x", c: "y", d: "x" }));
    expect(compareDigests(own, indexOf(other), pagesFor(own, other))).toEqual({
      unchangedViews: new Set(["b"]),
      differentDigests: new Map([
        ["c", sha256(viewText("y"))],
        ["d", sha256(viewText("x"))],
      ]),
    });
  });

  test("compareDigests() counts the views of a page that was not read as the same", async () => {
    const own = await digestsOf(many(200));
    const other = await digestsOf(many(200, { view_10007: "other" }));
    const { unchangedViews: same, differentDigests: different } = compareDigests(
      own,
      indexOf(other),
      pagesFor(own, other),
    );
    expect([same.size, [...different]]).toEqual([199, [["view_10007", sha256(viewText("other"))]]]);
    // More pages than the replica has.
    expect(compareDigests(await digestsOf(many(1)), ["0", "1"], new Map()).unchangedViews.size).toBe(1);
  });
});

describe("assembleVerifiedCatalog()", () => {
  const own = catalogOf({ a: "x", b: "x" });
  const wanted = catalogOf({ a: "x", b: "y" });
  const [a, b] = ["a", "b"] as Entity[] as [Entity, Entity];
  const views = { unchangedViews: new Set([a]), differentDigests: new Map([[b, sha256(viewText("y"))]]) };
  const withB = (bytes: Uint8Array | undefined) => ({ own: own.views, fetched: new Map([[b, bytes]]) });

  test("assembleVerifiedCatalog() puts own and fetched views together", () => {
    const catalog = assembleVerifiedCatalog(wanted.hash, views, withB(encode(viewText("y"))));
    expect([catalog?.hash, [...(catalog?.views.keys() ?? [])]]).toEqual([wanted.hash, [a, b]]);
  });

  test("assembleVerifiedCatalog() gives nothing without a view, or with another one than the page names", () => {
    expect(assembleVerifiedCatalog(wanted.hash, views, withB(undefined))).toBeUndefined();
    expect(
      assembleVerifiedCatalog(wanted.hash, views, { own: own.views, fetched: new Map() }),
    ).toBeUndefined();
    // The hash is the one of these views: the page is wrong.
    const wrong = { ...views, differentDigests: new Map([[b, sha256(viewText("z"))]]) };
    expect(assembleVerifiedCatalog(wanted.hash, wrong, withB(encode(viewText("y"))))).toBeUndefined();
  });

  test("assembleVerifiedCatalog() gives nothing if the catalog has another hash", () => {
    expect(assembleVerifiedCatalog(own.hash, views, withB(encode(viewText("y"))))).toBeUndefined();
    const neither = { unchangedViews: new Set<Entity>(), differentDigests: new Map<Entity, string>() };
    expect(assembleVerifiedCatalog(own.hash, neither, withB(undefined))).toBeUndefined();
  });

  test("assembleVerifiedCatalog() gives nothing of a view that no service may have", () => {
    const text = '{"columns": [], "identifiers": ["x"]}';
    const invalid = createCatalog([[b, encode(text)]]);
    const only = { unchangedViews: new Set<Entity>(), differentDigests: new Map([[b, sha256(text)]]) };
    expect(assembleVerifiedCatalog(invalid.hash, only, withB(encode(text)))).toBeUndefined();
    const trust = { known: new Map([[b, encode(text)]]) };
    expect(assembleVerifiedCatalog(invalid.hash, only, withB(encode(text)), trust)).toBeDefined();
    const large = encode(viewText("x".repeat(VIEW_BYTES_MAX)));
    const hash = createCatalog([[b, large]]).hash;
    const tooLarge = {
      unchangedViews: new Set<Entity>(),
      differentDigests: new Map([[b, hashBytes(large)]]),
    };
    expect(assembleVerifiedCatalog(hash, tooLarge, withB(large))).toBeUndefined();
  });

  test("assembleVerifiedCatalog() takes as many views as a catalog may have, and no more", () => {
    const bytes = encode(viewText("x"));
    const assemble = (count: number) => {
      const entities = Array.from({ length: count }, (_, index) => `view_${100_000 + index}` as Entity);
      const all = new Map(entities.map((entity) => [entity, bytes]));
      const same = { unchangedViews: new Set(entities), differentDigests: new Map<Entity, string>() };
      const trust = { known: all };
      return assembleVerifiedCatalog(hashCatalog(all), same, { own: all, fetched: new Map() }, trust);
    };
    expect(assemble(CATALOG_VIEWS_MAX)?.views.size).toBe(CATALOG_VIEWS_MAX);
    expect(assemble(CATALOG_VIEWS_MAX + 1)).toBeUndefined();
  });
});

describe("a replica that reads by digests", () => {
  const columns = fc.dictionary(fc.stringMatching(/^v[a-z0-9_]{0,3}$/), fc.constantFrom("a", "b", "c"), {
    minKeys: 1,
    maxKeys: 90,
    size: "max",
  });

  test("gets the published catalog from any catalog of its own, and needs only the views that differ", async () => {
    await fc.assert(
      fc.asyncProperty(columns, columns, fc.boolean(), async (ownColumns, others, isNear) => {
        const own = catalogOf(ownColumns);
        const of = catalogOf(
          isNear ? { ...ownColumns, ...Object.fromEntries(Object.entries(others).slice(0, 2)) } : others,
        );
        const { catalog, compared } = await readPublished(own, of);
        expect(catalog).toEqual(of);
        const differ = [...of.views].filter(
          ([entity, bytes]) => textOf(own.views.get(entity)) !== textOf(bytes),
        );
        expect([...compared.differentDigests.keys()].sort()).toEqual(differ.map(([entity]) => entity));
      }),
      { numRuns: 60 },
    );
  });
});
