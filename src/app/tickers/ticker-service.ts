import { parseTickerRows, type Ticker } from "../../domain/ticker.ts";
import { createTickerSet, type TickerSet } from "../../domain/ticker-set.ts";
import { CacheError, type CachePort } from "../../ports/cache-port.ts";
import { DatabaseError, type TickerSourcePort } from "../../ports/database-port.ts";
import { createExclusive } from "../catalog/exclusive.ts";
import type { TickerEvent, TickerMissReason, TickerOrigin } from "./ticker-event.ts";
import { decodeTickers, encodeTickers, TICKERS_KEY } from "./ticker-list.ts";

/** A list of valid tickers in this process, and for how long it counts. */
export interface TickerSnapshot {
  readonly set: TickerSet;
  readonly origin: TickerOrigin;
  /** When the database was asked. */
  readonly loadedAtMs: number;
  /** Until then it is fresh: never longer than the shared entry lives. */
  readonly freshUntilMs: number;
  /** Until then it is served, marked stale, while the database fails; fixed when it was loaded. */
  readonly staleUntilMs: number;
}

/** What a load gives; `unavailable` when there is no list that may still be served. */
export type TickerLoad =
  | { readonly kind: "tickers"; readonly snapshot: TickerSnapshot; readonly stale: boolean }
  | { readonly kind: "unavailable" };

/** The valid tickers: from this process, else from the shared cache, else from the database. */
export interface TickerService {
  /** Fresh tickers cost neither a round trip nor a parse. */
  load(): Promise<TickerLoad>;
  /** Asks the database, whatever is cached; a failure is `unavailable`, and what was known stays. */
  refresh(): Promise<TickerLoad>;
  /** The list of this process, without asking anybody. */
  peek(): TickerLoad;
}

export interface TickerServiceDeps {
  readonly cache: CachePort;
  readonly source: TickerSourcePort;
  readonly ttlSeconds: number;
  readonly emit: (event: TickerEvent) => void;
  /** Milliseconds of a clock that nobody sets. */
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** How long a list may be served after it has expired. */
const STALE_MS = 3_600_000;
/**
 * How long a database that has failed is left alone at most, so that a fleet does not fall on it when it comes back. A
 * shorter TTL says that it may be asked more often.
 */
const RETRY_MS = 1000;

const UNAVAILABLE: TickerLoad = { kind: "unavailable" };

export function createTickerService(deps: TickerServiceDeps): TickerService {
  const { nowMs } = deps;
  const retryMs = Math.min(RETRY_MS, deps.ttlSeconds * 1000);
  let snapshot: TickerSnapshot | undefined;
  let fresh: Promise<TickerLoad> | undefined;
  let retryAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<TickerLoad> | undefined;
  let refreshing: Promise<TickerLoad> | undefined;
  // One at a time, so that the answer to an older question never replaces that to a newer one.
  const exclusive = createExclusive();

  function keep(next: TickerSnapshot): TickerLoad {
    snapshot = next;
    const load: TickerLoad = { kind: "tickers", snapshot: next, stale: false };
    fresh = Promise.resolve(load);
    return load;
  }

  function peek(): TickerLoad {
    const now = nowMs();
    if (snapshot === undefined || now >= snapshot.staleUntilMs) return UNAVAILABLE;
    return { kind: "tickers", snapshot, stale: now >= snapshot.freshUntilMs };
  }

  async function fromDatabase(): Promise<TickerLoad | undefined> {
    const next = await askDatabase(deps, snapshot);
    if (next === undefined) retryAtMs = nowMs() + retryMs;
    return next === undefined ? undefined : keep(next);
  }

  /** What needs nobody to be asked: the copy while it is fresh, or what is known while the database is left alone. */
  function settled(): Promise<TickerLoad> | undefined {
    const now = nowMs();
    if (fresh !== undefined && snapshot !== undefined && now < snapshot.freshUntilMs) return fresh;
    return now < retryAtMs ? Promise.resolve(peek()) : undefined;
  }

  async function loadOnce(): Promise<TickerLoad> {
    // A refresh that went before may have answered already.
    const before = settled();
    if (before !== undefined) return before;
    const shared = await readShared(deps);
    if (shared !== undefined) return keep(shared);
    return (await fromDatabase()) ?? peek();
  }

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
      refreshing ??= exclusive(() => refreshOnce(deps, fromDatabase)).finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
}

async function refreshOnce(
  { emit }: TickerServiceDeps,
  fromDatabase: () => Promise<TickerLoad | undefined>,
): Promise<TickerLoad> {
  emit({ kind: "cache-miss", reason: "forced" });
  return (await fromDatabase()) ?? UNAVAILABLE;
}

/** The list in the shared cache, with the rest of its life. */
async function readShared(deps: TickerServiceDeps): Promise<TickerSnapshot | undefined> {
  const { cache, emit, nowMs, ttlSeconds, signal } = deps;
  const miss = (reason: TickerMissReason): undefined => {
    emit({ kind: "cache-miss", reason });
  };
  // The rest of the life counts from before the question: the copy may die a moment early, never late.
  const askedAtMs = nowMs();
  try {
    const living = await cache.getLiving(TICKERS_KEY, { signal });
    if (living === undefined) return miss("absent");
    const tickers = decodeTickers(living.value);
    if (tickers === undefined) {
      await cache.delete(TICKERS_KEY, { signal });
      return miss("bad-value");
    }
    emit({ kind: "cache-hit" });
    const lifeSeconds = Math.min(living.ttlSeconds, ttlSeconds);
    const loadedAtMs = askedAtMs - (ttlSeconds - lifeSeconds) * 1000;
    emit({ kind: "loaded", origin: "cache", count: tickers.length });
    return snapshotOf(tickers, { origin: "cache", loadedAtMs, ttlSeconds });
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    return miss("failed");
  }
}

/** Asks the database and shares what it says; undefined when it fails or says nothing while something is known. */
async function askDatabase(
  deps: TickerServiceDeps,
  known: TickerSnapshot | undefined,
): Promise<TickerSnapshot | undefined> {
  const { source, emit, nowMs, ttlSeconds, signal } = deps;
  // Life counts from before the question, so that the copy never outlives the shared entry.
  const loadedAtMs = nowMs();
  try {
    const tickers = parseTickerRows(await source.load({ signal }));
    const knownCount = known !== undefined && loadedAtMs < known.staleUntilMs ? known.set.tickers.length : 0;
    if (tickers.length === 0 && knownCount > 0) {
      emit({ kind: "empty-ignored", known: knownCount });
      return undefined;
    }
    emit({ kind: "loaded", origin: "database", count: tickers.length });
    if (tickers.length > 0) await share(deps, tickers);
    return snapshotOf(tickers, { origin: "database", loadedAtMs, ttlSeconds });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    emit({ kind: "database-failed", code: error.code, detail: error.message });
    return undefined;
  }
}

async function share(
  { cache, ttlSeconds, emit, signal }: TickerServiceDeps,
  tickers: readonly Ticker[],
): Promise<void> {
  try {
    await cache.set(TICKERS_KEY, encodeTickers(tickers), { ttlSeconds, signal });
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    emit({ kind: "cache-write-failed", detail: error.message });
  }
}

function snapshotOf(
  tickers: readonly Ticker[],
  { origin, loadedAtMs, ttlSeconds }: { origin: TickerOrigin; loadedAtMs: number; ttlSeconds: number },
): TickerSnapshot {
  const freshUntilMs = loadedAtMs + ttlSeconds * 1000;
  const staleUntilMs = freshUntilMs + STALE_MS;
  return { set: createTickerSet(tickers), origin, loadedAtMs, freshUntilMs, staleUntilMs };
}
