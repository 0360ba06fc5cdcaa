import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Catalog, createCatalog } from "../../../src/domain/catalog/catalog.ts";
import { diffCatalogs } from "../../../src/domain/catalog/view-changes.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";

type Texts = Readonly<Record<string, string>>;

const textsArbitrary = fc.dictionary(
  fc.constantFrom("a", "b", "b.c", "B", "_", "view_1", "view_10", "view_2"),
  fc.constantFrom("{}", '{"x": 1}', '{"x": 2}'),
  { noNullPrototype: true },
);

function catalogOf(texts: Texts): Catalog {
  const encoder = new TextEncoder();
  return createCatalog(
    Object.entries(texts).map(([entity, text]) => [entity as Entity, encoder.encode(text)]),
  );
}

/** The difference as sets of names, without bytes or order. */
function naiveDiff(before: Texts, after: Texts) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    added: names.filter((name) => before[name] === undefined),
    removed: names.filter((name) => after[name] === undefined),
    changed: names.filter((name) => before[name] && after[name] && before[name] !== after[name]),
  };
}

describe("diffCatalogs()", () => {
  test("diffCatalogs() names what was added, removed and changed, in code point order", () => {
    const before = catalogOf({ z: "{}", same: "{}", b: "{}", C: "{}", a: '{"x": 1}', A: "[]" });
    const after = catalogOf({ y: "{}", same: "{}", Y: "{}", a: '{"x": 2}', A: "{}" });
    expect(diffCatalogs(before, after)).toEqual({
      added: ["Y", "y"],
      removed: ["C", "b", "z"],
      changed: ["A", "a"],
    });
  });

  test("diffCatalogs() adds every view when there is no catalog before", () => {
    const after = catalogOf({ b: "{}", a: "{}" });
    expect(diffCatalogs(undefined, after)).toEqual({ added: ["a", "b"], removed: [], changed: [] });
  });

  test("diffCatalogs() removes every view when the catalog after is empty", () => {
    const before = catalogOf({ b: "{}", a: "{}" });
    expect(diffCatalogs(before, catalogOf({}))).toEqual({ added: [], removed: ["a", "b"], changed: [] });
  });

  test("diffCatalogs() agrees with a naive comparison of the texts", () => {
    fc.assert(
      fc.property(textsArbitrary, textsArbitrary, (before, after) => {
        expect(diffCatalogs(catalogOf(before), catalogOf(after))).toEqual(naiveDiff(before, after));
      }),
    );
  });

  test("diffCatalogs() finds no difference just when the hashes are the same", () => {
    fc.assert(
      fc.property(textsArbitrary, textsArbitrary, (left, right) => {
        const [before, after] = [catalogOf(left), catalogOf(right)];
        const { added, removed, changed } = diffCatalogs(before, after);
        expect(added.length + removed.length + changed.length === 0).toBe(before.hash === after.hash);
      }),
    );
  });
});
