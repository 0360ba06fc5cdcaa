import type { Catalog, CatalogHash } from "../../domain/catalog.ts";
import type { Entity } from "../../domain/entity.ts";
import { digestManifest, REVISION_MAX, readRevision, readState } from "../../domain/publication-state.ts";
import {
  CATALOG_KEYS,
  encodePublication,
  isPublishedHash,
  type Rejection,
  readEntities,
  readHeader,
  verifyPublished,
  viewKey,
} from "../../domain/published-catalog.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";

/** What a publication showed of itself when the cache was read: what a later one may be conditional on. */
export interface SeenCatalog {
  /** The bytes of `views:hash`. */
  readonly hashValue: Uint8Array | undefined;
  /** The bytes of `catalog:manifest`; nothing of them is verified here. */
  readonly manifestValue: Uint8Array | undefined;
  /** Undefined when nothing tells. */
  readonly revision: number | undefined;
}

/** What the cache holds; `same`: just what need not be read again. */
export type StoredCatalog =
  | ({ readonly kind: "verified"; readonly catalog: Catalog } & SeenCatalog)
  | { readonly kind: "same"; readonly hash: CatalogHash; readonly revision: number | undefined }
  | (({ readonly kind: "absent" } | Rejection) & SeenCatalog);

/** Names a publication by its catalog hash and the digest of its manifest. */
export interface PublicationName {
  readonly hash: CatalogHash;
  readonly manifestDigest: string;
}

/**
 * How a publication went. Unless it is `published`, nothing was changed.
 *
 * - `conflict`: others kept publishing
 * - `outranked`: what is there must not be replaced
 */
export type PublicationOutcome =
  | { readonly kind: "published"; readonly removed: number; readonly revision: number }
  | { readonly kind: "conflict" | "outranked" };

/** What a publication needs beside the catalog. */
export interface PublicationTerms {
  readonly ttlSeconds: number;
  /** Published byte for byte beside the catalog. */
  readonly manifest?: Uint8Array | undefined;
  /** As just this revision; without it, as the one that follows whatever is there and `following`. */
  readonly revision?: number | undefined;
  readonly following?: number | undefined;
  /** Publish only over what was seen; without it, over whatever is there that {@link mayReplace}. */
  readonly over?: SeenCatalog;
  readonly mayReplace?: ((there: SeenCatalog) => boolean) | undefined;
  /** Entities that this replica served before, to be removed even if the shared list has lost them. */
  readonly previous?: Catalog | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The catalog in the shared cache: read whole and verified, written in one step. */
export interface CatalogStore {
  /**
   * Reads the published catalog and verifies it against its hash, in two round trips however many views there are. Whether
   * its manifest is to be believed is for others to say.
   *
   * @param options with `unless`, that publication is not read but answered with `same`; with `closely`, only when its
   *   manifest itself is there, and not just the state's word for it
   * @throws {CacheError}
   */
  read(options?: {
    readonly unless?: PublicationName | undefined;
    readonly closely?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<StoredCatalog>;

  /**
   * Reads what shows of the published catalog, without its views.
   *
   * @throws {CacheError}
   */
  peek(options?: CacheCallOptions): Promise<SeenCatalog>;

  /**
   * Publishes a catalog with its manifest and removes the views that it no longer has.
   *
   * @throws {CacheError}
   */
  publish(catalog: Catalog, terms: PublicationTerms): Promise<PublicationOutcome>;
}

/** Attempts against other publishers that change the list at the same time. */
const PUBLISH_ATTEMPTS_MAX = 8;

export function createCatalogStore(cache: CachePort): CatalogStore {
  return {
    async read({ unless, closely = false, signal } = {}) {
      const options = { signal };
      if (unless !== undefined) {
        const same = await readIfSame(cache, { ...unless, closely }, options);
        if (same !== undefined) return same;
      }
      const keys = [
        CATALOG_KEYS.loaded,
        CATALOG_KEYS.hash,
        CATALOG_KEYS.list,
        CATALOG_KEYS.state,
        CATALOG_KEYS.manifest,
      ];
      const [loaded, hash, list, state, manifestValue] = await cache.getMany(keys, options);
      const header = readHeader({ loaded, hash, list, state });
      const seen: SeenCatalog = { hashValue: hash, manifestValue, revision: readRevision({ hash, state }) };
      if (header.kind !== "published") return { ...header, ...seen };
      const verification = verifyPublished(
        header,
        await cache.getMany(header.entities.map(viewKey), options),
      );
      return { ...verification, ...seen };
    },

    async peek(options) {
      const { seen } = await readTerms(cache, options);
      return seen;
    },

    async publish(catalog, terms) {
      const { ttlSeconds, manifest, over, mayReplace, previous, signal } = terms;
      const options = { signal };
      for (let attempt = 0; attempt < PUBLISH_ATTEMPTS_MAX; attempt++) {
        const { list, state, seen } = await readTerms(cache, options);
        if (mayReplace?.(seen) === false) return { kind: "outranked" };
        const ghosts = ghostsOf(catalog, list, previous);
        const revision = revisionOf(terms, seen);
        const { hashValue, manifestValue } = over ?? seen;
        // The list must still be the one that the removals were derived from, and the state the one that was counted on from.
        const expect = [
          { key: CATALOG_KEYS.list as string, value: list },
          { key: CATALOG_KEYS.hash, value: hashValue },
          { key: CATALOG_KEYS.state, value: state },
          { key: CATALOG_KEYS.manifest, value: manifestValue },
        ];
        const entries = encodePublication(catalog, revision, manifest);
        const remove = manifest === undefined ? [...ghosts, CATALOG_KEYS.manifest] : ghosts;
        const outcome = await cache.publish({ entries, ttlSeconds, remove, expect }, options);
        if (outcome.kind === "published") {
          return { kind: "published", removed: ghosts.length, revision };
        }
        if (outcome.kind === "aside") throw outcome.error;
        if (over !== undefined) return outcome;
      }
      return { kind: "conflict" };
    },
  };
}

function revisionOf({ revision, following = 0 }: PublicationTerms, seen: SeenCatalog): number {
  return revision ?? Math.min(Math.max(seen.revision ?? 0, following) + 1, REVISION_MAX);
}

/** What a publication is made from and conditional on. */
async function readTerms(cache: CachePort, options: CacheCallOptions | undefined) {
  const keys = [CATALOG_KEYS.list, CATALOG_KEYS.hash, CATALOG_KEYS.state, CATALOG_KEYS.manifest];
  const [list, hash, state, manifestValue] = await cache.getMany(keys, options);
  const seen: SeenCatalog = { hashValue: hash, manifestValue, revision: readRevision({ hash, state }) };
  return { list, state, seen };
}

/**
 * The list and the manifest of a large catalog are large: a comparison, which is made often, leaves them where they are. The
 * state says of which manifest it is, and only when it says something else does the manifest itself tell.
 */
async function readIfSame(
  cache: CachePort,
  { hash, manifestDigest, closely }: PublicationName & { readonly closely: boolean },
  options: CacheCallOptions,
): Promise<StoredCatalog | undefined> {
  const keys = [CATALOG_KEYS.loaded, CATALOG_KEYS.hash, CATALOG_KEYS.state];
  const [loaded, hashValue, state] = await cache.getMany(keys, options);
  if (!isPublishedHash({ loaded, hash: hashValue }, hash)) return undefined;
  if (closely || readState(state)?.manifestDigest !== manifestDigest) {
    const [manifest] = await cache.getMany([CATALOG_KEYS.manifest], options);
    if (digestManifest(manifest) !== manifestDigest) return undefined;
  }
  return { kind: "same", hash, revision: readRevision({ hash: hashValue, state }) };
}

function ghostsOf(
  catalog: Catalog,
  list: Uint8Array | undefined,
  previous: Catalog | undefined,
): readonly string[] {
  const listed = list === undefined ? [] : (readEntities(list) ?? []);
  const known = new Set<Entity>([...listed, ...(previous?.views.keys() ?? [])]);
  return [...known].filter((entity) => !catalog.views.has(entity)).map(viewKey);
}
