import type { Catalog, CatalogHash } from "../../domain/catalog.ts";
import type { Entity } from "../../domain/entity.ts";
import {
  CATALOG_KEYS,
  encodePublication,
  type Rejection,
  readEntities,
  readHeader,
  verifyPublished,
  viewKey,
} from "../../domain/published-catalog.ts";
import type { CachePort } from "../../ports/cache-port.ts";

/** The bytes of `views:hash` when the cache was read: what a later publication may be conditional on. */
export interface SeenCatalog {
  readonly hashValue: Uint8Array | undefined;
}

/** What the cache holds. */
export type StoredCatalog =
  | ({ readonly kind: "verified"; readonly catalog: Catalog } & SeenCatalog)
  | { readonly kind: "same"; readonly hash: CatalogHash }
  | (({ readonly kind: "absent" } | Rejection) & SeenCatalog);

/** How a publication went; `conflict`: others kept publishing, and nothing was changed. */
export type PublicationOutcome =
  | { readonly kind: "published"; readonly removed: number }
  | { readonly kind: "conflict" };

/** What a publication needs beside the catalog. */
export interface PublicationTerms {
  readonly ttlSeconds: number;
  /** Publish only over what was seen; without it, over whatever is there. */
  readonly over?: SeenCatalog;
  /** Entities that this replica served before, to be removed even if the shared list has lost them. */
  readonly previous?: Catalog | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The catalog in the shared cache: read whole and verified, written in one step. */
export interface CatalogStore {
  /**
   * Reads and verifies the published catalog, in two round trips however many views there are.
   *
   * @param options with `unless`, a publication of that hash is not read but answered with `same`
   * @throws {CacheError}
   */
  read(options?: {
    readonly unless?: CatalogHash | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<StoredCatalog>;

  /**
   * Publishes a catalog and removes the views that it no longer has.
   *
   * @throws {CacheError}
   */
  publish(catalog: Catalog, terms: PublicationTerms): Promise<PublicationOutcome>;
}

/** Attempts against other publishers that change the list at the same time. */
const PUBLISH_ATTEMPTS_MAX = 8;

export function createCatalogStore(cache: CachePort): CatalogStore {
  return {
    async read({ unless, signal } = {}) {
      const options = { signal };
      const keys = [CATALOG_KEYS.loaded, CATALOG_KEYS.hash, CATALOG_KEYS.list, CATALOG_KEYS.state];
      const [loaded, hash, list, state] = await cache.getMany(keys, options);
      const header = readHeader({ loaded, hash, list, state });
      if (header.kind !== "published") return { ...header, hashValue: hash };
      if (header.hash === unless) return { kind: "same", hash: header.hash };
      const verification = verifyPublished(
        header,
        await cache.getMany(header.entities.map(viewKey), options),
      );
      return { ...verification, hashValue: hash };
    },

    async publish(catalog, { ttlSeconds, over, previous, signal }) {
      const entries = encodePublication(catalog);
      const options = { signal };
      for (let attempt = 0; attempt < PUBLISH_ATTEMPTS_MAX; attempt++) {
        const list = await cache.get(CATALOG_KEYS.list, options);
        const remove = ghosts(catalog, list, previous);
        // The list must still be the one that the removals were derived from.
        const expect = [{ key: CATALOG_KEYS.list as string, value: list }];
        if (over !== undefined) expect.push({ key: CATALOG_KEYS.hash, value: over.hashValue });
        const outcome = await cache.publish({ entries, ttlSeconds, remove, expect }, options);
        if (outcome.kind === "published") return { kind: "published", removed: remove.length };
        if (over !== undefined) return outcome;
      }
      return { kind: "conflict" };
    },
  };
}

function ghosts(
  catalog: Catalog,
  list: Uint8Array | undefined,
  previous: Catalog | undefined,
): readonly string[] {
  const listed = list === undefined ? [] : (readEntities(list) ?? []);
  const known = new Set<Entity>([...listed, ...(previous?.views.keys() ?? [])]);
  return [...known].filter((entity) => !catalog.views.has(entity)).map(viewKey);
}
