import { canonicalText } from "../../domain/json/canonical-json.ts";
import { parseTickerRows, type Ticker } from "../../domain/tickers/ticker.ts";

/** The cache key of the valid tickers, before the namespace; shared with programs that do not know Mosaic. */
export const TICKERS_KEY = "tickers:list";

/** The list's form in the cache: a JSON list of texts, sorted. */
export function encodeTickers(tickers: readonly Ticker[]): Uint8Array {
  return new TextEncoder().encode(canonicalText(tickers));
}

/** The largest list, in bytes: the most tickers take a third of it. */
export const TICKERS_BYTES_MAX = 4 * 1024 * 1024;
/** More are no list of tickers: the market has some hundreds. */
const TICKERS_MAX = 100_000;

/**
 * Parses a list from the cache; undefined for anything but a list of texts with at least one ticker, and not
 * too many.
 */
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
