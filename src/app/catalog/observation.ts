import { createHash } from "node:crypto";
import type { ObservedCache } from "../../domain/release/plan.ts";
import type { ObservedPublication } from "../../domain/release/publication.ts";
import { REJECTION_REASONS } from "../../domain/release/published-catalog.ts";
import { parseListedEntities } from "../../domain/release/published-list.ts";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import { isSameBytes } from "../../lib/same-bytes.ts";
import { CacheError } from "../../ports/cache-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { Refusal } from "./events.ts";
import type { VerifiedCatalog } from "./verified-catalog.ts";

/** The result of an observation of the cache: the input of the plan, and what its execution needs. */
export interface Observation {
  readonly cache: ObservedCache;
  /**
   * The published values; a later publication requires that the cache still has them. Undefined if the cache
   * did not answer, if not all values were read, or if another fleet published them.
   */
  readonly publication: ObservedPublication | undefined;
  /**
   * The verified catalog; undefined if it was refused, or if its views were not read, for example because the
   * published hash is the active one.
   */
  readonly admitted?: VerifiedCatalog;
  readonly refusal?: Refusal | undefined;
  readonly fleet?: string | undefined;
  /** Milliseconds since the epoch, by the cache's clock if that was read. */
  readonly nowMs: number;
}

export interface ObservationMemory {
  /** The fault of the last observation; undefined if there was no fault. */
  fault?: ObservedFault | undefined;
  /** Whether the last observed publication was another fleet's. */
  isForeign?: boolean;
  /** Why the last observed publication could not be read. */
  damage?: RefusalReason | undefined;
  comparisons?: number;
}

export interface ObservedFault {
  /** Identifies the fault, so that it is logged once. */
  readonly text: string;
  /** The fingerprint of the views and of `HEADER_VALUES`; undefined if it could not be computed. */
  readonly fingerprint: string | undefined;
  readonly sinceMs: number;
  /** When the views were last read, or compared by their fingerprint. */
  readonly checkedMs: number;
  readonly observation: Observation;
}

/**
 * While a publication with the grace `never` is unchanged, it is checked less and less often, because the
 * cache reads all views for each fingerprint. The pause is this fraction of the time without a change, and at
 * most `PAUSE_MS_MAX`.
 */
const PAUSE_PER_UNCHANGED_TIME = 0.25;
const PAUSE_MS_MAX = 15_000;

/** The compared values besides the views. The digests are not compared, because they only save reads. */
const HEADER_VALUES = ["loadedValue", "hashValue", "listValue", "stateValue", "manifestValue"] as const;

/** Refusal reasons that depend only on the published bytes, and not on the keys of this replica. */
export const CONTENT_REASONS: ReadonlySet<RefusalReason> = new Set(REJECTION_REASONS);

/**
 * Returns the last observation with present times if no change of the publication is found; else undefined.
 */
export async function reuseUnchanged(
  deps: CatalogDeps,
  fault: ObservedFault,
  memory: ObservationMemory,
): Promise<Observation | undefined> {
  const { observation, fingerprint } = fault;
  const reason = observation.refusal?.reason;
  // A refusal for any other reason is checked again, because the keys of this replica may have changed.
  if (fingerprint === undefined || (reason !== undefined && !CONTENT_REASONS.has(reason))) return undefined;
  try {
    const publication = await deps.store.readCurrent({ signal: deps.signal });
    if (isPausing(deps, fault) && hasSameHeader(publication, observation.publication)) {
      const { nowMs } = await deps.store.fingerprint([], { signal: deps.signal });
      return addElapsedTime(deps, fault, nowMs);
    }
    const now = await fingerprintPublication(deps, publication);
    if (now?.text !== fingerprint) return undefined;
    memory.fault = { ...fault, checkedMs: deps.monotonicMs() };
    return addElapsedTime(deps, fault, now.nowMs);
  } catch (error) {
    ignoreCacheErrors(error);
    return undefined;
  }
}

/** Whether the pause after the last check continues; only faults with the grace `never` have a pause. */
function isPausing(
  { monotonicMs }: CatalogDeps,
  { observation, sinceMs, checkedMs }: ObservedFault,
): boolean {
  const { cache } = observation;
  if (cache.kind !== "unusable" || cache.grace !== "never") return false;
  const pauseMs = Math.min((checkedMs - sinceMs) * PAUSE_PER_UNCHANGED_TIME, PAUSE_MS_MAX);
  return monotonicMs() < checkedMs + pauseMs;
}

/** Compares the values of `HEADER_VALUES`, and no views. */
function hasSameHeader(now: ObservedPublication, before: ObservedPublication | undefined): boolean {
  if (before === undefined) return false;
  return HEADER_VALUES.every((name) => {
    const [left, right] = [now[name], before[name]];
    return left === undefined || right === undefined ? left === right : isSameBytes(left, right);
  });
}

/** Returns the observation of a fault, with the present values of `unchangedMs` and `nowMs`. */
export function addElapsedTime(
  deps: CatalogDeps,
  { observation, sinceMs }: ObservedFault,
  nowMs: number,
): Observation {
  const { cache } = observation;
  if (cache.kind !== "unusable") return { ...observation, nowMs };
  return { ...observation, cache: { ...cache, unchangedMs: deps.monotonicMs() - sinceMs }, nowMs };
}

/**
 * The fingerprint of a whole publication: the views that its list names, and the values of `HEADER_VALUES`.
 */
export async function fingerprintPublication(
  { store, signal }: CatalogDeps,
  publication: ObservedPublication | undefined,
): Promise<{ readonly text: string; readonly nowMs: number } | undefined> {
  if (publication === undefined) return undefined;
  const { listValue } = publication;
  const listed = listValue === undefined ? [] : (parseListedEntities(listValue) ?? []);
  const { fingerprint, nowMs } = await store.fingerprint(listed, { signal });
  const hash = createHash("sha256").update(fingerprint);
  for (const name of HEADER_VALUES) {
    const value = publication[name];
    hash.update(value === undefined ? "-" : `${value.byteLength}:`).update(value ?? "");
  }
  return { text: hash.digest("hex"), nowMs };
}

/** For `catch`: returns undefined if the cache failed, and throws all other errors again. */
export function ignoreCacheErrors(error: unknown): undefined {
  if (error instanceof CacheError) return undefined;
  throw error;
}
