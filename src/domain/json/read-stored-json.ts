import type { JsonValue } from "./json-value.ts";
import { JsonTextError, parseJson } from "./parse-json.ts";

/** Decodes bytes, a byte order mark included; undefined if they are not UTF-8. */
export function readStoredText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Parses bytes as JSON, its numbers as they are written; undefined for anything else. */
export function readStoredJson(bytes: Uint8Array): JsonValue | undefined {
  const value = parseStoredJson(bytes);
  return value instanceof JsonTextError ? undefined : value;
}

/** Parses bytes as JSON, its numbers as they are written; otherwise returns an error with the reason. */
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
