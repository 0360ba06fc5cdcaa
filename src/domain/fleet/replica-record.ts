import * as v from "valibot";
import { isReplicaId, REPLICA_ID_PATTERN, REPLICA_NAME_PATTERN } from "./announcement.ts";

/**
 * The record that a replica publishes about itself. Ages are in seconds by the replica's own clock, so that clocks of
 * different replicas are never compared.
 */
export interface ReplicaRecord {
  readonly schema: 1;
  /** 1 to 100 visible ASCII characters; a new id at each start. */
  readonly id: string;
  /** The readable name from its settings; absent if it is not set, and in records of older versions. */
  readonly name?: string | undefined;
  readonly version: string;
  readonly runtime: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly catalog: {
    readonly hash: string;
    readonly source: "cache" | "disk";
    readonly views: number;
    /** The revision of its publication; 0 before the first publication. */
    readonly revision: number;
    /**
     * The generation of its manifest, null without a manifest; undefined when the replica runs a version without this
     * field.
     */
    readonly generation?: number | null | undefined;
    readonly ageSeconds: number;
  } | null;
  readonly cache: { readonly backend: "local" | "redis"; readonly state: "down" | "up" };
  readonly tickers: { readonly count: number; readonly ageSeconds: number; readonly stale: boolean } | null;
  /** Present while the catalog on this replica's disk is refused. */
  readonly disk?: DiskRefusal | undefined;
}

export interface DiskRefusal {
  /** A refusal reason; any word is valid, because a newer version may have further reasons. */
  readonly reason: string;
  readonly since: string;
}

/** The largest record, in bytes: the usual size is a few hundred. */
export const RECORD_BYTES_MAX = 8 * 1024;

/** Printable ASCII, because the text is shown on terminals. */
const text = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\x20-\x7e]*$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ageSeconds = v.pipe(v.number(), v.finite(), v.minValue(0));

export const replicaRecordSchema = v.object({
  schema: v.literal(1),
  id: v.pipe(v.string(), v.regex(REPLICA_ID_PATTERN), v.examples(["pod-1-0a1b2c3d"])),
  name: v.optional(v.pipe(v.string(), v.regex(REPLICA_NAME_PATTERN), v.examples(["web-1"]))),
  version: text,
  runtime: text,
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  uptimeSeconds: ageSeconds,
  catalog: v.nullable(
    v.object({
      hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.examples(["0".repeat(64)])),
      source: v.picklist(["cache", "disk"]),
      views: count,
      revision: count,
      generation: v.optional(v.nullable(count)),
      ageSeconds,
    }),
  ),
  cache: v.object({ backend: v.picklist(["local", "redis"]), state: v.picklist(["down", "up"]) }),
  tickers: v.nullable(v.object({ count, ageSeconds, stale: v.boolean() })),
  disk: v.optional(
    v.object({
      reason: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/), v.examples(["invalid-catalog"])),
      since: v.pipe(v.string(), v.isoTimestamp()),
    }),
  ),
});

export function encodeReplicaRecord(record: ReplicaRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** Parses a record; undefined if it is invalid. Unknown fields are dropped. */
export function parseReplicaRecord(bytes: Uint8Array): ReplicaRecord | undefined {
  if (bytes.byteLength > RECORD_BYTES_MAX) return undefined;
  const parsed = v.safeParse(replicaRecordSchema, readJson(bytes));
  return parsed.success ? parsed.output : undefined;
}

/** Maximum number of listed replicas. Further replicas work too, but they are not shown. */
export const REPLICAS_MAX = 1000;

/** The largest list of replica ids, in bytes: about twice the size of the longest valid list. */
export const REPLICA_IDS_BYTES_MAX = 256 * 1024;

/** Encodes the list of replica ids: sorted, each once, at most {@link REPLICAS_MAX}. */
export function encodeReplicaIds(ids: Iterable<string>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([...new Set(ids)].sort().slice(0, REPLICAS_MAX)));
}

/** Parses a list of replica ids and drops invalid ids. An invalid or too large list gives an empty one. */
export function parseReplicaIds(bytes: Uint8Array | undefined): readonly string[] {
  if (bytes === undefined || bytes.byteLength > REPLICA_IDS_BYTES_MAX) return [];
  const value = readJson(bytes);
  if (!Array.isArray(value)) return [];
  const ids = value.filter((item): item is string => typeof item === "string" && isReplicaId(item));
  return [...new Set(ids)].slice(0, REPLICAS_MAX);
}

/** Parses JSON in UTF-8; undefined if it is invalid. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
