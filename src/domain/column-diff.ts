import type { Catalog } from "./catalog.ts";
import type { Entity } from "./entity.ts";
import { columnNames, parseView } from "./view.ts";

/** How the columns of one view in the catalog compare with the database's; names in the order of either side. */
export interface ColumnDiff {
  readonly entity: Entity;
  /** `absent`: the database has no such view, so there is nothing to compare. */
  readonly state: "absent" | "different" | "same";
  /** In the catalog, not in the database. */
  readonly missingInDatabase: readonly string[];
  /** In the database, not in the catalog. */
  readonly missingInCatalog: readonly string[];
}

/**
 * Compares each view's columns with the database's, by their exact names; their order does not matter.
 *
 * @param database the columns of each view that the database has
 */
export function diffColumns(
  catalog: Catalog,
  database: ReadonlyMap<string, readonly string[]>,
): readonly ColumnDiff[] {
  return [...catalog.views].map(([entity, canonicalJson]) => {
    const actual = database.get(entity);
    if (actual === undefined) return { entity, state: "absent", missingInDatabase: [], missingInCatalog: [] };
    const authored = columnNames(parseView(canonicalJson));
    const missingInDatabase = without(authored, actual);
    const missingInCatalog = without(actual, authored);
    const same = missingInDatabase.length === 0 && missingInCatalog.length === 0;
    return { entity, state: same ? "same" : "different", missingInDatabase, missingInCatalog };
  });
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}
