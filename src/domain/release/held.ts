import { bootstrapRevision, nextRevision, plausibleRevision } from "./revision.ts";

/** The catalog that a replica serves. */
export interface Held {
  readonly hash: string;
  /** The generation of its verified manifest, from 1; undefined without one. */
  readonly generation?: number | undefined;
  /**
   * The revision of its publication; 0 for a catalog that was loaded from disk without a request and is not
   * published.
   */
  readonly revision: number;
  /** Set from a reload until its publication. */
  readonly pending?: PendingPublication | undefined;
}

/** A reload with a pending publication. */
export interface PendingPublication {
  /** When it was requested: before the disk was read, by the cache's clock, in milliseconds since the epoch. */
  readonly requestedAtMs: number;
  /** The hash of the catalog that was active before. */
  readonly over?: string | undefined;
}

/** The rank of a held catalog among revisions. */
export function rank({ revision, pending }: Held, nowMs: number): number {
  const published = plausibleRevision(revision, nowMs) ?? 0;
  return pending === undefined ? published : Math.max(published + 1, pending.requestedAtMs);
}

/**
 * The revision under which a held catalog is published without a new request.
 *
 * @param seen what the publication in the cache claims
 * @param nowMs milliseconds since the epoch by the cache's clock, as everywhere here
 */
export function ownRevision(held: Held, seen: number | undefined, nowMs: number): number {
  const published = plausibleRevision(held.revision, nowMs) ?? 0;
  if (held.pending !== undefined) return nextRevision(published, held.pending.requestedAtMs);
  const there = plausibleRevision(seen, nowMs);
  return published > 0 ? published : bootstrapRevision(there);
}

/** The revision under which a reload publishes a held catalog. */
export function requestedRevision(
  seen: number | undefined,
  { revision, pending }: Held,
  nowMs: number,
): number {
  const there = plausibleRevision(seen, nowMs) ?? 0;
  const published = plausibleRevision(revision, nowMs) ?? 0;
  return nextRevision(Math.max(there, published), pending?.requestedAtMs ?? nowMs);
}
