import { type LocalizedText, sameInEachLanguage } from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import { excerptText } from "../../lib/visible-text.ts";
import { quoteExcerpt, toYamlText } from "../json/describe-value.ts";
import {
  formatJsonPointer,
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
} from "../json/json-value.ts";
import { isEntity } from "./entity.ts";
import { FIELD_NAMES, type View } from "./view.ts";

/** Maximum length of a text that a hint suggests as an alias; a longer text is suggested as a description. */
const ALIAS_LENGTH_MAX = 40;
const SHOWN_LENGTH_MAX = 60;

/** Spaces that editors and web pages insert, but that YAML does not accept as spaces; with their names. */
export const UNUSUAL_SPACES: ReadonlyMap<string, LocalizedText> = new Map([
  ["\u00a0", { en: "a no-break space (U+00A0)", pt: "um espaço sem quebra (U+00A0)" }],
  ["\u202f", { en: "a narrow no-break space (U+202F)", pt: "um espaço estreito sem quebra (U+202F)" }],
  ["\u3000", { en: "an ideographic space (U+3000)", pt: "um espaço ideográfico (U+3000)" }],
  ["\u200b", { en: "a zero-width space (U+200B)", pt: "um espaço de largura zero (U+200B)" }],
  [
    "\ufeff",
    { en: "a zero-width no-break space (U+FEFF)", pt: "um espaço sem quebra de largura zero (U+FEFF)" },
  ],
  ...Array.from({ length: 11 }, (_, index) => {
    const code = 0x2000 + index;
    const name = `U+${code.toString(16).toUpperCase()}`;
    return [
      String.fromCharCode(code),
      { en: `a wide space (${name})`, pt: `um espaço largo (${name})` },
    ] as const;
  }),
]);

export function findValueAt(view: JsonObject, path: readonly JsonPathStep[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as JsonValue | undefined;
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, view);
}

/** Suggests a correction for a value of the wrong form, with the author's own values. */
export function createFormHint(
  view: JsonObject,
  path: readonly JsonPathStep[],
  value: JsonValue,
): LocalizedText | undefined {
  if (typeof value === "string") return isListField(path) ? createDashHint(value) : undefined;
  // Only for an empty field: a search for each of thousands of wrong values would take quadratic time.
  const below = value === null ? findFieldToIndent(view, path) : undefined;
  if (below !== undefined) {
    const field = quoteExcerpt(path.join("/"));
    return { en: `indent ${below} below ${field}`, pt: `recue ${below} abaixo de ${field}` };
  }
  if (formatJsonPointer(path) !== "/columns" || !isJsonObject(value)) return undefined;
  if (Object.hasOwn(value, "name")) return { en: 'write "- " before name', pt: 'escreva "- " antes de name' };
  const [key] = Object.keys(value);
  if (key === undefined) return undefined;
  const column = suggestColumn(key, value[key] ?? null);
  return { en: `write a list: - ${column.en}`, pt: `escreva uma lista: - ${column.pt}` };
}

export function createWriteHint(example: string): LocalizedText {
  return { en: `write ${example}`, pt: `escreva ${example}` };
}

function isListField(path: readonly JsonPathStep[]): boolean {
  const [first, second] = path;
  if (path.length === 1)
    return first === "columns" || first === "identifiers" || first === "order_by_whitelist";
  if (first !== "ask") return false;
  return path.length === 2 ? second !== "top_k" && second !== "weights" : second === "synonyms";
}

/** The hint for a text that begins with `-` without a space, and was probably meant as a list item. */
export function createDashHint(text: string): LocalizedText | undefined {
  const [, space = "", item = ""] = /^-([^\S \t\r\n]*|\u200b*)([^\s-]\S*)/u.exec(text) ?? [];
  if (item === "") return undefined;
  const shown = `- ${item.slice(0, SHOWN_LENGTH_MAX)}`;
  const unusual = UNUSUAL_SPACES.get(space.charAt(0));
  if (unusual !== undefined)
    return {
      en: `after each -, put an ordinary space, not ${unusual.en}: ${shown}`,
      pt: `ponha um espaço comum depois de cada -, em vez de ${unusual.pt}: ${shown}`,
    };
  return { en: `put a space after each -: ${shown}`, pt: `ponha um espaço depois de cada -: ${shown}` };
}

/** Finds the field after an empty field, if it probably belongs inside that field, but is not indented. */
export function findFieldToIndent(view: JsonObject, path: readonly JsonPathStep[]): string | undefined {
  const isInner = INNER_FIELDS.get(formatJsonPointer(path));
  const around = findValueAt(view, path.slice(0, -1));
  if (isInner === undefined || !isJsonObject(around)) return undefined;
  const keys = Object.keys(around);
  const next = keys[keys.indexOf(String(path.at(-1))) + 1];
  return next !== undefined && isInner(next) ? toYamlText(next.slice(0, SHOWN_LENGTH_MAX)) : undefined;
}

/**
 * Tests, by the JSON pointer of an empty field: whether a field of this name probably belongs inside that
 * field.
 */
const INNER_FIELDS: ReadonlyMap<string, (name: string) => boolean> = new Map([
  ["/ask", (name) => FIELD_NAMES.ask.includes(name)],
  ["/columns", (name) => FIELD_NAMES.column.includes(name) && !FIELD_NAMES.view.includes(name)],
  ["/ask/synonyms", (name) => !FIELD_NAMES.ask.includes(name)],
  ["/ask/weights", (name) => !FIELD_NAMES.ask.includes(name)],
]);

/** The hint for a column without a name: its unknown field is probably the name. */
export function createUnnamedColumnHint(
  column: JsonValue | undefined,
): { key: string; hint: LocalizedText } | undefined {
  if (!isJsonObject(column)) return undefined;
  const own = Object.keys(column).filter((key) => !FIELD_NAMES.column.includes(key));
  const [key, ...others] = own;
  if (key === undefined) return undefined;
  const isPlain = (name: string): boolean => column[name] === null || typeof column[name] === "string";
  const written = suggestColumn(key, column[key] ?? null);
  if (others.length === 0)
    return { key, hint: { en: `write - ${written.en}`, pt: `escreva - ${written.pt}` } };
  if (!own.every(isPlain)) return undefined;
  const hint = {
    en: `write each column as an item of its own: - ${written.en}`,
    pt: `escreva cada coluna como um item: - ${written.pt}`,
  };
  return { key, hint };
}

function suggestColumn(key: string, value: JsonValue): LocalizedText {
  const name = toYamlText(key.slice(0, SHOWN_LENGTH_MAX));
  if (typeof value === "string" && value !== "") {
    const field = value.length > ALIAS_LENGTH_MAX ? "description" : "alias";
    return sameInEachLanguage(`{name: ${name}, ${field}: ${toYamlText(value.slice(0, SHOWN_LENGTH_MAX))}}`);
  }
  if (isJsonObject(value))
    return {
      en: `name: ${name}, with its other fields on the lines below`,
      pt: `name: ${name}, com seus outros campos nas linhas abaixo`,
    };
  return sameInEachLanguage(name);
}

/** A key whose value is a whole view, with the message and the hint. */
export interface NestedView {
  readonly key: string;
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

/** Finds the first key that contains a whole view; its fields belong at the top level of a file. */
export function findNestedView(view: JsonObject): NestedView | undefined {
  if (Object.hasOwn(view, "columns") || Object.hasOwn(view, "identifiers")) return undefined;
  const keys = Object.keys(view).filter((key) => key !== "ask" && looksLikeView(view[key]));
  const [key] = keys;
  if (key === undefined) return undefined;
  const shown = JSON.stringify(key.slice(0, SHOWN_LENGTH_MAX));
  if (keys.length > 1) {
    return {
      key,
      message: {
        en: `the file contains ${keys.length} views, the first inside ${shown}`,
        pt: `o arquivo contém ${keys.length} views, a primeira dentro de ${shown}`,
      },
      hint: {
        en: "put each view into a file of its own, with its fields at the top level",
        pt: "ponha cada view em um arquivo próprio, com os campos no nível superior",
      },
    };
  }
  const isNamed = isEntity(key) && !Object.hasOwn(view, "entity");
  return {
    key,
    message: { en: `the whole view is inside ${shown}`, pt: `a view inteira está dentro de ${shown}` },
    hint: {
      en: `move its fields to the top level${isNamed ? `, and write entity: ${key}` : ""}`,
      pt: `leve seus campos para o nível superior${isNamed ? ` e escreva entity: ${key}` : ""}`,
    },
  };
}

function looksLikeView(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.hasOwn(value, "columns") && Object.hasOwn(value, "identifiers");
}

/** Finds the key below which a missing field was written by mistake. */
export function findEnclosingKey(view: JsonObject, name: string): string | undefined {
  const above = Object.keys(view).find((key) => {
    const value = view[key];
    return isJsonObject(value) && Object.hasOwn(value, name);
  });
  return above?.slice(0, SHOWN_LENGTH_MAX);
}

export function shortenText(value: unknown): string {
  return excerptText(String(value), SHOWN_LENGTH_MAX);
}

/** Maximum number of unknown names that are compared with known names: a view may have a hundred thousand of them. */
export const COMPARED_NAMES_MAX = 100;

function isComparable(name: string): boolean {
  return name.length > 2;
}

/** Makes a function that returns the hint for a name that is not a column of a view. */
export function createReferenceHints(view: View, names: readonly string[]): (name: string) => LocalizedText {
  const aliases = new Map(
    view.columns.flatMap((column) =>
      typeof column !== "string" && typeof column.alias === "string" ? [[column.alias, column.name]] : [],
    ),
  );
  const folded = new Map(names.map((name) => [name.toLowerCase(), name]));
  const compared = names.slice(0, 1_000);
  let left = COMPARED_NAMES_MAX;
  return (name) => {
    const aliased = aliases.get(name);
    if (aliased !== undefined) {
      const column = toYamlText(shortenText(aliased));
      return {
        en: `write the column's name, ${column}, and not its alias`,
        pt: `escreva o nome da coluna, ${column}, e não o apelido`,
      };
    }
    const near =
      folded.get(name.toLowerCase()) ??
      (isComparable(name) && left-- > 0 ? findSimilarName(name, compared) : undefined);
    if (near === undefined)
      return {
        en: "write the name of a column of this view, or add the column",
        pt: "escreva o nome de uma coluna desta view, ou acrescente a coluna",
      };
    const column = toYamlText(shortenText(near));
    return {
      en: `write ${column} if you mean that column, or add the column`,
      pt: `escreva ${column}, se é a coluna que quer dizer, ou acrescente a coluna`,
    };
  };
}
