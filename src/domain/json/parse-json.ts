import { type LocalizedText, toLocalizedText } from "../../lib/language.ts";
import { INTEGER_DIGITS_MAX, JSON_DEPTH_MAX, type JsonValue, setOwnProperty } from "./json-value.ts";

/** JSON text that cannot be parsed. `offset` counts UTF-16 units from the start of the text. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
  readonly offset: number;
  /** The message in each language. */
  readonly texts: LocalizedText;

  constructor(message: LocalizedText | string, offset: number, options?: ErrorOptions) {
    const { en, pt } = toLocalizedText(message);
    const texts = { en: `${en} at offset ${offset}`, pt: `${pt} na posição ${offset}` };
    super(texts.en, options);
    this.offset = offset;
    this.texts = texts;
  }
}

/**
 * Parses JSON text and keeps what the catalog hash depends on: integers stay exact, floats stay floats, and a
 * repeated key is an error instead of a silent loss.
 *
 * @param text RFC 8259 JSON; the `NaN` and `Infinity` that Python may write are refused
 * @throws {JsonTextError} for any other text, for a repeated key or a lone surrogate, for a float beyond the
 * range, and for more digits or levels than {@link INTEGER_DIGITS_MAX} and {@link JSON_DEPTH_MAX}
 */
export function parseJson(text: string): JsonValue {
  const cursor: JsonCursor = { text, at: 0, isPlain: !ESCAPE_OR_CONTROL.test(text) && text.isWellFormed() };
  const value = readValue(cursor, 0);
  if (peekCharacter(cursor) !== "")
    throw createTextError(cursor, {
      en: "Unexpected text after the JSON value",
      pt: "Texto inesperado depois do valor JSON",
    });
  return value;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: text without control characters takes the fast path
const ESCAPE_OR_CONTROL = /[\\\u0000-\u001f]/;
const WHITESPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a JSON string contains them only as escapes
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const NUMBER_PATTERN = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const JSON_LITERALS = new Map<string, readonly [text: string, value: JsonValue]>([
  ["t", ["true", true]],
  ["f", ["false", false]],
  ["n", ["null", null]],
]);

const NO_VALUE: LocalizedText = { en: "Expected a JSON value", pt: "Esperado um valor JSON" };
const UNTERMINATED: LocalizedText = { en: "Unterminated text", pt: "Texto sem aspas no fim" };

interface JsonCursor {
  readonly text: string;
  /** Whether the text has no backslash, control character or lone surrogate: then a string ends at the next quote. */
  readonly isPlain: boolean;
  at: number;
}

function createTextError(cursor: JsonCursor, message: LocalizedText, at = cursor.at): JsonTextError {
  return new JsonTextError(message, at);
}

function skipMatch(cursor: JsonCursor, pattern: RegExp): void {
  pattern.lastIndex = cursor.at;
  pattern.test(cursor.text);
  cursor.at = pattern.lastIndex;
}

/** Skips white space and returns the next character, or "" at the end. */
function peekCharacter(cursor: JsonCursor): string {
  const next = cursor.text.charAt(cursor.at);
  if (next > " ") return next;
  if (next === " ") {
    // Fast path: canonical JSON never has two spaces in a row between values.
    const second = cursor.text.charAt(cursor.at + 1);
    if (second > " ") {
      cursor.at += 1;
      return second;
    }
  }
  skipMatch(cursor, WHITESPACE);
  return cursor.text.charAt(cursor.at);
}

function readValue(cursor: JsonCursor, depth: number): JsonValue {
  const first = peekCharacter(cursor);
  if (first === "{" || first === "[") {
    if (depth >= JSON_DEPTH_MAX)
      throw createTextError(cursor, {
        en: `Nested deeper than ${JSON_DEPTH_MAX} levels`,
        pt: `Mais de ${JSON_DEPTH_MAX} níveis de aninhamento`,
      });
    return first === "{" ? readObject(cursor, depth + 1) : readList(cursor, depth + 1);
  }
  if (first === '"') return readText(cursor);
  const literal = JSON_LITERALS.get(first);
  if (literal === undefined) return readNumber(cursor);
  if (!cursor.text.startsWith(literal[0], cursor.at)) throw createTextError(cursor, NO_VALUE);
  cursor.at += literal[0].length;
  return literal[1];
}

function readList(cursor: JsonCursor, depth: number): JsonValue {
  const items: JsonValue[] = [];
  cursor.at += 1;
  if (peekCharacter(cursor) === "]") {
    cursor.at += 1;
    return items;
  }
  for (;;) {
    items.push(readValue(cursor, depth));
    if (readSeparator(cursor, "]")) return items;
  }
}

function readObject(cursor: JsonCursor, depth: number): JsonValue {
  const members: Record<string, JsonValue> = {};
  cursor.at += 1;
  if (peekCharacter(cursor) === "}") {
    cursor.at += 1;
    return members;
  }
  for (;;) {
    if (peekCharacter(cursor) !== '"')
      throw createTextError(cursor, {
        en: "Expected a key in double quotes",
        pt: "Esperada uma chave entre aspas duplas",
      });
    const keyAt = cursor.at;
    const key = readText(cursor);
    if (Object.hasOwn(members, key))
      throw createTextError(cursor, { en: "Duplicate key", pt: "Chave repetida" }, keyAt);
    if (peekCharacter(cursor) !== ":")
      throw createTextError(cursor, { en: 'Expected ":"', pt: 'Esperado ":"' });
    cursor.at += 1;
    setOwnProperty(members, key, readValue(cursor, depth));
    if (readSeparator(cursor, "}")) return members;
  }
}

/** Reads "," or the closing bracket; true for the bracket. */
function readSeparator(cursor: JsonCursor, close: "]" | "}"): boolean {
  const next = peekCharacter(cursor);
  if (next !== "," && next !== close)
    throw createTextError(cursor, { en: `Expected "," or "${close}"`, pt: `Esperado "," ou "${close}"` });
  cursor.at += 1;
  return next === close;
}

function readText(cursor: JsonCursor): string {
  return cursor.isPlain ? readPlainText(cursor) : readEscapedText(cursor);
}

function readPlainText(cursor: JsonCursor): string {
  const start = cursor.at + 1;
  const close = cursor.text.indexOf('"', start);
  if (close < 0) throw createTextError(cursor, UNTERMINATED);
  cursor.at = close + 1;
  return cursor.text.slice(start, close);
}

function readEscapedText(cursor: JsonCursor): string {
  const start = cursor.at;
  cursor.at += 1;
  skipMatch(cursor, PLAIN_CHARACTERS);
  const plain = cursor.text.charAt(cursor.at) === '"';
  const close = plain ? cursor.at : findClosingQuote(cursor.text, cursor.at);
  if (close < 0) throw createTextError(cursor, UNTERMINATED, start);
  cursor.at = close + 1;
  const value = plain
    ? cursor.text.slice(start + 1, close)
    : decodeEscapedText(cursor.text.slice(start, close + 1), start);
  if (!value.isWellFormed())
    throw createTextError(
      cursor,
      { en: "Text with a lone surrogate", pt: "Texto com um surrogate isolado" },
      start,
    );
  return value;
}

function readNumber(cursor: JsonCursor): JsonValue {
  NUMBER_PATTERN.lastIndex = cursor.at;
  const found = NUMBER_PATTERN.exec(cursor.text);
  if (found === null) throw createTextError(cursor, NO_VALUE);
  const [token, fraction, exponent] = found;
  const integer = fraction === undefined && exponent === undefined;
  const digits = token.length - (token.startsWith("-") ? 1 : 0);
  if (integer && digits > INTEGER_DIGITS_MAX) {
    throw createTextError(cursor, {
      en: `Integer of more than ${INTEGER_DIGITS_MAX} digits`,
      pt: `Inteiro de mais de ${INTEGER_DIGITS_MAX} dígitos`,
    });
  }
  const value = integer ? BigInt(token) : Number(token);
  if (value === Infinity || value === -Infinity)
    throw createTextError(cursor, {
      en: "Number beyond the range of a float",
      pt: "Número além do intervalo de um float",
    });
  cursor.at += token.length;
  return value;
}

/** The index of the quote that ends a string with escapes; -1 if it is missing. */
function findClosingQuote(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charAt(at);
    if (unit === "" || unit === '"') return unit === "" ? -1 : at;
    at += unit === "\\" ? 2 : 1;
  }
}

function decodeEscapedText(quoted: string, offset: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (cause) {
    throw new JsonTextError(
      {
        en: "Bad escape or control character in text",
        pt: "Sequência de escape inválida ou caractere de controle em texto",
      },
      offset,
      { cause },
    );
  }
}

/** Decodes UTF-8 and keeps a byte order mark; undefined if the bytes are not UTF-8. */
export function readStoredText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Parses UTF-8 text with {@link parseJson}; undefined if it is not valid. */
export function readStoredJson(bytes: Uint8Array): JsonValue | undefined {
  const value = parseStoredJson(bytes);
  return value instanceof JsonTextError ? undefined : value;
}

/** Parses UTF-8 text with {@link parseJson}; returns the error if it is not valid. */
export function parseStoredJson(bytes: Uint8Array): JsonValue | JsonTextError {
  const text = readStoredText(bytes);
  if (text === undefined)
    return new JsonTextError({ en: "Text that is not UTF-8", pt: "Texto que não é UTF-8" }, 0);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonTextError) return error;
    throw error;
  }
}
