import { CATALOG_VIEWS_MAX, type Catalog } from "../catalog/catalog.ts";
import { readStoredText } from "../json/parse-json.ts";
import { ENTITY_LENGTH_MAX, type Entity, isEntity } from "../view/entity.ts";

/**
 * The largest `views:list`, in bytes: `CATALOG_VIEWS_MAX` entities of the greatest length, in quotes and with a comma
 * and a space.
 */
export const LIST_BYTES_MAX = CATALOG_VIEWS_MAX * (ENTITY_LENGTH_MAX + 4);

/** The list of entities as Mosaic publishes it. */
export function encodeList({ views }: Pick<Catalog, "views">): Uint8Array {
  // An entity contains no character that JSON escapes.
  return new TextEncoder().encode(views.size === 0 ? "[]" : `["${[...views.keys()].join('", "')}"]`);
}

/**
 * The entities of a `views:list` value, sorted and deduplicated; undefined if it is anything else or empty.
 */
export function readEntities(list: Uint8Array): readonly Entity[] | undefined {
  const names = readNames(list);
  return names?.every(isEntity) ? sortedEntities(names) : undefined;
}

/** The strings of a list; undefined if it has anything else, none, or more than a catalog has. */
export function readNames(list: Uint8Array): readonly string[] | undefined {
  if (list.byteLength > LIST_BYTES_MAX) return undefined;
  const items = readPlainList(list);
  if (items === undefined || items.length === 0 || items.length > CATALOG_VIEWS_MAX) return undefined;
  return items.every((item) => typeof item === "string") ? items : undefined;
}

export function sortedEntities(entities: readonly Entity[]): readonly Entity[] {
  const isAscending = entities.every((entity, index) => index === 0 || (entities[index - 1] ?? "") < entity);
  return isAscending ? entities : [...new Set(entities)].sort();
}

/** A list of strings needs no parser that keeps numbers apart. */
function readPlainList(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(readStoredText(bytes) ?? "");
    return Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
