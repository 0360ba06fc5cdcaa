import { describe, expect, test } from "vitest";
import { type Catalog, createCatalog } from "../../../src/domain/catalog/catalog.ts";
import {
  CHANGES_MAX,
  DETAILED_BYTES_MAX,
  DETAILED_VIEWS_MAX,
  describeViewChanges,
  VALUE_LENGTH_MAX,
} from "../../../src/domain/catalog/view-changes.ts";
import type { Entity } from "../../../src/domain/view/entity.ts";

function catalogOf(texts: Readonly<Record<string, string>>): Catalog {
  const encoder = new TextEncoder();
  return createCatalog(
    Object.entries(texts).map(([entity, text]) => [entity as Entity, encoder.encode(text)]),
  );
}

function changesBetween(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  return describeViewChanges(catalogOf(before), catalogOf(after), Object.keys(before) as Entity[]);
}

describe("describeViewChanges()", () => {
  test("tells each place with what was and what is there", () => {
    const before = { a: '{"columns": ["x", "y"], "gone": null, "top": 1}' };
    const after = { a: '{"columns": ["x", "z", "y"], "new": "", "top": 1.0}' };
    expect(changesBetween(before, after)).toEqual([
      {
        entity: "a",
        changes: [
          { kind: "added", pointer: "/columns/1", after: '"z"' },
          { kind: "removed", pointer: "/gone", before: "null" },
          { kind: "changed", pointer: "/top", before: "1", after: "1.0" },
          { kind: "added", pointer: "/new", after: '""' },
        ],
        total: 4,
      },
    ]);
  });

  test("cuts long values and long lists of changes, and says how many there are", () => {
    const items = Array.from({ length: CHANGES_MAX + 1 }, (_, index) => `"${index}": "${"v".repeat(100)}"`);
    const [described] = changesBetween({ a: "{}" }, { a: `{${items.join(", ")}}` });
    expect([described?.changes.length, described?.total]).toEqual([CHANGES_MAX, CHANGES_MAX + 1]);
    expect(described?.changes[0]?.after).toBe(`"${"v".repeat(VALUE_LENGTH_MAX - 1)}…`);
  });

  test("cuts a long text around its first difference, so that before and after differ", () => {
    const same = "the monthly dividends of all listed real estate funds, as they were paid out, ";
    const textOf = (end: string) => ({ a: JSON.stringify({ description: `${same}${end}` }) });
    const [described] = changesBetween(textOf("in reais of the day"), textOf("in dollars of the day"));
    expect(described?.changes).toEqual([
      {
        kind: "changed",
        pointer: "/description",
        before: '…were paid out, in reais of the day"',
        after: '…were paid out, in dollars of the day"',
      },
    ]);
  });

  test("looks into so many views and bytes, and into no view that only one catalog has", () => {
    const names = Array.from({ length: DETAILED_VIEWS_MAX + 1 }, (_, index) => `v${index}`);
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    expect(changesBetween(all("{}"), all('{"x": 1}'))).toHaveLength(DETAILED_VIEWS_MAX);
    const large = `{"x": "${"l".repeat(DETAILED_BYTES_MAX)}"}`;
    const described = changesBetween(
      { a: "{}", b: "{}", c: "{}" },
      { a: '{"x": 1}', b: large, c: '{"x": 1}' },
    );
    expect(described.map(({ entity }) => entity)).toEqual(["a"]);
    expect(changesBetween({ a: "{}" }, {})).toEqual([]);
  });
});
