import { asYamlText } from "../json/describe-value.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
  jsonPointer,
} from "../json/json-value.ts";
import { isEntity } from "./entity.ts";
import { FIELD_NAMES } from "./view.ts";

/** Longer texts are no alias, and would be useless in a hint. */
const ALIAS_LENGTH_MAX = 40;
const SHOWN_LENGTH_MAX = 60;

/** Space characters from editors and web pages, where YAML requires an ordinary one. */
export const STRANGE_BLANKS: ReadonlyMap<string, string> = new Map([
  ["\u00a0", "a no-break space (U+00A0)"],
  ["\u202f", "a narrow no-break space (U+202F)"],
  ["\u3000", "an ideographic space (U+3000)"],
  ["\u200b", "a zero-width space (U+200B)"],
  ["\ufeff", "a zero-width no-break space (U+FEFF)"],
  ...Array.from({ length: 11 }, (_, index) => {
    const code = 0x2000 + index;
    return [String.fromCharCode(code), `a wide space (U+${code.toString(16).toUpperCase()})`] as const;
  }),
]);

/** The value at a path; undefined if it is absent. */
export function valueAt(view: JsonObject, path: readonly JsonPathStep[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as JsonValue | undefined;
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, view);
}

/** A suggestion for a value of the wrong form: the likely intended form, with the author's own values. */
export function formHint(
  view: JsonObject,
  path: readonly JsonPathStep[],
  value: JsonValue,
): string | undefined {
  if (typeof value === "string") return isList(path) ? dashHint(value) : undefined;
  const below = keyBelow(view, path);
  if (value === null && below !== undefined) return `indent ${below} below it`;
  if (jsonPointer(path) !== "/columns" || !isJsonObject(value)) return undefined;
  if (Object.hasOwn(value, "name")) return 'write "- " before name';
  const [key] = Object.keys(value);
  return key === undefined ? undefined : `write a list: - ${columnOf(key, value[key] ?? null)}`;
}

function isList(path: readonly JsonPathStep[]): boolean {
  const [first, second] = path;
  if (path.length === 1)
    return first === "columns" || first === "identifiers" || first === "order_by_whitelist";
  if (first !== "ask") return false;
  return path.length === 2 ? second !== "top_k" && second !== "weights" : second === "synonyms";
}

/** For a text that begins with the `-` of a list item, without a space. */
export function dashHint(text: string): string | undefined {
  const [, blank = "", item = ""] = /^-([^\S \t\r\n]*|\u200b*)([^\s-]\S*)/u.exec(text) ?? [];
  if (item === "") return undefined;
  const shown = `- ${item.slice(0, SHOWN_LENGTH_MAX)}`;
  const strange = STRANGE_BLANKS.get(blank.charAt(0));
  if (strange !== undefined) return `put a space after each - instead of ${strange}: ${shown}`;
  return `put a blank after each -: ${shown}`;
}

/** The field after an empty one, if it belongs inside it: its indentation is missing. */
export function keyBelow(view: JsonObject, path: readonly JsonPathStep[]): string | undefined {
  const around = valueAt(view, path.slice(0, -1));
  const name = path.at(-1);
  if (!isJsonObject(around) || typeof name !== "string") return undefined;
  const keys = Object.keys(around);
  const next = keys[keys.indexOf(name) + 1];
  if (next === undefined) return undefined;
  const pointer = jsonPointer(path);
  const known: readonly string[] = path.length === 1 ? FIELD_NAMES.view : FIELD_NAMES.ask;
  const belongs =
    pointer === "/ask"
      ? FIELD_NAMES.ask.includes(next)
      : pointer === "/columns"
        ? FIELD_NAMES.column.includes(next) && !known.includes(next)
        : (pointer === "/ask/synonyms" || pointer === "/ask/weights") && !known.includes(next);
  return belongs ? asYamlText(next.slice(0, SHOWN_LENGTH_MAX)) : undefined;
}

/** For a column without a name: its only unknown field is probably the name. */
export function unnamedColumnHint(column: JsonValue | undefined): { key: string; hint: string } | undefined {
  if (!isJsonObject(column)) return undefined;
  const own = Object.keys(column).filter((key) => !FIELD_NAMES.column.includes(key));
  const [key, ...others] = own;
  if (key === undefined) return undefined;
  const isPlain = (name: string): boolean => column[name] === null || typeof column[name] === "string";
  if (others.length === 0) return { key, hint: `write - ${columnOf(key, column[key] ?? null)}` };
  if (!own.every(isPlain)) return undefined;
  return { key, hint: `write each column as an item of its own: - ${columnOf(key, column[key] ?? null)}` };
}

function columnOf(key: string, value: JsonValue): string {
  const name = asYamlText(key.slice(0, SHOWN_LENGTH_MAX));
  if (typeof value === "string" && value !== "") {
    const field = value.length > ALIAS_LENGTH_MAX ? "description" : "alias";
    return `{name: ${name}, ${field}: ${asYamlText(value.slice(0, SHOWN_LENGTH_MAX))}}`;
  }
  if (isJsonObject(value)) return `name: ${name}, and its fields beside name`;
  return name;
}

/** A whole view below a key: which one, whether there are others, and how to fix it. */
export interface NestedView {
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

/** Finds a view whose fields are below its own name, or several of them in one file. */
export function findNestedView(view: JsonObject): NestedView | undefined {
  if (Object.hasOwn(view, "columns") || Object.hasOwn(view, "identifiers")) return undefined;
  const keys = Object.keys(view).filter((key) => key !== "ask" && isView(view[key]));
  const [key] = keys;
  if (key === undefined) return undefined;
  const shown = JSON.stringify(key.slice(0, SHOWN_LENGTH_MAX));
  if (keys.length > 1) {
    const message = `${shown} and ${keys.length - 1} more keys hold a whole view each`;
    return { key, message, hint: "put each view into a file of its own, its fields at the top level" };
  }
  const named = isEntity(key) && !Object.hasOwn(view, "entity") ? `, and write entity: ${key}` : "";
  return {
    key,
    message: `the whole view stands below ${shown}`,
    hint: `move its fields to the top level${named}`,
  };
}

function isView(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.hasOwn(value, "columns") && Object.hasOwn(value, "identifiers");
}

/** The key of the view under which a missing field was written by mistake. */
export function keyAbove(view: JsonObject, name: string): string | undefined {
  const above = Object.keys(view).find((key) => {
    const value = view[key];
    return isJsonObject(value) && Object.hasOwn(value, name);
  });
  return above?.slice(0, SHOWN_LENGTH_MAX);
}
