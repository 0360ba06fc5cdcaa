import { createHash } from "node:crypto";
import type { Seen } from "../../domain/release/plan.ts";
import { REJECTION_REASONS } from "../../domain/release/published-catalog.ts";
import { readEntities } from "../../domain/release/published-list.ts";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import { sameBytes } from "../../lib/same-bytes.ts";
import { CacheError } from "../../ports/cache-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { Refusal } from "./events.ts";
import type { SeenCatalog } from "./published-header.ts";
import type { VerifiedCatalog } from "./verified-catalog.ts";

/** The result of an observation of the cache: the input of the plan, and what its execution needs. */
export interface Observation {
  readonly seen: Seen;
  /** The condition of a publication; undefined when the cache did not answer, or was not read that far. */
  readonly over: SeenCatalog | undefined;
  /** The catalog of a complete publication, unless it is the active one. */
  readonly admitted?: VerifiedCatalog;
  readonly refusal?: Refusal | undefined;
  /** The fleet that the publication claims. */
  readonly fleet?: string | undefined;
  /** The cache's clock, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** State that a replica keeps between observations. */
export interface ObservationMemory {
  /** The fault of the last observation. */
  trouble?: Trouble | undefined;
  /** Whether the last publication was another fleet's. */
  isForeign?: boolean;
  /** Why the last publication could not be read. */
  damage?: RefusalReason | undefined;
  comparisons?: number;
}

/** The fault of the last observation. */
export interface Trouble {
  /** Identifies a fault, so that it is logged once. */
  readonly text: string;
  /** A fingerprint of all observed bytes; undefined when it could not be computed. */
  readonly fingerprint: string | undefined;
  readonly sinceMs: number;
  /** When the views were last read. */
  readonly checkedMs: number;
  readonly observation: Observation;
}

/**
 * A publication that is never replaced is read less and less often while it is unchanged: each read makes the
 * server read all of its views. A pause is this fraction of the time since the last change, up to a maximum.
 */
const LASTING_PAUSE_PART = 0.25;
const LASTING_PAUSE_MS_MAX = 15_000;

/** The keys that are published besides the views. */
const SHOWN = ["loadedValue", "hashValue", "listValue", "stateValue", "manifestValue"] as const;

/** The fault of the bytes themselves, independent of this replica's keys. */
export const CONTENT_REASONS: ReadonlySet<RefusalReason> = new Set(REJECTION_REASONS);

/** Nothing in the cache has changed since the last observation, so its results still hold. */
export async function findUnchanged(
  deps: CatalogDeps,
  trouble: Trouble,
  memory: ObservationMemory,
): Promise<Observation | undefined> {
  const { observation, fingerprint } = trouble;
  const reason = observation.refusal?.reason;
  // Whether a signature verifies depends on the keys as well, which may have changed.
  if (fingerprint === undefined || (reason !== undefined && !CONTENT_REASONS.has(reason))) return undefined;
  try {
    const over = await deps.store.readCurrent({ signal: deps.signal });
    if (isPausing(deps, trouble) && isSameShown(over, observation.over)) {
      const { nowMs } = await deps.store.fingerprint([], { signal: deps.signal });
      return withElapsedTime(deps, trouble, nowMs);
    }
    const now = await fingerprintPublication(deps, over);
    if (now?.text !== fingerprint) return undefined;
    memory.trouble = { ...trouble, checkedMs: deps.monotonicMs() };
    return withElapsedTime(deps, trouble, now.nowMs);
  } catch (error) {
    ignoreCacheErrors(error);
    return undefined;
  }
}

/** Pauses only where nothing is ever published over the observed state. */
function isPausing({ monotonicMs }: CatalogDeps, { observation, sinceMs, checkedMs }: Trouble): boolean {
  const { seen } = observation;
  if (seen.kind !== "unusable" || seen.grace !== "never") return false;
  const pauseMs = Math.min((checkedMs - sinceMs) * LASTING_PAUSE_PART, LASTING_PAUSE_MS_MAX);
  return monotonicMs() < checkedMs + pauseMs;
}

/** Whether everything but the views is unchanged. */
function isSameShown(now: SeenCatalog, before: SeenCatalog | undefined): boolean {
  if (before === undefined) return false;
  return SHOWN.every((name) => {
    const [left, right] = [now[name], before[name]];
    return left === undefined || right === undefined ? left === right : sameBytes(left, right);
  });
}

/** The observation of a fault with the time for which it has stayed the same. */
export function withElapsedTime(
  deps: CatalogDeps,
  { observation, sinceMs }: Trouble,
  nowMs: number,
): Observation {
  const { seen } = observation;
  if (seen.kind !== "unusable") return { ...observation, nowMs };
  return { ...observation, seen: { ...seen, unchangedMs: deps.monotonicMs() - sinceMs }, nowMs };
}

/** The fingerprint of the list and of the views that it names. */
export async function fingerprintPublication(
  { store, signal }: CatalogDeps,
  over: SeenCatalog | undefined,
): Promise<{ readonly text: string; readonly nowMs: number } | undefined> {
  if (over === undefined) return undefined;
  const { listValue } = over;
  const listed = listValue === undefined ? [] : (readEntities(listValue) ?? []);
  const { fingerprint, nowMs } = await store.fingerprint(listed, { signal });
  const hash = createHash("sha256").update(fingerprint);
  for (const name of SHOWN) {
    const value = over[name];
    hash.update(value === undefined ? "-" : `${value.byteLength}:`).update(value ?? "");
  }
  return { text: hash.digest("hex"), nowMs };
}

/** For `catch`: undefined for a failure of the cache; other errors are thrown on. */
export function ignoreCacheErrors(error: unknown): undefined {
  if (error instanceof CacheError) return undefined;
  throw error;
}
