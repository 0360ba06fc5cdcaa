import { countNonTextValues, parseTickerRows, type Ticker } from "../../domain/tickers/ticker.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { createMutex } from "../../lib/mutex.ts";
import { createSingleFlight } from "../../lib/single-flight.ts";
import { DatabaseError, type TickerSourcePort } from "../../ports/database-port.ts";
import type { Lease, LeaseOutcome } from "./lease.ts";
import { createSharedTickers, type SharedTickersDeps, type SharedTickersRead } from "./shared-tickers.ts";
import { createTickerSnapshot, type TickerLoad, type TickerSnapshot } from "./ticker-snapshot.ts";

/** The valid tickers: from this process, else from the shared cache, else from the database. */
export interface TickerService {
  /** Returns the valid tickers. A fresh copy in this process is returned without I/O. */
  load(): Promise<TickerLoad>;
  /**
   * Queries the database even if a list is cached. If the query fails, the result is `unavailable`, and the
   * known list stays. Calls that come before a query starts share it.
   */
  refresh(): Promise<TickerLoad>;
  /** The list of this process, without I/O. */
  peek(): TickerLoad;
  /**
   * Replaces the copy in this process by the shared list, if both exist: another replica may have refreshed
   * the list. After an announcement, the result of a running load still goes to its callers, but is not kept.
   */
  resync(cause: "announcement" | "comparison"): Promise<void>;
}

export interface TickerServiceDeps extends SharedTickersDeps {
  readonly source: TickerSourcePort;
  /** The lease to query the database for the whole fleet. */
  readonly lease: Lease;
  /** Returns a random number from 0 to 1; it spreads the requests of replicas over time. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * After a failure, `load()` does not query the database for this time, or for the TTL of the list if that is
 * shorter. So the fleet does not overload a database that has just come back.
 */
const RETRY_PAUSE_MS = 1000;
/**
 * How long a replica waits for the list of another replica, which holds the lease. After that, the waiting
 * replica queries the database itself.
 */
const LEASE_WAIT_MS = 2000;
const LEASE_POLL_MS = 40;
/** The shortest time between two comparisons with the shared list, however many announcements come. */
const RESYNC_GAP_MS = 100;
/** Maximum number of attempts of a refresh; a further one follows if another replica stored a list first. */
const REFRESH_ATTEMPTS_MAX = 3;

/**
 * A list from the database. `isOvertaken`: it was not shared, because another replica stored a list first.
 */
interface TickerQueryResult {
  readonly snapshot: TickerSnapshot;
  readonly isOvertaken: boolean;
}

const UNAVAILABLE_LOAD: TickerLoad = { kind: "unavailable" };

export function createTickerService(deps: TickerServiceDeps): TickerService {
  const { emit, nowMs } = deps;
  const retryMs = Math.min(RETRY_PAUSE_MS, deps.ttlSeconds * 1000);
  const shared = createSharedTickers(deps);
  let snapshot: TickerSnapshot | undefined;
  let fresh: Promise<TickerLoad> | undefined;
  /** Counts announcements of changes. A load that started before the last announcement may have an older list. */
  let generation = 0;
  /** When the database last failed to return a list. */
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<TickerLoad> | undefined;
  let refreshing: Promise<TickerLoad> | undefined;
  // Loads and refreshes run one at a time, so that an older list never replaces a newer one.
  const exclusive = createMutex();

  function keepIfCurrent(next: TickerSnapshot, startGeneration: number): TickerLoad {
    const load: TickerLoad = { kind: "tickers", snapshot: next, stale: false };
    if (startGeneration !== generation) return load;
    snapshot = next;
    fresh = Promise.resolve(load);
    return load;
  }

  function useShared(
    found: SharedTickersRead & { readonly kind: "found" },
    startGeneration: number,
  ): TickerLoad {
    emit({ kind: "cache-hit" });
    emit({ kind: "loaded", source: "cache", count: found.snapshot.set.tickers.length });
    return keepIfCurrent(found.snapshot, startGeneration);
  }

  function peek(): TickerLoad {
    const now = nowMs();
    if (snapshot === undefined || now >= snapshot.staleUntilMs) return UNAVAILABLE_LOAD;
    // An expired list is stale only if the database has failed since the load; otherwise no request has needed a
    // new list.
    const stale = now >= snapshot.freshUntilMs && failedAtMs >= snapshot.loadedAtMs;
    return { kind: "tickers", snapshot, stale };
  }

  function freshCopy(): Promise<TickerLoad> | undefined {
    return fresh !== undefined && snapshot !== undefined && nowMs() < snapshot.freshUntilMs
      ? fresh
      : undefined;
  }

  /** Queries the database, and shares the list if the shared entry is still that of `over`. */
  async function queryAndShare(
    over: SharedTickersRead,
    isWanted: () => boolean = () => true,
  ): Promise<TickerQueryResult | undefined> {
    const answer = await queryDatabase(deps, () => peek().kind === "tickers");
    if (answer === undefined) {
      failedAtMs = nowMs();
      return undefined;
    }
    const isOvertaken = isWanted() && (await shared.store(answer.set.tickers, over)) === "conflict";
    return { snapshot: answer, isOvertaken };
  }

  async function loadOnce(): Promise<TickerLoad> {
    // A refresh that ran before this load may have renewed the copy.
    const before = freshCopy();
    if (before !== undefined) return before;
    const startGeneration = generation;
    const first = await shared.read();
    if (first.kind === "found") return useShared(first, startGeneration);
    emit({ kind: "cache-miss", reason: first.reason });
    if (nowMs() < failedAtMs + retryMs) return peek();
    const acquired = await waitForLease(deps, async () => (await shared.read()).kind === "found");
    try {
      // The previous holder of the lease may have stored the list.
      const found = acquired.kind === "unavailable" ? first : await shared.read();
      return found.kind === "found"
        ? useShared(found, startGeneration)
        : await loadFromDatabase(found, startGeneration);
    } finally {
      if (acquired.kind === "held") await acquired.release();
    }
  }

  async function loadFromDatabase(found: SharedTickersRead, startGeneration: number): Promise<TickerLoad> {
    const answer = await queryAndShare(found, () => startGeneration === generation);
    if (answer === undefined) return peek();
    const newer = answer.isOvertaken ? await shared.read() : undefined;
    return newer?.kind === "found"
      ? useShared(newer, startGeneration)
      : keepIfCurrent(answer.snapshot, startGeneration);
  }

  async function refreshOnce(): Promise<TickerLoad> {
    emit({ kind: "cache-miss", reason: "forced" });
    for (let attempt = 1; ; attempt++) {
      // Announcements are irrelevant here: the list is stored only if the shared entry is still that from
      // before the query.
      const answer = await queryAndShare(await shared.read());
      if (answer === undefined) return UNAVAILABLE_LOAD;
      if (!answer.isOvertaken) {
        emit({ kind: "refreshed" });
        return keepIfCurrent(answer.snapshot, generation);
      }
      if (attempt < REFRESH_ATTEMPTS_MAX) continue;
      const newer = await shared.read();
      return newer.kind === "found"
        ? useShared(newer, generation)
        : keepIfCurrent(answer.snapshot, generation);
    }
  }

  async function compareWithShared(): Promise<void> {
    const startGeneration = generation;
    if (snapshot === undefined) return;
    const found = await shared.read();
    if (found.kind !== "found") return;
    // No request caused this read: it counts as no hit, and is logged only if the tickers have changed.
    const { tickers } = found.snapshot.set;
    const isSame = tickers.join() === snapshot.set.tickers.join();
    if (!isSame) emit({ kind: "loaded", source: "cache", count: tickers.length });
    // If the tickers are the same, only the times are taken from the shared list.
    const { set, source } = isSame ? snapshot : found.snapshot;
    keepIfCurrent({ ...found.snapshot, set, source }, startGeneration);
  }

  const resyncSoon = createSingleFlight(async () => {
    await exclusive(compareWithShared);
    await deps.pause(RESYNC_GAP_MS);
  });

  return {
    peek,
    load() {
      const known = freshCopy();
      if (known !== undefined) return known;
      loading ??= exclusive(loadOnce).finally(() => {
        loading = undefined;
      });
      return loading;
    },
    refresh() {
      refreshing ??= exclusive(() => {
        // This query has started: a later call needs another one.
        refreshing = undefined;
        return refreshOnce();
      });
      return refreshing;
    },
    resync(cause) {
      if (cause === "announcement") generation += 1;
      return resyncSoon();
    },
  };
}

/**
 * Waits for the query lease or for a stored list, for a bounded time. After that, the caller goes on without the
 * lease: its holder may have died.
 *
 * @param isAnswered whether the holder has stored a list
 */
async function waitForLease(
  { lease, nowMs, pause, random, signal }: TickerServiceDeps,
  isAnswered: () => Promise<boolean>,
): Promise<LeaseOutcome> {
  const deadlineMs = nowMs() + LEASE_WAIT_MS;
  for (;;) {
    const acquired = await lease.acquire();
    if (acquired.kind !== "taken" || nowMs() >= deadlineMs || signal?.aborted) return acquired;
    await pause(LEASE_POLL_MS * (0.5 + random()));
    if (await isAnswered()) return acquired;
  }
}

/**
 * Queries the database; undefined if it fails or returns no tickers. An empty list means that the job that fills
 * the table is broken, not that the market has no funds.
 */
async function queryDatabase(
  { source, emit, nowMs, ttlSeconds, signal }: TickerServiceDeps,
  hasList: () => boolean,
): Promise<TickerSnapshot | undefined> {
  // The TTL is counted from before the query, so that the copy never outlives the shared entry.
  const loadedAtMs = nowMs();
  try {
    const rows = await source.load({ signal });
    const tickers: readonly Ticker[] = parseTickerRows(rows);
    const noTexts = countNonTextValues(rows);
    if (noTexts > 0) emit({ kind: "rows-ignored", rows: rows.length, noTexts });
    if (tickers.length === 0) {
      emit({ kind: "empty-ignored", hasList: hasList() });
      return undefined;
    }
    emit({ kind: "loaded", source: "database", count: tickers.length });
    return createTickerSnapshot(tickers, { source: "database", loadedAtMs, ttlSeconds });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { code, message, databaseMessage } = error;
    emit({ kind: "database-failed", hasList: hasList(), code, detail: message, databaseMessage });
    return undefined;
  }
}

const WARM_UP_PAUSE = { minMs: 1000, maxMs: 60_000 };

export interface WarmTickersDeps {
  readonly tickers: Pick<TickerService, "load" | "peek">;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Loads the tickers at the start, so that no request waits for the first query. Retries with growing pauses
 * until a list is known. Replicas that start together share one query.
 */
export async function loadTickersUntilSuccess({ tickers, pause, signal }: WarmTickersDeps): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal.aborted) return;
    await tickers.load();
    // The result of `load` is not enough: a list is not kept if an announcement came during the load.
    if (tickers.peek().kind === "tickers") return;
    await pause(backoffMs(attempt, WARM_UP_PAUSE));
    // A request may have loaded them in between.
    if (tickers.peek().kind === "tickers") return;
  }
}
