import type { Catalog } from "../domain/catalog.ts";
import { CATALOG_KEYS } from "../domain/published-catalog.ts";
import { parseReplicaIds, parseReplicaRecord, type ReplicaRecord } from "../domain/replica-record.ts";
import type { CacheCallOptions, CachePort } from "../ports/cache-port.ts";
import { createCatalogStore, type StoredCatalog } from "./catalog/catalog-store.ts";
import { IDS_KEY, recordKey } from "./fleet/replica-registry.ts";
import { decodeTickers, TICKERS_KEY } from "./tickers/ticker-list.ts";

/** What the shared cache holds, as a replica that starts now would find it. */
export interface CacheInspection {
  readonly catalog: InspectedCatalog;
  /** Those that have said within the last seconds that they live. */
  readonly replicas: readonly ReplicaRecord[];
  /** Null when there is no entry; `count` is null when what is there is no list of tickers. */
  readonly tickers: { readonly count: number | null; readonly ttlSeconds: number } | null;
}

/** The published catalog: what its header claims, and whether its views bear that out. */
export interface InspectedCatalog {
  readonly state: "absent" | "rejected" | "verified";
  /** Why it is not verified, in a word that metrics use too, and in a sentence. */
  readonly reason: string | null;
  readonly detail: string | null;
  /** What `views:hash` holds. */
  readonly hash: string | null;
  readonly revision: number | null;
  readonly ttlSeconds: number | null;
  /** By entity, in code point order; empty unless verified. */
  readonly views: readonly { readonly entity: string; readonly bytes: number }[];
}

/**
 * Looks at everything that is published, and changes nothing.
 *
 * @throws {CacheError}
 */
export async function inspectCache(
  cache: CachePort,
  options: CacheCallOptions = {},
): Promise<CacheInspection> {
  const stored = await createCatalogStore(cache).read(options);
  const life = await cache.getLiving(CATALOG_KEYS.hash, options);
  return {
    catalog: describeCatalog(stored, life?.ttlSeconds),
    replicas: await readReplicas(cache, options),
    tickers: await readTickers(cache, options),
  };
}

/** A value from elsewhere may be anything, and of any length. */
const HASH_LENGTH_MAX = 64;

function describeCatalog(stored: StoredCatalog, ttlSeconds: number | undefined): InspectedCatalog {
  const { hashValue, revision = null } = stored;
  const hash = hashValue === undefined ? null : new TextDecoder().decode(hashValue).slice(0, HASH_LENGTH_MAX);
  const common = { hash, revision, ttlSeconds: ttlSeconds ?? null };
  switch (stored.kind) {
    case "verified":
      return { state: "verified", reason: null, detail: null, ...common, views: sizes(stored.catalog) };
    case "rejected":
      return { state: "rejected", reason: stored.reason, detail: stored.detail, ...common, views: [] };
    default:
      return {
        state: "absent",
        reason: "absent",
        detail: `${CATALOG_KEYS.loaded} does not say that a catalog is published`,
        ...common,
        views: [],
      };
  }
}

function sizes({ views }: Catalog): InspectedCatalog["views"] {
  return [...views].map(([entity, { byteLength }]) => ({ entity, bytes: byteLength }));
}

async function readReplicas(
  cache: CachePort,
  options: CacheCallOptions,
): Promise<CacheInspection["replicas"]> {
  const ids = parseReplicaIds(await cache.get(IDS_KEY, options));
  const records = ids.length === 0 ? [] : await cache.getMany(ids.map(recordKey), options);
  return records.flatMap((bytes) => (bytes === undefined ? [] : (parseReplicaRecord(bytes) ?? [])));
}

async function readTickers(cache: CachePort, options: CacheCallOptions): Promise<CacheInspection["tickers"]> {
  const living = await cache.getLiving(TICKERS_KEY, options);
  if (living === undefined) return null;
  return { count: decodeTickers(living.value)?.length ?? null, ttlSeconds: living.ttlSeconds };
}
