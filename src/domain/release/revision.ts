/** The largest valid revision; a larger claim is damage. */
export const REVISION_MAX = 1_000_000_000_000_000;

/**
 * How far a revision may be ahead of the cache's clock, in milliseconds. It limits the effect of a forged or
 * mistaken number: a revision beyond it is damage, and outranks nothing.
 */
export const REVISION_AHEAD_MS_MAX = 3_600_000;

/** The lowest bootstrap revision: below every requested publication. */
const BOOTSTRAP_MIN = 2;

/**
 * The revision of a requested publication: a hybrid logical clock. It is the time at which the publication was requested, or
 * one step above what it follows where that is later. Requested publications have odd numbers.
 *
 * @param after the highest revision that the publication follows; 0 for none
 * @param requestedAtMs when it was requested, in milliseconds since the epoch by the cache's clock
 * @see docs/decisions/0003-release-plan.md
 */
export function nextRevision(after: number, requestedAtMs: number): number {
  const least = Math.max(after + 1, Math.ceil(requestedAtMs), BOOTSTRAP_MIN + 1);
  return Math.min(least % 2 === 1 ? least : least + 1, REVISION_MAX - 1);
}

/**
 * The revision of a bootstrap publication, which was not requested: the catalog on the disk of a replica that
 * found no complete publication in the cache. It is even, and ranks just below the damaged publication, so
 * that a replica which still serves a requested publication restores that one.
 *
 * @param remains what the damaged publication in the cache claims as its revision
 */
export function bootstrapRevision(remains: number | undefined): number {
  const below = (remains ?? 0) - 1;
  return Math.max(BOOTSTRAP_MIN, below % 2 === 0 ? below : below - 1);
}

/**
 * The number if it is a valid revision; otherwise undefined.
 *
 * @param nowMs milliseconds since the epoch by the cache's clock
 */
export function plausibleRevision(revision: number | undefined, nowMs: number): number | undefined {
  const number = revision ?? 0;
  const isRevision = number >= 1 && number <= REVISION_MAX && number <= nowMs + REVISION_AHEAD_MS_MAX;
  return isRevision ? number : undefined;
}

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
