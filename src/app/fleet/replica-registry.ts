import { type CatalogHash, parseCatalogHash } from "../../domain/catalog/catalog.ts";
import {
  digestReplicaIds,
  encodeFleetSummary,
  type FleetSummary,
  isDivergent,
  type LostReplica,
  parseFleetSummary,
  SUMMARY_BYTES_MAX,
  selectLostReplicas,
  summarizeFleet,
  updateLostReplicas,
} from "../../domain/fleet/fleet-summary.ts";
import {
  encodeReplicaIds,
  encodeReplicaRecord,
  parseReplicaIds,
  parseReplicaRecord,
  REPLICA_IDS_BYTES_MAX,
  REPLICA_RECORD_BYTES_MAX,
  type ReplicaRecord,
} from "../../domain/fleet/replica-record.ts";
import { CATALOG_KEY_BYTES_MAX, CATALOG_KEYS } from "../../domain/release/published-catalog.ts";
import { type CacheEntry, CacheError, type CachePort } from "../../ports/cache-port.ts";

/** The live replicas, as observed by one of them. */
export interface Fleet {
  /** The id of the observing replica. */
  readonly self: string;
  /** Whether the shared cache answered; otherwise only the replica itself is known. */
  readonly shared: boolean;
  readonly publishedHash: CatalogHash | undefined;
  /** Sorted by id. */
  readonly replicas: readonly FleetMember[];
  /** Replicas whose heartbeats ended within the last hour without a stop. */
  readonly lost: readonly LostReplica[];
  /** The last known other replicas; set only while the shared cache does not answer. */
  readonly lastSeen?: { readonly ageSeconds: number; readonly replicas: readonly ReplicaRecord[] };
}

/** One replica; it diverges if a catalog is published that it does not serve. */
export type FleetMember = ReplicaRecord & { readonly divergent: boolean };

/** The numbers of the fleet at the last heartbeat. */
export interface FleetCounts
  extends Pick<FleetSummary, "digest" | "divergent" | "lost" | "refused" | "replicas"> {
  /** Whether the shared cache answered; otherwise only the replica itself is counted. */
  readonly shared: boolean;
  /** The number of other replicas at the last successful count. */
  readonly others: number;
}

/** Publishes this replica's heartbeat, and reads those of the others on demand. */
export interface ReplicaRegistry {
  /**
   * Renews this replica's record and reads the numbers of the fleet. About every ten seconds, one replica
   * also reads all records, counts them for the fleet, and removes expired replicas from the list.
   */
  heartbeat(): Promise<FleetCounts>;
  list(): Promise<Fleet>;
  /** The last known numbers, without I/O. */
  last(): FleetCounts;
  leave(): Promise<void>;
}

export interface ReplicaRegistryDeps {
  readonly cache: CachePort;
  readonly describe: () => ReplicaRecord;
  readonly ttlSeconds: number;
  /** Milliseconds of a monotonic clock; without it, `lastSeen` is never set. */
  readonly nowMs?: () => number;
  /** Milliseconds since 1970, for the times that replicas share. */
  readonly wallMs?: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Called with listed replicas that have vanished or are late, at each count and each `list()`. */
  readonly onVanished?: ((replicas: readonly LostReplica[]) => void) | undefined;
}

/** The key of the ids of all replicas that may be live; each replica's record has its own key. */
export const IDS_KEY = "replicas:list";
/** The TTL of a key that outlives a replica's record; the rest of this TTL dates the last heartbeat. */
const SEEN_TTL_SECONDS = 60;
/** The summary of the fleet; its bytes change only if the fleet does. */
const SUMMARY_KEY = "replicas:summary";
/** The lease of the last count: while it exists, the fleet need not be counted again. */
const COUNT_LEASE_KEY = "leases:fleet";
const FLAG_VALUE = new TextEncoder().encode("1");
const COUNT_PAUSE_SECONDS = 10;
/** The TTL of list and summary: they must outlive a counting replica that dies, and a few failed counts. */
const LIST_TTL_SECONDS = 3 * COUNT_PAUSE_SECONDS;
/** Maximum number of attempts to change the list: other replicas may change it at the same time. */
const ATTEMPTS_MAX = 5;

const recordKey = (id: string): string => `replicas:id:${id}`;
const seenKey = (id: string): string => `replicas:seen:${id}`;

export function createReplicaRegistry(deps: ReplicaRegistryDeps): ReplicaRegistry {
  const { cache, describe, ttlSeconds, nowMs, wallMs = Date.now, signal } = deps;
  let lastRead: { readonly others: readonly ReplicaRecord[]; readonly atMs: number } | undefined;
  let last = countsWithoutCache(0);
  let hasLeft = false;
  /** The fleet's summary as last read or written. If the stored one differs, a heartbeat reads it. */
  let summary: Uint8Array | undefined;
  /** The digest of the last list that was found to contain this replica. */
  let listDigest: string | undefined;

  async function renew(): Promise<void> {
    if (hasLeft) return;
    const self = describe();
    const entries = [
      { key: recordKey(self.id), value: encodeReplicaRecord(self) },
      { key: seenKey(self.id), value: FLAG_VALUE, ttlSeconds: SEEN_TTL_SECONDS },
    ];
    const expect = [
      { key: SUMMARY_KEY, value: summary, bytesMax: SUMMARY_BYTES_MAX },
      { key: COUNT_LEASE_KEY, value: FLAG_VALUE },
    ];
    const outcome = await cache.publish({ entries, ttlSeconds, remove: [], expect }, { signal });
    if (outcome.kind === "conflict" && !hasLeft) {
      await cache.publish({ entries, ttlSeconds, remove: [], expect: [] }, { signal });
      await learn();
    }
    let counted = parseFleetSummary(summary);
    if (listDigest === undefined || (counted !== undefined && counted.list !== listDigest)) {
      await join(self.id);
      await learn();
      counted = parseFleetSummary(summary);
    }
    const { replicas, divergent, digest, lost, refused } = counted ?? summarizeSelf(self);
    last = { shared: true, replicas, divergent, digest, lost, refused, others: Math.max(0, replicas - 1) };
  }

  /** Reads the summary of the fleet, and counts the fleet if its last count is too old. */
  async function learn(): Promise<void> {
    const [stored, counted] = await cache.getMany([SUMMARY_KEY, COUNT_LEASE_KEY], {
      bytesMax: SUMMARY_BYTES_MAX,
      signal,
    });
    summary = stored;
    if (counted !== undefined) return;
    const entries = [{ key: COUNT_LEASE_KEY, value: FLAG_VALUE }];
    const expect = [{ key: COUNT_LEASE_KEY, value: undefined }];
    const change = { entries, ttlSeconds: COUNT_PAUSE_SECONDS, remove: [], expect };
    const lease = await cache.publish(change, { signal });
    if (lease.kind === "published") await retryAttempt(count);
  }

  /** @returns false when the list was changed in between */
  async function count(): Promise<boolean> {
    const { ids, publishedHash, others, self, lost: before, missing } = await read();
    if (hasLeft) return true;
    const live = [...others, self];
    const liveIds = live.map(({ id }) => id);
    const list = encodeReplicaIds(liveIds);
    const lost = updateLostReplicas(before, { missing, live: liveIds, nowMs: wallMs() });
    const counted = encodeFleetSummary(summarizeFleet(live, publishedHash, list, lost));
    const entries = [
      { key: IDS_KEY, value: list },
      { key: SUMMARY_KEY, value: counted },
    ];
    if (!(await replaceList(ids, entries))) return false;
    summary = counted;
    listDigest = digestReplicaIds(list);
    return true;
  }

  async function dateHeartbeat(id: string): Promise<LostReplica> {
    const seen = await cache.getWithTtl(seenKey(id), { signal });
    // If the key has expired, or an older version did not write it, the heartbeat is at least as old as the
    // TTL of the record.
    const ageSeconds = Math.max(ttlSeconds, SEEN_TTL_SECONDS - (seen?.ttlSeconds ?? SEEN_TTL_SECONDS));
    return { id, since: new Date(wallMs() - ageSeconds * 1000).toISOString() };
  }

  async function join(id: string): Promise<void> {
    await retryAttempt(async () => {
      if (hasLeft) return true;
      const ids = await cache.get(IDS_KEY, { bytesMax: REPLICA_IDS_BYTES_MAX, signal });
      const listed = parseReplicaIds(ids);
      const list = ids !== undefined && listed.includes(id) ? ids : encodeReplicaIds([...listed, id]);
      if (list !== ids && !(await replaceList(ids, [{ key: IDS_KEY, value: list }], [COUNT_LEASE_KEY])))
        return false;
      listDigest = digestReplicaIds(list);
      return true;
    });
  }

  async function withdraw(): Promise<boolean> {
    const { id } = describe();
    const ids = await cache.get(IDS_KEY, { bytesMax: REPLICA_IDS_BYTES_MAX, signal });
    const list = encodeReplicaIds(parseReplicaIds(ids).filter((listed) => listed !== id));
    return replaceList(ids, [{ key: IDS_KEY, value: list }], [recordKey(id), seenKey(id), COUNT_LEASE_KEY]);
  }

  /**
   * Replaces the list. A replica that joins or leaves also deletes the counting lease, so the next heartbeat recounts
   * the fleet.
   *
   * @returns false when the list was changed in between
   */
  async function replaceList(
    ids: Uint8Array | undefined,
    entries: readonly CacheEntry[],
    remove: readonly string[] = [],
  ): Promise<boolean> {
    const expect = [{ key: IDS_KEY, value: ids, bytesMax: REPLICA_IDS_BYTES_MAX }];
    const change = { entries, ttlSeconds: LIST_TTL_SECONDS, remove, expect };
    return (await cache.publish(change, { signal })).kind === "published";
  }

  async function read() {
    const [ids, hash, summaryValue] = await cache.getMany([IDS_KEY, CATALOG_KEYS.hash, SUMMARY_KEY], {
      bytesMax: [REPLICA_IDS_BYTES_MAX, CATALOG_KEY_BYTES_MAX.hash, SUMMARY_BYTES_MAX],
      signal,
    });
    const self = describe();
    const otherIds = parseReplicaIds(ids).filter((id) => id !== self.id);
    const { records: others, expired } = await readRecords(cache, otherIds, signal);
    if (nowMs !== undefined) lastRead = { others, atMs: nowMs() };
    const { lost } = parseFleetSummary(summaryValue) ?? {};
    const missing = await Promise.all(expired.map(dateHeartbeat));
    if (missing.length > 0) deps.onVanished?.(missing);
    return { ids, publishedHash: parseHashBytes(hash), others, self, lost, missing };
  }

  async function list(): Promise<Fleet> {
    const { publishedHash, others, self, lost } = await read();
    const replicas = [self, ...others]
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .map((record) => ({ ...record, divergent: isDivergent(record, publishedHash) }));
    return { self: self.id, shared: true, publishedHash, replicas, lost: selectLostReplicas(lost, wallMs()) };
  }

  /** Runs a task. If the shared cache fails, `last` describes only this replica, and `alone` gives the result. */
  async function withFallback<Result>(task: () => Promise<Result>, alone: () => Result): Promise<Result> {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof CacheError)) throw error;
      last = countsWithoutCache(last.others);
      return alone();
    }
  }

  function countsWithoutCache(others: number): FleetCounts {
    const { replicas, divergent, digest } = summarizeSelf(describe());
    return { shared: false, replicas, divergent, digest, others };
  }

  function listAlone(): Fleet {
    const self = describe();
    const replicas = [{ ...self, divergent: false }];
    return { self: self.id, shared: false, publishedHash: undefined, replicas, lost: [], ...lastSeen() };
  }

  function lastSeen(): Pick<Fleet, "lastSeen"> {
    if (lastRead === undefined || nowMs === undefined || lastRead.others.length === 0) return {};
    const ageSeconds = Math.max(0, Math.round((nowMs() - lastRead.atMs) / 1000));
    return { lastSeen: { ageSeconds, replicas: lastRead.others } };
  }

  return {
    async heartbeat() {
      await withFallback(renew, () => undefined);
      return last;
    },
    list: () => withFallback(list, listAlone),
    last: () => last,
    async leave() {
      hasLeft = true;
      await withFallback(
        () => retryAttempt(withdraw),
        () => undefined,
      );
    },
  };
}

/** Reads the records of replicas. Damaged ones are left out; `expired`: the ids without a record. */
export async function readRecords(cache: CachePort, ids: readonly string[], signal?: AbortSignal) {
  const bounded = { signal, bytesMax: REPLICA_RECORD_BYTES_MAX };
  const values = ids.length === 0 ? [] : await cache.getMany(ids.map(recordKey), bounded);
  const records = ids.flatMap((id, index) => {
    const record = values[index] && parseReplicaRecord(values[index]);
    return record?.id === id ? [record] : [];
  });
  return { records, expired: ids.filter((_, index) => values[index] === undefined) };
}

async function retryAttempt(attempt: () => Promise<boolean>): Promise<void> {
  for (let attempts = 1; attempts <= ATTEMPTS_MAX; attempts++) if (await attempt()) return;
}

function summarizeSelf(self: ReplicaRecord): FleetSummary {
  return summarizeFleet([self], undefined, new Uint8Array());
}

function parseHashBytes(bytes: Uint8Array | undefined): CatalogHash | undefined {
  return bytes === undefined ? undefined : parseCatalogHash(new TextDecoder().decode(bytes));
}
