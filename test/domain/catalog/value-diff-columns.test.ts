import { describe, expect, test } from "vitest";
import { createCatalog } from "../../../src/domain/catalog/catalog.ts";
import { type ColumnDiff, columnDiffStatus, diffColumns } from "../../../src/domain/catalog/value-diff.ts";
import { type Entity, parseEntity } from "../../../src/domain/view/entity.ts";

function entityOf(name: string): Entity {
  const parsed = parseEntity(name);
  if (parsed.kind !== "entity") throw new RangeError(`"${name}" is no entity`);
  return parsed.entity;
}

/** A catalog of views by entity, with their columns as authored. */
function catalogOf(views: Readonly<Record<string, readonly unknown[]>>) {
  const bytes = (columns: readonly unknown[]) =>
    new TextEncoder().encode(JSON.stringify({ columns, identifiers: [] }));
  return createCatalog(Object.entries(views).map(([name, columns]) => [entityOf(name), bytes(columns)]));
}

function diffOne(authored: readonly unknown[], actual: readonly string[]) {
  const [diff] = diffColumns(catalogOf({ view_a: authored }), new Map([["view_a", actual]]));
  return diff;
}

const entity = "view_a";

describe("diffColumns()", () => {
  test.each<[string, readonly unknown[], readonly string[]]>([
    ["the same columns", ["ticker", "price"], ["ticker", "price"]],
    ["another order", ["price", "ticker"], ["ticker", "price"]],
    ["columns that are objects", [{ name: "ticker", type: "text" }, "price"], ["ticker", "price"]],
    ["a column that was authored twice", ["ticker", { name: "ticker" }], ["ticker"]],
    ["names with accents", ["preço", "__proto__"], ["preço", "__proto__"]],
  ])("diffColumns() finds %s the same", (_, authored, actual) => {
    expect(diffOne(authored, actual)).toEqual({
      entity,
      state: "same",
      missingInDatabase: [],
      missingInCatalog: [],
    });
  });

  test.each<[string, readonly unknown[], readonly string[], readonly string[], readonly string[]]>([
    ["added", ["ticker"], ["ticker", "segment"], [], ["segment"]],
    ["dropped", ["ticker", "segment"], ["ticker"], ["segment"], []],
    ["renamed", ["ticker", "segment"], ["ticker", "sector"], ["segment"], ["sector"]],
    ["written in another case", ["ticker", "Segment"], ["ticker", "segment"], ["Segment"], ["segment"]],
    ["written with a blank", ["ticker "], ["ticker"], ["ticker "], ["ticker"]],
    ["composed otherwise", ["pre\u00e7o"], ["prec\u0327o"], ["pre\u00e7o"], ["prec\u0327o"]],
    ["dropped with all others", ["b", "a"], [], ["b", "a"], []],
  ])("diffColumns() finds a column %s", (_, authored, actual, missingInDatabase, missingInCatalog) => {
    expect(diffOne(authored, actual)).toEqual({
      entity,
      state: "different",
      missingInDatabase,
      missingInCatalog,
    });
  });

  test("diffColumns() lists names in the order of their side", () => {
    const diff = diffOne(["z", "ticker", { name: "a" }, "m"], ["y", "b", "ticker", "x"]);
    expect(diff).toHaveProperty("missingInDatabase", ["z", "a", "m"]);
    expect(diff).toHaveProperty("missingInCatalog", ["y", "b", "x"]);
  });

  test("diffColumns() says which views the database lacks, and compares nothing of them", () => {
    const diffs = diffColumns(catalogOf({ view_a: ["ticker"] }), new Map([["view_A", ["ticker"]]]));
    expect(diffs).toEqual([{ entity, state: "absent", missingInDatabase: [], missingInCatalog: [] }]);
  });

  test("diffColumns() says why a view cannot be read, and compares the others", () => {
    const diffs = diffColumns(
      catalogOf({ view_a: ["ticker"], view_b: ["ticker"] }),
      new Map<string, readonly string[] | { readonly detail: string }>([
        ["view_a", { detail: "its table is gone" }],
        ["view_b", ["ticker"]],
      ]),
    );
    const nothing = { missingInDatabase: [], missingInCatalog: [] };
    expect(diffs).toEqual([
      { entity, state: "unreadable", detail: "its table is gone", ...nothing },
      { entity: "view_b", state: "same", ...nothing },
    ]);
  });

  test("diffColumns() goes through the views in the catalog's order and passes over the database's others", () => {
    const catalog = catalogOf({ view_c: ["a"], "market.rates": ["a"], view_b: ["a"] });
    const database = new Map([
      ["other", ["a"]],
      ["view_b", ["b"]],
      ["market.rates", ["a"]],
    ]);
    expect(diffColumns(catalog, database).map(({ entity: name, state }) => [name, state])).toEqual([
      ["market.rates", "same"],
      ["view_b", "different"],
      ["view_c", "absent"],
    ]);
  });

  test("diffColumns() of an empty catalog is empty", () => {
    expect(diffColumns(createCatalog([]), new Map([["view_a", ["a"]]]))).toEqual([]);
  });
});

describe("columnDiffStatus()", () => {
  test.each<[readonly ColumnDiff["state"][], "different" | "same"]>([
    [[], "same"],
    [["same", "same"], "same"],
    [["absent"], "same"],
    [["absent", "same"], "same"],
    [["same", "different"], "different"],
    [["unreadable", "same"], "different"],
    [["absent", "different"], "different"],
  ])("columnDiffStatus() of views that are %j is %s", (states, status) => {
    const views = states.map((state) => ({
      entity: entityOf("view_a"),
      state,
      missingInDatabase: [],
      missingInCatalog: [],
    }));
    expect(columnDiffStatus(views)).toBe(status);
  });
});
