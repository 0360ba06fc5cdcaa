import { sameBytes } from "../../lib/same-bytes.ts";
import type { Entity } from "../view/entity.ts";
import type { Catalog } from "./catalog.ts";

/** The difference between two catalogs, by entity, each list in code point order. */
export interface CatalogDiff {
  readonly added: readonly Entity[];
  readonly removed: readonly Entity[];
  readonly changed: readonly Entity[];
}

/**
 * Compares two catalogs view by view, by the bytes of their canonical JSON.
 *
 * @param before the older catalog; without one, every view of `after` is added
 */
export function diffCatalogs(before: Catalog | undefined, after: Catalog): CatalogDiff {
  const added: Entity[] = [];
  const changed: Entity[] = [];
  for (const [entity, bytes] of after.views) {
    const previous = before?.views.get(entity);
    if (previous === undefined) added.push(entity);
    else if (!sameBytes(previous, bytes)) changed.push(entity);
  }
  const removed = [...(before?.views.keys() ?? [])].filter((entity) => !after.views.has(entity));
  return { added, removed, changed };
}
