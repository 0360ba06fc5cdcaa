import type * as v from "valibot";
import type { LocalizedText } from "../../lib/language.ts";
import { excerptText } from "../../lib/visible-text.ts";
import { formatPythonFloat } from "./canonical-json.ts";
import type { JsonValue } from "./json-value.ts";

/** Maximum length of a name or a number in a message. Messages are logged, and input may be megabytes long. */
const SHOWN_LENGTH_MAX = 200;

/** A string in quotes; of a long string, only the beginning. */
export function quoteExcerpt(text: string): string {
  return JSON.stringify(excerptText(text, SHOWN_LENGTH_MAX));
}

/** Describes a value in an author's words: `nothing`, `a list`, `the whole number 5`. */
export function describeValue(value: JsonValue): LocalizedText {
  if (value === null) return { en: "nothing", pt: "nulo" };
  if (Array.isArray(value))
    return value.length === 0
      ? { en: "an empty list", pt: "uma lista vazia" }
      : { en: "a list", pt: "uma lista" };
  switch (typeof value) {
    case "string":
      return value === "" ? { en: "empty text", pt: "texto vazio" } : { en: "text", pt: "texto" };
    case "bigint": {
      const shown = excerptText(String(value), SHOWN_LENGTH_MAX);
      return { en: `the whole number ${shown}`, pt: `o número inteiro ${shown}` };
    }
    case "number":
      return { en: `the number ${formatPythonFloat(value)}`, pt: `o número ${formatPythonFloat(value)}` };
    case "boolean":
      return { en: `the boolean ${value}`, pt: `o booleano ${value}` };
    default:
      return { en: "an object", pt: "um objeto" };
  }
}

/** Text that needs no quotes in YAML, not even in lists and objects in brackets. */
const PLAIN_TEXT = /^[\p{L}_][\p{L}\p{N}_ ./-]*$/u;
/** Words that YAML 1.1 or YAML 1.2 reads as null or as a boolean, unless they are quoted. */
const YAML_WORD = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** A string as an author can write it inside a list or an object in brackets. */
export function toYamlText(text: string): string {
  const isPlain = PLAIN_TEXT.test(text) && !text.endsWith(" ") && !YAML_WORD.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** How many characters of a path are shown: a path contains names from the input, which can be of any length. */
const PLACE_LENGTH_MAX = 60;

/**
 * Describes an issue: the path, then the text of the rule that the schema's message names. The value at the path is
 * never shown.
 *
 * For a missing or an unknown member of an object, valibot's path ends with the member, but the message is about the
 * object, so the last step is left out.
 */
export function describeIssue(
  { kind, type, path, message }: v.BaseIssue<unknown>,
  rules: Readonly<Record<string, LocalizedText>>,
): LocalizedText {
  const steps = path ?? [];
  const ofObject = kind === "schema" && type.endsWith("_object") && steps.at(-1)?.origin === "key";
  const place = steps
    .slice(0, ofObject ? -1 : undefined)
    .map(({ key }) => String(key))
    .join(".");
  const shown = JSON.stringify(place.slice(0, PLACE_LENGTH_MAX));
  const { en, pt } = rules[message] ?? { en: message, pt: message };
  return place === ""
    ? { en: `it ${en}`, pt: `o JSON ${pt}` }
    : { en: `${shown} ${en}`, pt: `${shown} ${pt}` };
}
