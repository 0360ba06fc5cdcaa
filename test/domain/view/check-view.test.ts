import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatJsonPointer,
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
} from "../../../src/domain/json/json-value.ts";
import * as checks from "../../../src/domain/view/check-view.ts";
import type { ViewDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import { jsonObjectArbitrary } from "../../support/json-value-arbitrary.ts";
import { WRONG_VIEW_FIELDS } from "../../support/wrong-view-fields.ts";

/** A diagnostic in English. */
interface EnglishDiagnostic extends Omit<ViewDiagnostic, "hint" | "message"> {
  readonly message: string;
  readonly hint: string;
}

function english({ message, hint, ...rest }: ViewDiagnostic): EnglishDiagnostic {
  return { ...rest, message: message.en, hint: hint.en };
}

const checkView = (view: JsonObject) => checks.checkView(view).map(english);
const checkEntity = (...args: Parameters<typeof checks.checkEntity>) =>
  checks.checkEntity(...args).map(english);
const findViewError = (view: JsonObject) =>
  [checks.findViewError(view)].flatMap((found) => found ?? []).map(english)[0];

const MINIMAL: JsonObject = { columns: ["ticker"], identifiers: ["ticker"] };

const FULL: JsonObject = {
  entity: "view_fiis_info",
  description: "",
  identifiers: ["ticker", "price_date"],
  default_date_field: "price_date",
  order_by_whitelist: ["price_date", "close_price"],
  columns: [
    "ticker",
    { name: "price_date", description: "", alias: "" },
    { name: "close_price", unit: "R$" },
  ],
  ask: {
    intents: ["cotação"],
    keywords: ["rendimento"],
    synonyms: { preço: ["valor", "cotação"], vazio: [] },
    latest_words: ["último"],
    weights: { keywords: 1, synonyms: 2n },
    top_k: 5n,
  },
};

function withValue(value: JsonValue, path: readonly JsonPathStep[], replacement: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (Array.isArray(value))
    return value.with(Number(step), withValue(value[Number(step)] as JsonValue, rest, replacement));
  const object = value as JsonObject;
  return { ...object, [step]: withValue(object[step] as JsonValue, rest, replacement) };
}

function fullWith(path: readonly JsonPathStep[], replacement: JsonValue): JsonObject {
  return withValue(FULL, path, replacement) as JsonObject;
}

function error(
  code: ViewDiagnostic["code"],
  path: readonly JsonPathStep[],
  message: string,
  hint: string,
): EnglishDiagnostic {
  return { severity: "error", code, path, message, hint };
}

function warning(
  code: ViewDiagnostic["code"],
  path: readonly JsonPathStep[],
  message: string,
  hint: string,
): EnglishDiagnostic {
  return { severity: "warning", code, path, message, hint };
}

/** The value as it was where the path leads nowhere any more. */
function tryWithValue(value: JsonValue, path: readonly JsonPathStep[], replacement: JsonValue): JsonValue {
  try {
    return withValue(value, path, replacement);
  } catch {
    return value;
  }
}

describe("checkView()", () => {
  test.each([
    ["minimal", MINIMAL],
    ["full", FULL],
    ["full but for the entity", Object.fromEntries(Object.entries(FULL).filter(([key]) => key !== "entity"))],
  ])("checkView() finds nothing wrong with a %s view", (_name, view) => {
    expect(checkView(view)).toEqual([]);
  });

  test.each(
    WRONG_VIEW_FIELDS.map((field) => ({ field, pointer: formatJsonPointer(field.path), got: field.message })),
  )("checkView() says what $pointer must be: $got", ({ field }) => {
    const { path } = field;
    const message = `${JSON.stringify(path.join("/"))} must be ${field.message}`;
    expect(checkView(fullWith(field.path, field.value))).toEqual([
      error("field-invalid", path, message, `write ${field.hint}`),
    ]);
  });

  test.each<[readonly JsonPathStep[], JsonObject, string]>([
    [["identifiers"], { columns: ["a"] }, "add identifiers: [ticker]"],
    [["columns"], { identifiers: [] }, "add columns: [ticker, close_price]"],
    [["columns", 1, "name"], { columns: ["a", { alias: "b" }], identifiers: [] }, "add name: ticker"],
  ])("checkView() says that %j is missing", (path, view, hint) => {
    const message = `${JSON.stringify(path.join("/"))} is missing`;
    expect(checkView(view)).toEqual([error("field-missing", path, message, hint)]);
  });

  test.each([
    ["entity-malformed", "1a", 'entity is "1a", which is not a view name'],
    ["entity-reserved", "hash", 'entity is "hash", a reserved name of the cache keys'],
  ] as const)("checkView() finds %s at the entity that the view gives itself", (code, entity, message) => {
    const found = checkView({ ...MINIMAL, entity });
    expect(found.map((diagnostic) => [diagnostic.code, diagnostic.path, diagnostic.message])).toEqual([
      [code, ["entity"], message],
    ]);
  });

  test("checkView() finds everything that is wrong at once, the entity first", () => {
    const found = checkView({
      entity: "a b",
      columns: [""],
      ask: { top_k: -1n, intents: 1n },
      identifiers: [null, "x"],
    });
    expect(found.map(({ severity, code, path }) => `${severity} ${code} ${formatJsonPointer(path)}`)).toEqual(
      [
        "error entity-malformed /entity",
        "error field-invalid /identifiers/0",
        "error field-invalid /columns/0",
        "error field-invalid /ask/intents",
        "error field-invalid /ask/top_k",
      ],
    );
  });

  test.each<[string, JsonObject]>([
    ["unknown fields at every level", { owner: { team: [1n, 2.5, null] }, ask: { tone: 1n, weights: {} } }],
    ["inherited names as fields", { constructor: 1n, toString: 2n, hasOwnProperty: 3n }],
    ["column fields of its own", { columns: [{ name: "ticker", unit: [1n], label: null, tags: [{}] }] }],
  ])("checkView() accepts %s", (_name, fields) => {
    expect(checkView({ ...MINIMAL, ...fields })).toEqual([]);
  });

  test.each(["constructor", "prototype", "__proto__"])(
    "checkView() checks what stands under the key %s",
    (key) => {
      const ask = JSON.parse(`{"synonyms": {"${key}": 1.5}}`) as JsonObject;
      const [found, ...others] = checkView({ ...MINIMAL, ask });
      expect(found?.message).toBe(`"ask/synonyms/${key}" must be a list of texts, got the number 1.5`);
      expect(others).toEqual([]);
    },
  );

  test("checkView() takes fields of a key __proto__ for no fields of the view", () => {
    const view = JSON.parse('{"__proto__": {"columns": ["a"], "identifiers": ["a"]}}') as JsonObject;
    expect(checkView(view).map(({ message }) => message)).toEqual(['the whole view is inside "__proto__"']);
  });

  test("checkView() accepts any further fields, leaves the view as it was, and always comes to an end", () => {
    const known = new Set(Object.keys(FULL));
    fc.assert(
      fc.property(jsonObjectArbitrary, (fields) => {
        const unknown = Object.fromEntries(Object.entries(fields).filter(([key]) => !known.has(key)));
        const view = { ...unknown, ...FULL };
        expect(checkView(view)).toEqual([]);
        expect(Object.keys(view)).toEqual(Object.keys({ ...unknown, ...FULL }));
        expect(isJsonObject(view)).toBe(true);
      }),
    );
  });
});

describe("checkView() of a misspelt field", () => {
  test("checkView() says which field to rename, once, in the object that lacks it alone (C10)", () => {
    const view = { identifier: ["a"], columns: [{ nam: "a" }, { alias: "b" }] };

    expect(checkView(view).map(({ path, code, hint }) => [path.join("/"), code, hint])).toEqual([
      ["identifiers", "field-missing", 'if "identifier" is that field, rename it to identifiers'],
      ["columns/0/name", "field-missing", 'if "nam" is that field, rename it to name'],
      ["columns/1/name", "field-missing", "add name: ticker"],
    ]);
  });
});

describe("checkView() of long names and numbers", () => {
  const long = "k".repeat(1_000_000);

  test.each<[string, JsonObject]>([
    ["a key", { ...MINIMAL, ask: { synonyms: { [long]: 1n } } }],
    ["a whole number", { ...MINIMAL, columns: [BigInt("9".repeat(4_300))] }],
    ["a name that is no column", { ...MINIMAL, identifiers: [long] }],
    ["a column that comes twice", { identifiers: [long], columns: [long, long] }],
  ])("checkView() shows the beginning of %s", (_name, view) => {
    const found = checkView(view);
    expect(found).toHaveLength(1);
    expect(found[0]?.message.length).toBeLessThan(300);
    expect(found[0]?.message).toContain("…");
  });
});

describe("checkView() warnings", () => {
  test.each<[readonly JsonPathStep[], string]>([
    [["identifiers", 1], '"identifiers" names "Ticker", which is not a column of this view'],
    [["default_date_field"], '"default_date_field" names "Ticker", which is not a column of this view'],
    [["order_by_whitelist", 0], '"order_by_whitelist" names "Ticker", which is not a column of this view'],
  ])("checkView() warns of %j that is no column", (path, message) => {
    const hint = "write ticker if you mean that column, or add the column";
    expect(checkView(fullWith(path, "Ticker"))).toEqual([warning("column-unknown", path, message, hint)]);
  });

  test("checkView() takes an alias for no column", () => {
    const view = { columns: [{ name: "close_price", alias: "preço" }], identifiers: ["preço"] };
    const message = '"identifiers" names "preço", which is not a column of this view';
    const hint = "write the column's name, close_price, and not its alias";
    expect(checkView(view)).toEqual([warning("column-unknown", ["identifiers", 0], message, hint)]);
  });

  test("checkView() warns of each column that comes again", () => {
    const view = { identifiers: ["a"], columns: ["a", { name: "a" }, "b", "a", "A"] };
    const expected = [1, 3].map((index) =>
      warning("column-repeated", ["columns", index], 'column "a" is listed twice', "remove one of the two"),
    );
    expect(checkView(view)).toEqual(expected);
  });

  test("checkView() puts warnings behind errors of the entity", () => {
    const found = checkView({ ...MINIMAL, entity: "list", identifiers: ["x"] });
    expect(found.map(({ code }) => code)).toEqual(["entity-reserved", "column-unknown"]);
  });
});

describe("findViewError()", () => {
  const fields = fc.subarray([...WRONG_VIEW_FIELDS]);
  const wrongViews = fields.map((wrong) =>
    wrong.reduce<JsonValue>((view, { path, value }) => tryWithValue(view, path, value), FULL),
  );

  test("findViewError() gives the first error of checkView(), whatever is wrong", () => {
    fc.assert(
      fc.property(fc.oneof(wrongViews as fc.Arbitrary<JsonObject>, jsonObjectArbitrary), (view) => {
        expect(findViewError(view)).toEqual(checkView(view).find(({ severity }) => severity === "error"));
      }),
      { numRuns: 500 },
    );
  });

  test("findViewError() looks at one of a thousand lists of wrong synonyms, and at one of its items", () => {
    const asked = new Set<string>();
    const handler = {
      get(target: object, key: string) {
        asked.add(key);
        return Reflect.get(target, key) as unknown;
      },
    };
    const synonyms = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, [1n, 1n]]));
    const lists = Object.entries(synonyms).map(([key, list]) => [key, new Proxy(list, handler)] as const);
    const view = { ...MINIMAL, ask: { synonyms: Object.fromEntries(lists) } } as unknown as JsonObject;
    expect(findViewError(view)?.path).toEqual(["ask", "synonyms", "k0", 0]);
    expect(asked.has("1")).toBe(false);
  });
});

describe("checkEntity()", () => {
  const MALFORMED_HINT =
    "use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info";

  test("checkEntity() finds nothing wrong with an entity", () => {
    expect(checkEntity("public.view_a", [])).toEqual([]);
  });

  test.each(["list", "hash", "loaded"])("checkEntity() refuses the reserved name %s", (name) => {
    const message = `the entity from the file's name is "${name}", a reserved name of the cache keys`;
    const hint = `use any name except list, hash, loaded, such as entity: view_${name}`;
    expect(checkEntity(name, [])).toEqual([error("entity-reserved", [], message, hint)]);
  });

  test.each([
    ["", '""'],
    ['a"b', '"a\\"b"'],
    ["view\n", '"view\\n"'],
    ["ação", '"ação"'],
    ["-".repeat(40), `"${"-".repeat(40)}"`],
    ["-".repeat(41), `"${"-".repeat(40)}…"`],
  ])("checkEntity() refuses the malformed name %j", (name, shown) => {
    const problem = `${shown}, which is not a view name`;
    const [own, file] = [`entity is ${problem}`, `the entity from the file's name is ${problem}`];
    expect(checkEntity(name, ["entity"])).toEqual([
      error("entity-malformed", ["entity"], own, MALFORMED_HINT),
    ]);
    expect(checkEntity(name, [])).toEqual([error("entity-malformed", [], file, MALFORMED_HINT)]);
  });

  test("checkEntity() refuses a name of more than 128 characters and shows its beginning", () => {
    const message = `entity is "${"a".repeat(40)}…", 129 characters long`;
    expect(checkEntity("a".repeat(129), ["entity"])).toEqual([
      error("entity-too-long", ["entity"], message, "use at most 128 characters"),
    ]);
    expect(checkEntity("a".repeat(128), ["entity"])).toEqual([]);
  });
});
