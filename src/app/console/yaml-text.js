import { readJsonText } from "./json-text.js";

/** @typedef {import("./json-text.js").JsonNode} JsonNode */

const INDENT = "  ";
/** YAML requires the explicit indicator `?` for longer keys. */
const KEY_LENGTH_MAX = 500;

/**
 * Writes JSON as YAML that readers of YAML 1.1 and 1.2 parse to the same values. A string keeps its JSON quotes, which
 * are valid in YAML, unless every reader gets the same string from the text without quotes.
 *
 * @param {string} json
 */
export function toYaml(json) {
  const node = readJsonText(json);
  return `${isEmpty(node) || node.kind === "scalar" ? writeInline(node, INDENT) : writeBlock(node, "").trimStart()}\n`;
}

/**
 * @param {JsonNode} node a list or a map that is not empty
 * @param {string} indent
 * @returns {string} lines, each after a line break
 */
function writeBlock(node, indent) {
  if (node.kind === "list") {
    return node.items.map((item) => `\n${indent}-${writeListItem(item, indent)}`).join("");
  }
  if (node.kind === "scalar") return "";
  return node.entries
    .map(([token, value]) => {
      const key = writeKey(token);
      const mark = key.length > KEY_LENGTH_MAX ? `? ${key}\n${indent}:` : `${key}:`;
      return `\n${indent}${mark}${writeAfterKey(value, indent)}`;
    })
    .join("");
}

/**
 * @param {JsonNode} item of a list; a map begins on the line of its dash
 * @param {string} indent
 */
function writeListItem(item, indent) {
  const inner = indent + INDENT;
  if (item.kind === "map" && !isEmpty(item) && !beginsWithLongKey(item))
    return ` ${writeBlock(item, inner).trimStart()}`;
  return writeAfterKey(item, indent);
}

/**
 * @param {JsonNode} node
 * @param {string} indent of its parent
 */
function writeAfterKey(node, indent) {
  const inner = indent + INDENT;
  return node.kind === "scalar" || isEmpty(node) ? ` ${writeInline(node, inner)}` : writeBlock(node, inner);
}

/** @param {JsonNode & { kind: "map" }} map */
function beginsWithLongKey({ entries }) {
  return (entries[0]?.[0].length ?? 0) > KEY_LENGTH_MAX;
}

/** @param {JsonNode} node */
function isEmpty(node) {
  if (node.kind === "scalar") return false;
  return (node.kind === "list" ? node.items : node.entries).length === 0;
}

/**
 * @param {JsonNode} node a scalar, or an empty list or map
 * @param {string} indent of the lines of a multi-line text
 */
function writeInline(node, indent) {
  if (node.kind === "list") return "[]";
  if (node.kind === "map") return "{}";
  return node.token.startsWith('"') ? writeText(node.token, indent) : writeNumber(node.token);
}

/**
 * Writes a number. With an exponent, it gets a dot and a sign, because readers of YAML 1.1 take `1e-05` for a
 * string.
 *
 * @param {string} token
 */
function writeNumber(token) {
  return token.replace(
    /^(-?\d+)(\.\d+)?e([-+]?)(\d+)$/i,
    (_, whole, fraction = ".0", sign, digits) => `${whole}${fraction}e${sign || "+"}${digits}`,
  );
}

/** @param {string} token */
function writeKey(token) {
  const text = JSON.parse(token);
  return isPlainText(text) ? text : writeQuoted(token);
}

/**
 * @param {string} token
 * @param {string} indent
 */
function writeText(token, indent) {
  /** @type {string} */
  const text = JSON.parse(token);
  if (isPlainText(text)) return text;
  if (!canBeLiteralBlock(text)) return writeQuoted(token);
  const lines = text.replace(/\n$/, "").split("\n");
  const chomp = text.endsWith("\n") ? "|" : "|-";
  return [chomp, ...lines.map((line) => (line === "" ? "" : indent + line))].join("\n");
}

/** A string that needs no quotes: it begins like a word and has no character with a meaning in YAML. */
const PLAIN_TEXT =
  /^[\p{L}_](?:[\p{L}\p{M}\p{N}_ .,;()/%$+*!?'’“”–—=<>-]*[\p{L}\p{M}\p{N}_.,;()/%$+*!?'’“”–—=<>-])?$/u;
/** Words that some readers do not parse as strings. Some parse `E0` as a number. */
const NOT_A_STRING = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|e[+-]?\d[\d_]*)$/i;

/** @param {string} text */
function isPlainText(text) {
  return PLAIN_TEXT.test(text) && !NOT_A_STRING.test(text);
}

/** A line of a literal block: visible characters, without a space at either end. */
const LITERAL_LINE = /^(?:[^\s\p{C}](?:[^\n\t\p{C}\u2028\u2029]*[^\s\p{C}])?)?$/u;

/** @param {string} text */
function canBeLiteralBlock(text) {
  if (!/[^\n]\n/.test(text) || /^\n|\n\n$/.test(text)) return false;
  return text.split("\n").every((line) => LITERAL_LINE.test(line));
}

/** Characters that readers of YAML 1.1 treat as a line break, or refuse. */
const UNSAFE_CHARACTERS = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** @param {string} token */
function writeQuoted(token) {
  return token.replace(UNSAFE_CHARACTERS, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
