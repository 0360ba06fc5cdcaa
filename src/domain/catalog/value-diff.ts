import { canonicalText } from "../json/canonical-json.ts";
import {
  formatJsonPointer,
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
} from "../json/json-value.ts";
import type { Entity } from "../view/entity.ts";
import { listColumnNames, parseView } from "../view/view.ts";
import type { Catalog } from "./catalog.ts";

/**
 * One difference between two values. `pointer` is a JSON pointer into the newer value; for `removed`, into the
 * older value.
 */
export type ValueChange =
  | { readonly kind: "added"; readonly pointer: string; readonly after: JsonValue }
  | { readonly kind: "removed"; readonly pointer: string; readonly before: JsonValue }
  | {
      readonly kind: "changed";
      readonly pointer: string;
      readonly before: JsonValue;
      readonly after: JsonValue;
    };

/**
 * Compares two values. The result is empty exactly when both have the same canonical JSON.
 *
 * Equal items at both ends of two lists are skipped, so that an inserted item is one addition. The items between
 * them are compared in pairs.
 */
export function diffValues(before: JsonValue, after: JsonValue): readonly ValueChange[] {
  const changes: ValueChange[] = [];
  compareValues(changes, { before, after, from: [], to: [] });
  return changes;
}

interface ValuePair {
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** Path of the older value. */
  readonly from: readonly JsonPathStep[];
  /** Path of the newer value. */
  readonly to: readonly JsonPathStep[];
}

function compareValues(changes: ValueChange[], pair: ValuePair): void {
  const { before, after, to } = pair;
  if (isJsonObject(before) && isJsonObject(after)) compareObjects(changes, { ...pair, before, after });
  else if (isList(before) && isList(after)) compareLists(changes, { ...pair, before, after });
  else if (canonicalText(before) !== canonicalText(after))
    changes.push({ kind: "changed", pointer: formatJsonPointer(to), before, after });
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

interface ObjectPair extends ValuePair {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

function compareObjects(changes: ValueChange[], { before, after, from, to }: ObjectPair): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const paths = { from: [...from, key], to: [...to, key] };
    const old = ownValue(before, key);
    const now = ownValue(after, key);
    if (old !== undefined && now !== undefined) compareValues(changes, { before: old, after: now, ...paths });
    else if (now !== undefined)
      changes.push({ kind: "added", pointer: formatJsonPointer(paths.to), after: now });
    else if (old !== undefined)
      changes.push({ kind: "removed", pointer: formatJsonPointer(paths.from), before: old });
  }
}

function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

interface ListPair extends ValuePair {
  readonly before: readonly JsonValue[];
  readonly after: readonly JsonValue[];
}

function compareLists(changes: ValueChange[], { before, after, from, to }: ListPair): void {
  const old = before.map(canonicalText);
  const now = after.map(canonicalText);
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const oldEnd = old.length - tail;
  const nowEnd = now.length - tail;
  for (let index = head; index < Math.max(oldEnd, nowEnd); index++) {
    const paths = { from: [...from, index], to: [...to, index] };
    const was = index < oldEnd ? before[index] : undefined;
    const is = index < nowEnd ? after[index] : undefined;
    if (was !== undefined && is !== undefined) compareValues(changes, { before: was, after: is, ...paths });
    else if (is !== undefined)
      changes.push({ kind: "added", pointer: formatJsonPointer(paths.to), after: is });
    else if (was !== undefined)
      changes.push({ kind: "removed", pointer: formatJsonPointer(paths.from), before: was });
  }
}

/** The differences between the columns of one view in the catalog and in the database. */
export interface ColumnDiff {
  readonly entity: Entity;
  /**
   * - `absent`: the database has no such view, so there is nothing to compare
   * - `unreadable`: the view exists, but the database does not return its columns
   */
  readonly state: "absent" | "different" | "same" | "unreadable";
  /** Columns in the catalog that the database does not have, in the catalog's order. */
  readonly missingInDatabase: readonly string[];
  /** Columns in the database that the catalog does not have, in the database's order. */
  readonly missingInCatalog: readonly string[];
  /** The reason of the state `unreadable`; undefined in all other states. */
  readonly detail?: string;
}

/** The columns that a database has for a view, or the reason why they cannot be read. */
export type ActualColumns = readonly string[] | { readonly detail: string };

/**
 * Compares each view's columns with those in the database, by exact name; the order of the columns does not matter.
 *
 * @param database the columns of each view that the database has
 */
export function diffColumns(
  catalog: Catalog,
  database: ReadonlyMap<string, ActualColumns>,
): readonly ColumnDiff[] {
  return [...catalog.views].map(([entity, canonicalJson]) => {
    const actual = database.get(entity);
    const nothing = { entity, missingInDatabase: [], missingInCatalog: [] };
    if (actual === undefined) return { ...nothing, state: "absent" };
    if ("detail" in actual) return { ...nothing, state: "unreadable", detail: actual.detail };
    const authored = listColumnNames(parseView(canonicalJson));
    const missingInDatabase = excludeNames(authored, actual);
    const missingInCatalog = excludeNames(actual, authored);
    const same = missingInDatabase.length === 0 && missingInCatalog.length === 0;
    return { entity, state: same ? "same" : "different", missingInDatabase, missingInCatalog };
  });
}

/**
 * The overall result: `different` if the columns of any view differ, or cannot be read. A view that the
 * database lacks is no difference: it may be elsewhere, or be created later.
 */
export function columnDiffStatus(views: readonly ColumnDiff[]): "different" | "same" {
  return views.every(({ state }) => state === "same" || state === "absent") ? "same" : "different";
}

function excludeNames(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}
