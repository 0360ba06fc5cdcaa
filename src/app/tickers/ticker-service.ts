import { countNoTexts, parseTickerRows, type Ticker } from "../../domain/tickers/ticker.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { createMutex } from "../../lib/mutex.ts";
import { createSingleFlight } from "../../lib/single-flight.ts";
import { DatabaseError, type TickerSourcePort } from "../../ports/database-port.ts";
import type { Lease, LeaseOutcome } from "./lease.ts";
import { createSharedTickers, type SharedTickersDeps, type SharedTickersRead } from "./shared-tickers.ts";
import { createTickerSnapshot, type TickerLoad, type TickerSnapshot } from "./ticker-snapshot.ts";

/** The valid tickers: from this process, else from the shared cache, else from the database. */
export interface TickerService {
  /** Fresh tickers cost neither a round trip nor a parse. */
  load(): Promise<TickerLoad>;
  /**
   * Queries the database even if a list is cached; a failure is `unavailable`, and the known list stays.
   * Calls before the start of the query share it.
   */
  refresh(): Promise<TickerLoad>;
  /** The list of this process, without I/O. */
  peek(): TickerLoad;
  /**
   * Replaces the copy by the list of the shared cache, if either exists: another replica may have refreshed it. After
   * such an announcement, the result of a running load goes to its callers and is not kept.
   */
  resync(cause: "announcement" | "comparison"): Promise<void>;
}

export interface TickerServiceDeps extends SharedTickersDeps {
  readonly source: TickerSourcePort;
  /** The lease to query the database for the whole fleet. */
  readonly lease: Lease;
  /** A number from 0 to 1 that spreads the requests of replicas. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * The longest pause after a failure of the database, so that the fleet does not overload it when it is back.
 * A shorter TTL permits more frequent queries.
 */
const RETRY_MS = 1000;
/** How long a replica waits for another one to query the database, before it does so itself. */
const TURN_WAIT_MS = 2000;
const TURN_POLL_MS = 40;
/** The shortest time between two comparisons with the shared list, for any number of announcements. */
const RESYNC_GAP_MS = 100;
/** Maximum number of retries of a refresh that another one overtakes. */
const REFRESH_ATTEMPTS_MAX = 3;

/**
 * The answer of the database; overtaken when another replica had stored a list by then, so that it was not
 * shared.
 */
interface DatabaseAnswer {
  readonly snapshot: TickerSnapshot;
  readonly overtaken: boolean;
}

const UNAVAILABLE: TickerLoad = { kind: "unavailable" };

export function createTickerService(deps: TickerServiceDeps): TickerService {
  const { emit, nowMs } = deps;
  const retryMs = Math.min(RETRY_MS, deps.ttlSeconds * 1000);
  const shared = createSharedTickers(deps);
  let snapshot: TickerSnapshot | undefined;
  let fresh: Promise<TickerLoad> | undefined;
  /** Counts announced changes: a load from before one has an older list. */
  let generation = 0;
  /** When the database last failed to return a list. */
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<TickerLoad> | undefined;
  let refreshing: Promise<TickerLoad> | undefined;
  // One at a time, so that an older answer never replaces a newer one.
  const exclusive = createMutex();

  function keep(next: TickerSnapshot, asked: number): TickerLoad {
    const load: TickerLoad = { kind: "tickers", snapshot: next, stale: false };
    if (asked !== generation) return load;
    snapshot = next;
    fresh = Promise.resolve(load);
    return load;
  }

  function take(found: SharedTickersRead & { readonly kind: "found" }, asked: number): TickerLoad {
    emit({ kind: "cache-hit" });
    emit({ kind: "loaded", source: "cache", count: found.snapshot.set.tickers.length });
    return keep(found.snapshot, asked);
  }

  function peek(): TickerLoad {
    const now = nowMs();
    if (snapshot === undefined || now >= snapshot.staleUntilMs) return UNAVAILABLE;
    // An expired list is stale only if the database has failed since; it may just not have been requested.
    const stale = now >= snapshot.freshUntilMs && failedAtMs >= snapshot.loadedAtMs;
    return { kind: "tickers", snapshot, stale };
  }

  /** The copy while it is fresh: this needs no I/O. */
  function settled(): Promise<TickerLoad> | undefined {
    return fresh !== undefined && snapshot !== undefined && nowMs() < snapshot.freshUntilMs
      ? fresh
      : undefined;
  }

  /** Queries the database and shares its answer, unless another replica has stored a list since. */
  async function fromDatabase(
    over: SharedTickersRead,
    isWanted: () => boolean = () => true,
  ): Promise<DatabaseAnswer | undefined> {
    const answer = await askDatabase(deps);
    if (answer === undefined) {
      failedAtMs = nowMs();
      return undefined;
    }
    const overtaken = isWanted() && (await shared.store(answer.set.tickers, over)) === "conflict";
    return { snapshot: answer, overtaken };
  }

  async function loadOnce(): Promise<TickerLoad> {
    // A previous refresh may have answered already.
    const before = settled();
    if (before !== undefined) return before;
    const asked = generation;
    const first = await shared.read();
    if (first.kind === "found") return take(first, asked);
    emit({ kind: "cache-miss", reason: first.reason });
    if (nowMs() < failedAtMs + retryMs) return peek();
    const turn = await awaitTurn(deps, async () => (await shared.read()).kind === "found");
    try {
      // The previous holder may have stored the needed list.
      const found = turn.kind === "unavailable" ? first : await shared.read();
      return found.kind === "found" ? take(found, asked) : await loadOver(found, asked);
    } finally {
      if (turn.kind === "held") await turn.release();
    }
  }

  async function loadOver(found: SharedTickersRead, asked: number): Promise<TickerLoad> {
    const answer = await fromDatabase(found, () => asked === generation);
    if (answer === undefined) return peek();
    const theirs = answer.overtaken ? await shared.read() : undefined;
    return theirs?.kind === "found" ? take(theirs, asked) : keep(answer.snapshot, asked);
  }

  async function refreshOnce(): Promise<TickerLoad> {
    emit({ kind: "cache-miss", reason: "forced" });
    for (let attempt = 1; ; attempt++) {
      // Announcements during this are irrelevant: the list is stored over the entry from before the query, or
      // not at all.
      const answer = await fromDatabase(await shared.read());
      if (answer === undefined) return UNAVAILABLE;
      if (!answer.overtaken) {
        emit({ kind: "refreshed" });
        return keep(answer.snapshot, generation);
      }
      if (attempt < REFRESH_ATTEMPTS_MAX) continue;
      const theirs = await shared.read();
      return theirs.kind === "found" ? take(theirs, generation) : keep(answer.snapshot, generation);
    }
  }

  async function compareWithShared(): Promise<void> {
    const asked = generation;
    if (snapshot === undefined) return;
    const found = await shared.read();
    if (found.kind !== "found") return;
    // No request caused this: it is neither a hit nor, unless the tickers have changed, worth a log line.
    const { tickers } = found.snapshot.set;
    const isSame = tickers.join() === snapshot.set.tickers.join();
    if (!isSame) emit({ kind: "loaded", source: "cache", count: tickers.length });
    // An equal list keeps its object and its source; only its TTL is replaced by the shared one.
    const { set, source } = isSame ? snapshot : found.snapshot;
    keep({ ...found.snapshot, set, source }, asked);
  }

  const resyncSoon = createSingleFlight(async () => {
    await exclusive(compareWithShared);
    await deps.pause(RESYNC_GAP_MS);
  });

  return {
    peek,
    load() {
      const known = settled();
      if (known !== undefined) return known;
      loading ??= exclusive(loadOnce).finally(() => {
        loading = undefined;
      });
      return loading;
    },
    refresh() {
      refreshing ??= exclusive(() => {
        // A refresh during a query needs an answer from after its own start.
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
 * Waits for the lease to query the database. The wait is bounded: if the holder has died, or the database is slow,
 * the query is made without the lease.
 *
 * @param isAnswered whether the holder has answered already
 */
async function awaitTurn(
  { lease, nowMs, pause, random, signal }: TickerServiceDeps,
  isAnswered: () => Promise<boolean>,
): Promise<LeaseOutcome> {
  const deadlineMs = nowMs() + TURN_WAIT_MS;
  for (;;) {
    const turn = await lease.acquire();
    if (turn.kind !== "taken" || nowMs() >= deadlineMs || signal?.aborted) return turn;
    await pause(TURN_POLL_MS * (0.5 + random()));
    if (await isAnswered()) return turn;
  }
}

/**
 * Queries the database; undefined when it fails, or when its list is empty: an empty list means a broken job, not a
 * market without funds.
 */
async function askDatabase({
  source,
  emit,
  nowMs,
  ttlSeconds,
  signal,
}: TickerServiceDeps): Promise<TickerSnapshot | undefined> {
  // The TTL counts from before the query, so that the copy never outlives the shared entry.
  const loadedAtMs = nowMs();
  try {
    const rows = await source.load({ signal });
    const tickers: readonly Ticker[] = parseTickerRows(rows);
    const noTexts = countNoTexts(rows);
    if (noTexts > 0) emit({ kind: "rows-ignored", rows: rows.length, noTexts });
    if (tickers.length === 0) {
      emit({ kind: "empty-ignored" });
      return undefined;
    }
    emit({ kind: "loaded", source: "database", count: tickers.length });
    return createTickerSnapshot(tickers, { source: "database", loadedAtMs, ttlSeconds });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { code, message, said } = error;
    emit({ kind: "database-failed", code, detail: message, said });
    return undefined;
  }
}

/** Pauses between attempts to load the first list. */
const ATTEMPT_PAUSE = { minMs: 1000, maxMs: 60_000 };

export interface WarmTickersDeps {
  readonly tickers: Pick<TickerService, "load" | "peek">;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Loads the tickers before the first request, so that no request waits for the first query. Retries with
 * growing pauses until a list is known; replicas that start together share one query, as they do for
 * requests.
 */
export async function warmTickers({ tickers, pause, signal }: WarmTickersDeps): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    if (signal.aborted) return;
    await tickers.load();
    // The result of the load is not enough: a list that an announcement overtakes is not kept.
    if (tickers.peek().kind === "tickers") return;
    await pause(backoffMs(attempt, ATTEMPT_PAUSE));
    // A request may have loaded them in between.
    if (tickers.peek().kind === "tickers") return;
  }
}
