import { randomUUID } from "node:crypto";
import { CATALOG_VIEWS_MAX, type Catalog, VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import type { PublicationScope } from "../../domain/release/plan.ts";
import { buildPublicationStep, type ObservedPublication } from "../../domain/release/publication.ts";
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
  findUnchangedValues,
  type UnchangedValues,
} from "../../domain/release/published-digests.ts";
import { encodeList, LIST_BYTES_MAX, parseListedEntities } from "../../domain/release/published-list.ts";
import type { Entity } from "../../domain/view/entity.ts";
import { isSameBytes } from "../../lib/same-bytes.ts";
import { createTimeSlices } from "../../lib/time-slices.ts";
import type {
  CacheCallOptions,
  CacheEntry,
  CacheExpectation,
  CacheFingerprint,
  CachePort,
} from "../../ports/cache-port.ts";
import { createParsedSourceStore, type ParsedSourceStore } from "./parsed-source.ts";
import { comparePublished, createCatalogDigester, readChanges } from "./published-changes.ts";
import { createPublishedHeaderReader } from "./published-header.ts";
import { createSamePublicationReader, type PublicationName, type SamePublication } from "./published-keys.ts";

/** The result of a read. `same`: the cache has the publication that the option `unless` names. */
export type StoredCatalog =
  | ({ readonly kind: "verified"; readonly catalog: Catalog } & ObservedPublication)
  | SamePublication
  | (({ readonly kind: "absent" } | Rejection) & ObservedPublication);

/** `conflict`: the cache no longer had the observed values, and nothing was written. */
export type PublicationOutcome =
  | { readonly kind: "published"; readonly removed: number }
  | { readonly kind: "conflict" };

export interface PublicationOptions {
  readonly ttlSeconds: number;
  /** Published byte for byte beside the catalog. */
  readonly manifest?: Uint8Array | undefined;
  readonly revision: number;
  readonly fleet?: string | undefined;
  /** The observed values; if the cache no longer has them, the result is `conflict`. */
  readonly expected: ObservedPublication;
  /** Default: `all`. */
  readonly scope?: PublicationScope;
  readonly signal?: AbortSignal | undefined;
}

export interface CatalogReadOptions extends CacheCallOptions {
  /** If the cache has this publication, the result is `same`. */
  readonly unless?: PublicationName | undefined;
  /** Whether `same` requires a comparison of the manifest itself, and not only of its digest in the state. */
  readonly comparesManifest?: boolean | undefined;
  /** Verifies a publication even if its ready flag is missing. */
  readonly withoutFlag?: boolean | undefined;
  /**
   * A catalog that this replica has verified. If the publication has valid digests, only the views that
   * differ from this catalog are read.
   */
  readonly active?: Catalog | undefined;
  /** Returns what the reader trusts, given the published manifest. Trusted views are not parsed again. */
  readonly trust?: ((manifest: Uint8Array | undefined) => VerificationTrust) | undefined;
}

interface LeaseOptions extends CacheCallOptions {
  readonly ttlSeconds: number;
}

/** The catalog in the shared cache: read and verified as a whole, written in one step. */
export interface CatalogStore extends ParsedSourceStore {
  /**
   * Reads the published catalog and verifies its hash, with a few commands for any number of views. It does
   * not verify the signature.
   *
   * @throws {CacheError}
   */
  read(options?: CatalogReadOptions): Promise<StoredCatalog>;

  /**
   * Reads the values of the publication besides its views.
   *
   * @throws {CacheError}
   */
  readCurrent(options?: CacheCallOptions): Promise<ObservedPublication>;

  /**
   * Reads the cache's clock, and the fingerprint, computed there, of the published list and these views.
   *
   * @throws {CacheError}
   */
  fingerprint(entities: Iterable<Entity>, options?: CacheCallOptions): Promise<CacheFingerprint>;

  /**
   * Publishes a catalog with its manifest over the observed publication. Views whose digests are published
   * unchanged are not sent again. Removes the stale views that the published list names. That list may be
   * damaged, so the stale views that this store has read or may have written are removed, too.
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
  acquireCheckLease(options: LeaseOptions): Promise<boolean>;

  /**
   * Acquires the lease for sending a large catalog, if the cache still has the observed flag, hash and state.
   *
   * @returns false when another replica holds it, or the cache has other values by now
   * @throws {CacheError}
   */
  acquirePublishLease(expected: ObservedPublication, options: LeaseOptions): Promise<boolean>;

  /**
   * Releases the lease of `acquirePublishLease`, unless it has expired.
   *
   * @throws {CacheError}
   */
  releasePublishLease(options?: CacheCallOptions): Promise<void>;
}

/** After this time, long work yields to the event loop. */
const YIELD_AFTER_MS = 10;

const CHECK_LEASE_KEY = "leases:catalog-check";
const PUBLISH_LEASE_KEY = "leases:catalog-publish";

export function createCatalogStore(cache: CachePort): CatalogStore {
  const known = createKnownEntities();
  const readIfSame = createSamePublicationReader(cache);
  const headers = createPublishedHeaderReader(cache);
  const digestCatalog = createCatalogDigester();
  /** The value of the last lease to publish: the lease may have expired, and may be another replica's by now. */
  let ownLease = Buffer.from("");

  /** Finds the published values that equal those of `own`, so that they are not sent again. */
  async function findUnchanged(
    own: CatalogDigests,
    publication: ObservedPublication,
    signal: AbortSignal | undefined,
  ): Promise<UnchangedValues | undefined> {
    const published = await comparePublished(cache, own, { publication, signal });
    return published && findUnchangedValues(own, published.index, published);
  }

  /** @returns false when another replica holds the lease, or one of `conditions` is not met */
  async function acquireLease(
    entry: CacheEntry,
    { ttlSeconds, signal }: LeaseOptions,
    conditions: readonly CacheExpectation[] = [],
  ): Promise<boolean> {
    const expect = [{ key: entry.key, value: undefined }, ...conditions];
    const outcome = await cache.publish({ entries: [entry], ttlSeconds, remove: [], expect }, { signal });
    return outcome.kind === "published";
  }

  return {
    ...createParsedSourceStore(cache),

    async read({ unless, comparesManifest = false, withoutFlag = false, active, trust, signal } = {}) {
      const options = { signal };
      const same = unless && (await readIfSame({ ...unless, comparesManifest }, options));
      if (same !== undefined) return same;
      if (active !== undefined) {
        const shown = await headers.readWithoutList(options);
        const context = { publication: shown, digestCatalog, trust: trust?.(shown.manifestValue), signal };
        const changed = await readChanges(cache, active, context);
        if (changed !== undefined) {
          known.setPublished(changed.catalog);
          headers.rememberList(changed.listValue);
          return { kind: "verified", ...shown, ...changed };
        }
      }
      const publication = await headers.read(options);
      const { hashValue: hash, listValue, stateValue: state } = publication;
      const loaded = withoutFlag ? new TextEncoder().encode("1") : publication.loadedValue;
      const header = readHeader({ loaded, hash, list: listValue, state });
      // `digestsValue` is dropped, so that an incomplete publication is replaced as a whole.
      if (header.kind !== "published") return { ...header, ...publication, digestsValue: undefined };
      const verification = verifyPublished(
        header,
        await cache.getMany(header.entities.map(viewKey), { ...options, bytesMax: VIEW_BYTES_MAX }),
        trust?.(publication.manifestValue),
      );
      if (verification.kind === "rejected")
        return { ...verification, ...publication, digestsValue: undefined };
      known.setPublished(verification.catalog);
      return { ...verification, ...publication };
    },

    readCurrent: (options) => headers.readCurrent(options),

    fingerprint: (entities, options) =>
      cache.fingerprint([CATALOG_KEYS.list, ...[...entities].map(viewKey)], {
        ...options,
        bytesMax: LIST_BYTES_MAX,
      }),

    async publish(catalog, options) {
      const { ttlSeconds, expected, scope = "all", signal } = options;
      const isAll = scope === "all";
      const digests = isAll ? await digestCatalog(catalog) : undefined;
      const unchanged = digests && (await findUnchanged(digests, expected, signal));
      const slices = createTimeSlices(YIELD_AFTER_MS);
      const stale = isAll ? listStaleEntities(catalog, expected.listValue, known) : [];
      if (isAll) known.addPossible(catalog);
      if (slices.isOver()) await slices.next();
      // The flag means that the catalog is complete, so a restored flag must expire with the other keys.
      const hashEntry =
        scope === "flag"
          ? await cache.getWithTtl(CATALOG_KEYS.hash, { signal, bytesMax: CATALOG_KEY_BYTES_MAX.hash })
          : undefined;
      const step = buildPublicationStep(catalog, expected, { ...options, scope, stale, digests, unchanged });
      if (slices.isOver()) await slices.next();
      const change = { ...step, ttlSeconds: hashEntry?.ttlSeconds ?? ttlSeconds };
      const outcome = await cache.publish(change, { signal });
      if (outcome.kind === "conflict") return outcome;
      if (isAll) {
        known.setPublished(catalog);
        headers.rememberList(encodeList(catalog));
      }
      return { kind: "published", removed: stale.length };
    },

    acquireCheckLease: (options) => acquireLease({ key: CHECK_LEASE_KEY, value: Buffer.from("1") }, options),

    acquirePublishLease({ loadedValue, hashValue, stateValue }, options) {
      ownLease = Buffer.from(randomUUID());
      return acquireLease({ key: PUBLISH_LEASE_KEY, value: ownLease }, options, [
        { key: CATALOG_KEYS.loaded, value: loadedValue, bytesMax: CATALOG_KEY_BYTES_MAX.loaded },
        { key: CATALOG_KEYS.hash, value: hashValue, bytesMax: CATALOG_KEY_BYTES_MAX.hash },
        { key: CATALOG_KEYS.state, value: stateValue, bytesMax: CATALOG_KEY_BYTES_MAX.state },
      ]);
    },

    async releasePublishLease(options) {
      const expect = [{ key: PUBLISH_LEASE_KEY, value: ownLease }];
      await cache.publish({ entries: [], ttlSeconds: 1, remove: [PUBLISH_LEASE_KEY], expect }, options);
    },
  };
}

function listStaleEntities(
  catalog: Catalog,
  list: Uint8Array | undefined,
  known: Iterable<Entity>,
): readonly Entity[] {
  const isOwn = list === undefined || isSameBytes(list, encodeList(catalog));
  const stale = new Set<Entity>();
  for (const entity of isOwn ? [] : (parseListedEntities(list) ?? []))
    if (!catalog.views.has(entity)) stale.add(entity);
  for (const entity of known) if (!catalog.views.has(entity)) stale.add(entity);
  return [...stale];
}

/** The entities that this process has read or may have written in the cache. */
interface KnownEntities extends Iterable<Entity> {
  /** Records that the cache has exactly this catalog. */
  setPublished(catalog: Catalog): void;
  /** Records that the cache may have views of this catalog, because a failed write may have been applied. */
  addPossible(catalog: Catalog): void;
}

/** Only failed publications in a row, each with many different views, reach this number. */
const KNOWN_ENTITIES_MAX = 2 * CATALOG_VIEWS_MAX;

function createKnownEntities(): KnownEntities {
  let published: Catalog["views"] = new Map();
  const others = new Set<Entity>();
  return {
    setPublished(catalog) {
      published = catalog.views;
      others.clear();
    },
    addPossible(catalog) {
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
