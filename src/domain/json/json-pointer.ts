/** One step into a JSON value: a key of an object or an index of a list. */
export type JsonPathStep = string | number;

/**
 * Writes a path as a JSON pointer; the empty path is the whole value, `""`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function jsonPointer(path: readonly JsonPathStep[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
