import type { Catalog } from "../../domain/catalog/catalog.ts";
import {
  parseReplicaIds,
  REPLICA_IDS_BYTES_MAX,
  type ReplicaRecord,
} from "../../domain/fleet/replica-record.ts";
import { compareFleets } from "../../domain/release/fleet-id.ts";
import { CATALOG_KEY_BYTES_MAX, CATALOG_KEYS } from "../../domain/release/published-catalog.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";
import { createCatalogStore, type StoredCatalog } from "../catalog/catalog-store.ts";
import { IDS_KEY, readRecords } from "../fleet/replica-registry.ts";
import type { CatalogVerifier } from "../signing/catalog-verifier.ts";
import { decodeTickers, TICKERS_BYTES_MAX, TICKERS_KEY } from "../tickers/shared-tickers.ts";

/** The content of the shared cache, verified in the same way as by a starting replica. */
export interface CacheInspection {
  readonly catalog: InspectedCatalog;
  /** The replicas whose records have not expired. */
  readonly replicas: readonly ReplicaRecord[];
  /** Null when there is no entry; `count` is null when the entry is no list of tickers. */
  readonly tickers: { readonly count: number | null; readonly ttlSeconds: number } | null;
}

/** The published catalog: the values in its header, and whether its views match them. */
export interface InspectedCatalog {
  readonly state: "absent" | "rejected" | "verified";
  /**
   * Why the catalog is rejected, or accepted without a signature: `reason` is a code, `detail` a sentence.
   */
  readonly reason: string | null;
  readonly detail: string | null;
  /** The value of `views:hash`. */
  readonly hash: string | null;
  readonly revision: number | null;
  /** The fleet that published it; null if the publication names no fleet. */
  readonly fleet: string | null;
  /** The generation of its manifest; null if no manifest was verified. */
  readonly generation: number | null;
  readonly ttlSeconds: number | null;
  /** The views in code point order of entities; empty unless they match the hash and belong to this fleet. */
  readonly views: readonly { readonly entity: string; readonly bytes: number }[];
}

export interface InspectionContext {
  readonly verifier: Pick<CatalogVerifier, "verify">;
  /** `FLEET_ID` */
  readonly fleetId: string | undefined;
}

/**
 * Reads the catalog, the records of replicas and the tickers, and changes nothing.
 *
 * @throws {CacheError}
 */
export async function inspectCache(
  cache: CachePort,
  inspector: InspectionContext,
  options: CacheCallOptions = {},
): Promise<CacheInspection> {
  const stored = await createCatalogStore(cache).read(options);
  const life = await cache.getWithTtl(CATALOG_KEYS.hash, {
    ...options,
    bytesMax: CATALOG_KEY_BYTES_MAX.hash,
  });
  return {
    catalog: describeCatalog(stored, inspector, life?.ttlSeconds),
    replicas: await readReplicas(cache, options),
    tickers: await readTickers(cache, options),
  };
}

/** Maximum length of a shown hash: a value that another program wrote may have any length. */
const SHOWN_HASH_LENGTH_MAX = 64;

function describeCatalog(
  stored: StoredCatalog,
  { verifier, fleetId }: InspectionContext,
  ttlSeconds: number | undefined,
): InspectedCatalog {
  if (stored.kind === "same") throw new TypeError("Cannot inspect a catalog that was not read");
  const { hashValue, revision = null, fleet = null } = stored;
  const hash =
    hashValue === undefined ? null : new TextDecoder().decode(hashValue).slice(0, SHOWN_HASH_LENGTH_MAX);
  const common = { hash, revision, fleet, ttlSeconds: ttlSeconds ?? null, generation: null, views: [] };
  if (compareFleets({ own: fleetId, served: undefined }, stored.fleet) === "other") {
    const detail = `published by fleet ${fleet}, but FLEET_ID is ${fleetId}`;
    return { ...common, state: "rejected", reason: "foreign-fleet", detail };
  }
  switch (stored.kind) {
    case "verified":
      return { ...common, views: listViewSizes(stored.catalog), ...checkSignature(stored, verifier) };
    case "rejected":
      return { ...common, state: "rejected", reason: stored.reason, detail: stored.detail };
    case "absent": {
      const detail = `no catalog is published: ${CATALOG_KEYS.loaded} is absent`;
      return { ...common, state: "absent", reason: "absent", detail };
    }
  }
}

/** Verifies the published manifest by the settings, as at a start. */
function checkSignature(
  { catalog, manifestValue }: Extract<StoredCatalog, { kind: "verified" }>,
  verifier: Pick<CatalogVerifier, "verify">,
): Pick<InspectedCatalog, "detail" | "generation" | "reason" | "state"> {
  const decision = verifier.verify({ catalog, manifest: manifestValue, source: "cache" }, undefined);
  switch (decision.kind) {
    case "accepted":
      return { state: "verified", reason: null, detail: null, generation: decision.generation ?? null };
    case "tolerated":
      return { state: "verified", reason: decision.reason, detail: decision.detail, generation: null };
    case "refused":
      return { state: "rejected", reason: decision.reason, detail: decision.detail, generation: null };
  }
}

function listViewSizes({ views }: Catalog): InspectedCatalog["views"] {
  return [...views].map(([entity, { byteLength }]) => ({ entity, bytes: byteLength }));
}

async function readReplicas(
  cache: CachePort,
  options: CacheCallOptions,
): Promise<CacheInspection["replicas"]> {
  const ids = await cache.get(IDS_KEY, { ...options, bytesMax: REPLICA_IDS_BYTES_MAX });
  return (await readRecords(cache, parseReplicaIds(ids), options.signal)).records;
}

async function readTickers(cache: CachePort, options: CacheCallOptions): Promise<CacheInspection["tickers"]> {
  const entry = await cache.getWithTtl(TICKERS_KEY, { ...options, bytesMax: TICKERS_BYTES_MAX });
  if (entry === undefined) return null;
  return { count: decodeTickers(entry.value)?.length ?? null, ttlSeconds: entry.ttlSeconds };
}
