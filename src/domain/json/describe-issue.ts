import type * as v from "valibot";

/** The longest part of a path that is shown: its names come from input. */
const PLACE_LENGTH_MAX = 60;

/**
 * Describes where a schema's own message applies, without the value at that place.
 *
 * For a missing or an unknown member of an object, valibot's path names the member and its message is about
 * the object.
 */
export function describeIssue({ kind, type, path, message }: v.BaseIssue<unknown>): string {
  const steps = path ?? [];
  const ofObject = kind === "schema" && type.endsWith("_object") && steps.at(-1)?.origin === "key";
  const place = steps
    .slice(0, ofObject ? -1 : undefined)
    .map(({ key }) => String(key))
    .join(".");
  return `${place === "" ? "it" : JSON.stringify(place.slice(0, PLACE_LENGTH_MAX))} ${message}`;
}
