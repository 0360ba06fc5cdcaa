import { createHash } from "node:crypto";
import * as v from "valibot";
import type { CatalogHash } from "../catalog/catalog.ts";
import { type ReplicaRecord, readJson } from "./replica-record.ts";

/**
 * A fleet in a few figures. One replica at a time counts it for all, so that the others need not read every
 * record.
 */
export interface FleetSummary {
  /** The version of the summary's format. */
  readonly schema: 1;
  /** The live replicas. */
  readonly replicas: number;
  /** Those of them that do not serve the published catalog. */
  readonly divergent: number;
  /** Changes when a replica comes, goes, serves another catalog, or loses or finds its cache. */
  readonly digest: string;
  /** Identifies the list of replica ids that was counted: see {@link digestReplicaIds}. */
  readonly list: string;
}

/** The largest summary, in bytes: several times the usual size. */
export const SUMMARY_BYTES_MAX = 1024;

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const summarySchema = v.object({
  schema: v.literal(1),
  replicas: count,
  divergent: count,
  digest,
  list: digest,
});

/** Whether a replica does not serve the published catalog; never while nothing is published. */
export function isDivergent({ catalog }: ReplicaRecord, publishedHash: CatalogHash | undefined): boolean {
  return publishedHash !== undefined && catalog?.hash !== publishedHash;
}

/**
 * Counts a fleet.
 *
 * @param ids the list of replica ids, as it is stored
 */
export function summarizeFleet(
  records: readonly ReplicaRecord[],
  publishedHash: CatalogHash | undefined,
  ids: Uint8Array,
): FleetSummary {
  const marks = records.map(({ id, catalog, cache }) => [id, catalog?.hash, cache.state].join(" "));
  return {
    schema: 1,
    replicas: records.length,
    divergent: records.filter((record) => isDivergent(record, publishedHash)).length,
    digest: sha1([publishedHash, ...marks.sort()].join("\n")),
    list: digestReplicaIds(ids),
  };
}

/** Identifies a stored list of replica ids. */
export function digestReplicaIds(ids: Uint8Array): string {
  return sha1(ids);
}

/** Writes a summary in its form in the shared cache: the same bytes for the same fleet. */
export function encodeFleetSummary(summary: FleetSummary): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(summary));
}

/** Parses a summary; undefined if it is absent or invalid. Unknown fields are dropped. */
export function parseFleetSummary(bytes: Uint8Array | undefined): FleetSummary | undefined {
  if (bytes === undefined || bytes.byteLength > SUMMARY_BYTES_MAX) return undefined;
  const parsed = v.safeParse(summarySchema, readJson(bytes));
  return parsed.success ? parsed.output : undefined;
}

function sha1(value: Uint8Array | string): string {
  return createHash("sha1").update(value).digest("hex");
}
