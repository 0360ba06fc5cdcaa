import { CATALOG_VIEWS_MAX, type Catalog, type CatalogHash } from "../../domain/catalog.ts";
import type { Entity } from "../../domain/entity.ts";
import {
  digestManifest,
  foundRevision,
  nextRevision,
  readRevision,
  readState,
} from "../../domain/publication-state.ts";
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
  /** Whether there is a value under `views:list`, which other programs write first. */
  readonly isListed: boolean;
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
  /** As just this revision, or, "found", as what a replica came upon when it started; without it, as the one that follows whatever is there and `following`. */
  readonly revision?: number | "found" | undefined;
  readonly following?: number | undefined;
  /** Publish only over what was seen; without it, over whatever is there that {@link mayReplace}. */
  readonly over?: SeenCatalog;
  readonly mayReplace?: ((there: SeenCatalog) => boolean) | undefined;
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
   * Publishes a catalog with its manifest and removes the views that it no longer has: those that the shared list names,
   * and those that this store has read or may have written since, should the list be damaged.
   *
   * @throws {CacheError}
   */
  publish(catalog: Catalog, terms: PublicationTerms): Promise<PublicationOutcome>;
}

/** Attempts against other publishers that change the list at the same time. */
const PUBLISH_ATTEMPTS_MAX = 8;

export function createCatalogStore(cache: CachePort): CatalogStore {
  const known = createKnownEntities();
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
      const seen = seenOf({ hash, list, state, manifestValue });
      if (header.kind !== "published") return { ...header, ...seen };
      const verification = verifyPublished(
        header,
        await cache.getMany(header.entities.map(viewKey), options),
      );
      if (verification.kind === "verified") known.are(verification.catalog);
      return { ...verification, ...seen };
    },

    async peek(options) {
      const { seen } = await readTerms(cache, options);
      return seen;
    },

    async publish(catalog, terms) {
      const { ttlSeconds, manifest, over, mayReplace, signal } = terms;
      const options = { signal };
      for (let attempt = 0; attempt < PUBLISH_ATTEMPTS_MAX; attempt++) {
        const { list, state, seen } = await readTerms(cache, options);
        if (mayReplace?.(seen) === false) return { kind: "outranked" };
        const ghosts = ghostsOf(catalog, list, known);
        known.mayBe(catalog);
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
          known.are(catalog);
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
  if (revision === "found") return foundRevision(seen.revision);
  return revision ?? nextRevision(Math.max(seen.revision ?? 0, following));
}

/** What a publication is made from and conditional on. */
async function readTerms(cache: CachePort, options: CacheCallOptions | undefined) {
  const keys = [CATALOG_KEYS.list, CATALOG_KEYS.hash, CATALOG_KEYS.state, CATALOG_KEYS.manifest];
  const [list, hash, state, manifestValue] = await cache.getMany(keys, options);
  const seen = seenOf({ hash, list, state, manifestValue });
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

interface SeenValues {
  readonly hash: Uint8Array | undefined;
  readonly list: Uint8Array | undefined;
  readonly state: Uint8Array | undefined;
  readonly manifestValue: Uint8Array | undefined;
}

function seenOf({ hash, list, state, manifestValue }: SeenValues): SeenCatalog {
  const revision = readRevision({ hash, state });
  return { hashValue: hash, manifestValue, revision, isListed: list !== undefined };
}

function ghostsOf(
  catalog: Catalog,
  list: Uint8Array | undefined,
  known: Iterable<Entity>,
): readonly string[] {
  const listed = list === undefined ? [] : (readEntities(list) ?? []);
  return [...new Set<Entity>([...listed, ...known])]
    .filter((entity) => !catalog.views.has(entity))
    .map(viewKey);
}

/** The entities that lie in the cache as far as this process can know. */
interface KnownEntities extends Iterable<Entity> {
  /** This catalog is what lies there. */
  are(catalog: Catalog): void;
  /** This catalog may have come to lie there too: of a write that failed nobody knows whether it was done. */
  mayBe(catalog: Catalog): void;
}

/** Only reloads that fail to be published one after the other, each with other views, ever come to so many. */
const KNOWN_ENTITIES_MAX = 2 * CATALOG_VIEWS_MAX;

function createKnownEntities(): KnownEntities {
  const entities = new Set<Entity>();
  const mayBe = (catalog: Catalog): void => {
    for (const entity of catalog.views.keys()) {
      if (entities.size >= KNOWN_ENTITIES_MAX) return;
      entities.add(entity);
    }
  };
  return {
    are(catalog) {
      entities.clear();
      mayBe(catalog);
    },
    mayBe,
    [Symbol.iterator]: () => entities.values(),
  };
}
