import { compareCodePoints } from "./code-point-order.ts";

declare const tickerBrand: unique symbol;

/** A trading code in its normal form: upper case, no exchange, no blanks, such as `HGLG11`. */
export type Ticker = string & { readonly [tickerBrand]: true };

/** The longest text that is looked at as one ticker, in characters. */
export const TICKER_TEXT_LENGTH_MAX = 64;

/** Four characters that begin with a letter, one or two digits, and at times a letter for the market. */
const SHAPE = /^[A-Z][A-Z0-9]{3}[0-9]{1,2}[A-Z]?$/;
/** What data vendors put before and behind a code of B3. */
const EXCHANGE_PREFIX = /^(?:BVMF|BMFBOVESPA|B3):/;
const EXCHANGE_SUFFIX = /\.(?:SA|BVMF)$/;

/**
 * Brings what people and vendors write into the normal form: full-width characters, lower case and blanks are folded,
 * `BVMF:HGLG11` and `HGLG11.SA` lose the exchange. Whether it is a ticker, and one that exists, is another question.
 *
 * @returns the normal form, or undefined for a text of more than {@link TICKER_TEXT_LENGTH_MAX} characters
 */
export function foldTicker(text: string): string | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const folded = text.normalize("NFKC").toUpperCase().replaceAll(/\s+/g, "");
  return folded.replace(EXCHANGE_PREFIX, "").replace(EXCHANGE_SUFFIX, "");
}

/** The ticker that a text is, in its normal form; undefined if it has not the shape of one. */
export function normalizeTicker(text: string): Ticker | undefined {
  const folded = foldTicker(text);
  return folded !== undefined && SHAPE.test(folded) ? (folded as Ticker) : undefined;
}

/**
 * Reads the values of a ticker query: trimmed, upper-cased, each once, empty ones dropped, in code point order. Whatever
 * the database calls a ticker is one, whatever its shape.
 *
 * @param values what the database returned; what is no text is dropped
 */
export function parseTickerRows(values: readonly unknown[]): readonly Ticker[] {
  const tickers = new Set<Ticker>();
  for (const value of values) {
    const ticker = typeof value === "string" ? value.trim().toUpperCase() : "";
    if (ticker !== "") tickers.add(ticker as Ticker);
  }
  return [...tickers].sort(compareCodePoints);
}
