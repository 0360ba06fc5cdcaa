import * as v from "valibot";
import type { DeepReadonly } from "../../lib/deep-readonly.ts";
import { ENTITY_LENGTH_MAX, ENTITY_PATTERN } from "../view/entity.ts";
import { REPLICA_ID_PATTERN, REPLICA_NAME_PATTERN } from "./announcement.ts";
import { countSchema, readJson } from "./replica-record.ts";

export const HISTORY_KINDS = ["activated", "published", "reloaded", "refused", "repaired"] as const;

/** Maximum number of entries of a history; the newest are kept. */
export const HISTORY_ENTRIES_MAX = 120;
/** Maximum number of view names in an entry. */
export const HISTORY_VIEWS_MAX = 3;
/** The largest history, in bytes: about four times the usual size of a full one. */
export const HISTORY_BYTES_MAX = 256 * 1024;

const hashSchema = v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/), v.examples(["0".repeat(64)])));
const entitySchema = v.pipe(
  v.string(),
  v.maxLength(ENTITY_LENGTH_MAX),
  v.regex(ENTITY_PATTERN),
  v.examples(["view_fiis_info"]),
);

/** Where a diagnostic is; the message is left out, because it may quote a value. */
const errorPlaceSchema = v.object({
  file: v.pipe(
    v.string(),
    v.maxLength(200),
    v.regex(/^[\x20-\x7e\xa0-\uffff]+$/),
    v.examples(["view_fiis_info.yaml"]),
    v.description("Path relative to the catalog folder."),
  ),
  line: countSchema,
  column: countSchema,
  code: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/), v.examples(["yaml-syntax"])),
});

/** One event of a replica. It contains no value of a view. */
export const historyEntrySchema = v.object({
  /** The time by the clock of the replica, in RFC 3339 format. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  replica: v.pipe(v.string(), v.regex(REPLICA_ID_PATTERN)),
  name: v.optional(v.pipe(v.string(), v.regex(REPLICA_NAME_PATTERN), v.examples(["web-1"]))),
  /** Counts the events of the replica: no two entries of one replica have the same number. */
  number: countSchema,
  kind: v.picklist(HISTORY_KINDS),
  /**
   * The trigger: a start, a comparison with the shared cache, or a requested reload; null if it is not
   * recorded.
   */
  trigger: v.nullable(v.picklist(["preload", "reconcile", "reload"])),
  /** The catalog hash before, and after; null without a catalog. */
  from: hashSchema,
  to: hashSchema,
  added: countSchema,
  changed: countSchema,
  removed: countSchema,
  views: v.pipe(
    v.array(entitySchema),
    v.maxLength(HISTORY_VIEWS_MAX),
    v.description(
      `The first ${HISTORY_VIEWS_MAX} views that differ: the changed ones first, then the added, then the removed.`,
    ),
  ),
  /** Why a catalog was refused, or what was repaired; null otherwise. */
  reason: v.nullable(v.pipe(v.string(), v.maxLength(200), v.regex(/^[\x20-\x7e]*$/))),
  requestId: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9._:-]{1,128}$/),
      v.examples(["a1B2c3D4e5F6.1000001"]),
      v.description(
        "Id of the request that caused a reload, as in the log; of several that shared it, the first.",
      ),
    ),
  ),
  errors: v.optional(
    v.pipe(
      v.object({ total: countSchema, first: v.optional(errorPlaceSchema) }),
      v.description("Number of errors of a refused catalog on disk, and where the first is."),
    ),
  ),
});

export type HistoryEntry = DeepReadonly<v.InferOutput<typeof historyEntrySchema>>;

/** The `errors` of an entry; without the place of the first error if its file has an unusual name. */
export function describeErrors(total: number, first: unknown): NonNullable<HistoryEntry["errors"]> {
  const place = v.safeParse(errorPlaceSchema, first);
  return place.success ? { total, first: place.output } : { total };
}

/**
 * A replica that stopped or vanished, and the time of its last sign of life. A later heartbeat means that it is
 * back.
 */
export const departureSchema = v.object({
  replica: historyEntrySchema.entries.replica,
  at: historyEntrySchema.entries.at,
});
export type Departure = DeepReadonly<v.InferOutput<typeof departureSchema>>;

const storedHistorySchema = v.object({
  schema: v.literal(1),
  entries: v.array(v.unknown()),
  departed: v.optional(v.array(v.unknown()), []),
});

export function encodeHistory(
  entries: readonly HistoryEntry[],
  departed: readonly Departure[] = [],
): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ schema: 1, entries, departed }));
}

/** Parses a history and drops invalid entries. An invalid or too large history gives an empty list. */
export function parseHistory(bytes: Uint8Array | undefined): readonly HistoryEntry[] {
  return keepValidItems(readStoredHistory(bytes)?.entries, historyEntrySchema);
}

export function parseDepartures(bytes: Uint8Array | undefined): readonly Departure[] {
  return keepValidItems(readStoredHistory(bytes)?.departed, departureSchema);
}

function readStoredHistory(
  bytes: Uint8Array | undefined,
): v.InferOutput<typeof storedHistorySchema> | undefined {
  if (bytes === undefined || bytes.byteLength > HISTORY_BYTES_MAX) return undefined;
  const stored = v.safeParse(storedHistorySchema, readJson(bytes));
  return stored.success ? stored.output : undefined;
}

function keepValidItems<Schema extends v.GenericSchema>(
  items: readonly unknown[] | undefined,
  schema: Schema,
): readonly v.InferOutput<Schema>[] {
  return (items ?? []).slice(0, HISTORY_ENTRIES_MAX).flatMap((item) => {
    const parsed = v.safeParse(schema, item);
    return parsed.success ? [parsed.output] : [];
  });
}

/**
 * Merges departures: keeps the newest of each replica that has an entry, so that there are at most as many
 * departures as entries.
 */
export function mergeDepartures(
  entries: readonly HistoryEntry[],
  left: readonly Departure[],
  right: readonly Departure[],
): readonly Departure[] {
  const oldestFirst = [...left, ...right].toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const newest = new Map(oldestFirst.map((departure) => [departure.replica, departure]));
  return [...new Set(entries.map(({ replica }) => replica))].flatMap((id) => newest.get(id) ?? []);
}

/**
 * Merges two histories: each entry once, the newest first, at most {@link HISTORY_ENTRIES_MAX}. The order in
 * which replicas merge makes no difference.
 */
export function mergeHistories(
  left: readonly HistoryEntry[],
  right: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const byId = new Map<string, HistoryEntry>();
  for (const entry of [...left, ...right]) {
    const id = `${entry.replica} ${entry.number}`;
    const known = byId.get(id);
    // A replica of an older version drops the fields that it does not know, so the entry with more fields is
    // kept.
    if (known === undefined || Object.keys(known).length < Object.keys(entry).length) byId.set(id, entry);
  }
  return [...byId.values()].sort(compareByTime).slice(0, HISTORY_ENTRIES_MAX);
}

function compareByTime(left: HistoryEntry, right: HistoryEntry): number {
  if (left.at !== right.at) return left.at > right.at ? -1 : 1;
  if (left.replica !== right.replica) return left.replica < right.replica ? -1 : 1;
  return right.number - left.number;
}

/**
 * Finds when, and on which replica, a catalog was last replaced: by a reload if one is recorded, else by another
 * activation.
 *
 * @param entries the newest first
 * @returns undefined for a catalog that was never replaced
 */
export function findReplacement(
  entries: readonly HistoryEntry[],
  hash: string,
): Pick<HistoryEntry, "at" | "replica"> | undefined {
  const replaced = entries.filter(({ kind, from }) => kind === "activated" && from === hash);
  const entry = replaced.find(({ trigger }) => trigger === "reload") ?? replaced[0];
  return entry && { at: entry.at, replica: entry.replica };
}

/**
 * The time since which the fleet has activated only the catalog `hash`. Undefined unless the last activation
 * of this replica activated this catalog and replaced no other.
 *
 * @param entries the newest first
 */
export function findServedSince(
  entries: readonly HistoryEntry[],
  replica: string,
  hash: string,
): string | undefined {
  const activations = entries.filter(({ kind }) => kind === "activated");
  const own = activations.find((entry) => entry.replica === replica);
  if (own?.from !== null || own.to !== hash) return undefined;
  const other = activations.findIndex(({ to }) => to !== hash);
  return activations.slice(0, other < 0 ? activations.length : other).at(-1)?.at;
}
