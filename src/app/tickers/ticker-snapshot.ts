import type { Ticker } from "../../domain/tickers/ticker.ts";
import { createTickerSet, type TickerSet } from "../../domain/tickers/ticker-set.ts";
import type { TickerSourceKind } from "./events.ts";

/** A list of valid tickers in this process, and how long it is valid. */
export interface TickerSnapshot {
  readonly set: TickerSet;
  readonly source: TickerSourceKind;
  /** When the database was queried. */
  readonly loadedAtMs: number;
  /** Until then it is fresh: never longer than the shared entry. */
  readonly freshUntilMs: number;
  /** Until then it is served, marked stale, while the database fails; set when it was loaded. */
  readonly staleUntilMs: number;
}

/**
 * The result of a load; `unavailable` when no list may be served any more. A list is `stale` when it has
 * expired and the database has failed since it was loaded.
 */
export type TickerLoad =
  | { readonly kind: "tickers"; readonly snapshot: TickerSnapshot; readonly stale: boolean }
  | { readonly kind: "unavailable" };

/** How long a list may be served after it has expired. */
const STALE_MS = 3_600_000;

export function createTickerSnapshot(
  tickers: readonly Ticker[],
  { source, loadedAtMs, ttlSeconds }: { source: TickerSourceKind; loadedAtMs: number; ttlSeconds: number },
): TickerSnapshot {
  const freshUntilMs = loadedAtMs + ttlSeconds * 1000;
  const staleUntilMs = freshUntilMs + STALE_MS;
  return { set: createTickerSet(tickers), source, loadedAtMs, freshUntilMs, staleUntilMs };
}
