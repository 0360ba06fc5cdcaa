import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatJsonPointer,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../src/domain/json/json-value.ts";
import { checkView } from "../../../src/domain/view/check-view.ts";
import { VIEW_JSON_SCHEMA } from "../../../src/domain/view/view-json-schema.ts";
import { jsonObjectArbitrary, jsonValueArbitrary, plainOf } from "../../support/json-value-arbitrary.ts";

// A document's `__proto__` and `constructor` are data like any other key.
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, ownProperties: true });
const validate = ajv.addVocabulary(["errorMessage", "patternErrorMessage"]).compile(VIEW_JSON_SCHEMA);

/** Where each side finds errors. */
function verdicts(view: JsonObject) {
  const found = checkView(view).filter(({ severity }) => severity === "error");
  return { checker: found.length === 0, schema: validate(plainOf(view)) };
}

/** The one number whose kind JSON Schema cannot tell: a fraction of nothing, in the one field that must be whole. */
function hasFloatTopK(view: JsonObject): boolean {
  const { ask } = view;
  return isJsonObject(ask) && typeof ask.top_k === "number";
}

const text = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("a", "ticker", "preço") },
  { weight: 5, arbitrary: fc.string({ minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constant("") },
);
const entity = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("view_a", "s.view_a") },
  text,
  fc.constantFrom("list", "hash", "loaded", "a.b.c", "1a", "view-a", "a\n", "ação"),
  fc.constantFrom("v".repeat(128), "v".repeat(129), "a.list"),
);
/** Mostly what is asked for, sometimes anything. */
const mostly = <Value extends JsonValue>(value: fc.Arbitrary<Value>): fc.Arbitrary<JsonValue> =>
  fc.oneof(
    { weight: 30, arbitrary: value as fc.Arbitrary<JsonValue> },
    { weight: 1, arbitrary: jsonValueArbitrary },
  );
const texts = mostly(fc.array(mostly(text), { maxLength: 3 }));
const empty = fc.constant(null);
const maybe = (value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: empty });
const numeric = fc.constantFrom<JsonValue>("1", "-0.5", "1e3", "um", "", 1n, 2.5);
const column = fc.oneof(
  text,
  fc.record(
    { name: mostly(text), description: mostly(text), alias: mostly(text), type: jsonValueArbitrary },
    { requiredKeys: ["name"] },
  ),
);
const ask = fc.record(
  {
    intents: maybe(texts),
    keywords: maybe(texts),
    synonyms: mostly(fc.dictionary(text, fc.oneof(texts, text, empty), { maxKeys: 3 })),
    latest_words: maybe(texts),
    weights: mostly(
      fc.dictionary(
        text,
        mostly(
          fc.oneof(
            fc.bigInt(),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
            numeric,
            fc.array(numeric, { maxLength: 2 }),
            empty,
          ),
        ),
        { maxKeys: 3 },
      ),
    ),
    top_k: mostly(fc.bigInt({ min: -1n, max: 9n })),
    other: jsonValueArbitrary,
  },
  { requiredKeys: [] },
);
const viewFields = {
  entity: maybe(mostly(entity)),
  description: maybe(mostly(text)),
  identifiers: texts,
  default_date_field: maybe(mostly(text)),
  order_by_whitelist: maybe(
    mostly(fc.array(fc.oneof(mostly(text), fc.record({ name: mostly(text) })), { maxLength: 3 })),
  ),
  columns: mostly(fc.array(mostly(column as fc.Arbitrary<JsonValue>), { minLength: 1, maxLength: 3 })),
  ask: maybe(mostly(ask as fc.Arbitrary<JsonValue>)),
  other: jsonValueArbitrary,
};
const nearView = fc.oneof(
  { weight: 9, arbitrary: fc.record(viewFields, { requiredKeys: ["columns", "identifiers"] }) },
  { weight: 1, arbitrary: fc.record(viewFields, { requiredKeys: [] }) },
) as fc.Arbitrary<JsonObject>;

describe("VIEW_JSON_SCHEMA", () => {
  test("VIEW_JSON_SCHEMA accepts what checkView() accepts, and nothing else, of documents like views", () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(nearView, (view) => {
        fc.pre(!hasFloatTopK(view));
        const { checker, schema } = verdicts(view);
        if (checker) accepted++;
        else refused++;
        expect(schema, JSON.stringify(plainOf(view))).toBe(checker);
      }),
      { numRuns: 2000 },
    );
    // A property that only ever sees one kind of document shows nothing.
    expect(Math.min(accepted, refused)).toBeGreaterThan(100);
  });

  test("VIEW_JSON_SCHEMA agrees with checkView() on any object", () => {
    fc.assert(
      fc.property(jsonObjectArbitrary, (view) => {
        const { checker, schema } = verdicts(view);
        expect(schema).toBe(checker);
      }),
    );
  });

  test("VIEW_JSON_SCHEMA finds errors in the same places", () => {
    fc.assert(
      fc.property(nearView, (view) => {
        fc.pre(!hasFloatTopK(view));
        validate(plainOf(view));
        const errors = validate.errors ?? [];
        // Of a list of the wrong length, checkView() does not look at the items.
        const lists = errors.flatMap(({ keyword, instancePath }) =>
          keyword === "maxItems" ? [`${instancePath}/`] : [],
        );
        const pointers = errors
          .filter(({ instancePath }) => !lists.some((list) => instancePath.startsWith(list)))
          .map(({ instancePath, keyword, params }) =>
            keyword === "required" ? `${instancePath}/${params.missingProperty}` : instancePath,
          );
        const expected = checkView(view).flatMap(({ severity, path }) =>
          severity === "error" ? [formatJsonPointer(path)] : [],
        );
        expect(new Set(pointers)).toEqual(new Set(expected));
      }),
      { numRuns: 1000 },
    );
  });

  test("VIEW_JSON_SCHEMA cannot tell 5.0 from 5, which checkView() can", () => {
    const view = (top_k: JsonValue): JsonObject => ({ columns: ["a"], identifiers: [], ask: { top_k } });
    expect(verdicts(view(5n))).toEqual({ checker: true, schema: true });
    expect(verdicts(view(5))).toEqual({ checker: false, schema: true });
    expect(verdicts(view(5.5))).toEqual({ checker: false, schema: false });
  });

  test("VIEW_JSON_SCHEMA leaves references to columns to checkView(), which warns", () => {
    const view = { columns: ["a"], identifiers: ["b"] };
    expect(verdicts(view)).toEqual({ checker: true, schema: true });
    expect(checkView(view)).toMatchObject([{ severity: "warning", code: "column-unknown" }]);
  });

  test("C8: VIEW_JSON_SCHEMA has words of its own wherever editors would show a pattern or a type", () => {
    const bare = (schema: unknown, path: string, known?: unknown): readonly string[] => {
      if (typeof schema !== "object" || schema === null) return [];
      const { type, pattern, errorMessage, patternErrorMessage, not } = schema as Record<string, unknown>;
      const isBare =
        (pattern !== undefined && patternErrorMessage === undefined) ||
        (type !== undefined && type !== known && errorMessage === undefined) ||
        not !== undefined;
      const { if: condition, then, properties = {}, ...rest } = schema as Record<string, unknown>;
      const below = [...Object.entries(rest), ...Object.entries(properties as object)];
      return [
        ...(isBare ? [path] : []),
        ...below.flatMap(([key, value]) => bare(value, `${path}/${key}`)),
        // What the condition has asked for cannot be missing there, and nobody is shown what the condition misses.
        ...bare(then, `${path}/then`, Reflect.get(Object(condition), "type")),
      ];
    };
    // Words for the whole view would be shown for a field that is missing, too.
    const { type: _whole, ...view } = VIEW_JSON_SCHEMA;
    expect(bare(view, "")).toEqual([]);
  });

  test.each(["list", "hash", "loaded", "1a", "view-a", "a.b.c", "ação", "a\n", ""])(
    "C8: VIEW_JSON_SCHEMA refuses the entity %j by its pattern, which has a message",
    (name) => {
      validate({ columns: ["a"], identifiers: [], entity: name });
      expect(validate.errors?.map(({ keyword }) => keyword)).toEqual(["pattern"]);
    },
  );

  test("C8: VIEW_JSON_SCHEMA names type and unit of a column, and takes any value of them", () => {
    const fields = VIEW_JSON_SCHEMA.properties.columns.items.properties;
    expect(Object.keys(fields)).toEqual(["name", "description", "alias", "type", "unit"]);
    const column = { name: "a", type: ["x"], unit: { a: 1n } };
    expect(verdicts({ columns: [column], identifiers: ["a"] })).toEqual({ checker: true, schema: true });
  });

  test("VIEW_JSON_SCHEMA describes every field that it names", () => {
    const fields = (schema: object, path: string): readonly string[] =>
      Object.entries((schema as { readonly properties?: object }).properties ?? {}).flatMap(
        ([name, field]) => [
          ...(typeof field.description === "string" ? [] : [`${path}/${name}`]),
          ...fields(field, `${path}/${name}`),
        ],
      );
    expect(fields(VIEW_JSON_SCHEMA, "")).toEqual([]);
  });
});
