/**
 * A JSON value that distinguishes integers from floats: `bigint` is an integer token of any size, `number` is a token
 * with a fraction or an exponent. Python makes the same distinction, and so does the catalog hash.
 */
export type JsonValue = null | boolean | string | bigint | number | readonly JsonValue[] | JsonObject;

/** A JSON object; `__proto__` and similar names are ordinary own keys. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Maximum nesting of a value, in levels: far more than a view needs, far less than the stack can hold. */
export const JSON_DEPTH_MAX = 100;

/**
 * The longest integer, in digits. Python refuses longer ones (`sys.get_int_max_str_digits`), and converting
 * them takes quadratic time.
 */
export const INTEGER_DIGITS_MAX = 4300;

/** Whether a value is a JSON object, and so neither a list nor null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets an own key of any name, so that `__proto__` is data and never a prototype. */
export function setOwnProperty(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** One step into a JSON value: a key of an object or an index of a list. */
export type JsonPathStep = string | number;

/**
 * Writes a path as a JSON pointer. The empty path gives `""`, which points to the whole value.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function formatJsonPointer(path: readonly JsonPathStep[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
