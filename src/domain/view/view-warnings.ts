import type { LocalizedText } from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import { describeValue, quoteExcerpt, toYamlText } from "../json/describe-value.ts";
import { isJsonObject, type JsonObject, type JsonPathStep, type JsonValue } from "../json/json-value.ts";
import type { ViewDiagnostic } from "./diagnostic.ts";
import { findFieldForm } from "./field-forms.ts";
import { FIELD_NAMES, listColumnNames, type View } from "./view.ts";
import {
  COMPARED_NAMES_MAX,
  createDashHint,
  createReferenceHints,
  createWriteHint,
  findFieldToIndent,
  shortenText,
  UNUSUAL_SPACES,
} from "./view-hints.ts";

type Path = readonly JsonPathStep[];

/** Finds the doubtful values of a view that has a valid schema. */
export function findViewWarnings(view: JsonObject): readonly ViewDiagnostic[] {
  return [
    ...findEmptyFields(view),
    ...findOtherForms(view),
    ...findMisplacedFields(view),
    ...checkReferences(view as unknown as View),
    ...findRepeatedItems(view),
    ...findUnknownWeights(view),
  ];
}

function createWarning(
  code: ViewDiagnostic["code"],
  path: Path,
  message: LocalizedText,
  hint: LocalizedText,
): ViewDiagnostic {
  return { severity: "warning", code, path, message, hint };
}

function pointToKey(diagnostic: ViewDiagnostic): ViewDiagnostic {
  return { ...diagnostic, at: "key" };
}

function fieldLabel(path: Path): string {
  return quoteExcerpt(path.join("/"));
}

/** Lists the fields of an object with these names, or all fields if no names are given. */
function listMembers(
  value: JsonValue | undefined,
  path: Path,
  names?: readonly string[],
): readonly [Path, JsonValue][] {
  if (!isJsonObject(value)) return [];
  const keys = names?.filter((name) => Object.hasOwn(value, name)) ?? Object.keys(value);
  return keys.map((key) => [[...path, key], value[key] as JsonValue]);
}

function findEmptyFields(view: JsonObject): readonly ViewDiagnostic[] {
  const { ask, columns } = view;
  const inAsk = isJsonObject(ask) ? ask : {};
  const fields = [
    ...listEmptyMembers(view, [], FIELD_NAMES.view),
    ...listEmptyMembers(ask, ["ask"], FIELD_NAMES.ask),
    ...listEmptyMembers(inAsk.synonyms, ["ask", "synonyms"]),
    ...listEmptyMembers(inAsk.weights, ["ask", "weights"]),
  ];
  for (const [index, column] of (columns as readonly JsonValue[]).entries()) {
    if (hasEmptyField(column))
      fields.push(...listEmptyMembers(column, ["columns", index], FIELD_NAMES.column));
  }
  return fields.map((path) => {
    const [label, below] = [fieldLabel(path), findFieldToIndent(view, path)];
    const hint =
      below === undefined
        ? {
            en: `remove it, or write ${findFieldForm(path).example}`,
            pt: `remova-o, ou escreva ${findFieldForm(path).example}`,
          }
        : {
            en: `indent ${below} and the other fields of ${label} below it`,
            pt: `recue ${below} e os outros campos de ${label} abaixo dele`,
          };
    const message = { en: `${label} is empty`, pt: `${label} está vazio` };
    return pointToKey(createWarning("field-empty", path, message, hint));
  });
}

/** Lists the paths of the empty fields of an object: of the fields with these names, or of all fields. */
function listEmptyMembers(
  value: JsonValue | undefined,
  path: Path,
  names?: readonly string[],
): readonly Path[] {
  if (!isJsonObject(value)) return [];
  const empty = (names ?? Object.keys(value)).filter((name) => value[name] === null);
  return empty.map((key) => [...path, key]);
}

/** Whether a column has an empty field. Such columns are rare, and this check is faster than listing paths. */
function hasEmptyField(column: JsonValue): boolean {
  if (!isJsonObject(column)) return false;
  for (const name of FIELD_NAMES.column) if (column[name] === null) return true;
  return false;
}

function describeOtherForm(path: Path, value: JsonValue, plain: string): ViewDiagnostic {
  const [label, got, { expected }] = [fieldLabel(path), describeValue(value), findFieldForm(path)];
  const message = {
    en: `${label} is ${got.en}, but readers expect ${expected.en}`,
    pt: `${label} é ${got.pt}, mas leitores esperam ${expected.pt}`,
  };
  return createWarning("field-form", path, message, createWriteHint(plain));
}

/** Finds column references, synonyms and weights in a form that only some readers accept. */
function findOtherForms(view: JsonObject): readonly ViewDiagnostic[] {
  const { ask, order_by_whitelist: orderBy } = view;
  const found: ViewDiagnostic[] = [];
  for (const [index, item] of (Array.isArray(orderBy) ? (orderBy as readonly JsonValue[]) : []).entries()) {
    if (isJsonObject(item))
      found.push(
        describeOtherForm(["order_by_whitelist", index], item, `- ${toYamlText(shortenText(item.name))}`),
      );
  }
  if (!isJsonObject(ask)) return found;
  for (const [path, value] of listMembers(ask.synonyms, ["ask", "synonyms"])) {
    if (typeof value !== "string") continue;
    const key = toYamlText(shortenText(path.at(-1)));
    const diagnostic = describeOtherForm(path, value, `${key}: [${toYamlText(shortenText(value))}]`);
    found.push({ ...diagnostic, hint: createDashHint(value) ?? diagnostic.hint });
  }
  for (const [path, value] of listMembers(ask.weights, ["ask", "weights"])) {
    const [item] = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    if (typeof value === "string" || Array.isArray(value))
      found.push(
        describeOtherForm(
          path,
          value,
          `${toYamlText(shortenText(path.at(-1)))}: ${formatPlainNumber(item ?? null)}`,
        ),
      );
  }
  return found;
}

function formatPlainNumber(value: JsonValue): string {
  return typeof value === "number" && Number.isInteger(value) ? value.toFixed(1) : shortenText(value);
}

/**
 * Reports fields of `ask` that are on the same level as `ask`, and fields that are indented with characters that YAML
 * does not accept as spaces. If `ask` is empty, findEmptyFields() reports the fields that belong inside.
 */
function findMisplacedFields(view: JsonObject): readonly ViewDiagnostic[] {
  const misplaced = FIELD_NAMES.ask.filter((name) => Object.hasOwn(view, name) && view.ask !== null);
  const ofAsk = misplaced.map((name) =>
    pointToKey(
      createWarning(
        "field-misplaced",
        [name],
        {
          en: `${quoteExcerpt(name)} is a field of "ask", but is on the same level as "ask"`,
          pt: `${quoteExcerpt(name)} é um campo de "ask", mas está no mesmo nível que "ask"`,
        },
        { en: "indent it below ask:", pt: "recue-o abaixo de ask:" },
      ),
    ),
  );
  const unusual = [...findUnusualIndents(view, []), ...findUnusualIndents(view.ask, ["ask"])];
  return [...ofAsk, ...unusual];
}

function findUnusualIndents(value: JsonValue | undefined, path: Path): readonly ViewDiagnostic[] {
  if (!isJsonObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const space = UNUSUAL_SPACES.get(name.charAt(0));
    if (space === undefined) return [];
    const message = {
      en: `${quoteExcerpt(name)} begins with ${space.en}, which is not indentation in YAML`,
      pt: `${quoteExcerpt(name)} começa com ${space.pt}, que não é recuo em YAML`,
    };
    const hint = { en: "indent with ordinary spaces", pt: "recue com espaços comuns" };
    return [pointToKey(createWarning("field-misplaced", [...path, name], message, hint))];
  });
}

function checkReferences(view: View): readonly ViewDiagnostic[] {
  const names = listColumnNames(view);
  const known = new Set(names);
  const orderBy = (view.order_by_whitelist ?? []) as readonly (string | { readonly name: string })[];
  const references: readonly (readonly [path: Path, name: unknown])[] = [
    ...view.identifiers.map((name, index) => [["identifiers", index], name] as const),
    [["default_date_field"], view.default_date_field],
    ...orderBy.map((item, index) => [["order_by_whitelist", index], columnNameOf(item)] as const),
  ];
  const missing = references.filter(([, name]) => typeof name === "string" && !known.has(name));
  const hintOf = missing.length === 0 ? undefined : createReferenceHints(view, names);
  const unknown = missing.flatMap(([path, name]) =>
    hintOf === undefined ? [] : [describeUnknownColumn(path, String(name), hintOf(String(name)))],
  );
  const noIdentifiers = createWarning("identifiers-empty", ["identifiers"], NO_IDENTIFIERS_HINT, {
    en: "name the columns that identify a row",
    pt: "cite as colunas que identificam uma linha",
  });
  return [
    ...(view.identifiers.length === 0 ? [noIdentifiers] : []),
    ...unknown,
    ...findRepeatedColumns(names),
  ];
}

const NO_IDENTIFIERS_HINT: LocalizedText = {
  en: '"identifiers" names no column',
  pt: '"identifiers" não cita nenhuma coluna',
};

function columnNameOf(item: string | { readonly name: string }): string {
  return typeof item === "string" ? item : item.name;
}

function describeUnknownColumn(path: Path, name: string, hint: LocalizedText): ViewDiagnostic {
  const field = JSON.stringify(String(path[0]));
  return createWarning(
    "column-unknown",
    path,
    {
      en: `${field} names ${quoteExcerpt(name)}, which is not a column of this view`,
      pt: `${field} cita ${quoteExcerpt(name)}, que não é coluna desta view`,
    },
    hint,
  );
}

function findRepeatedColumns(names: readonly string[]): readonly ViewDiagnostic[] {
  return findRepeatedIndexes(names).map((index) => {
    const name = quoteExcerpt(names[index] as string);
    const message = { en: `column ${name} is listed twice`, pt: `a coluna ${name} aparece duas vezes` };
    return createWarning("column-repeated", ["columns", index], message, REMOVE_ONE_HINT);
  });
}

const REMOVE_ONE_HINT: LocalizedText = { en: "remove one of the two", pt: "remova uma das duas" };

function findRepeatedIndexes(items: readonly JsonValue[]): readonly number[] {
  const seen = new Set<JsonValue>(items);
  if (seen.size === items.length) return [];
  seen.clear();
  return items.flatMap((item, index) => {
    if (seen.has(item)) return [index];
    seen.add(item);
    return [];
  });
}

/** Reports repeated items in each known list except `columns`, which has a separate rule. */
function findRepeatedItems(view: JsonObject): readonly ViewDiagnostic[] {
  const ask = isJsonObject(view.ask) ? view.ask : {};
  const lists = [
    ...listMembers(view, [], ["identifiers", "order_by_whitelist"]),
    ...listMembers(ask, ["ask"], ["intents", "keywords", "latest_words"]),
    ...listMembers(ask.synonyms, ["ask", "synonyms"]),
  ];
  return lists.flatMap(([path, list]) => {
    if (!Array.isArray(list)) return [];
    const items = (list as readonly JsonValue[]).map((item) =>
      isJsonObject(item) ? (item.name ?? null) : item,
    );
    return findRepeatedIndexes(items).map((index) => {
      const [label, item] = [fieldLabel(path), quoteExcerpt(String(items[index]))];
      const message = { en: `${label} lists ${item} twice`, pt: `${label} contém ${item} duas vezes` };
      return createWarning("item-repeated", [...path, index], message, REMOVE_ONE_HINT);
    });
  });
}

/** The fields of `ask` that can have weights. */
const WEIGHTED_FIELDS = ["intents", "keywords", "synonyms", "latest_words"];

function findUnknownWeights({ ask }: JsonObject): readonly ViewDiagnostic[] {
  if (!isJsonObject(ask)) return [];
  let left = COMPARED_NAMES_MAX;
  return listMembers(ask.weights, ["ask", "weights"]).flatMap(([path]) => {
    const kind = String(path.at(-1));
    if (WEIGHTED_FIELDS.includes(kind)) return [];
    const near = left-- > 0 ? findSimilarName(kind, WEIGHTED_FIELDS) : undefined;
    const known = WEIGHTED_FIELDS.join(", ");
    const hint =
      near === undefined
        ? { en: `use one of ${known}`, pt: `use um destes: ${known}` }
        : { en: `did you mean ${near}?`, pt: `quis dizer ${near}?` };
    const message = {
      en: `unknown weight ${quoteExcerpt(kind)}`,
      pt: `peso desconhecido ${quoteExcerpt(kind)}`,
    };
    return [pointToKey(createWarning("weight-unknown", path, message, hint))];
  });
}
