import { INTEGER_DIGITS_MAX, JSON_DEPTH_MAX, type JsonValue, setOwn } from "./json-value.ts";

/** JSON text that cannot be parsed. `offset` counts UTF-16 units from the start of the text. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(`${message} at offset ${offset}`, options);
    this.offset = offset;
  }
}

/**
 * Parses JSON text and keeps what the catalog hash depends on: integers of any size stay integers, floats stay
 * floats, and a repeated key is an error instead of a silent loss.
 *
 * @param text RFC 8259 JSON; the `NaN` and `Infinity` that Python may write are refused
 * @throws {JsonTextError} for any other text, with the offset
 */
export function parseJson(text: string): JsonValue {
  const cursor: Cursor = { text, at: 0, isPlain: !UNUSUAL.test(text) && text.isWellFormed() };
  const value = readValue(cursor, 0);
  if (peek(cursor) !== "") throw failure(cursor, "Unexpected text after the JSON value");
  return value;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: text without control characters takes the fast path
const UNUSUAL = /[\\\u0000-\u001f]/;
const BLANK = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them inside a string
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const LITERALS = new Map<string, readonly [text: string, value: JsonValue]>([
  ["t", ["true", true]],
  ["f", ["false", false]],
  ["n", ["null", null]],
]);

interface Cursor {
  readonly text: string;
  /** Whether the text has no backslash, control character or lone surrogate: then a string ends at the next quote. */
  readonly isPlain: boolean;
  at: number;
}

function failure(cursor: Cursor, message: string, at = cursor.at): JsonTextError {
  return new JsonTextError(message, at);
}

function skip(cursor: Cursor, pattern: RegExp): void {
  pattern.lastIndex = cursor.at;
  pattern.test(cursor.text);
  cursor.at = pattern.lastIndex;
}

/** Skips white space and returns the next character, or "" at the end. */
function peek(cursor: Cursor): string {
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
  skip(cursor, BLANK);
  return cursor.text.charAt(cursor.at);
}

function readValue(cursor: Cursor, depth: number): JsonValue {
  const first = peek(cursor);
  if (first === "{" || first === "[") {
    if (depth >= JSON_DEPTH_MAX) throw failure(cursor, `Nested deeper than ${JSON_DEPTH_MAX} levels`);
    return first === "{" ? readObject(cursor, depth + 1) : readList(cursor, depth + 1);
  }
  if (first === '"') return readText(cursor);
  const literal = LITERALS.get(first);
  if (literal === undefined) return readNumber(cursor);
  if (!cursor.text.startsWith(literal[0], cursor.at)) throw failure(cursor, "Expected a JSON value");
  cursor.at += literal[0].length;
  return literal[1];
}

function readList(cursor: Cursor, depth: number): JsonValue {
  const items: JsonValue[] = [];
  cursor.at += 1;
  if (peek(cursor) === "]") {
    cursor.at += 1;
    return items;
  }
  for (;;) {
    items.push(readValue(cursor, depth));
    if (readSeparator(cursor, "]")) return items;
  }
}

function readObject(cursor: Cursor, depth: number): JsonValue {
  const members: Record<string, JsonValue> = {};
  cursor.at += 1;
  if (peek(cursor) === "}") {
    cursor.at += 1;
    return members;
  }
  for (;;) {
    if (peek(cursor) !== '"') throw failure(cursor, "Expected a key in double quotes");
    const keyAt = cursor.at;
    const key = readText(cursor);
    if (Object.hasOwn(members, key)) throw failure(cursor, "Duplicate key", keyAt);
    if (peek(cursor) !== ":") throw failure(cursor, 'Expected ":"');
    cursor.at += 1;
    setOwn(members, key, readValue(cursor, depth));
    if (readSeparator(cursor, "}")) return members;
  }
}

/** Reads "," or the closing bracket; true for the bracket. */
function readSeparator(cursor: Cursor, close: "]" | "}"): boolean {
  const next = peek(cursor);
  if (next !== "," && next !== close) throw failure(cursor, `Expected "," or "${close}"`);
  cursor.at += 1;
  return next === close;
}

function readText(cursor: Cursor): string {
  return cursor.isPlain ? readPlainText(cursor) : readAnyText(cursor);
}

function readPlainText(cursor: Cursor): string {
  const start = cursor.at + 1;
  const close = cursor.text.indexOf('"', start);
  if (close < 0) throw failure(cursor, "Unterminated text");
  cursor.at = close + 1;
  return cursor.text.slice(start, close);
}

function readAnyText(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  skip(cursor, PLAIN_CHARACTERS);
  const plain = cursor.text.charAt(cursor.at) === '"';
  const close = plain ? cursor.at : closingQuote(cursor.text, cursor.at);
  if (close < 0) throw failure(cursor, "Unterminated text", start);
  cursor.at = close + 1;
  const value = plain
    ? cursor.text.slice(start + 1, close)
    : readEscaped(cursor.text.slice(start, close + 1), start);
  if (!value.isWellFormed()) throw failure(cursor, "Text with a lone surrogate", start);
  return value;
}

function readNumber(cursor: Cursor): JsonValue {
  NUMBER.lastIndex = cursor.at;
  const found = NUMBER.exec(cursor.text);
  if (found === null) throw failure(cursor, "Expected a JSON value");
  const [token, fraction, exponent] = found;
  const integer = fraction === undefined && exponent === undefined;
  const digits = token.length - (token.startsWith("-") ? 1 : 0);
  if (integer && digits > INTEGER_DIGITS_MAX) {
    throw failure(cursor, `Integer of more than ${INTEGER_DIGITS_MAX} digits`);
  }
  const value = integer ? BigInt(token) : Number(token);
  if (value === Infinity || value === -Infinity) throw failure(cursor, "Number beyond the range of a float");
  cursor.at += token.length;
  return value;
}

/** The index of the quote that ends a string with escapes; -1 if it is missing. */
function closingQuote(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charAt(at);
    if (unit === "" || unit === '"') return unit === "" ? -1 : at;
    at += unit === "\\" ? 2 : 1;
  }
}

function readEscaped(quoted: string, offset: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (cause) {
    throw new JsonTextError("Bad escape or control character in text", offset, { cause });
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

/** Parses bytes as JSON like {@link parseJson}; undefined if they are invalid. */
export function readStoredJson(bytes: Uint8Array): JsonValue | undefined {
  const value = parseStoredJson(bytes);
  return value instanceof JsonTextError ? undefined : value;
}

/** Parses bytes as JSON like {@link parseJson}; returns the error if they are invalid. */
export function parseStoredJson(bytes: Uint8Array): JsonValue | JsonTextError {
  const text = readStoredText(bytes);
  if (text === undefined) return new JsonTextError("Text that is not UTF-8", 0);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonTextError) return error;
    throw error;
  }
}
