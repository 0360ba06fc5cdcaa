/** The largest valid revision; a larger one counts as damaged. */
export const REVISION_MAX = 1_000_000_000_000_000;

/**
 * How far a revision may be ahead of the cache's clock, in milliseconds. A revision beyond the limit counts as damaged
 * and outranks nothing, so that a forged or mistaken number cannot win for ever.
 */
export const REVISION_AHEAD_MS_MAX = 3_600_000;

/** The lowest bootstrap revision; it is below the revision of every requested publication. */
const BOOTSTRAP_REVISION_MIN = 2;

/**
 * Calculates the revision of a requested publication, as a hybrid logical clock: the time of the request or
 * `after` + 1, whichever is higher, rounded up to an odd number. All requested publications have odd numbers.
 *
 * @param after the highest revision that the publication follows; 0 if it is the first one
 * @param requestedAtMs when it was requested, in milliseconds since the epoch by the cache's clock
 * @see docs/decisions/0003-release-plan.md
 */
export function nextRevision(after: number, requestedAtMs: number): number {
  const least = Math.max(after + 1, Math.ceil(requestedAtMs), BOOTSTRAP_REVISION_MIN + 1);
  return Math.min(least % 2 === 1 ? least : least + 1, REVISION_MAX - 1);
}

/**
 * Calculates the revision of a bootstrap publication: a replica found no complete publication in the cache, and
 * publishes the catalog on its disk without a request. The revision is even, and just below that of the damaged
 * publication. A replica that still serves the damaged publication therefore outranks the bootstrap publication, and
 * restores its own catalog.
 *
 * @param damaged the revision that the damaged publication in the cache claims
 */
export function bootstrapRevision(damaged: number | undefined): number {
  const below = (damaged ?? 0) - 1;
  return Math.max(BOOTSTRAP_REVISION_MIN, below % 2 === 0 ? below : below - 1);
}

/**
 * Returns a revision if it is valid and not too far ahead of the clock, and undefined otherwise.
 *
 * @param nowMs milliseconds since the epoch by the cache's clock
 */
export function plausibleRevision(revision: number | undefined, nowMs: number): number | undefined {
  const number = revision ?? 0;
  const isRevision = number >= 1 && number <= REVISION_MAX && number <= nowMs + REVISION_AHEAD_MS_MAX;
  return isRevision ? number : undefined;
}

/** The catalog that a replica serves. */
export interface HeldCatalog {
  readonly hash: string;
  /** The generation of its verified manifest, from 1; undefined without one. */
  readonly generation?: number | undefined;
  /**
   * The revision of its publication; 0 if it was loaded from disk without a request and is not published yet.
   */
  readonly revision: number;
  /** Set from the reload that activated the catalog until its publication. */
  readonly pending?: PendingPublication | undefined;
}

/** The reload of a catalog that is active here and not yet published. */
export interface PendingPublication {
  /**
   * The time of the request, before the disk was read, by the cache's clock, in milliseconds since the epoch; not
   * always whole.
   */
  readonly requestedAtMs: number;
  /** The hash of the catalog that was active before. */
  readonly replacedHash: string | undefined;
}

/**
 * The rank of a held catalog, a whole number as revisions are. It is compared with the revision of the publication in
 * the cache: the higher one wins.
 */
export function catalogRank({ revision, pending }: HeldCatalog, nowMs: number): number {
  const published = plausibleRevision(revision, nowMs) ?? 0;
  return pending === undefined ? published : Math.max(published + 1, Math.ceil(pending.requestedAtMs));
}

/**
 * Calculates the revision under which a held catalog is published without a new request.
 *
 * @param claimed the revision that the publication in the cache claims
 * @param nowMs milliseconds since the epoch by the cache's clock, as everywhere in this file
 */
export function ownRevision(held: HeldCatalog, claimed: number | undefined, nowMs: number): number {
  const published = plausibleRevision(held.revision, nowMs) ?? 0;
  if (held.pending !== undefined) return nextRevision(published, held.pending.requestedAtMs);
  const plausible = plausibleRevision(claimed, nowMs);
  return published > 0 ? published : bootstrapRevision(plausible);
}

/** Calculates the revision under which a reload publishes the held catalog. */
export function requestedRevision(
  claimed: number | undefined,
  { revision, pending }: HeldCatalog,
  nowMs: number,
): number {
  const plausible = plausibleRevision(claimed, nowMs) ?? 0;
  const published = plausibleRevision(revision, nowMs) ?? 0;
  return nextRevision(Math.max(plausible, published), pending?.requestedAtMs ?? nowMs);
}
