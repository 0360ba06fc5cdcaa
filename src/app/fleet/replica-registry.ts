import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { type CatalogHash, parseCatalogHash } from "../../domain/catalog/catalog.ts";
import {
  encodeReplicaIds,
  encodeReplicaRecord,
  parseReplicaIds,
  parseReplicaRecord,
  RECORD_BYTES_MAX,
  REPLICA_IDS_BYTES_MAX,
  type ReplicaRecord,
} from "../../domain/fleet/replica-record.ts";
import { CATALOG_KEY_BYTES_MAX, CATALOG_KEYS } from "../../domain/release/published-catalog.ts";
import { CacheError, type CachePort } from "../../ports/cache-port.ts";

/** The live replicas, as one of them sees them. */
export interface Fleet {
  /** The id of the observing replica. */
  readonly self: string;
  /** Whether the shared cache answered; otherwise only the replica itself is known. */
  readonly shared: boolean;
  /** The hash of the published catalog. */
  readonly publishedHash: CatalogHash | undefined;
  /** By id. */
  readonly replicas: readonly FleetMember[];
  /** The last known other replicas; set only while the shared cache does not answer. */
  readonly lastSeen?: { readonly ageSeconds: number; readonly replicas: readonly ReplicaRecord[] };
}

/** One replica; it diverges when it does not serve the published catalog. */
export type FleetMember = ReplicaRecord & { readonly divergent: boolean };

/** Publishes this replica's heartbeat, and reads those of the others. */
export interface ReplicaRegistry {
  /** Renews this replica's record and forgets replicas with expired ones; returns the resulting fleet. */
  beat(): Promise<Fleet>;
  /** Reads the fleet from the shared cache. */
  list(): Promise<Fleet>;
  /** The last known fleet, without I/O. */
  last(): Fleet;
  /** Deletes this replica's record. */
  leave(): Promise<void>;
}

export interface ReplicaRegistryDeps {
  readonly cache: CachePort;
  readonly describe: () => ReplicaRecord;
  /** How long a replica counts as live after its last heartbeat. */
  readonly ttlSeconds: number;
  /** Milliseconds of a monotonic clock; without it, replicas are not remembered between reads. */
  readonly nowMs?: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** The ids of the replicas that may be live; each has a record of its own. */
export const IDS_KEY = "replicas:list";
/**
 * The list outlives this many heartbeats that only renew the record, at their longest intervals, with seconds
 * to spare.
 */
const LISTINGS_SKIPPED_MAX = 2;
/** The most records that are read with the list in one round trip, which keeps the read small. */
const EXPECTED_MAX = 14;
/** Replicas that start and stop at the same time change the list concurrently. */
const ATTEMPTS_MAX = 5;

/** The key of the record of one replica. */
export const recordKey = (id: string): string => `replicas:id:${id}`;

export function createReplicaRegistry(deps: ReplicaRegistryDeps): ReplicaRegistry {
  const { cache, describe, ttlSeconds, nowMs, signal } = deps;
  let seen: { readonly others: readonly ReplicaRecord[]; readonly atMs: number } | undefined;
  let last = fleetOf(describe(), { shared: false, publishedHash: undefined, others: [] });
  let left = false;
  let expected: readonly string[] = [];
  let listingsSkipped = 0;

  async function read() {
    const asked = expected.map(recordKey);
    const [ids, hash, ...records] = await cache.getMany([IDS_KEY, CATALOG_KEYS.hash, ...asked], {
      bytesMax: [REPLICA_IDS_BYTES_MAX, CATALOG_KEY_BYTES_MAX.hash, ...asked.map(() => RECORD_BYTES_MAX)],
      signal,
    });
    const self = describe();
    const named = parseReplicaIds(ids).filter((id) => id !== self.id);
    const known = new Map(asked.map((key, index) => [key, records[index]]));
    const missing = named.map(recordKey).filter((key) => !known.has(key));
    const found =
      missing.length === 0 ? [] : await cache.getMany(missing, { bytesMax: RECORD_BYTES_MAX, signal });
    for (const [index, key] of missing.entries()) known.set(key, found[index]);
    const others = named.flatMap((id) => {
      const bytes = known.get(recordKey(id));
      const record = bytes === undefined ? undefined : parseReplicaRecord(bytes);
      return record?.id === id ? [record] : [];
    });
    // Read together with the list: the records of the already known replicas, which are small.
    expected = others.map(({ id }) => id).slice(0, EXPECTED_MAX);
    last = fleetOf(self, { shared: true, publishedHash: readHash(hash), others });
    if (nowMs !== undefined) seen = { others, atMs: nowMs() };
    return { ids, others, self };
  }

  /**
   * Renews only the record while the list is correct and far from expiry.
   *
   * @returns false when the list was changed meanwhile
   */
  async function write(alive: boolean): Promise<boolean> {
    const { ids, others, self } = await read();
    const entry = others.map(({ id }) => id);
    if (alive && listingsSkipped < LISTINGS_SKIPPED_MAX && isListed(ids, [...entry, self.id])) {
      if (left) return true;
      listingsSkipped += 1;
      await cache.set(recordKey(self.id), encodeReplicaRecord(self), { ttlSeconds, signal });
      return true;
    }
    const entries = alive
      ? [
          { key: recordKey(self.id), value: encodeReplicaRecord(self) },
          { key: IDS_KEY, value: encodeReplicaIds([...entry, self.id]) },
        ]
      : [{ key: IDS_KEY, value: encodeReplicaIds(entry) }];
    const remove = alive ? [] : [recordKey(self.id)];
    const expect = [{ key: IDS_KEY, value: ids, bytesMax: REPLICA_IDS_BYTES_MAX }];
    const outcome = await cache.publish({ entries, ttlSeconds, remove, expect }, { signal });
    if (outcome.kind !== "conflict") listingsSkipped = 0;
    return outcome.kind !== "conflict";
  }

  async function keepTrying(alive: boolean): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if ((alive && left) || (await write(alive))) return;
    }
  }

  function lastSeen(): Pick<Fleet, "lastSeen"> {
    if (seen === undefined || nowMs === undefined || seen.others.length === 0) return {};
    const ageSeconds = Math.max(0, Math.round((nowMs() - seen.atMs) / 1000));
    return { lastSeen: { ageSeconds, replicas: seen.others } };
  }

  /** Without the shared cache a replica knows itself only. */
  async function orAlone(task: () => Promise<unknown>): Promise<Fleet> {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      last = {
        ...fleetOf(describe(), { shared: false, publishedHash: undefined, others: [] }),
        ...lastSeen(),
      };
    }
    return last;
  }

  return {
    beat: () => orAlone(async () => (left ? undefined : await keepTrying(true))),
    list: () => orAlone(read),
    last: () => last,
    async leave() {
      left = true;
      await orAlone(() => keepTrying(false));
    },
  };
}

function fleetOf(
  self: ReplicaRecord,
  {
    shared,
    publishedHash,
    others,
  }: Pick<Fleet, "publishedHash" | "shared"> & { readonly others: readonly ReplicaRecord[] },
): Fleet {
  const replicas = [self, ...others]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map((record) => ({ ...record, divergent: isDivergent(record, publishedHash) }));
  return { self: self.id, shared, publishedHash, replicas };
}

function isDivergent({ catalog }: ReplicaRecord, publishedHash: CatalogHash | undefined): boolean {
  return publishedHash !== undefined && catalog?.hash !== publishedHash;
}

/** Whether the list names just these replicas. */
function isListed(ids: Uint8Array | undefined, entry: readonly string[]): boolean {
  const listed = new Set(parseReplicaIds(ids));
  return listed.size === entry.length && entry.every((id) => listed.has(id));
}

function readHash(bytes: Uint8Array | undefined): CatalogHash | undefined {
  return bytes === undefined ? undefined : parseCatalogHash(new TextDecoder().decode(bytes));
}

/** The host, which is the name of a pod in Kubernetes, and a part that distinguishes two starts on it. */
export function createReplicaId(): string {
  return `${hostName().slice(0, 60)}-${randomBytes(4).toString("hex")}`;
}

function hostName(): string {
  try {
    return hostname().replace(/[^\x21-\x7e]/g, "") || "replica";
  } catch {
    // Deno needs a permission for it.
    return "replica";
  }
}
