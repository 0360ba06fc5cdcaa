import * as v from "valibot";
import { type CatalogHash, parseCatalogHash } from "../catalog/catalog.ts";
import { readStoredJson } from "../json/parse-json.ts";

interface AnnouncementFields {
  /** The id of the sender, see {@link isReplicaId}. A replica recognizes its own announcements by this id. */
  readonly replica: string;
  /** The trace in which the sender published, see {@link isTraceparent}. */
  readonly traceparent?: string | undefined;
}

/** A replica has published the catalog with this hash in the shared cache. */
export interface CatalogPublished extends AnnouncementFields {
  readonly kind: "catalog-published";
  readonly hash: CatalogHash;
}

/** A replica has stored a fresh list of tickers in the shared cache. */
export interface TickersRefreshed extends AnnouncementFields {
  readonly kind: "tickers-refreshed";
}

/** An announcement of one replica to the others. It is only a hint to read the cache, and proves nothing. */
export type Announcement = CatalogPublished | TickersRefreshed;

/** The largest announcement, in bytes: several times the usual size. */
export const ANNOUNCEMENT_BYTES_MAX = 1024;

export const REPLICA_ID_PATTERN = /^[\x21-\x7e]{1,100}$/;

export const REPLICA_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/** Whether a text is a valid id of a replica: 1 to 100 visible ASCII characters without spaces. */
export function isReplicaId(text: string): boolean {
  return REPLICA_ID_PATTERN.test(text);
}

const TRACEPARENT_PATTERN = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Whether a text is a valid trace context: version, trace id, span id and flags in lower-case hex. Trace id
 * and span id must not be all zeros, and the version must not be `ff`.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function isTraceparent(text: string): boolean {
  return TRACEPARENT_PATTERN.test(text);
}

/** To be increased when the meaning of an announcement changes; replicas ignore unknown versions. */
const ANNOUNCEMENT_VERSION = 1;

const commonFields = {
  version: v.literal(BigInt(ANNOUNCEMENT_VERSION)),
  replica: v.pipe(v.string(), v.check(isReplicaId)),
  traceparent: v.exactOptional(v.pipe(v.string(), v.check(isTraceparent))),
};
const hashSchema = v.custom<CatalogHash>(
  (input) => typeof input === "string" && parseCatalogHash(input) !== undefined,
);
const announcementSchema = v.variant("kind", [
  v.strictObject({ ...commonFields, kind: v.literal("catalog-published"), hash: hashSchema }),
  v.strictObject({ ...commonFields, kind: v.literal("tickers-refreshed") }),
]);

/**
 * Writes an announcement as JSON in UTF-8.
 *
 * @throws {RangeError} when one of its fields is invalid
 */
export function encodeAnnouncement(event: Announcement): Uint8Array {
  const { kind, replica, traceparent } = event;
  const hash = kind === "catalog-published" ? event.hash : undefined;
  const fields = { version: ANNOUNCEMENT_VERSION, kind, replica, hash, traceparent };
  // JSON omits undefined members.
  const bytes = new TextEncoder().encode(JSON.stringify(fields));
  if (parseAnnouncement(bytes) === undefined) {
    throw new RangeError("Cannot encode an announcement: replica, hash or traceparent is not valid");
  }
  return bytes;
}

/**
 * Parses an announcement; undefined if it is too large or not JSON, if its version, its kind or a field is
 * unknown, or if a field is invalid or missing.
 */
export function parseAnnouncement(bytes: Uint8Array): Announcement | undefined {
  if (bytes.byteLength > ANNOUNCEMENT_BYTES_MAX) return undefined;
  const { success, output } = v.safeParse(announcementSchema, readStoredJson(bytes));
  if (!success) return undefined;
  const { version: _, ...event } = output;
  return event;
}
