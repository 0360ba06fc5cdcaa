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
 * `BVMF:HGLG11` and `HGLG11.SA` lose the exchange. Whether such a ticker exists is another question.
 *
 * @returns the normal form, or undefined if the text has not the shape of a ticker
 */
export function normalizeTicker(text: string): Ticker | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const folded = text.normalize("NFKC").toUpperCase().replaceAll(/\s+/g, "");
  const code = folded.replace(EXCHANGE_PREFIX, "").replace(EXCHANGE_SUFFIX, "");
  return SHAPE.test(code) ? (code as Ticker) : undefined;
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
