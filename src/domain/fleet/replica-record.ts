import * as v from "valibot";
import type { DeepReadonly } from "../../lib/deep-readonly.ts";
import { isReplicaId, REPLICA_ID_PATTERN, REPLICA_NAME_PATTERN } from "./announcement.ts";

/** The largest record, in bytes: the usual size is a few hundred. */
export const REPLICA_RECORD_BYTES_MAX = 8 * 1024;

/** The caches of a service; `custom`: one that an embedding program passed in. */
export const CACHE_BACKENDS = ["custom", "local", "redis"] as const;

export type CacheBackend = (typeof CACHE_BACKENDS)[number];

/** Printable ASCII, because the text is shown on terminals. */
const textSchema = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\x20-\x7e]*$/));
export const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ageSecondsSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

/**
 * The record that a replica publishes about itself. Ages are in seconds by the replica's own clock, so that clocks of
 * different replicas are never compared.
 */
export const replicaRecordSchema = v.object({
  schema: v.literal(1),
  /** A new id at each start. */
  id: v.pipe(v.string(), v.regex(REPLICA_ID_PATTERN), v.examples(["pod-1-0a1b2c3d"])),
  /** The readable name from its settings; absent if it is not set, and in records of older versions. */
  name: v.optional(v.pipe(v.string(), v.regex(REPLICA_NAME_PATTERN), v.examples(["web-1"]))),
  version: textSchema,
  runtime: textSchema,
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  uptimeSeconds: ageSecondsSchema,
  catalog: v.nullable(
    v.object({
      hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.examples(["0".repeat(64)])),
      source: v.picklist(["cache", "disk"]),
      views: countSchema,
      /** The revision of its publication; 0 before the first publication. */
      revision: countSchema,
      /**
       * The generation of its manifest, null without a manifest; undefined when the replica runs a version without
       * this field.
       */
      generation: v.optional(v.nullable(countSchema)),
      ageSeconds: ageSecondsSchema,
    }),
  ),
  cache: v.object({ backend: v.picklist(CACHE_BACKENDS), state: v.picklist(["down", "up"]) }),
  tickers: v.nullable(v.object({ count: countSchema, ageSeconds: ageSecondsSchema, stale: v.boolean() })),
  /** Present while the catalog on this replica's disk is refused. */
  disk: v.optional(
    v.object({
      /** A refusal reason; any word is valid, because a newer version may have further reasons. */
      reason: v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/), v.examples(["invalid-catalog"])),
      since: v.pipe(v.string(), v.isoTimestamp()),
    }),
  ),
});

export type ReplicaRecord = DeepReadonly<v.InferOutput<typeof replicaRecordSchema>>;

export function encodeReplicaRecord(record: ReplicaRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** Parses a record; undefined if it is invalid. Unknown fields are dropped. */
export function parseReplicaRecord(bytes: Uint8Array): ReplicaRecord | undefined {
  if (bytes.byteLength > REPLICA_RECORD_BYTES_MAX) return undefined;
  const parsed = v.safeParse(replicaRecordSchema, readJson(bytes));
  return parsed.success ? parsed.output : undefined;
}

/** Maximum number of listed replicas. Further replicas work too, but they are not shown. */
export const REPLICAS_MAX = 1000;

/** The largest list of replica ids, in bytes: more than the longest valid list needs. */
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
