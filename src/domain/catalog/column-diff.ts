import type { Entity } from "../view/entity.ts";
import { columnNames, parseView } from "../view/view.ts";
import type { Catalog } from "./catalog.ts";

/** How the columns of one view in the catalog compare with the database's; names in the order of either side. */
export interface ColumnDiff {
  readonly entity: Entity;
  /**
   * - `absent`: the database has no such view, so there is nothing to compare
   * - `unreadable`: the view exists, but the database does not return its columns
   */
  readonly state: "absent" | "different" | "same" | "unreadable";
  /** In the catalog, not in the database. */
  readonly missingInDatabase: readonly string[];
  /** In the database, not in the catalog. */
  readonly missingInCatalog: readonly string[];
  /** Why it is unreadable; undefined in all other states. */
  readonly detail?: string;
}

/** The columns that a database has for a view, or why they cannot be read. */
export type ActualColumns = readonly string[] | { readonly detail: string };

/**
 * Compares each view's columns with the database's, by their exact names; their order does not matter.
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
    const authored = columnNames(parseView(canonicalJson));
    const missingInDatabase = without(authored, actual);
    const missingInCatalog = without(actual, authored);
    const same = missingInDatabase.length === 0 && missingInCatalog.length === 0;
    return { entity, state: same ? "same" : "different", missingInDatabase, missingInCatalog };
  });
}

/**
 * The overall result: `different` if the columns of any view differ, or cannot be read. A view that the
 * database lacks is no difference: it may be elsewhere, or be created later.
 */
export function diffStatus(views: readonly ColumnDiff[]): "different" | "same" {
  return views.every(({ state }) => state === "same" || state === "absent") ? "same" : "different";
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}
