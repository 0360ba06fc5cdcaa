import { canonicalText } from "../../domain/json/canonical-json.ts";
import { parseTickerRows, type Ticker } from "../../domain/tickers/ticker.ts";
import { CacheError, type CachePort } from "../../ports/cache-port.ts";
import type { TickerEvent, TickerMissReason } from "./events.ts";
import { createTickerSnapshot, type TickerSnapshot } from "./ticker-snapshot.ts";

export type SharedTickersRead =
  | { readonly kind: "found"; readonly snapshot: TickerSnapshot; readonly bytes: Uint8Array }
  /** `bytes`: an invalid entry that could not be deleted; a later `store` replaces it. */
  | { readonly kind: "missing"; readonly reason: TickerMissReason; readonly bytes?: Uint8Array | undefined };

export interface SharedTickers {
  /** Reads the list with its remaining TTL. An invalid entry is deleted. */
  read(): Promise<SharedTickersRead>;
  /**
   * Stores a list if the cache still has the entry of `over`, or has no usable list, so that an older result
   * does not replace a newer one.
   */
  store(tickers: readonly Ticker[], over: SharedTickersRead): Promise<"conflict" | "failed" | "stored">;
}

export interface SharedTickersDeps {
  readonly cache: CachePort;
  readonly ttlSeconds: number;
  readonly emit: (event: TickerEvent) => void;
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
}

export function createSharedTickers(deps: SharedTickersDeps): SharedTickers {
  const { cache, ttlSeconds, emit, nowMs, signal } = deps;
  const shared: SharedTickers = {
    async read() {
      let bytes: Uint8Array | undefined;
      // The TTL is counted from before the read: the copy may expire a moment early, never late.
      const readAtMs = nowMs();
      try {
        const entry = await cache.getWithTtl(TICKERS_KEY, { bytesMax: TICKERS_BYTES_MAX, signal });
        if (entry === undefined) return { kind: "missing", reason: "absent" };
        const tickers = decodeTickers(entry.value);
        if (tickers === undefined) {
          bytes = entry.value;
          await cache.delete(TICKERS_KEY, { signal });
          return { kind: "missing", reason: "bad-value" };
        }
        const remainingSeconds = Math.min(entry.ttlSeconds, ttlSeconds);
        const loadedAtMs = readAtMs - (ttlSeconds - remainingSeconds) * 1000;
        const snapshot = createTickerSnapshot(tickers, { source: "cache", loadedAtMs, ttlSeconds });
        return { kind: "found", snapshot, bytes: entry.value };
      } catch (error) {
        if (!(error instanceof CacheError)) throw error;
        emit({ kind: "cache-bypassed", operation: error.operation });
        return { kind: "missing", reason: "failed", bytes };
      }
    },

    async store(tickers, over) {
      const entries = [{ key: TICKERS_KEY, value: encodeTickers(tickers) }];
      const expect = [{ key: TICKERS_KEY, value: over.bytes }];
      try {
        const outcome = await cache.publish({ entries, ttlSeconds, remove: [], expect }, { signal });
        if (outcome.kind === "published") return "stored";
        if ((await shared.read()).kind === "found") return "conflict";
        // The cache has no newer list that can be read: its entry is absent or unusable, for example too
        // large or without a TTL. So the list is written unconditionally.
        await cache.set(TICKERS_KEY, encodeTickers(tickers), { ttlSeconds, signal });
        return "stored";
      } catch (error) {
        if (!(error instanceof CacheError)) throw error;
        emit({ kind: "cache-bypassed", operation: error.operation });
        emit({ kind: "cache-write-failed", detail: error.message });
        return "failed";
      }
    },
  };
  return shared;
}

/** The cache key of the valid tickers, before the namespace; shared with programs that do not know Mosaic. */
export const TICKERS_KEY = "tickers:list";

export function encodeTickers(tickers: readonly Ticker[]): Uint8Array {
  return new TextEncoder().encode(canonicalText(tickers));
}

/** Several times the size of a list of `TICKERS_MAX` tickers. */
export const TICKERS_BYTES_MAX = 4 * 1024 * 1024;
/** Lists with more tickers count as invalid; the market has a few hundred. */
const TICKERS_MAX = 100_000;

/** Parses a list from the cache; undefined for anything but a list of strings with 1 to `TICKERS_MAX` tickers. */
export function decodeTickers(bytes: Uint8Array): readonly Ticker[] | undefined {
  try {
    if (bytes.byteLength > TICKERS_BYTES_MAX) return undefined;
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (
      !Array.isArray(value) ||
      value.length > TICKERS_MAX ||
      !value.every((item) => typeof item === "string")
    )
      return undefined;
    const tickers = parseTickerRows(value);
    return tickers.length === 0 ? undefined : tickers;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
