import { describe, expect, test } from "vitest";
import { formatJsonPointer, type JsonObject, type JsonValue } from "../../../src/domain/json/json-value.ts";
import { checkView, findViewError } from "../../../src/domain/view/check-view.ts";
import { FIELD_NAMES } from "../../../src/domain/view/view.ts";

const VIEW = { columns: ["ticker", "price_date"], identifiers: ["ticker"] };

function withAsk(ask: JsonObject): JsonObject {
  return { ...VIEW, ask };
}

function seen(view: JsonObject): readonly string[] {
  return checkView(view).map(({ severity, code, path }) => `${severity} ${code} ${formatJsonPointer(path)}`);
}

const NEEDED = ["identifiers", "columns", "name"];
const optional = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !NEEDED.includes(name));

/** Every optional field, in a view where it alone is empty. */
const EMPTY_FIELDS: readonly (readonly [pointer: string, view: JsonObject])[] = [
  ...optional(FIELD_NAMES.view).map((name) => [`/${name}`, { ...VIEW, [name]: null }] as const),
  ...optional(FIELD_NAMES.ask).map((name) => [`/ask/${name}`, withAsk({ [name]: null })] as const),
  ...optional(FIELD_NAMES.column).map(
    (name) =>
      [`/columns/2/${name}`, { ...VIEW, columns: [...VIEW.columns, { name: "a", [name]: null }] }] as const,
  ),
  ["/ask/synonyms/preço", withAsk({ synonyms: { preço: null } })],
  ["/ask/weights/keywords", withAsk({ weights: { keywords: null } })],
];

describe("C7: checkView() of optional fields that are empty", () => {
  test.each(EMPTY_FIELDS)("C7: checkView() warns of an empty %s and takes it", (pointer, view) => {
    expect(seen(view)).toEqual([`warning field-empty ${pointer}`]);
    expect(findViewError(view)).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    ["identifiers", { ...VIEW, identifiers: null }],
    ["columns", { ...VIEW, columns: null }],
    ["a column", { ...VIEW, columns: ["ticker", null] }],
    ["a column's name", { ...VIEW, columns: ["ticker", { name: null }] }],
    ["an identifier", { ...VIEW, identifiers: [null] }],
    ["an order-by name", { ...VIEW, order_by_whitelist: [null] }],
    ["a keyword", withAsk({ keywords: [null] })],
    ["a synonym", withAsk({ synonyms: { a: [null] } })],
    ["a weight in a list", withAsk({ weights: { keywords: [null] } })],
  ])("C7: checkView() refuses an empty place of %s", (_name, view) => {
    expect(checkView(view).map(({ code }) => code)).toEqual(["field-invalid"]);
    expect(findViewError(view)?.code).toBe("field-invalid");
  });
});

describe("C7: checkView() of other forms", () => {
  test.each<[string, string, JsonObject]>([
    ["/ask/weights/keywords", "write keywords: 1", withAsk({ weights: { keywords: ["1"] } })],
    ["/ask/weights/keywords", "write keywords: 1.50", withAsk({ weights: { keywords: "1.50" } })],
    ["/ask/weights/keywords", "write keywords: 2", withAsk({ weights: { keywords: [2n] } })],
    ["/ask/weights/keywords", "write keywords: 2.0", withAsk({ weights: { keywords: [2] } })],
    ["/ask/weights/keywords", "write keywords: -1e3", withAsk({ weights: { keywords: "-1e3" } })],
    ["/ask/synonyms/preço", "write preço: [valor]", withAsk({ synonyms: { preço: "valor" } })],
    ["/ask/synonyms/no", 'write "no": ["R$ 1"]', withAsk({ synonyms: { no: "R$ 1" } })],
    ["/order_by_whitelist/0", "write - ticker", { ...VIEW, order_by_whitelist: [{ name: "ticker" }] }],
    [
      "/order_by_whitelist/1",
      "write - price_date",
      { ...VIEW, order_by_whitelist: ["ticker", { name: "price_date", dir: "asc" }] },
    ],
  ])(
    "C7: checkView() keeps a form at %s with a warning that names the plain one: %s",
    (pointer, hint, view) => {
      const found = checkView(view);
      expect(found.map(({ code, path }) => [code, formatJsonPointer(path)])).toEqual([
        ["field-form", pointer],
      ]);
      expect(found[0]?.hint.en).toBe(hint);
      expect(findViewError(view)).toBeUndefined();
    },
  );

  test.each<JsonValue>(["um", "", "1,5", "0x10", "NaN", [], ["1", "2"], [["1"]], {}, true])(
    "C7: checkView() refuses %j as a weight",
    (value) => {
      const found = checkView(withAsk({ weights: { keywords: value } }));
      expect(found.map(({ severity, code }) => [severity, code])).toEqual([["error", "field-invalid"]]);
    },
  );

  test("C7: checkView() looks for the columns that order-by objects name", () => {
    const view = { ...VIEW, order_by_whitelist: [{ name: "Ticker" }] };
    expect(seen(view)).toEqual([
      "warning field-form /order_by_whitelist/0",
      "warning column-unknown /order_by_whitelist/0",
    ]);
  });
});

/** Every list of names or words, with one of them twice. */
const REPEATED: readonly (readonly [pointer: string, view: JsonObject])[] = [
  ["/identifiers/1", { ...VIEW, identifiers: ["ticker", "ticker"] }],
  ["/order_by_whitelist/1", { ...VIEW, order_by_whitelist: ["ticker", "ticker"] }],
  ["/ask/intents/1", withAsk({ intents: ["a", "a"] })],
  ["/ask/keywords/2", withAsk({ keywords: ["a", "b", "a"] })],
  ["/ask/latest_words/1", withAsk({ latest_words: ["a", "a"] })],
  ["/ask/synonyms/a/1", withAsk({ synonyms: { a: ["b", "b"], c: ["b"] } })],
];

describe("C5: checkView() of doubts", () => {
  test.each(REPEATED)("C5: checkView() warns of what comes again at %s", (pointer, view) => {
    expect(seen(view)).toEqual([`warning item-repeated ${pointer}`]);
  });

  test("C5: checkView() warns of a view that names no identifier", () => {
    expect(seen({ ...VIEW, identifiers: [] })).toEqual(["warning identifiers-empty /identifiers"]);
  });

  test.each([
    ["keyword", "did you mean keywords?"],
    ["Synonyms", "did you mean synonyms?"],
    ["tone", "use one of intents, keywords, synonyms, latest_words"],
  ])("C5: checkView() says which weight was meant by %s", (kind, hint) => {
    const found = checkView(withAsk({ weights: { [kind]: 1 } }));
    expect(found.map(({ code, hint: given }) => [code, given.en])).toEqual([["weight-unknown", hint]]);
  });

  test.each([
    ["Ticker", "write ticker if you mean that column, or add the column"],
    ["TICKER", "write ticker if you mean that column, or add the column"],
    // Too short to be looked for by distance.
    ["ID", "write id if you mean that column, or add the column"],
    ["pricedate", "write price_date if you mean that column, or add the column"],
    ["Data", "write the column's name, settled_at, and not its alias"],
    ["x", "write the name of a column of this view, or add the column"],
  ])("C5: checkView() says which column was meant by %s", (name, hint) => {
    const columns = [...VIEW.columns, { name: "settled_at", alias: "Data" }, "id"];
    const fields = ["identifiers", "order_by_whitelist"].map((field) => ({ [field]: [name] }));
    for (const field of [...fields, { default_date_field: name }]) {
      const [found] = checkView({ ...VIEW, columns, ...field });
      expect([found?.code, found?.hint.en]).toEqual(["column-unknown", hint]);
    }
  });

  test("C5: checkView() compares a bounded number of names that are no columns", () => {
    const columns = Array.from({ length: 20_000 }, (_, index) => `column_number_${index}`);
    const identifiers = columns.map((name) => name.replace("column", "colunm"));
    const found = checkView({ columns, identifiers });
    expect(found).toHaveLength(20_000);
    expect(found.filter(({ hint }) => hint.en.startsWith("write column_number_"))).toHaveLength(100);
  });
});

describe("C10: checkView() of one mistake", () => {
  const needed: readonly (readonly [string, JsonObject])[] = [
    ["/identifiers", { columns: ["a"], identifers: ["a"] }],
    ["/columns", { Columns: ["a"], identifiers: ["a"] }],
    ["/columns/0/name", { columns: [{ nmae: "a" }], identifiers: ["a"] }],
  ];

  test.each(needed)(
    "C10: checkView() finds the missing %s once, whatever was written for it",
    (pointer, view) => {
      expect(seen(view)).toEqual([`error field-missing ${pointer}`]);
    },
  );

  test("C10: checkView() warns of a misspelt field that nothing needs", () => {
    expect(seen({ ...VIEW, descripton: "a" })).toEqual(["warning field-misspelt /descripton"]);
  });
});
