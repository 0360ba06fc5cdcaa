import { type Catalog, createCatalog } from "../../src/domain/catalog/catalog.ts";
import { canonicalText } from "../../src/domain/json/canonical-json.ts";
import type { JsonObject } from "../../src/domain/json/json-value.ts";
import {
  CATALOG_KEYS,
  encodePublication,
  type Rejection,
  readHeader,
  type VerificationTrust,
  verifyPublished,
  viewKey,
} from "../../src/domain/release/published-catalog.ts";
import type { Entity } from "../../src/domain/view/entity.ts";

/** What a cache holds, by key before the namespace. */
export type Publication = ReadonlyMap<string, Uint8Array>;

/** What a replica makes of a publication that it reads from start to end. */
export function readPublication(
  publication: Publication,
  trust?: VerificationTrust,
): { readonly kind: "verified"; readonly catalog: Catalog } | Rejection | { readonly kind: "absent" } {
  const header = readHeader({
    loaded: publication.get(CATALOG_KEYS.loaded),
    hash: publication.get(CATALOG_KEYS.hash),
    list: publication.get(CATALOG_KEYS.list),
    state: publication.get(CATALOG_KEYS.state),
  });
  if (header.kind !== "published") return header;
  return verifyPublished(
    header,
    header.entities.map((entity) => publication.get(viewKey(entity))),
    trust,
  );
}

/** A catalog of views given as values. */
export function catalogFrom(views: Readonly<Record<string, JsonObject>>): Catalog {
  const encoder = new TextEncoder();
  return createCatalog(
    Object.entries(views).map(([entity, view]) => [entity as Entity, encoder.encode(canonicalText(view))]),
  );
}

/** What Mosaic stores for a catalog. */
export function publicationOf(catalog: Catalog): Publication {
  return new Map(encodePublication(catalog, 7).map(({ key, value }) => [key, value]));
}

/** The publication with other texts under some keys; `undefined` removes a key. */
export function withTexts(
  publication: Publication,
  texts: Readonly<Record<string, string | undefined>>,
): Publication {
  const encoder = new TextEncoder();
  const changed = new Map(publication);
  for (const [key, text] of Object.entries(texts)) {
    if (text === undefined) changed.delete(key);
    else changed.set(key, encoder.encode(text));
  }
  return changed;
}

/** The publication as text, for messages and comparisons. */
export function textsOf(publication: Publication): Readonly<Record<string, string>> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return Object.fromEntries([...publication].map(([key, value]) => [key, decoder.decode(value)]));
}
