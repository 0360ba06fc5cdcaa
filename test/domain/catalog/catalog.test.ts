import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  CATALOG_VIEWS_MAX,
  createCatalog,
  createCatalogInSlices,
  hashCatalog,
  parseCatalogHash,
  VIEW_BYTES_MAX,
} from "../../../src/domain/catalog/catalog.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import type { JsonObject } from "../../../src/domain/json/json-value.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
import { GOLDEN_URL, type GoldenCatalog, readGoldenCatalogs } from "../../support/golden-vectors.ts";
import { jsonObjectArbitrary } from "../../support/json-value-arbitrary.ts";

const EMPTY_OBJECT_SHA256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

const entityArbitrary = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}(\.[A-Za-z_][A-Za-z0-9_]{0,3})?$/);
const viewsArbitrary = fc.uniqueArray(fc.tuple(entityArbitrary, jsonObjectArbitrary), {
  selector: ([entity]) => entity,
  maxLength: 8,
});

type Pair = readonly [entity: Entity, canonicalJson: Uint8Array];

function pair(entity: string, view: JsonObject): Pair {
  return [entity as Entity, new TextEncoder().encode(canonicalText(view))];
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function readViews({ dir }: GoldenCatalog): readonly (readonly [string, JsonObject])[] {
  const folder = new URL(`${dir}/`, GOLDEN_URL);
  return readdirSync(folder).map((file) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    return [file.replace(/\.yaml$/, ""), parse(source, { intAsBigInt: true }) as JsonObject];
  });
}

describe("createCatalog()", () => {
  test.each(readGoldenCatalogs())("createCatalog() hashes $dir as Python does", (golden) => {
    const views = readViews(golden);
    const catalog = createCatalog(views.map(([entity, view]) => pair(entity, view)));
    expect(catalog.hash).toBe(golden.sha256);
    expect(catalog.views.size).toBe(golden.views);
    expect(canonicalText(Object.fromEntries(views))).toHaveLength(golden.canonical_chars);
  });

  test("createCatalog() hashes the canonical text of all views as one object", () => {
    fc.assert(
      fc.property(viewsArbitrary, (views) => {
        const whole = sha256(canonicalText(Object.fromEntries(views)));
        expect(createCatalog(views.map(([entity, view]) => pair(entity, view))).hash).toBe(whole);
      }),
    );
  });

  test("createCatalog() does not depend on the order of the views", () => {
    const shuffled = viewsArbitrary.chain((views) =>
      fc.tuple(fc.constant(views), fc.shuffledSubarray(views, { minLength: views.length })),
    );
    fc.assert(
      fc.property(shuffled, ([views, others]) => {
        const catalog = createCatalog(views.map(([entity, view]) => pair(entity, view)));
        const other = createCatalog(others.map(([entity, view]) => pair(entity, view)));
        expect(other.hash).toBe(catalog.hash);
        expect([...other.views]).toEqual([...catalog.views]);
      }),
    );
  });

  test("createCatalog() puts the views in code point order and keeps their bytes", () => {
    const names = ["view_b", "_a", "view_a", "Z", "view_a.x", "view_a0", "a.b", "a"];
    const pairs = names.map((name) => pair(name, { name }));
    const { views } = createCatalog(pairs);
    expect([...views.keys()]).toEqual(["Z", "_a", "a", "a.b", "view_a", "view_a.x", "view_a0", "view_b"]);
    expect(pairs.map(([entity]) => views.get(entity))).toEqual(pairs.map(([, bytes]) => bytes));
  });

  test("createCatalog() gives another hash when a view or an entity changes", () => {
    const hashes = [
      createCatalog([pair("a", { x: 1n })]),
      createCatalog([pair("a", { x: 1 })]),
      createCatalog([pair("b", { x: 1n })]),
      createCatalog([pair("a", { x: 1n }), pair("b", { x: 1n })]),
      createCatalog([]),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(5);
    expect(hashes[0]).toBe(sha256('{"a": {"x": 1}}'));
  });

  test("createCatalog() makes an empty catalog of no views", () => {
    expect(createCatalog([])).toEqual({ hash: EMPTY_OBJECT_SHA256, views: new Map() });
  });

  test("createCatalog() takes any iterable, leaves it as it was, and freezes the catalog", () => {
    const pairs = [pair("b", {}), pair("a", {})];
    const catalog = createCatalog(new Set(pairs));
    expect(catalog.hash).toBe(createCatalog(pairs).hash);
    expect(pairs.map(([entity]) => entity)).toEqual(["b", "a"]);
    expect(Object.isFrozen(catalog)).toBe(true);
  });

  test.each([
    ["the same content", pair("a", {}), pair("a", {})],
    ["other content", pair("a", {}), pair("a", { x: 1n })],
  ])("createCatalog() refuses an entity that comes twice, with %s", (_name, first, second) => {
    const twice = new RangeError("Cannot make a catalog: an entity is repeated");
    expect(() => createCatalog([first, second])).toThrow(twice);
    expect(() => createCatalog([second, pair("b", {}), first])).toThrow(twice);
  });

  test("createCatalog() takes as many views as it may, and no more", () => {
    const bytes = new TextEncoder().encode("{}");
    const pairs = Array.from(
      { length: CATALOG_VIEWS_MAX + 1 },
      (_, index): Pair => [`v${index}` as Entity, bytes],
    );
    expect(createCatalog(pairs.slice(1)).views.size).toBe(50_000);
    const message = "Cannot make a catalog of 50001 views: at most 50000 are allowed";
    expect(() => createCatalog(pairs)).toThrow(new RangeError(message));
  });

  test("A18: createCatalog() takes no more bytes than can be published and read back", () => {
    const bytes = new Uint8Array(VIEW_BYTES_MAX);
    const pairs = Array.from({ length: 49 }, (_, index): Pair => [`v${index}` as Entity, bytes]);
    const message = "Cannot make a catalog of 205520896 bytes: at most 201326592 are allowed";
    expect(() => createCatalog(pairs)).toThrow(new RangeError(message));
  });
});

describe("hashCatalog()", () => {
  test("hashCatalog() hashes the joined texts", () => {
    const views = new Map([pair("a", { é: 1 }), pair("s.b", {})]);
    expect(hashCatalog(views)).toBe(sha256('{"a": {"é": 1.0}, "s.b": {}}'));
  });

  test("hashCatalog() hashes no views as an empty object", () => {
    expect(hashCatalog(new Map())).toBe(EMPTY_OBJECT_SHA256);
  });

  test("hashCatalog() depends on the order in which the views come", () => {
    const [a, b] = [pair("a", {}), pair("b", {})];
    expect(hashCatalog(new Map([b, a]))).toBe(sha256('{"b": {}, "a": {}}'));
  });
});

describe("the bounds of a catalog", () => {
  test("are 50,000 views and 4 MiB for one of them", () => {
    expect([CATALOG_VIEWS_MAX, VIEW_BYTES_MAX]).toEqual([50_000, 4_194_304]);
  });
});

describe("parseCatalogHash()", () => {
  test("parseCatalogHash() returns 64 lower-case hex digits as they are", () => {
    expect(parseCatalogHash(EMPTY_OBJECT_SHA256)).toBe(EMPTY_OBJECT_SHA256);
    expect(parseCatalogHash("0123456789abcdef".repeat(4))).toBe("0123456789abcdef".repeat(4));
  });

  test.each([
    ["nothing", ""],
    ["one digit less", "a".repeat(63)],
    ["one digit more", "a".repeat(65)],
    ["upper case", EMPTY_OBJECT_SHA256.toUpperCase()],
    ["another letter", `g${"a".repeat(63)}`],
    ["a line feed behind", `${EMPTY_OBJECT_SHA256}\n`],
    ["a blank before", ` ${EMPTY_OBJECT_SHA256}`],
    ["quotes", `"${EMPTY_OBJECT_SHA256}"`],
    ["a full-width digit", `\uff11${"1".repeat(63)}`],
    ["a prefix", `sha256:${EMPTY_OBJECT_SHA256}`],
  ])("parseCatalogHash() refuses %s", (_name, text) => {
    expect(parseCatalogHash(text)).toBeUndefined();
  });
});

describe("createCatalogInSlices()", () => {
  const turnOver = { isOver: () => true, next: async () => undefined };

  test("createCatalogInSlices() makes the same catalog as createCatalog()", async () => {
    const property = fc.asyncProperty(viewsArbitrary, async (views) => {
      const pairs = views.map(([entity, view]) => pair(entity, view));
      const made = await createCatalogInSlices(pairs, turnOver);
      expect(made).toEqual(createCatalog(pairs));
      expect([...made.views.keys()]).toEqual([...createCatalog(pairs).views.keys()]);
      expect(Object.isFrozen(made)).toBe(true);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test("createCatalogInSlices() lets other work in after each turn that is over", async () => {
    let turns = 0;
    const next = async (): Promise<void> => {
      turns += 1;
    };
    const counting = { isOver: () => true, next };
    await createCatalogInSlices([pair("a", {}), pair("b", {}), pair("c", {})], counting);
    expect(turns).toBe(3);
    await createCatalogInSlices([pair("a", {}), pair("b", {})], { ...counting, isOver: () => false });
    expect(turns).toBe(3);
  });

  test("createCatalogInSlices() refuses an entity that comes twice", async () => {
    await expect(createCatalogInSlices([pair("a", {}), pair("a", {})], turnOver)).rejects.toThrow(RangeError);
  });
});
