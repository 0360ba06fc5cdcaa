import type { Catalog, CatalogHash } from "../../domain/catalog.ts";
import type { Entity } from "../../domain/entity.ts";
import {
  CATALOG_KEYS,
  encodePublication,
  isPublishedHash,
  REVISION_MAX,
  type Rejection,
  readEntities,
  readHeader,
  readRevision,
  verifyPublished,
  viewKey,
} from "../../domain/published-catalog.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";

/** What a publication showed of itself when the cache was read: what a later one may be conditional on. */
export interface SeenCatalog {
  /** The bytes of `views:hash`. */
  readonly hashValue: Uint8Array | undefined;
  /** Undefined when nothing tells. */
  readonly revision: number | undefined;
}

/** What the cache holds. */
export type StoredCatalog =
  | ({ readonly kind: "verified"; readonly catalog: Catalog } & SeenCatalog)
  | ({ readonly kind: "same"; readonly hash: CatalogHash } & SeenCatalog)
  | (({ readonly kind: "absent" } | Rejection) & SeenCatalog);

/** How a publication went; `conflict`: others kept publishing, and nothing was changed. */
export type PublicationOutcome =
  | { readonly kind: "published"; readonly removed: number; readonly revision: number }
  | { readonly kind: "conflict" };

/** What a publication needs beside the catalog. */
export interface PublicationTerms {
  readonly ttlSeconds: number;
  /** As just this revision; without it, as the one that follows whatever is there and `following`. */
  readonly revision?: number | undefined;
  readonly following?: number | undefined;
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

/** What a publication is made from and conditional on. */
const TERMS_KEYS = [CATALOG_KEYS.list, CATALOG_KEYS.hash, CATALOG_KEYS.state];

/** Attempts against other publishers that change the list at the same time. */
const PUBLISH_ATTEMPTS_MAX = 8;

export function createCatalogStore(cache: CachePort): CatalogStore {
  return {
    async read({ unless, signal } = {}) {
      const options = { signal };
      if (unless !== undefined) {
        const same = await readIfSame(cache, unless, options);
        if (same !== undefined) return same;
      }
      const keys = [CATALOG_KEYS.loaded, CATALOG_KEYS.hash, CATALOG_KEYS.list, CATALOG_KEYS.state];
      const [loaded, hash, list, state] = await cache.getMany(keys, options);
      const header = readHeader({ loaded, hash, list, state });
      const seen: SeenCatalog = { hashValue: hash, revision: readRevision({ hash, state }) };
      if (header.kind !== "published") return { ...header, ...seen };
      const verification = verifyPublished(
        header,
        await cache.getMany(header.entities.map(viewKey), options),
      );
      return { ...verification, ...seen };
    },

    async publish(catalog, { ttlSeconds, revision, following = 0, over, previous, signal }) {
      const options = { signal };
      for (let attempt = 0; attempt < PUBLISH_ATTEMPTS_MAX; attempt++) {
        const [list, hash, state] = await cache.getMany(TERMS_KEYS, options);
        const remove = ghosts(catalog, list, previous);
        const next =
          revision ?? Math.min(Math.max(readRevision({ hash, state }) ?? 0, following) + 1, REVISION_MAX);
        // The list must still be the one that the removals were derived from, and the state the one that was counted on from.
        const expect = [
          { key: CATALOG_KEYS.list as string, value: list },
          { key: CATALOG_KEYS.hash, value: over === undefined ? hash : over.hashValue },
          { key: CATALOG_KEYS.state, value: state },
        ];
        const entries = encodePublication(catalog, next);
        const outcome = await cache.publish({ entries, ttlSeconds, remove, expect }, options);
        if (outcome.kind === "published") {
          return { kind: "published", removed: remove.length, revision: next };
        }
        if (outcome.kind === "aside") throw outcome.error;
        if (over !== undefined) return outcome;
      }
      return { kind: "conflict" };
    },
  };
}

/** The list of a large catalog is large: a comparison, which is made often, leaves it where it is. */
async function readIfSame(
  cache: CachePort,
  hash: CatalogHash,
  options: CacheCallOptions,
): Promise<StoredCatalog | undefined> {
  const keys = [CATALOG_KEYS.loaded, CATALOG_KEYS.hash, CATALOG_KEYS.state];
  const [loaded, hashValue, state] = await cache.getMany(keys, options);
  if (!isPublishedHash({ loaded, hash: hashValue }, hash)) return undefined;
  return { kind: "same", hash, hashValue, revision: readRevision({ hash: hashValue, state }) };
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
