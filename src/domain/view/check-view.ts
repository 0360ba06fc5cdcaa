import * as v from "valibot";
import type { LocalizedText } from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import { excerptText } from "../../lib/visible-text.ts";
import { describeValue, quoteExcerpt } from "../json/describe-value.ts";
import {
  formatJsonPointer,
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
} from "../json/json-value.ts";
import type { ViewDiagnostic } from "./diagnostic.ts";
import { ENTITY_LENGTH_MAX, parseEntity, RESERVED_ENTITIES } from "./entity.ts";
import { findFieldForm } from "./field-forms.ts";
import { FIELD_NAMES, viewSchema } from "./view.ts";
import {
  createFormHint,
  createUnnamedColumnHint,
  createWriteHint,
  findEnclosingKey,
  findNestedView,
  findValueAt,
} from "./view-hints.ts";
import { findViewWarnings } from "./view-warnings.ts";

/**
 * Checks a view's entity and schema, and then, if the schema is valid, its references and doubtful values.
 * Returns the diagnostics, errors first.
 */
export function checkView(view: JsonObject): readonly ViewDiagnostic[] {
  const nested = describeNestedView(view);
  if (nested !== undefined) return [nested];
  const result = v.safeParse(viewSchema, view);
  const misspelt = findMisspeltFields(view);
  const misspeltByPointer = new Map(
    misspelt.toReversed().map((field) => [createKnownFieldPointer(field.path, field.near), field]),
  );
  const schemaErrors = result.success
    ? []
    : result.issues.map((issue) => describeSchemaIssue(view, issue, misspeltByPointer));
  // A missing field and its misspelt form are one mistake, and get one diagnostic.
  const reported = new Set(
    schemaErrors.map(
      ({ path, code }) => code === "field-missing" && misspeltByPointer.get(formatJsonPointer(path)),
    ),
  );
  const others = misspelt.filter((field) => !reported.has(field)).map(describeMisspeltField);
  const entity = typeof view.entity === "string" ? checkEntity(view.entity, ["entity"]) : [];
  return [...entity, ...schemaErrors, ...others, ...(result.success ? findViewWarnings(view) : [])];
}

/** Finds the first error of {@link checkView}, and stops there: a value may have millions of errors. */
export function findViewError(view: JsonObject): ViewDiagnostic | undefined {
  const nested = describeNestedView(view);
  if (nested !== undefined) return nested;
  const [entity] = typeof view.entity === "string" ? checkEntity(view.entity, ["entity"]) : [];
  if (entity !== undefined) return entity;
  const result = v.safeParse(viewSchema, view, { abortEarly: true });
  return result.success ? undefined : describeSchemaIssue(view, result.issues[0]);
}

function describeNestedView(view: JsonObject): ViewDiagnostic | undefined {
  const nested = findNestedView(view);
  if (nested === undefined) return undefined;
  const { key, message, hint } = nested;
  return { severity: "error", code: "view-nested", path: [key], at: "key", message, hint };
}

/**
 * Checks an entity, from the view or from the file's name.
 *
 * @param path the path of the name in the view; the empty path for the name of the file
 */
export function checkEntity(name: string, path: readonly JsonPathStep[]): readonly ViewDiagnostic[] {
  const parsed = parseEntity(name);
  if (parsed.kind === "entity") return [];
  const shown = JSON.stringify(excerptText(name, 40));
  const en = `${path.length === 0 ? "the entity from the file's name is" : "entity is"} ${shown},`;
  const pt = `${path.length === 0 ? "a entidade do nome do arquivo é" : "entity é"} ${shown},`;
  const problems: Readonly<Record<typeof parsed.kind, LocalizedText>> = {
    malformed: { en: `${en} which is not a view name`, pt: `${pt} que não é nome de view` },
    "too-long": {
      en: `${en} ${name.length} characters long`,
      pt: `${pt} com ${name.length} caracteres`,
    },
    reserved: {
      en: `${en} a reserved name of the cache keys`,
      pt: `${pt} um nome reservado das chaves do cache`,
    },
  };
  const reserved = [...RESERVED_ENTITIES].join(", ");
  const hints: typeof problems = {
    malformed: {
      en: "use letters, digits and _ with no digit first, or schema.name, such as entity: view_fiis_info",
      pt: "use letras, dígitos e _, sem dígito no início, ou schema.nome, como entity: view_fiis_info",
    },
    "too-long": {
      en: `use at most ${ENTITY_LENGTH_MAX} characters`,
      pt: `use no máximo ${ENTITY_LENGTH_MAX} caracteres`,
    },
    reserved: {
      en: `use any name except ${reserved}, such as entity: view_${name}`,
      pt: `use qualquer nome exceto ${reserved}, como entity: view_${name}`,
    },
  };
  const { kind } = parsed;
  return [{ severity: "error", code: `entity-${kind}`, path, message: problems[kind], hint: hints[kind] }];
}

/** Returns the JSON pointer of the known field that is similar to a misspelt field. */
function createKnownFieldPointer(path: readonly JsonPathStep[], near: string): string {
  return formatJsonPointer([...path.slice(0, -1), near]);
}

/** @param misspelt misspelt fields, by the JSON pointer of the known field that each is similar to */
function describeSchemaIssue(
  view: JsonObject,
  issue: v.BaseIssue<unknown>,
  misspelt: ReadonlyMap<string, MisspeltField> = new Map(),
): ViewDiagnostic {
  const path = (issue.path ?? []).map((item) => item.key as JsonPathStep);
  const { expected, example } = findFieldForm(path);
  const label = quoteExcerpt(path.join("/"));
  const value = findValueAt(view, path);
  if (value === undefined) return describeMissingField(view, path, misspelt.get(formatJsonPointer(path)));
  const got = describeValue(value);
  const message = {
    en: `${label} must be ${expected.en}, got ${got.en}`,
    pt: `${label} deve ser ${expected.pt}, mas é ${got.pt}`,
  };
  const hint = createFormHint(view, path, value) ?? createWriteHint(example);
  return { severity: "error", code: "field-invalid", path, message, hint };
}

function describeMissingField(
  view: JsonObject,
  path: readonly JsonPathStep[],
  misspelt: MisspeltField | undefined,
): ViewDiagnostic {
  const diagnostic = (message: LocalizedText, hint: LocalizedText): ViewDiagnostic => ({
    severity: "error",
    code: "field-missing",
    path,
    message,
    hint,
  });
  const label = quoteExcerpt(path.join("/"));
  const missing = { en: `${label} is missing`, pt: `falta ${label}` };
  if (misspelt !== undefined) {
    const [name, near] = [quoteExcerpt(misspelt.name), misspelt.near];
    return diagnostic(missing, {
      en: `if ${name} is that field, rename it to ${near}`,
      pt: `se ${name} é esse campo, renomeie-o para ${near}`,
    });
  }
  const above = path.length === 1 ? findEnclosingKey(view, String(path[0])) : undefined;
  if (above !== undefined)
    return diagnostic(missing, {
      en: `move ${path[0]} out of ${quoteExcerpt(above)} to the top level`,
      pt: `leve ${path[0]} de ${quoteExcerpt(above)} para o nível superior`,
    });
  const unnamed =
    path[0] === "columns" && path.length > 1
      ? createUnnamedColumnHint(findValueAt(view, path.slice(0, -1)))
      : undefined;
  if (unnamed === undefined) {
    const { example } = findFieldForm(path);
    return diagnostic(missing, { en: `add ${example}`, pt: `acrescente ${example}` });
  }
  const column = quoteExcerpt(path.slice(0, -1).join("/"));
  const message = {
    en: `${column} has the field ${quoteExcerpt(unnamed.key)}, but no name`,
    pt: `${column} tem o campo ${quoteExcerpt(unnamed.key)}, mas não tem nome`,
  };
  return diagnostic(message, unnamed.hint);
}

function describeMisspeltField({ path, name, near }: MisspeltField): ViewDiagnostic {
  return {
    severity: "warning",
    code: "field-misspelt",
    path,
    at: "key",
    message: { en: `unknown field ${quoteExcerpt(name)}`, pt: `campo desconhecido ${quoteExcerpt(name)}` },
    hint: { en: `did you mean ${near}?`, pt: `quis dizer ${near}?` },
  };
}

interface MisspeltField {
  readonly path: readonly JsonPathStep[];
  readonly name: string;
  readonly near: string;
}

/** Known fields by their Portuguese names. The names have no accents, hyphens, underscores or spaces. */
const PORTUGUESE_NAMES: ReadonlyMap<string, string> = new Map([
  ["apelido", "alias"],
  ["colunas", "columns"],
  ["descricao", "description"],
  ["entidade", "entity"],
  ["identificador", "identifiers"],
  ["identificadores", "identifiers"],
  ["intencoes", "intents"],
  ["nome", "name"],
  ["palavras", "keywords"],
  ["palavraschave", "keywords"],
  ["perguntas", "ask"],
  ["pesos", "weights"],
  ["sinonimos", "synonyms"],
  ["tipo", "type"],
  ["unidade", "unit"],
]);
const PORTUGUESE_NAME_LENGTH_MAX = 20;

function findTranslatedName(name: string, fields: readonly string[]): string | undefined {
  if (name.length > PORTUGUESE_NAME_LENGTH_MAX) return undefined;
  const plain = name
    .normalize("NFD")
    .toLowerCase()
    .replaceAll(/[\p{M}_\s-]/gu, "");
  const field = PORTUGUESE_NAMES.get(plain);
  return field !== undefined && fields.includes(field) ? field : undefined;
}

/** Maximum number of unknown fields that are compared with known names: a view may have a hundred thousand fields. */
const COMPARED_FIELDS_MAX = 1000;

/**
 * Finds misspelt fields of a view, its columns and its `ask` block.
 *
 * Unknown fields are allowed. An unknown field is reported only if a known field is missing in the same object, and the
 * unknown name is similar to the known name or is its Portuguese translation.
 */
export function findMisspeltFields(view: JsonObject): readonly MisspeltField[] {
  const found: MisspeltField[] = [];
  let left = COMPARED_FIELDS_MAX;
  const search = (
    value: JsonValue | undefined,
    path: readonly JsonPathStep[],
    known: readonly string[],
  ): void => {
    if (!isJsonObject(value)) return;
    const missing = known.filter((name) => !Object.hasOwn(value, name));
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      if (left === 0) return;
      left -= 1;
      const near = findSimilarName(name, missing) ?? findTranslatedName(name, missing);
      if (near !== undefined) found.push({ path: [...path, name], name, near });
    }
  };
  search(view, [], FIELD_NAMES.view);
  const { ask, columns } = view;
  search(ask, ["ask"], FIELD_NAMES.ask);
  if (!Array.isArray(columns)) return found;
  for (const [index, column] of columns.entries()) {
    if (left === 0) break;
    search(column, ["columns", index], FIELD_NAMES.column);
  }
  return found;
}
