import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { backoffMs } from "../../lib/backoff.ts";

export interface RepairMemory {
  repairs?: RepairHistory | undefined;
}

interface RepairHistory {
  readonly hash: CatalogHash;
  /** The number of repairs since the publication was last complete for `SEPARATE_INCIDENT_MS`. */
  readonly count: number;
  readonly repairedMs: number;
  /** Whether the catalog was damaged at the last observation. */
  readonly isDamaged: boolean;
  readonly isReported: boolean;
}

export interface ObservedHash {
  readonly hash: CatalogHash;
  /** The time by the monotonic clock. */
  readonly nowMs: number;
}

/** How long a repair has to wait, and whether the delay is logged. */
export interface RepairPause {
  readonly remainingMs: number;
  readonly count: number;
  readonly shouldLog: boolean;
}

/** The pause after the first repair; each further repair doubles the pause. */
const PAUSE_MS_MIN = 2000;
const PAUSE_MS_MAX = 60_000;
/** If a publication was complete for this long, its loss is a separate incident and is repaired at once. */
const SEPARATE_INCIDENT_MS = 30_000;
/** After this number of repairs in a series, the next loss is no coincidence and is logged. */
const LOGGED_FROM_REPAIR = 3;

/**
 * Records that the published catalog is complete. If it was damaged before, another replica has repaired it,
 * which counts as a repair, too.
 */
export function recordComplete(memory: RepairMemory, { hash, nowMs }: ObservedHash): void {
  const before = memory.repairs;
  if (before?.hash !== hash) memory.repairs = undefined;
  else if (before.isDamaged) recordRepair(memory, { hash, nowMs });
}

/** Records that the published catalog is damaged or absent, and returns how long a repair has to wait. */
export function recordDamage(memory: RepairMemory, { hash, nowMs }: ObservedHash): RepairPause {
  const known = memory.repairs?.hash === hash ? memory.repairs : undefined;
  const isQuiet =
    known === undefined || (!known.isDamaged && nowMs - known.repairedMs >= SEPARATE_INCIDENT_MS);
  if (isQuiet) {
    memory.repairs = { hash, count: 0, repairedMs: nowMs, isDamaged: true, isReported: false };
    return { remainingMs: 0, count: 0, shouldLog: false };
  }
  const { count, repairedMs, isReported } = known;
  const remainingMs = Math.max(0, repairedMs + pauseAfterRepairs(count) - nowMs);
  const shouldLog = remainingMs > 0 && count >= LOGGED_FROM_REPAIR && !isReported;
  memory.repairs = { ...known, isDamaged: true, isReported: isReported || shouldLog };
  return { remainingMs, count, shouldLog };
}

export function recordRepair(memory: RepairMemory, { hash, nowMs }: ObservedHash): void {
  const known = memory.repairs?.hash === hash ? memory.repairs : undefined;
  const count = (known?.count ?? 0) + 1;
  memory.repairs = {
    hash,
    count,
    repairedMs: nowMs,
    isDamaged: false,
    isReported: known?.isReported ?? false,
  };
}

function pauseAfterRepairs(count: number): number {
  return count === 0 ? 0 : backoffMs(count - 1, { minMs: PAUSE_MS_MIN, maxMs: PAUSE_MS_MAX });
}
