import { CATALOG_VIEWS_MAX, type Catalog, VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import type { PublicationScope } from "../../domain/release/plan.ts";
import { publicationStep } from "../../domain/release/publication.ts";
import {
  CATALOG_KEY_BYTES_MAX,
  CATALOG_KEYS,
  type Rejection,
  readHeader,
  type VerificationTrust,
  verifyPublished,
  viewKey,
} from "../../domain/release/published-catalog.ts";
import {
  type CatalogDigests,
  type UnchangedValues,
  unchangedValues,
} from "../../domain/release/published-digests.ts";
import { encodeList, LIST_BYTES_MAX, readEntities } from "../../domain/release/published-list.ts";
import type { Entity } from "../../domain/view/entity.ts";
import { sameBytes } from "../../lib/same-bytes.ts";
import { createTimeSlices } from "../../lib/time-slices.ts";
import type { CacheCallOptions, CacheFingerprint, CachePort } from "../../ports/cache-port.ts";
import { createParsedSourceStore, type ParsedSourceStore } from "./parsed-source.ts";
import { comparePublished, createCatalogDigester, readChanges } from "./published-changes.ts";
import { createPublishedHeader, type SeenCatalog } from "./published-header.ts";
import { createSameReader, type PublicationName, type SamePublication } from "./published-keys.ts";

/** The content of the cache; `same`: only values that need not be read again. */
export type StoredCatalog =
  | ({ readonly kind: "verified"; readonly catalog: Catalog } & SeenCatalog)
  | SamePublication
  | (({ readonly kind: "absent" } | Rejection) & SeenCatalog);

/**
 * The result of a publication. `conflict`: the cache no longer held the observed values, and nothing was
 * changed.
 */
export type PublicationOutcome =
  | { readonly kind: "published"; readonly removed: number }
  | { readonly kind: "conflict" };

/** Options of a publication. */
export interface PublicationOptions {
  readonly ttlSeconds: number;
  /** Published byte for byte beside the catalog. */
  readonly manifest?: Uint8Array | undefined;
  readonly revision: number;
  /** The id of this fleet. */
  readonly fleet?: string | undefined;
  /** The condition of the publication: the cache still holds these values. */
  readonly over: SeenCatalog;
  /** Default: `all`. */
  readonly scope?: PublicationScope;
  readonly signal?: AbortSignal | undefined;
}

/** What a read may skip. */
export interface ReadOptions extends CacheCallOptions {
  /** This publication is not read but answered with `same`. */
  readonly unless?: PublicationName | undefined;
  /** Answers `same` only when the manifest itself is present, and not only in the state. */
  readonly closely?: boolean | undefined;
  /** Verifies a publication without the ready flag too. */
  readonly withoutFlag?: boolean | undefined;
  /**
   * A catalog that this replica has verified: where the publication states its digests, only views that differ
   * from it are read.
   */
  readonly active?: Catalog | undefined;
  /** Derives from the manifest which views need no further check. */
  readonly trust?: ((manifest: Uint8Array | undefined) => VerificationTrust) | undefined;
}

/** The catalog in the shared cache: read and verified as a whole, written in one step. */
export interface CatalogStore extends ParsedSourceStore {
  /**
   * Reads the published catalog and verifies it against its hash, in a few round trips for any number of
   * views. The manifest's signature is verified elsewhere.
   *
   * @throws {CacheError}
   */
  read(options?: ReadOptions): Promise<StoredCatalog>;

  /**
   * Reads the keys that identify the published catalog, without its views.
   *
   * @throws {CacheError}
   */
  readCurrent(options?: CacheCallOptions): Promise<SeenCatalog>;

  /**
   * Computes the fingerprint of the list and the views inside the cache, and reads its clock.
   *
   * @throws {CacheError}
   */
  fingerprint(entities: Iterable<Entity>, options?: CacheCallOptions): Promise<CacheFingerprint>;

  /**
   * Publishes a catalog with its manifest, over the observed publication, and removes stale views: those that
   * the shared list names, and those that this store has read or may have written since, in case the list is
   * damaged. Views that the observed publication has already are not sent again.
   *
   * @throws {CacheError}
   */
  publish(catalog: Catalog, options: PublicationOptions): Promise<PublicationOutcome>;

  /**
   * Acquires the lease for checking the published views for the whole fleet.
   *
   * @returns false when another replica holds it
   * @throws {CacheError}
   */
  claimCheck(options: CacheCallOptions & { readonly ttlSeconds: number }): Promise<boolean>;

  /**
   * Acquires the lease for sending a large catalog, on condition that the cache still holds the observed flag, hash
   * and state.
   *
   * @returns false when another replica holds it, or something else was published since
   * @throws {CacheError}
   */
  takeTurn(over: SeenCatalog, options: CacheCallOptions & { readonly ttlSeconds: number }): Promise<boolean>;

  /**
   * Releases that lease, which otherwise expires.
   *
   * @throws {CacheError}
   */
  endTurn(options?: CacheCallOptions): Promise<void>;
}

/** Longest time without yielding to the event loop. */
const SLICE_MS = 10;

/** The lease of the replica that checks the published views. */
const CHECK_KEY = "leases:catalog-check";
/** The lease of the replica that sends a large catalog. */
const TURN_KEY = "leases:catalog-publish";

export function createCatalogStore(cache: CachePort): CatalogStore {
  const known = createKnownEntities();
  const readIfSame = createSameReader(cache);
  const headers = createPublishedHeader(cache);
  const digestCatalog = createCatalogDigester();

  /** The keys that the observed publication already holds with this catalog's values; they need not be sent again. */
  async function findUnchanged(
    own: CatalogDigests,
    seen: SeenCatalog,
    signal: AbortSignal | undefined,
  ): Promise<UnchangedValues | undefined> {
    const published = await comparePublished(cache, own, { seen, signal });
    return published && unchangedValues(own, published.index, published);
  }

  return {
    ...createParsedSourceStore(cache),

    async read({ unless, closely = false, withoutFlag = false, active, trust, signal } = {}) {
      const options = { signal };
      if (unless !== undefined) {
        const same = await readIfSame({ ...unless, closely }, options);
        if (same !== undefined) return same;
      }
      if (active !== undefined) {
        const shown = await headers.readWithoutList(options);
        const context = { seen: shown, digestCatalog, trust: trust?.(shown.manifestValue), signal };
        const changed = await readChanges(cache, active, context);
        if (changed !== undefined) {
          known.are(changed.catalog);
          headers.wroteList(changed.listValue);
          return { kind: "verified", ...shown, ...changed };
        }
      }
      const seen = await headers.read(options);
      const { hashValue: hash, listValue, stateValue: state } = seen;
      const loaded = withoutFlag ? new TextEncoder().encode("1") : seen.loadedValue;
      const header = readHeader({ loaded, hash, list: listValue, state });
      // An incomplete publication is replaced as a whole.
      if (header.kind !== "published") return { ...header, ...seen, digestsValue: undefined };
      const verification = verifyPublished(
        header,
        await cache.getMany(header.entities.map(viewKey), { ...options, bytesMax: VIEW_BYTES_MAX }),
        trust?.(seen.manifestValue),
      );
      if (verification.kind === "rejected") return { ...verification, ...seen, digestsValue: undefined };
      known.are(verification.catalog);
      return { ...verification, ...seen };
    },

    readCurrent: (options) => headers.readCurrent(options),

    fingerprint: (entities, options) =>
      cache.fingerprint([CATALOG_KEYS.list, ...[...entities].map(viewKey)], {
        ...options,
        bytesMax: LIST_BYTES_MAX,
      }),

    async publish(catalog, options) {
      const { ttlSeconds, over, scope = "all", signal } = options;
      const isAll = scope === "all";
      const digests = isAll ? await digestCatalog(catalog) : undefined;
      const unchanged = digests && (await findUnchanged(digests, over, signal));
      const slices = createTimeSlices(SLICE_MS);
      const stale = isAll ? staleEntities(catalog, over.listValue, known) : [];
      if (isAll) known.mayBe(catalog);
      if (slices.isOver()) await slices.next();
      // A flag that outlives the other keys would promise a catalog that has expired.
      const rest =
        scope === "flag"
          ? await cache.getWithTtl(CATALOG_KEYS.hash, { signal, bytesMax: CATALOG_KEY_BYTES_MAX.hash })
          : undefined;
      const step = publicationStep(catalog, over, { ...options, scope, stale, digests, unchanged });
      const life = { ttlSeconds: rest?.ttlSeconds ?? ttlSeconds };
      if (slices.isOver()) await slices.next();
      const outcome = await cache.publish({ ...step, ...life }, { signal });
      if (outcome.kind === "conflict") return outcome;
      if (isAll) {
        known.are(catalog);
        headers.wroteList(encodeList(catalog));
      }
      return { kind: "published", removed: stale.length };
    },

    async claimCheck({ ttlSeconds, signal }) {
      const entries = [{ key: CHECK_KEY, value: new TextEncoder().encode("1") }];
      const expect = [{ key: CHECK_KEY, value: undefined }];
      const outcome = await cache.publish({ entries, ttlSeconds, remove: [], expect }, { signal });
      return outcome.kind === "published";
    },

    async takeTurn({ loadedValue, hashValue, stateValue }, { ttlSeconds, signal }) {
      const entries = [{ key: TURN_KEY, value: new TextEncoder().encode("1") }];
      const { loaded, hash, state } = CATALOG_KEY_BYTES_MAX;
      const expect = [
        { key: TURN_KEY, value: undefined },
        { key: CATALOG_KEYS.loaded, value: loadedValue, bytesMax: loaded },
        { key: CATALOG_KEYS.hash, value: hashValue, bytesMax: hash },
        { key: CATALOG_KEYS.state, value: stateValue, bytesMax: state },
      ];
      const outcome = await cache.publish({ entries, ttlSeconds, remove: [], expect }, { signal });
      return outcome.kind === "published";
    },

    async endTurn(options) {
      await cache.delete(TURN_KEY, options);
    },
  };
}

function staleEntities(
  catalog: Catalog,
  list: Uint8Array | undefined,
  known: Iterable<Entity>,
): readonly Entity[] {
  const isOwn = list === undefined || sameBytes(list, encodeList(catalog));
  const stale = new Set<Entity>();
  for (const entity of isOwn ? [] : (readEntities(list) ?? []))
    if (!catalog.views.has(entity)) stale.add(entity);
  for (const entity of known) if (!catalog.views.has(entity)) stale.add(entity);
  return [...stale];
}

/** The entities that this process has read or may have written in the cache. */
interface KnownEntities extends Iterable<Entity> {
  /** This catalog is the one in the cache. */
  are(catalog: Catalog): void;
  /** This catalog may be in the cache too: a failed write may have been done. */
  mayBe(catalog: Catalog): void;
}

/** Only a series of reloads with different views that all fail to be published reaches this number. */
const KNOWN_ENTITIES_MAX = 2 * CATALOG_VIEWS_MAX;

function createKnownEntities(): KnownEntities {
  let published: Catalog["views"] = new Map();
  const others = new Set<Entity>();
  return {
    are(catalog) {
      published = catalog.views;
      others.clear();
    },
    mayBe(catalog) {
      for (const entity of catalog.views.keys()) {
        if (others.size >= KNOWN_ENTITIES_MAX) return;
        if (!published.has(entity)) others.add(entity);
      }
    },
    *[Symbol.iterator]() {
      yield* published.keys();
      yield* others;
    },
  };
}
