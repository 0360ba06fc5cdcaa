import type { LocalizedText } from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import { asYamlText, describeValue, quoted } from "../json/describe-value.ts";
import { isJsonObject, type JsonObject, type JsonPathStep, type JsonValue } from "../json/json-value.ts";
import type { ViewDiagnostic } from "./diagnostic.ts";
import { fieldForm } from "./field-forms.ts";
import { columnNames, FIELD_NAMES, type View } from "./view.ts";
import {
  COMPARED_MAX,
  createReferenceHints,
  dashHint,
  findFieldToIndent,
  hintToWrite,
  shortened,
  UNUSUAL_SPACES,
} from "./view-hints.ts";

type Path = readonly JsonPathStep[];

/** The doubtful values of a view with a valid schema. */
export function findViewWarnings(view: JsonObject): readonly ViewDiagnostic[] {
  return [
    ...emptyFields(view),
    ...otherForms(view),
    ...misplacedFields(view),
    ...referenceDiagnostics(view as unknown as View),
    ...repeatedItems(view),
    ...unknownWeights(view),
  ];
}

function warning(
  code: ViewDiagnostic["code"],
  path: Path,
  message: LocalizedText,
  hint: LocalizedText,
): ViewDiagnostic {
  return { severity: "warning", code, path, message, hint };
}

function atKey(diagnostic: ViewDiagnostic): ViewDiagnostic {
  return { ...diagnostic, at: "key" };
}

function labelOf(path: Path): string {
  return quoted(path.join("/"));
}

/** The fields of an object with these names; all its fields without names. */
function members(
  value: JsonValue | undefined,
  path: Path,
  names?: readonly string[],
): readonly [Path, JsonValue][] {
  if (!isJsonObject(value)) return [];
  const keys = names?.filter((name) => Object.hasOwn(value, name)) ?? Object.keys(value);
  return keys.map((key) => [[...path, key], value[key] as JsonValue]);
}

function emptyFields(view: JsonObject): readonly ViewDiagnostic[] {
  const { ask, columns } = view;
  const inAsk = isJsonObject(ask) ? ask : {};
  const fields = [
    ...emptyMembers(view, [], FIELD_NAMES.view),
    ...emptyMembers(ask, ["ask"], FIELD_NAMES.ask),
    ...emptyMembers(inAsk.synonyms, ["ask", "synonyms"]),
    ...emptyMembers(inAsk.weights, ["ask", "weights"]),
  ];
  for (const [index, column] of (columns as readonly JsonValue[]).entries()) {
    if (hasEmpty(column)) fields.push(...emptyMembers(column, ["columns", index], FIELD_NAMES.column));
  }
  return fields.map((path) => {
    const below = findFieldToIndent(view, path);
    const hint =
      below === undefined
        ? {
            en: `remove it, or write ${fieldForm(path).example}`,
            pt: `remova-o, ou escreva ${fieldForm(path).example}`,
          }
        : {
            en: `indent ${below} and what else belongs to it below it`,
            pt: `recue abaixo dele ${below} e o mais que lhe pertence`,
          };
    const label = labelOf(path);
    const message = { en: `${label} is left empty`, pt: `${label} ficou vazio` };
    return atKey(warning("field-empty", path, message, hint));
  });
}

/** The paths of the empty fields of an object with these names; of all its empty fields without names. */
function emptyMembers(value: JsonValue | undefined, path: Path, names?: readonly string[]): readonly Path[] {
  if (!isJsonObject(value)) return [];
  const empty = (names ?? Object.keys(value)).filter((name) => value[name] === null);
  return empty.map((key) => [...path, key]);
}

/** Whether a column has an empty field. Almost none has one, and this check is faster than listing paths. */
function hasEmpty(column: JsonValue): boolean {
  if (!isJsonObject(column)) return false;
  for (const name of FIELD_NAMES.column) if (column[name] === null) return true;
  return false;
}

function otherForm(path: Path, value: JsonValue, plain: string): ViewDiagnostic {
  const [label, got, { expected }] = [labelOf(path), describeValue(value), fieldForm(path)];
  const message = {
    en: `${label} is ${got.en} where readers expect ${expected.en}`,
    pt: `${label} é ${got.pt} onde leitores esperam ${expected.pt}`,
  };
  return warning("field-form", path, message, hintToWrite(plain));
}

/** Forms that only some readers accept. */
function otherForms(view: JsonObject): readonly ViewDiagnostic[] {
  const { ask, order_by_whitelist: orderBy } = view;
  const found: ViewDiagnostic[] = [];
  for (const [index, item] of (Array.isArray(orderBy) ? (orderBy as readonly JsonValue[]) : []).entries()) {
    if (isJsonObject(item))
      found.push(otherForm(["order_by_whitelist", index], item, `- ${asYamlText(shortened(item.name))}`));
  }
  if (!isJsonObject(ask)) return found;
  for (const [path, value] of members(ask.synonyms, ["ask", "synonyms"])) {
    if (typeof value !== "string") continue;
    const key = asYamlText(shortened(path.at(-1)));
    const diagnostic = otherForm(path, value, `${key}: [${asYamlText(shortened(value))}]`);
    found.push({ ...diagnostic, hint: dashHint(value) ?? diagnostic.hint });
  }
  for (const [path, value] of members(ask.weights, ["ask", "weights"])) {
    const [item] = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    if (typeof value === "string" || Array.isArray(value))
      found.push(
        otherForm(path, value, `${asYamlText(shortened(path.at(-1)))}: ${plainNumber(item ?? null)}`),
      );
  }
  return found;
}

function plainNumber(value: JsonValue): string {
  return typeof value === "number" && Number.isInteger(value) ? value.toFixed(1) : shortened(value);
}

/**
 * Reports fields of `ask` that are beside it (a field beside an empty `ask` gets another diagnostic), and fields that
 * are indented with characters that YAML does not accept as spaces.
 */
function misplacedFields(view: JsonObject): readonly ViewDiagnostic[] {
  const misplaced = FIELD_NAMES.ask.filter((name) => Object.hasOwn(view, name) && view.ask !== null);
  const ofAsk = misplaced.map((name) =>
    atKey(
      warning(
        "field-misplaced",
        [name],
        {
          en: `${quoted(name)} is a field of "ask", but is beside it`,
          pt: `${quoted(name)} é um campo de "ask", e está ao lado dele`,
        },
        { en: "indent it below ask:", pt: "recue-o abaixo de ask:" },
      ),
    ),
  );
  const strange = [...strangeKeys(view, []), ...strangeKeys(view.ask, ["ask"])];
  return [...ofAsk, ...strange];
}

function strangeKeys(value: JsonValue | undefined, path: Path): readonly ViewDiagnostic[] {
  if (!isJsonObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const blank = UNUSUAL_SPACES.get(name.charAt(0));
    if (blank === undefined) return [];
    const message = {
      en: `${quoted(name)} begins with ${blank.en}, which does not indent it`,
      pt: `${quoted(name)} começa com ${blank.pt}, que não serve de recuo`,
    };
    const hint = { en: "indent with ordinary spaces", pt: "recue com espaços comuns" };
    return [atKey(warning("field-misplaced", [...path, name], message, hint))];
  });
}

function referenceDiagnostics(view: View): readonly ViewDiagnostic[] {
  const names = columnNames(view);
  const known = new Set(names);
  const orderBy = (view.order_by_whitelist ?? []) as readonly (string | { readonly name: string })[];
  const references: readonly (readonly [path: Path, name: unknown])[] = [
    ...view.identifiers.map((name, index) => [["identifiers", index], name] as const),
    [["default_date_field"], view.default_date_field],
    ...orderBy.map((item, index) => [["order_by_whitelist", index], nameOf(item)] as const),
  ];
  const missing = references.filter(([, name]) => typeof name === "string" && !known.has(name));
  const hintOf = missing.length === 0 ? undefined : createReferenceHints(view, names);
  const unknown = missing.flatMap(([path, name]) =>
    hintOf === undefined ? [] : [unknownColumn(path, String(name), hintOf(String(name)))],
  );
  const none = warning("identifiers-empty", ["identifiers"], NO_IDENTIFIERS, {
    en: "name the columns that identify a row",
    pt: "cite as colunas que identificam uma linha",
  });
  return [...(view.identifiers.length === 0 ? [none] : []), ...unknown, ...repeatedColumns(names)];
}

const NO_IDENTIFIERS: LocalizedText = {
  en: '"identifiers" names no column',
  pt: '"identifiers" não cita nenhuma coluna',
};

function nameOf(item: string | { readonly name: string }): string {
  return typeof item === "string" ? item : item.name;
}

function unknownColumn(path: Path, name: string, hint: LocalizedText): ViewDiagnostic {
  const field = JSON.stringify(String(path[0]));
  return warning(
    "column-unknown",
    path,
    {
      en: `${field} names ${quoted(name)}, which is not a column of this view`,
      pt: `${field} cita ${quoted(name)}, que não é coluna desta view`,
    },
    hint,
  );
}

function repeatedColumns(names: readonly string[]): readonly ViewDiagnostic[] {
  return repeats(names).map((index) => {
    const name = quoted(names[index] as string);
    const message = { en: `column ${name} is listed twice`, pt: `a coluna ${name} aparece duas vezes` };
    return warning("column-repeated", ["columns", index], message, REMOVE_ONE);
  });
}

const REMOVE_ONE: LocalizedText = { en: "remove one of the two", pt: "remova uma das duas" };

/** The indexes of repeated items. */
function repeats(items: readonly JsonValue[]): readonly number[] {
  const seen = new Set<JsonValue>(items);
  if (seen.size === items.length) return [];
  seen.clear();
  return items.flatMap((item, index) => {
    if (seen.has(item)) return [index];
    seen.add(item);
    return [];
  });
}

/** Reports repeated items in all lists of strings; columns have a separate rule. */
function repeatedItems(view: JsonObject): readonly ViewDiagnostic[] {
  const ask = isJsonObject(view.ask) ? view.ask : {};
  const lists = [
    ...members(view, [], ["identifiers", "order_by_whitelist"]),
    ...members(ask, ["ask"], ["intents", "keywords", "latest_words"]),
    ...members(ask.synonyms, ["ask", "synonyms"]),
  ];
  return lists.flatMap(([path, list]) => {
    if (!Array.isArray(list)) return [];
    const items = (list as readonly JsonValue[]).map((item) =>
      isJsonObject(item) ? (item.name ?? null) : item,
    );
    return repeats(items).map((index) => {
      const [label, item] = [labelOf(path), quoted(String(items[index]))];
      const message = { en: `${label} lists ${item} twice`, pt: `${label} contém ${item} duas vezes` };
      return warning("item-repeated", [...path, index], message, REMOVE_ONE);
    });
  });
}

/** The lists of `ask` that can have weights. */
const WEIGHED = ["intents", "keywords", "synonyms", "latest_words"];

function unknownWeights({ ask }: JsonObject): readonly ViewDiagnostic[] {
  if (!isJsonObject(ask)) return [];
  let left = COMPARED_MAX;
  return members(ask.weights, ["ask", "weights"]).flatMap(([path]) => {
    const kind = String(path.at(-1));
    if (WEIGHED.includes(kind)) return [];
    const near = left-- > 0 ? findSimilarName(kind, WEIGHED) : undefined;
    const known = WEIGHED.join(", ");
    const hint =
      near === undefined
        ? { en: `use one of ${known}`, pt: `use um destes: ${known}` }
        : { en: `write ${near} if it is meant`, pt: `escreva ${near}, se é o que quer dizer` };
    const message = {
      en: `${quoted(kind)} is not a kind of words in "ask"`,
      pt: `${quoted(kind)} não é um tipo de palavras em "ask"`,
    };
    return [atKey(warning("weight-unknown", path, message, hint))];
  });
}
