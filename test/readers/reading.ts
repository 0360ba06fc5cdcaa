import type { JsonValue } from "../../src/domain/json/json-value.ts";

/** What a reader of another language makes of a document, as its program in `programs/` writes it. */
export type Reading =
  | readonly ["bool", boolean]
  | readonly ["error", string]
  | readonly ["float", string]
  | readonly ["int", string]
  | readonly ["map", readonly (readonly [Reading, Reading])[]]
  | readonly ["null"]
  | readonly ["other", string]
  | readonly ["seq", readonly Reading[]]
  | readonly ["str", string];

/** True when a reader has the same value as Mosaic: the same types, keys and members, in any order. */
export function isSameReading(ours: JsonValue, theirs: Reading): boolean {
  switch (theirs[0]) {
    case "null":
      return ours === null;
    case "bool":
    case "str":
      return ours === theirs[1];
    case "int":
      return typeof ours === "bigint" && ours === readInteger(theirs[1]);
    case "float":
      return typeof ours === "number" && Object.is(ours, Number(theirs[1]));
    case "seq": {
      if (!Array.isArray(ours) || ours.length !== theirs[1].length) return false;
      const items = ours as readonly JsonValue[];
      return theirs[1].every((item, index) => isSameReading(items[index] ?? null, item));
    }
    case "map":
      return isSameMap(ours, theirs[1]);
    case "error":
    case "other":
      return false;
  }
}

function isSameMap(ours: JsonValue, pairs: readonly (readonly [Reading, Reading])[]): boolean {
  if (typeof ours !== "object" || ours === null || Array.isArray(ours)) return false;
  const entries = new Map(Object.entries(ours));
  if (entries.size !== pairs.length) return false;
  return pairs.every(([key, value]) => {
    if (key[0] !== "str") return false;
    const member = entries.get(key[1]);
    return member !== undefined && isSameReading(member, value);
  });
}

function readInteger(written: string): bigint {
  return written.startsWith("-") ? -BigInt(written.slice(1)) : BigInt(written);
}

/** A reading as a line that a person reads. */
export function showReading(reading: Reading): string {
  switch (reading[0]) {
    case "null":
      return "null";
    case "str":
      return JSON.stringify(reading[1]);
    case "seq":
      return `[${reading[1].map(showReading).join(", ")}]`;
    case "map":
      return `{${reading[1].map(([key, value]) => `${showReading(key)}: ${showReading(value)}`).join(", ")}}`;
    default:
      return `${reading[0]} ${reading[1]}`;
  }
}

/** The reading with its members in one order: Go hands them out in any. */
export function sortReading(reading: Reading): Reading {
  if (reading[0] === "seq") return ["seq", reading[1].map(sortReading)];
  if (reading[0] !== "map") return reading;
  const pairs = reading[1].map(([key, value]) => [key, sortReading(value)] as const);
  return [
    "map",
    pairs.toSorted(([left], [right]) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
  ];
}
