import { JSON_DEPTH_MAX, type JsonObject, type JsonValue } from "./json-value.ts";

/**
 * Writes a value as canonical JSON, which is hashed, stored and served. It equals the output of Python's
 * `json.dumps(value, sort_keys=True, ensure_ascii=False)`, character for character.
 *
 * @param value integers as `bigint`, floats as `number`
 * @returns canonical JSON text; encode it as UTF-8 to hash or store it
 * @throws {RangeError} for NaN, an infinity, a lone surrogate, or nesting deeper than {@link JSON_DEPTH_MAX}
 * @see https://docs.python.org/3/library/json.html#json.dumps
 */
export function canonicalText(value: JsonValue): string {
  return writeValue(value, 0);
}

/**
 * Python's `repr` of a float: the shortest digits that parse to the same number, always with a point or an
 * exponent.
 *
 * @throws {RangeError} for NaN and the infinities, which JSON cannot represent
 */
export function formatPythonFloat(value: number): string {
  if (!Number.isFinite(value))
    throw new RangeError(`Cannot write ${value} as JSON: it is not a finite number`);
  if (Object.is(value, -0)) return "-0.0";
  const scientific = value.toExponential();
  const exponentAt = scientific.indexOf("e");
  const exponent = Number(scientific.slice(exponentAt + 1));
  if (exponent < -4 || exponent >= 16) {
    const sign = scientific.charAt(exponentAt + 1);
    return `${scientific.slice(0, exponentAt)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  // Between 1e-4 and 1e16 JavaScript writes no exponent either; only the fraction `.0` may be missing.
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}

function writeValue(value: JsonValue, depth: number): string {
  switch (typeof value) {
    case "string":
      return quoteText(value);
    case "bigint":
      return value.toString();
    case "number":
      return formatPythonFloat(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      return value === null ? "null" : writeNested(value, depth + 1);
  }
}

function writeNested(value: readonly JsonValue[] | JsonObject, depth: number): string {
  if (depth > JSON_DEPTH_MAX)
    throw new RangeError(`Cannot write JSON nested deeper than ${JSON_DEPTH_MAX} levels`);
  if (Array.isArray(value)) {
    let items = "";
    for (const item of value as readonly JsonValue[])
      items += items === "" ? writeValue(item, depth) : `, ${writeValue(item, depth)}`;
    return `[${items}]`;
  }
  const object = value as JsonObject;
  let members = "";
  for (const key of listSortedKeys(object)) {
    const member = `${quoteText(key)}: ${writeValue(object[key] as JsonValue, depth)}`;
    members += members === "" ? member : `, ${member}`;
  }
  return `{${members}}`;
}

/** Checking the order first is faster: many objects are sorted already. */
function listSortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  for (let index = 1; index < keys.length; index++)
    if (compareCodePoints(keys[index - 1] as string, keys[index] as string) > 0)
      return keys.sort(compareCodePoints);
  return keys;
}

/** Characters that JSON escapes, and halves of surrogate pairs; most strings have no such character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters
const ESCAPED_CHARACTER = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoteText(text: string): string {
  if (!ESCAPED_CHARACTER.test(text)) return `"${text}"`;
  // A lone surrogate has no UTF-8 form: Python fails to encode it, and JSON.stringify would hide it behind an escape.
  if (!text.isWellFormed()) throw new RangeError("Cannot write text with a lone surrogate as JSON");
  return JSON.stringify(text);
}

/**
 * Orders two strings by Unicode code point, as Python and SQL collation "C" do.
 *
 * JavaScript compares UTF-16 units, which puts U+1F600 (a surrogate pair, D83D DE00) before U+E000. Here the units
 * from U+D800 up are shifted so that surrogates sort after every other unit.
 *
 * @returns a negative number, zero or a positive number, as `Array.prototype.sort` expects
 */
export function compareCodePoints(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return codePointRank(a) - codePointRank(b);
  }
  return left.length - right.length;
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
