import * as v from "valibot";
import { type CatalogHash, parseCatalogHash } from "../catalog/catalog.ts";
import { readStoredJson } from "../json/read-stored-json.ts";

interface AnyAnnouncement {
  /** The sender, see {@link isReplicaId}. A replica recognizes its own announcements by it. */
  readonly replica: string;
  /** The trace that it belongs to, see {@link isTraceparent}. */
  readonly traceparent?: string | undefined;
}

/** A replica has published a catalog: the shared cache should now hold one of this hash. */
export interface CatalogPublished extends AnyAnnouncement {
  readonly kind: "catalog-published";
  readonly hash: CatalogHash;
}

/** A replica has put a fresh list of tickers into the shared cache. */
export interface TickersRefreshed extends AnyAnnouncement {
  readonly kind: "tickers-refreshed";
}

/** What replicas announce to each other: only a hint where to read, to be verified like any other input. */
export type Announcement = CatalogPublished | TickersRefreshed;

/** The largest announcement, in bytes: several times what one takes. */
export const FLEET_EVENT_BYTES_MAX = 1024;

/** What a replica's id looks like. */
export const REPLICA_ID_PATTERN = /^[\x21-\x7e]{1,100}$/;

/** Whether it can name a replica: 1 to 100 visible ASCII characters, no blank. */
export function isReplicaId(text: string): boolean {
  return REPLICA_ID_PATTERN.test(text);
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Whether it names a trace: version, trace, span and flags in lower-case hex, trace and span not all zero.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function isTraceparent(text: string): boolean {
  return TRACEPARENT.test(text);
}

/** Raised when the meaning of an announcement changes; replicas ignore versions that they do not know. */
const VERSION = 1;

const shared = {
  version: v.literal(BigInt(VERSION)),
  replica: v.pipe(v.string(), v.check(isReplicaId)),
  traceparent: v.exactOptional(v.pipe(v.string(), v.check(isTraceparent))),
};
const hash = v.custom<CatalogHash>(
  (input) => typeof input === "string" && parseCatalogHash(input) !== undefined,
);
const eventSchema = v.variant("kind", [
  v.strictObject({ ...shared, kind: v.literal("catalog-published"), hash }),
  v.strictObject({ ...shared, kind: v.literal("tickers-refreshed") }),
]);

/**
 * Writes an announcement as JSON in UTF-8.
 *
 * @throws {RangeError} when one of its fields is not what it has to be
 */
export function encodeAnnouncement(event: Announcement): Uint8Array {
  const { kind, replica, traceparent } = event;
  const fields = { version: VERSION, kind, replica, hash: hashOf(event), traceparent };
  // JSON leaves out what is undefined.
  const bytes = new TextEncoder().encode(JSON.stringify(fields));
  if (parseAnnouncement(bytes) === undefined) {
    throw new RangeError("Cannot encode a fleet event: replica, hash or traceparent is not valid");
  }
  return bytes;
}

/** Parses an announcement; undefined for other versions, other kinds, and unknown, bad or missing fields. */
export function parseAnnouncement(bytes: Uint8Array): Announcement | undefined {
  if (bytes.byteLength > FLEET_EVENT_BYTES_MAX) return undefined;
  const { success, output } = v.safeParse(eventSchema, readStoredJson(bytes));
  if (!success) return undefined;
  const { version: _, ...event } = output;
  return event;
}

function hashOf(event: Announcement): CatalogHash | undefined {
  switch (event.kind) {
    case "catalog-published":
      return event.hash;
    case "tickers-refreshed":
      return undefined;
  }
}
