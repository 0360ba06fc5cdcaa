import type * as v from "valibot";

/** How much of a place is shown: its names are whatever somebody wrote. */
const PLACE_LENGTH_MAX = 60;

/**
 * Says where a schema's own message applies, and nothing of the value that is there.
 *
 * Of an object that lacks a member or has one too many, valibot names that member; its message speaks of the object.
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
