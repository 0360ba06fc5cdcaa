import type { Ticker } from "../../domain/tickers/ticker.ts";
import { createTickerSet, type TickerSet } from "../../domain/tickers/ticker-set.ts";
import type { TickerSourceKind } from "./events.ts";

/** A list of valid tickers in this process, and how long it is valid. */
export interface TickerSnapshot {
  readonly set: TickerSet;
  readonly source: TickerSourceKind;
  /** When the database was queried; computed from the remaining TTL for a list from the cache. */
  readonly loadedAtMs: number;
  /** The list is fresh until this time, which is never after the end of the shared entry. */
  readonly freshUntilMs: number;
  /** While the database fails, the expired list is served until this time, marked stale. */
  readonly staleUntilMs: number;
}

/**
 * The result of a load. `unavailable`: no list may be served. `stale`: the list has expired, and the database
 * has failed since it was loaded.
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
