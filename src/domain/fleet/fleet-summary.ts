import { hash } from "node:crypto";
import * as v from "valibot";
import type { DeepReadonly } from "../../lib/deep-readonly.ts";
import type { CatalogHash } from "../catalog/catalog.ts";
import { REPLICA_ID_PATTERN } from "./announcement.ts";
import { countSchema, type ReplicaRecord, readJson } from "./replica-record.ts";

/** A replica whose heartbeats ended; `since` is the time of the last heartbeat. */
export interface LostReplica {
  readonly id: string;
  /** Its readable name; not part of the stored summary. */
  readonly name?: string | undefined;
  readonly since: string;
}

/** Maximum number of lost replicas; the newest are kept. */
const LOST_REPLICAS_MAX = 5;
/** A killed replica restarts under another id, so its old id is forgotten after an hour. */
const LISTED_AS_LOST_MS = 3_600_000;
/**
 * A replica whose heartbeats return within this time was late and not lost. The time is longer than the TTL of the
 * list of replicas: in an outage of the cache, the list expires before its replicas would count as lost.
 */
const LATE_HEARTBEAT_MS = 40_000;

/** Selects the replicas that count as lost at the time `nowMs`: those that are neither late nor forgotten. */
export function selectLostReplicas(
  lost: readonly LostReplica[] | undefined,
  nowMs: number,
): readonly LostReplica[] {
  return (lost ?? []).filter(({ since }) => {
    const ageMs = nowMs - Date.parse(since);
    return ageMs >= LATE_HEARTBEAT_MS && ageMs < LISTED_AS_LOST_MS;
  });
}

/**
 * Updates the lost replicas after the replicas were counted again.
 *
 * @param before the lost replicas of the previous count
 * @param missing listed replicas without a record
 * @param live the replicas with a record
 */
export function updateLostReplicas(
  before: readonly LostReplica[] | undefined,
  {
    missing,
    live,
    nowMs,
  }: {
    readonly missing: readonly LostReplica[];
    readonly live: readonly string[];
    readonly nowMs: number;
  },
): readonly LostReplica[] {
  const known = (before ?? []).filter(
    ({ id, since }) => !live.includes(id) && nowMs - Date.parse(since) < LISTED_AS_LOST_MS,
  );
  const found = missing.filter(({ id }) => !known.some((lost) => lost.id === id));
  return [...known, ...found]
    .sort((left, right) => (left.since < right.since ? -1 : 1))
    .slice(-LOST_REPLICAS_MAX);
}

/** The largest summary, in bytes: several times the usual size. */
export const SUMMARY_BYTES_MAX = 1024;

const digestSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const sinceSchema = v.pipe(v.string(), v.isoTimestamp());
const lostSchema = v.object({ id: v.pipe(v.string(), v.regex(REPLICA_ID_PATTERN)), since: sinceSchema });
const summarySchema = v.object({
  schema: v.literal(1),
  /** The number of live replicas. */
  replicas: countSchema,
  /** The number of live replicas that do not serve the published catalog. */
  divergent: countSchema,
  /**
   * Changes with the published hash, with the set of replicas, and with the catalog, the state of the cache
   * and the refused disk of each replica.
   */
  digest: digestSchema,
  /** Identifies the list of replica ids that was counted: see {@link digestReplicaIds}. */
  list: digestSchema,
  /**
   * Replicas whose heartbeats ended although they were not stopped, the oldest first; absent if no replica is lost.
   */
  lost: v.optional(v.pipe(v.array(lostSchema), v.maxLength(LOST_REPLICAS_MAX))),
  /**
   * The number of replicas whose catalog on disk is refused, and the earliest refusal; absent if no catalog is
   * refused.
   */
  refused: v.optional(v.object({ count: countSchema, since: sinceSchema })),
});

/**
 * A fleet in a few figures. One replica at a time reads every record and writes the summary; for these
 * figures, the others read only the summary.
 */
export type FleetSummary = DeepReadonly<v.InferOutput<typeof summarySchema>>;

/** Whether a replica does not serve the published catalog; always false while nothing is published. */
export function isDivergent({ catalog }: ReplicaRecord, publishedHash: CatalogHash | undefined): boolean {
  return publishedHash !== undefined && catalog?.hash !== publishedHash;
}

/**
 * Summarizes a fleet.
 *
 * @param ids the list of replica ids, as it is stored
 * @param lost see {@link updateLostReplicas}
 */
export function summarizeFleet(
  records: readonly ReplicaRecord[],
  publishedHash: CatalogHash | undefined,
  ids: Uint8Array,
  lost: readonly LostReplica[] = [],
): FleetSummary {
  const marks = records.map(({ id, catalog, cache, disk }) =>
    [id, catalog?.hash, cache.state, ...(disk === undefined ? [] : [disk.reason, disk.since])].join(" "),
  );
  const refusals = records.flatMap(({ disk }) => (disk === undefined ? [] : [disk.since])).sort();
  const [since] = refusals;
  return {
    schema: 1,
    replicas: records.length,
    divergent: records.filter((record) => isDivergent(record, publishedHash)).length,
    digest: hash("sha1", [publishedHash, ...marks.sort()].join("\n")),
    list: digestReplicaIds(ids),
    ...(lost.length === 0 ? {} : { lost }),
    ...(since === undefined ? {} : { refused: { count: refusals.length, since } }),
  };
}

export function digestReplicaIds(ids: Uint8Array): string {
  return hash("sha1", ids);
}

/** Encodes a summary for the shared cache: the same bytes for the same fleet. */
export function encodeFleetSummary(summary: FleetSummary): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(summary));
  if (bytes.byteLength <= SUMMARY_BYTES_MAX) return bytes;
  // Only ids of unusual length need more than the limit: the lost replicas are then left out.
  const { lost: _, ...rest } = summary;
  return encodeFleetSummary(rest);
}

/** Parses a summary; undefined if it is absent or invalid. Unknown fields are dropped. */
export function parseFleetSummary(bytes: Uint8Array | undefined): FleetSummary | undefined {
  if (bytes === undefined || bytes.byteLength > SUMMARY_BYTES_MAX) return undefined;
  const parsed = v.safeParse(summarySchema, readJson(bytes));
  return parsed.success ? parsed.output : undefined;
}
