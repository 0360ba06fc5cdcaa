import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CATALOG_VIEWS_MAX, VIEW_BYTES_MAX } from "../../../src/domain/catalog/catalog.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import type { JsonObject } from "../../../src/domain/json/json-value.ts";
import {
  encodePublication,
  isPublishedHash,
  readHeader,
  viewKey,
} from "../../../src/domain/release/published-catalog.ts";
import { parseListedEntities } from "../../../src/domain/release/published-list.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";
import { jsonObjectArbitrary } from "../../support/json-value-arbitrary.ts";
import {
  catalogFrom,
  type Publication,
  publicationOf,
  readPublication,
  textsOf,
  withTexts,
} from "../../support/publication.ts";
import { CATALOG, MARKED, sha256, UNMARKED, VIEW_A, VIEW_B } from "./sample-publication.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("encodePublication()", () => {
  test("encodePublication() writes the mark that all is loaded, views, list, hash and state, each under its key", () => {
    const hash = sha256(`{"view_a": ${VIEW_A}, "view_b": ${VIEW_B}}`);
    expect(Object.entries(textsOf(MARKED))).toEqual([
      ["views:loaded", "1"],
      ["views:view_a", VIEW_A],
      ["views:view_b", VIEW_B],
      ["views:list", '["view_a", "view_b"]'],
      ["views:hash", hash],
      ["catalog:state", `{"hash": "${hash}", "revision": 7, "version": 1}`],
    ]);
    expect(encodePublication(CATALOG, 7)).toHaveLength(6);
    const manifest = new Uint8Array([0xff, 0x00]);
    const entries = encodePublication(CATALOG, 7, manifest);
    expect(entries.find(({ key }) => key === "catalog:manifest")?.value).toBe(manifest);
    expect(entries).toHaveLength(7);
  });
});

describe("viewKey()", () => {
  test("viewKey() puts the entity behind views:", () => {
    expect(viewKey("public.view_a" as Entity)).toBe("views:public.view_a");
  });
});

describe("readHeader()", () => {
  test("readHeader() reads what encodePublication() wrote", () => {
    const header = { kind: "published", hash: CATALOG.hash, entities: ["view_a", "view_b"] };
    expect(headerOf(MARKED)).toEqual({ ...header, isChecked: true });
    expect(headerOf(UNMARKED)).toEqual({ ...header, isChecked: false });
  });

  test("readHeader() finds nothing where loaded is absent", () => {
    expect(headerOf(withTexts(MARKED, { "views:loaded": undefined }))).toEqual({ kind: "absent" });
  });

  test.each(["", "0", "true", "1\n", '"1"', "%garbage"])("readHeader() rejects the mark %j", (loaded) => {
    const rejection = { kind: "rejected", reason: "bad-mark", detail: 'views:loaded is not "1"' };
    expect(headerOf(withTexts(MARKED, { "views:loaded": loaded }))).toEqual(rejection);
  });

  test.each([
    ["another hash", `{"hash": "${"0".repeat(64)}", "version": 1}`],
    ["another version", `{"hash": "${CATALOG.hash}", "version": 2}`],
    ["the version as a float", `{"hash": "${CATALOG.hash}", "version": 1.0}`],
    ["no version", `{"hash": "${CATALOG.hash}"}`],
    ["no hash", '{"version": 1}'],
    ["a hash that is no text", '{"hash": 1, "version": 1}'],
    ["the bare hash", CATALOG.hash],
    ["a list", "[]"],
    ["null", "null"],
    ["broken JSON", '{"hash": '],
    ["nothing", ""],
  ])("readHeader() takes a state with %s for no promise", (_name, state) => {
    expect(headerOf(withTexts(MARKED, { "catalog:state": state }))).toHaveProperty("isChecked", false);
  });
});

describe("isPublishedHash()", () => {
  const [loaded, hash] = [bytesOf("1"), bytesOf(CATALOG.hash)];

  test("isPublishedHash() knows the hash that is claimed", () => {
    expect(isPublishedHash({ loaded, hash }, CATALOG.hash)).toBe(true);
  });

  test.each([
    ["no mark", { loaded: undefined, hash }],
    ["another mark", { loaded: bytesOf("0"), hash }],
    ["no hash", { loaded, hash: undefined }],
    ["another hash", { loaded, hash: bytesOf("0".repeat(64)) }],
  ])("isPublishedHash() finds nothing with %s", (_name, values) => {
    expect(isPublishedHash(values, CATALOG.hash)).toBe(false);
  });
});

function headerOf(publication: Publication) {
  const value = (key: string) => publication.get(key);
  const [loaded, hash] = [value("views:loaded"), value("views:hash")];
  return readHeader({ loaded, hash, list: value("views:list"), state: value("catalog:state") });
}

describe("parseListedEntities()", () => {
  test.each([
    ['["b", "a", "a.b", "B", "_"]', ["B", "_", "a", "a.b", "b"]],
    ['["b","a","b","a"]', ["a", "b"]],
    ['["a", "a"]', ["a"]],
    [' [ "a" ]\n', ["a"]],
    ['["\\u0061"]', ["a"]],
  ])("parseListedEntities() of %s is sorted, each once", (list, entities) => {
    expect(parseListedEntities(bytesOf(list))).toEqual(entities);
  });

  test.each([
    ["an empty list", "[]"],
    ["an object", '{"0": "a"}'],
    ["a bare text", '"a"'],
    ["no JSON", "a,b"],
    ["nothing", ""],
    ["NaN", '["a", NaN]'],
    ["a number", '["a", 1]'],
    ["null", '["a", null]'],
    ["a nested list", '[["a"]]'],
    ["a malformed entity", '["a", "b c"]'],
    ["a reserved entity", '["a", "hash"]'],
    ["too long an entity", `["${"a".repeat(129)}"]`],
    ["a trailing comma", '["a",]'],
    ["a byte order mark", '\ufeff["a"]'],
    ["a million brackets", "[".repeat(1_000_000)],
    ["a good list with more blanks than the longest has bytes", `["a"${" ".repeat(50_000 * 132 - 4)}]`],
  ])("parseListedEntities() refuses %s", (_name, list) => {
    expect(parseListedEntities(bytesOf(list))).toBeUndefined();
  });

  test("parseListedEntities() refuses bytes that are not UTF-8", () => {
    expect(parseListedEntities(Uint8Array.from([...bytesOf('["a'), 0xff, ...bytesOf('"]')]))).toBeUndefined();
  });

  test("parseListedEntities() takes as many entities as a catalog may hold, and no more", () => {
    const names = Array.from({ length: CATALOG_VIEWS_MAX + 1 }, (_, index) => `v${index}`);
    expect(parseListedEntities(bytesOf(JSON.stringify(names.slice(1))))).toHaveLength(50_000);
    expect(parseListedEntities(bytesOf(JSON.stringify(names)))).toBeUndefined();
  });

  test("parseListedEntities() takes as many entities as a catalog may hold, each as long as can be", () => {
    const names = Array.from({ length: CATALOG_VIEWS_MAX }, (_, index) => `v${index}`.padEnd(128, "_"));
    expect(parseListedEntities(bytesOf(canonicalText(names)))).toHaveLength(CATALOG_VIEWS_MAX);
  });
});

describe("verifyPublished()", () => {
  test.each([
    ["with", MARKED],
    ["without", UNMARKED],
  ])(
    "verifyPublished() gives back the catalog that was published, %s the state mark",
    (_name, publication) => {
      expect(readPublication(publication)).toEqual({ kind: "verified", catalog: CATALOG });
    },
  );

  test("verifyPublished() keeps the bytes of a marked publication, and makes those of another anew", () => {
    const keeps = (publication: Publication) => {
      const read = readPublication(publication);
      const views = read.kind === "verified" ? [...read.catalog.views] : [];
      return views.map(([entity, bytes]) => bytes === publication.get(viewKey(entity)));
    };
    expect([keeps(MARKED), keeps(UNMARKED)]).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test("verifyPublished() checks each view, unless a signature covers the hash or the bytes were verified before", () => {
    const unusable = catalogFrom({ view_a: { columns: [], identifiers: ["x"] }, view_b: viewOf({}) });
    const publication = publicationOf(unusable);
    const verified = { kind: "verified", catalog: unusable };
    const rejected = { kind: "rejected", reason: "invalid-view" };
    expect(readPublication(publication)).toMatchObject(rejected);
    expect(readPublication(publication, { signedHash: unusable.hash })).toEqual(verified);
    expect(readPublication(publication, { signedHash: CATALOG.hash })).toMatchObject(rejected);
    const [entity, bytes] = [...unusable.views][0] ?? [];
    if (entity === undefined || bytes === undefined) throw new Error("The catalog has no view");
    expect(readPublication(publication, { known: new Map([[entity, bytes.slice()]]) })).toEqual(verified);
    const other = new Map([[entity, bytesOf(VIEW_A)]]);
    expect(readPublication(publication, { known: other })).toMatchObject(rejected);
  });

  test("verifyPublished() takes a view as large as may be", () => {
    const empty = { columns: ["a"], identifiers: [], x: "" };
    const x = "x".repeat(VIEW_BYTES_MAX - canonicalText(empty).length);
    const largest = catalogFrom({ view_a: { ...empty, x } });
    const read = readPublication(withTexts(publicationOf(largest), { "catalog:state": undefined }));
    expect(read).toMatchObject({ kind: "verified", catalog: { hash: largest.hash } });
  });

  test("verifyPublished() takes views that name their own entity", () => {
    const named = catalogFrom({ view_a: { entity: "view_a", columns: ["a"], identifiers: [] } });
    const publication = withTexts(publicationOf(named), { "catalog:state": undefined });
    expect(readPublication(publication)).toEqual({ kind: "verified", catalog: named });
  });

  test("verifyPublished() gives back any catalog that was published", () => {
    const views = fc.dictionary(fc.stringMatching(/^[a-z_]{1,4}$/), jsonObjectArbitrary, {
      minKeys: 1,
      maxKeys: 4,
    });
    fc.assert(
      fc.property(views, (fields) => {
        const catalog = catalogFrom(
          Object.fromEntries(Object.entries(fields).map(([key, extra]) => [key, viewOf(extra)])),
        );
        const marked = publicationOf(catalog);
        const verified = { kind: "verified", catalog };
        expect(readPublication(marked)).toEqual(verified);
        expect(readPublication(withTexts(marked, { "catalog:state": undefined }))).toEqual(verified);
      }),
      { numRuns: 60 },
    );
  });
});

function viewOf(extra: JsonObject): JsonObject {
  return { columns: ["a"], identifiers: [], extra };
}
