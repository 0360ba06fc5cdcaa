import { CATALOG_VIEWS_MAX, type Catalog } from "../catalog/catalog.ts";
import { readStoredText } from "../json/parse-json.ts";
import { ENTITY_LENGTH_MAX, type Entity, isEntity } from "../view/entity.ts";

/**
 * The largest `views:list`, in bytes: `CATALOG_VIEWS_MAX` entities of maximum length, each with two quotes, a comma and
 * a space.
 */
export const LIST_BYTES_MAX = CATALOG_VIEWS_MAX * (ENTITY_LENGTH_MAX + 4);

/** Encodes the list of a catalog's entities as Mosaic publishes it: a JSON array. */
export function encodeList({ views }: Pick<Catalog, "views">): Uint8Array {
  // An entity contains no character that JSON escapes.
  return new TextEncoder().encode(views.size === 0 ? "[]" : `["${[...views.keys()].join('", "')}"]`);
}

/** Parses a `views:list` value into entities, sorted and deduplicated; undefined if it is empty or invalid. */
export function parseListedEntities(list: Uint8Array): readonly Entity[] | undefined {
  const names = parseListedNames(list);
  return names?.every(isEntity) ? sortEntities(names) : undefined;
}

/**
 * Parses a `views:list` value into strings, which may be invalid entities; undefined if it is empty, has more items
 * than a catalog can have views, or is not a list of strings.
 */
export function parseListedNames(list: Uint8Array): readonly string[] | undefined {
  if (list.byteLength > LIST_BYTES_MAX) return undefined;
  const items = readPlainList(list);
  if (items === undefined || items.length === 0 || items.length > CATALOG_VIEWS_MAX) return undefined;
  return items.every((item) => typeof item === "string") ? items : undefined;
}

/** Sorts entities in code point order, each once; a list in that order is returned as it is. */
export function sortEntities(entities: readonly Entity[]): readonly Entity[] {
  const isAscending = entities.every((entity, index) => index === 0 || (entities[index - 1] ?? "") < entity);
  return isAscending ? entities : [...new Set(entities)].sort();
}

/** Uses `JSON.parse`, which is fast: a list of strings has no integers or floats to distinguish. */
function readPlainList(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(readStoredText(bytes) ?? "");
    return Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
