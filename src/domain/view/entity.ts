declare const entityBrand: unique symbol;

/** A view's name that has passed {@link parseEntity}; ASCII only, safe in a cache key and in a URL. */
export type Entity = string & { readonly [entityBrand]: true };

export const ENTITY_LENGTH_MAX = 128;

/**
 * Names that cannot be entities, because the cache keys `views:list`, `views:hash` and `views:loaded` have other uses.
 */
export const RESERVED_ENTITIES: ReadonlySet<string> = new Set(["list", "hash", "loaded"]);

/** The characters of an entity; its length and {@link RESERVED_ENTITIES} are checked separately. */
export const ENTITY_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?$/;

export type EntityParse =
  | { readonly kind: "entity"; readonly entity: Entity }
  | { readonly kind: "malformed" | "too-long" | "reserved" };

/**
 * Parses a view's name, optionally with a schema as in `schema.name`. Each part has letters, digits and `_`, and does
 * not begin with a digit. The whole has at most {@link ENTITY_LENGTH_MAX} characters, and is not one of
 * {@link RESERVED_ENTITIES}.
 */
export function parseEntity(text: string): EntityParse {
  if (text.length > ENTITY_LENGTH_MAX) return { kind: "too-long" };
  if (!ENTITY_PATTERN.test(text)) return { kind: "malformed" };
  if (RESERVED_ENTITIES.has(text)) return { kind: "reserved" };
  return { kind: "entity", entity: text as Entity };
}

/** Whether {@link parseEntity} accepts a text. Creates no object, so it is fast for many names. */
export function isEntity(text: string): text is Entity {
  return text.length <= ENTITY_LENGTH_MAX && ENTITY_PATTERN.test(text) && !RESERVED_ENTITIES.has(text);
}
