import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { backoffMs } from "../../lib/backoff.ts";

/** The losses of one published catalog, whichever replica repaired it. */
export interface RepairMemory {
  repairs?: RepairHistory | undefined;
}

interface RepairHistory {
  readonly hash: CatalogHash;
  /** Repairs since the publication was last complete for a quiet time. */
  readonly count: number;
  readonly repairedMs: number;
  /** Whether the last observation found it damaged. */
  readonly isDamaged: boolean;
  readonly isReported: boolean;
}

/** A look at a catalog. */
export interface Moment {
  readonly hash: CatalogHash;
  /** The time by the monotonic clock. */
  readonly nowMs: number;
}

/** The result before a repair: how long it has to wait, and whether that is worth a log line. */
export interface RepairPause {
  readonly remainingMs: number;
  readonly count: number;
  readonly isNews: boolean;
}

/** The pause after the first repair; each further one doubles it. */
const PAUSE_MS_MIN = 2000;
const PAUSE_MS_MAX = 60_000;
/** A publication that was complete for this long was lost to a separate incident, and is restored at once. */
const QUIET_MS = 30_000;
/** This many losses, each soon after a repair, are no coincidence. */
const REPORTED_FROM = 3;

/**
 * The published catalog was found complete. After damage, another replica has repaired it, which counts as a
 * repair as well.
 */
export function noteWhole(memory: RepairMemory, { hash, nowMs }: Moment): void {
  const before = memory.repairs;
  if (before?.hash !== hash) memory.repairs = undefined;
  else if (before.isDamaged) noteRepaired(memory, { hash, nowMs });
}

/**
 * Records that the published catalog was found damaged or absent, and returns how long a repair has to wait.
 */
export function noteDamage(memory: RepairMemory, { hash, nowMs }: Moment): RepairPause {
  const known = memory.repairs?.hash === hash ? memory.repairs : undefined;
  const isQuiet = known === undefined || (!known.isDamaged && nowMs - known.repairedMs >= QUIET_MS);
  if (isQuiet) {
    memory.repairs = { hash, count: 0, repairedMs: nowMs, isDamaged: true, isReported: false };
    return { remainingMs: 0, count: 0, isNews: false };
  }
  const { count, repairedMs, isReported } = known;
  const remainingMs = Math.max(0, repairedMs + pauseAfter(count) - nowMs);
  const isNews = remainingMs > 0 && count >= REPORTED_FROM && !isReported;
  memory.repairs = { ...known, isDamaged: true, isReported: isReported || isNews };
  return { remainingMs, count, isNews };
}

/** The catalog was restored. */
export function noteRepaired(memory: RepairMemory, { hash, nowMs }: Moment): void {
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

function pauseAfter(count: number): number {
  return count === 0 ? 0 : backoffMs(count - 1, { minMs: PAUSE_MS_MIN, maxMs: PAUSE_MS_MAX });
}
