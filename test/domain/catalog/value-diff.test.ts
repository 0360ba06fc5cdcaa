import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffValues } from "../../../src/domain/catalog/value-diff.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import type { JsonValue } from "../../../src/domain/json/json-value.ts";
import { jsonValueArbitrary } from "../../support/json-value-arbitrary.ts";

/** Follows a pointer, in another way than the pointers were written. */
function at(value: JsonValue, pointer: string): JsonValue | undefined {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<JsonValue | undefined>((inner, step) => {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (inner === null || typeof inner !== "object" || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Readonly<Record<string, JsonValue>>)[key];
  }, value);
}

const same = (left: JsonValue | undefined, right: JsonValue): boolean =>
  left !== undefined && canonicalText(left) === canonicalText(right);

describe("diffValues()", () => {
  test("diffValues() finds no change just where the canonical JSON is the same", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, jsonValueArbitrary, (before, after) => {
        expect(diffValues(before, before)).toEqual([]);
        expect(diffValues(before, after).length === 0).toBe(canonicalText(before) === canonicalText(after));
      }),
    );
  });

  test("diffValues() points at what it says, in the older or the newer value", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, jsonValueArbitrary, (before, after) => {
        for (const change of diffValues(before, after)) {
          if (change.kind === "removed") expect(same(at(before, change.pointer), change.before)).toBe(true);
          else expect(same(at(after, change.pointer), change.after)).toBe(true);
          if (change.kind === "changed") expect(same(change.before, change.after)).toBe(false);
        }
      }),
    );
  });

  test("diffValues() is the same backwards, with added and removed in each other's place", () => {
    const opposite = { added: "removed", removed: "added", changed: "changed" } as const;
    fc.assert(
      fc.property(jsonValueArbitrary, jsonValueArbitrary, (before, after) => {
        const kinds = diffValues(before, after).map(({ kind }) => kind);
        const backwards = diffValues(after, before).map(({ kind }) => opposite[kind]);
        expect(backwards.toSorted()).toEqual(kinds.toSorted());
      }),
    );
  });

  test.each<[what: string, before: JsonValue, after: JsonValue, changes: unknown]>([
    [
      "an item that came in between",
      ["a", "c"],
      ["a", "b", "c"],
      [{ kind: "added", pointer: "/1", after: "b" }],
    ],
    ["an item that went", ["a", "b", "c"], ["a", "c"], [{ kind: "removed", pointer: "/1", before: "b" }]],
    [
      "items of a column that moved on by one",
      { c: [{ n: 1n }, { n: 2n, d: "x" }] },
      { c: [{ n: 0n }, { n: 1n }, { n: 2n, d: "y" }] },
      [
        { kind: "changed", pointer: "/c/0/n", before: 1n, after: 0n },
        { kind: "changed", pointer: "/c/1/n", before: 2n, after: 1n },
        { kind: "removed", pointer: "/c/1/d", before: "x" },
        { kind: "added", pointer: "/c/2", after: { n: 2n, d: "y" } },
      ],
    ],
    [
      "an integer that became a float",
      { k: 1n },
      { k: 1 },
      [{ kind: "changed", pointer: "/k", before: 1n, after: 1 }],
    ],
    [
      "a list that became an object",
      { k: [] },
      { k: {} },
      [{ kind: "changed", pointer: "/k", before: [], after: {} }],
    ],
    [
      "keys that a pointer escapes",
      { "a/b~c": 1n },
      {},
      [{ kind: "removed", pointer: "/a~1b~0c", before: 1n }],
    ],
    [
      "an own key that every object inherits",
      {},
      { toString: 1n },
      [{ kind: "added", pointer: "/toString", after: 1n }],
    ],
  ])("diffValues() tells of %s", (_, before, after, changes) => {
    expect(diffValues(before, after)).toEqual(changes);
  });
});
