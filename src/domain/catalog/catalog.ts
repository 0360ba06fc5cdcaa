import { createHash } from "node:crypto";
import { isSameBytes } from "../../lib/same-bytes.ts";
import type { TimeSlices } from "../../lib/time-slices.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { isJsonObject, type JsonValue, setOwnProperty } from "../json/json-value.ts";
import { readStoredJson } from "../json/parse-json.ts";
import type { Entity } from "../view/entity.ts";

declare const catalogHashBrand: unique symbol;

/** Lower-case hex SHA-256 of a catalog's canonical JSON, 64 characters. */
export type CatalogHash = string & { readonly [catalogHashBrand]: true };

/**
 * All views of a deployment, immutable. Each view is canonical JSON in UTF-8; these bytes are stored and
 * hashed, and served unchanged unless the view has internal keys. Entities are in code point order, the order
 * in which they are hashed.
 */
export interface Catalog {
  readonly hash: CatalogHash;
  readonly views: ReadonlyMap<Entity, Uint8Array>;
}

export const CATALOG_VIEWS_MAX = 50_000;

/** The largest canonical JSON of one view, in bytes. */
export const VIEW_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Maximum size of all views of a catalog together, in bytes. It applies to their files, to their canonical JSON, and
 * to what is read from a cache, so that a loaded catalog can also be published and read back.
 */
export const CATALOG_BYTES_MAX = 192 * 1024 * 1024;

export const CATALOG_HASH_PATTERN = /^[0-9a-f]{64}$/;

/** Parses a catalog hash of 64 lower-case hex digits; undefined for any other text. */
export function parseCatalogHash(text: string): CatalogHash | undefined {
  return CATALOG_HASH_PATTERN.test(text) ? (text as CatalogHash) : undefined;
}

/** Views in any order: entity and canonical JSON in UTF-8. The bytes must not change afterwards. */
export type CatalogViews = Iterable<readonly [entity: Entity, canonicalJson: Uint8Array]>;

/**
 * Makes the catalog of some views and hashes it.
 *
 * @throws {RangeError} when an entity is repeated, or there are more than {@link CATALOG_VIEWS_MAX} views or
 * {@link CATALOG_BYTES_MAX} bytes
 */
export function createCatalog(views: CatalogViews): Catalog {
  return createSortedCatalog(sortViews(views));
}

/**
 * Makes the catalog of some views in several turns of the event loop, because hashing a large catalog takes
 * longer than a request should wait.
 *
 * @throws {RangeError} as {@link createCatalog} does
 */
export async function createCatalogInSlices(views: CatalogViews, slices: TimeSlices): Promise<Catalog> {
  const sorted = sortViews(views);
  const hasher = createCatalogHasher();
  for (const [entity, canonicalJson] of sorted) {
    if (slices.isOver()) await slices.next();
    hasher.add(entity, canonicalJson);
  }
  return Object.freeze({ hash: hasher.hash(), views: sorted });
}

function sortViews(views: CatalogViews): ReadonlyMap<Entity, Uint8Array> {
  const pairs = [...views];
  if (pairs.length > CATALOG_VIEWS_MAX) {
    throw new RangeError(
      `Cannot make a catalog of ${pairs.length} views: at most ${CATALOG_VIEWS_MAX} are allowed`,
    );
  }
  const bytes = pairs.reduce((total, [, canonicalJson]) => total + canonicalJson.byteLength, 0);
  if (bytes > CATALOG_BYTES_MAX) {
    throw new RangeError(`Cannot make a catalog of ${bytes} bytes: at most ${CATALOG_BYTES_MAX} are allowed`);
  }
  // Entities are ASCII, so comparing UTF-16 units orders them by code point. Sorting sorted input takes one pass.
  pairs.sort(([left], [right]) => (left < right ? -1 : 1));
  const byEntity = new Map(pairs);
  if (byEntity.size !== pairs.length) throw new RangeError("Cannot make a catalog: an entity is repeated");
  return byEntity;
}

/**
 * Makes the catalog of views that are in order already, without copying them or checking their limits.
 *
 * @param views in code point order of their entities; must not change afterwards
 */
export function createSortedCatalog(views: ReadonlyMap<Entity, Uint8Array>): Catalog {
  return Object.freeze({ hash: hashCatalog(views), views });
}

/**
 * Hashes views as the canonical JSON of one object, entity by entity, without joining or parsing them.
 *
 * @param views in code point order of their entities
 * @see {@link createCatalog}, which puts them in that order
 */
export function hashCatalog(views: ReadonlyMap<Entity, Uint8Array>): CatalogHash {
  const hasher = createCatalogHasher();
  for (const [entity, canonicalJson] of views) hasher.add(entity, canonicalJson);
  return hasher.hash();
}

function createCatalogHasher() {
  const hash = createHash("sha256");
  let separator = "{";
  return {
    add(entity: Entity, canonicalJson: Uint8Array): void {
      // An entity contains no character that JSON escapes.
      hash.update(`${separator}"${entity}": `).update(canonicalJson);
      separator = ", ";
    },
    hash(): CatalogHash {
      hash.update(separator === "{" ? "{}" : "}");
      return hash.digest("hex") as CatalogHash;
    },
  };
}

/** The prefix of keys that other programs add to a view, for example with the path of its file. */
const INTERNAL_KEY_PREFIX = "__";
/** The beginning of an internal key in canonical JSON; a string value may begin with the same characters. */
const QUOTED_KEY_PREFIX = `"${INTERNAL_KEY_PREFIX}`;

/**
 * Removes the keys that begin with `__` from the top level of a view. The result is canonical JSON. Nested
 * objects keep their keys, even with this prefix, because the author wrote them.
 *
 * @param canonicalJson the view's canonical JSON in UTF-8; returned as it is when it has no such keys
 */
export function removeInternalKeys(canonicalJson: Uint8Array): Uint8Array {
  const bytes = Buffer.from(canonicalJson.buffer, canonicalJson.byteOffset, canonicalJson.byteLength);
  // Fast path for most views: searching costs about a hundredth of parsing.
  if (!bytes.includes(QUOTED_KEY_PREFIX)) return canonicalJson;
  const view = readStoredJson(canonicalJson);
  if (!isJsonObject(view)) return canonicalJson;
  const members = Object.entries(view);
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of members)
    if (!key.startsWith(INTERNAL_KEY_PREFIX)) setOwnProperty(kept, key, value);
  if (Object.keys(kept).length === members.length) return canonicalJson;
  return new TextEncoder().encode(canonicalText(kept));
}

/** Whether two catalogs have the same views when internal keys are ignored. */
export function isSameWithoutInternalKeys(left: Catalog, right: Catalog): boolean {
  if (left.hash === right.hash) return true;
  if (left.views.size !== right.views.size) return false;
  for (const [entity, ours] of left.views) {
    const theirs = right.views.get(entity);
    if (theirs === undefined) return false;
    if (!isSameBytes(ours, theirs) && !isSameBytes(removeInternalKeys(ours), removeInternalKeys(theirs)))
      return false;
  }
  return true;
}
