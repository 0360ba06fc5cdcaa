import * as v from "valibot";
import { pythonFloat } from "./canonical-json.ts";
import { ENTITY_LENGTH_MAX, parseEntity, RESERVED_ENTITIES } from "./entity.ts";
import { type JsonPathStep, jsonPointer } from "./json-pointer.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import { type MisspeltField, misspeltFields } from "./misspelt-fields.ts";
import { columnNames, type View, viewSchema } from "./view.ts";

/** One thing that is wrong (`error`) or doubtful (`warning`) in a view, and what to write instead. */
export interface ViewFinding {
  readonly severity: "error" | "warning";
  readonly code: ViewFindingCode;
  /** Where in the view; for a missing field, the path that it should have. */
  readonly path: readonly JsonPathStep[];
  /** Whether it is about the field's name, and not about its value. */
  readonly at?: "key";
  readonly message: string;
  readonly hint: string;
}

export type ViewFindingCode =
  | "entity-malformed"
  | "entity-reserved"
  | "entity-too-long"
  | "field-invalid"
  | "field-missing"
  | "field-misspelt"
  | "column-repeated"
  | "column-unknown";

/** Checks a view's entity, shape and references; every finding at once, errors first. */
export function checkView(view: JsonObject): readonly ViewFinding[] {
  const result = v.safeParse(viewSchema, view);
  const misspelt = misspeltFields(view);
  const written = new Map(misspelt.map(({ path, name, near }) => [pointerOfMeant(path, near), name]));
  const shape = result.success ? [] : result.issues.map((issue) => shapeFinding(view, issue, written));
  const entity = typeof view.entity === "string" ? checkEntity(view.entity, ["entity"]) : [];
  const references = result.success ? referenceFindings(view as unknown as View) : [];
  return [...entity, ...shape, ...misspelt.map(misspeltFinding), ...references];
}

/** The first error that {@link checkView} finds, without looking for more: what is checked may hold millions. */
export function findViewError(view: JsonObject): ViewFinding | undefined {
  const [entity] = typeof view.entity === "string" ? checkEntity(view.entity, ["entity"]) : [];
  if (entity !== undefined) return entity;
  const result = v.safeParse(viewSchema, view, { abortEarly: true });
  return result.success ? undefined : shapeFinding(view, result.issues[0]);
}

/**
 * Checks an entity, wherever its name comes from.
 *
 * @param path where the name stands in the view; the empty path when the file's name gave it
 */
export function checkEntity(name: string, path: readonly JsonPathStep[]): readonly ViewFinding[] {
  const parsed = parseEntity(name);
  if (parsed.kind === "entity") return [];
  const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
  const source = path.length === 0 ? "the file's name gives" : "entity is";
  const problems = {
    malformed: `${source} ${shown}, which is not a view name`,
    "too-long": `${source} ${shown}, ${name.length} characters long`,
    reserved: `${source} ${shown}, a name that the cache keys need`,
  };
  const hints = {
    malformed:
      "use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info",
    "too-long": `use at most ${ENTITY_LENGTH_MAX} characters`,
    reserved: `use any name but ${[...RESERVED_ENTITIES].join(", ")}, such as entity: view_${name}`,
  };
  const { kind } = parsed;
  return [{ severity: "error", code: `entity-${kind}`, path, message: problems[kind], hint: hints[kind] }];
}

interface FieldForm {
  readonly expected: string;
  readonly example: string;
}

/** What each typed field must be, by its path with `*` for any key or index. */
const FIELD_FORMS: Readonly<Record<string, FieldForm>> = {
  entity: { expected: "text", example: "entity: view_fiis_info" },
  description: { expected: "text", example: 'description: "What one row of the view is"' },
  identifiers: { expected: "a list of column names", example: "identifiers: [ticker]" },
  "identifiers/*": { expected: "a column name", example: "identifiers: [ticker]" },
  default_date_field: { expected: "a column name", example: "default_date_field: payment_date" },
  order_by_whitelist: { expected: "a list of column names", example: "order_by_whitelist: [ticker]" },
  "order_by_whitelist/*": { expected: "a column name", example: "order_by_whitelist: [ticker]" },
  columns: { expected: "a list of at least one column", example: "columns: [ticker, close_price]" },
  "columns/*": { expected: "a column name or an object with a name", example: "- name: ticker" },
  "columns/*/name": { expected: "a column name", example: "name: ticker" },
  "columns/*/description": { expected: "text", example: 'description: "Trading code at B3"' },
  "columns/*/alias": { expected: "text", example: "alias: cotação" },
  ask: { expected: "an object", example: "ask: {keywords: [dividendos]}" },
  "ask/intents": { expected: "a list of texts", example: "intents: [dividendos]" },
  "ask/intents/*": { expected: "text", example: "intents: [dividendos]" },
  "ask/keywords": { expected: "a list of texts", example: "keywords: [rendimento]" },
  "ask/keywords/*": { expected: "text", example: "keywords: [rendimento]" },
  "ask/synonyms": { expected: "an object of lists", example: "synonyms: {rendimento: [provento]}" },
  "ask/synonyms/*": { expected: "a list of texts", example: "rendimento: [provento]" },
  "ask/synonyms/*/*": { expected: "text", example: "rendimento: [provento]" },
  "ask/latest_words": { expected: "a list of texts", example: "latest_words: [último]" },
  "ask/latest_words/*": { expected: "text", example: "latest_words: [último]" },
  "ask/weights": { expected: "an object of numbers", example: "weights: {keywords: 1.0}" },
  "ask/weights/*": { expected: "a number", example: "keywords: 1.0" },
  "ask/top_k": { expected: "a whole number of at least 1", example: "top_k: 5" },
};

const UNNAMED_FORM: FieldForm = { expected: "what the view schema says", example: "columns: [ticker]" };

/** Where the field would be that a misspelt one was meant to be. */
function pointerOfMeant(path: readonly JsonPathStep[], near: string): string {
  return jsonPointer([...path.slice(0, -1), near]);
}

/** @param written the names that fields were given by mistake, by the JSON pointer of the field that was meant */
function shapeFinding(
  view: JsonObject,
  issue: v.BaseIssue<unknown>,
  written: ReadonlyMap<string, string> = new Map(),
): ViewFinding {
  const path = (issue.path ?? []).map((item) => item.key as JsonPathStep);
  const form = FIELD_FORMS[formKey(path)] ?? UNNAMED_FORM;
  const label = quoted(path.join("/"));
  const value = valueAt(view, path);
  if (value === undefined) {
    const message = `${label} is missing`;
    const name = written.get(jsonPointer(path));
    const hint = name === undefined ? `add ${form.example}` : `rename ${quoted(name)}, if that is meant`;
    return { severity: "error", code: "field-missing", path, message, hint };
  }
  const message = `${label} must be ${form.expected}, got ${describe(value)}`;
  return { severity: "error", code: "field-invalid", path, message, hint: `write ${form.example}` };
}

/** How much of a name or a number is shown: it may be megabytes long, and messages go into logs. */
const SHOWN_LENGTH_MAX = 200;

function beginning(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}

function quoted(text: string): string {
  return JSON.stringify(beginning(text));
}

function formKey(path: readonly JsonPathStep[]): string {
  const namedDepth = path[0] === "columns" ? 2 : path[0] === "ask" ? 1 : 0;
  return path.map((step, depth) => (depth === 0 || depth === namedDepth ? step : "*")).join("/");
}

function valueAt(view: JsonObject, path: readonly JsonPathStep[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as JsonValue | undefined;
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, view);
}

function misspeltFinding({ path, name, near }: MisspeltField): ViewFinding {
  return {
    severity: "warning",
    code: "field-misspelt",
    path,
    at: "key",
    message: `${quoted(name)} is no field that readers know, and nearly ${JSON.stringify(near)}`,
    hint: `write ${near} if it is meant, or another name`,
  };
}

function describe(value: JsonValue): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  switch (typeof value) {
    case "string":
      return value === "" ? "empty text" : "text";
    case "bigint":
      return `the whole number ${beginning(String(value))}`;
    case "number":
      return `the number ${pythonFloat(value)}`;
    case "boolean":
      return `the boolean ${value}`;
    default:
      return "an object";
  }
}

function referenceFindings(view: View): readonly ViewFinding[] {
  const names = columnNames(view);
  const known = new Set(names);
  const references: readonly (readonly [path: readonly JsonPathStep[], name: unknown])[] = [
    ...view.identifiers.map((name, index) => [["identifiers", index], name] as const),
    [["default_date_field"], view.default_date_field],
    ...((view.order_by_whitelist as readonly string[] | undefined) ?? []).map(
      (name, index) => [["order_by_whitelist", index], name] as const,
    ),
  ];
  const unknown = references.flatMap(([path, name]) =>
    typeof name === "string" && !known.has(name) ? [unknownColumn(path, name)] : [],
  );
  const seen = new Set<string>();
  const repeated = names.flatMap((name, index) => {
    if (seen.has(name)) return [repeatedColumn(name, index)];
    seen.add(name);
    return [];
  });
  return [...unknown, ...repeated];
}

function unknownColumn(path: readonly JsonPathStep[], name: string): ViewFinding {
  return {
    severity: "warning",
    code: "column-unknown",
    path,
    message: `${JSON.stringify(String(path[0]))} names ${quoted(name)}, which is no column of this view`,
    hint: "name one of its columns, or add the column",
  };
}

function repeatedColumn(name: string, index: number): ViewFinding {
  return {
    severity: "warning",
    code: "column-repeated",
    path: ["columns", index],
    message: `column ${quoted(name)} is listed twice`,
    hint: "remove one of the two",
  };
}
