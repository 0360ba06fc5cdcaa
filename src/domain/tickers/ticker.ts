import { compareCodePoints } from "../json/canonical-json.ts";

declare const tickerBrand: unique symbol;

/**
 * A ticker in the form of the list: upper case and trimmed, usually also the normal form, such as `HGLG11`.
 */
export type Ticker = string & { readonly [tickerBrand]: true };

/** The longest text that is checked as one ticker, in characters. */
export const TICKER_TEXT_LENGTH_MAX = 64;

/** The prefixes that data vendors put before a code of B3, followed by a colon. */
export const EXCHANGE_PREFIXES: ReadonlySet<string> = new Set(["B3", "BMFBOVESPA", "BVMF"]);
/** The suffixes that data vendors append to a code of B3, after a full stop. */
export const EXCHANGE_SUFFIXES: ReadonlySet<string> = new Set(["BVMF", "SA"]);

const EXCHANGE_PREFIX_PATTERN = new RegExp(`^(?:${[...EXCHANGE_PREFIXES].join("|")}):`);
const EXCHANGE_SUFFIX_PATTERN = new RegExp(`\\.(?:${[...EXCHANGE_SUFFIXES].join("|")})$`);
/** Spaces and invisible characters: they come along with copied text. */
const INVISIBLE_OR_SPACE = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * Converts the notations of people and vendors into the normal form: full-width and lower-case letters become
 * plain capitals, spaces and invisible characters are removed, `BVMF:HGLG11` and `HGLG11.SA` lose the
 * exchange. It does not check that the ticker is valid.
 *
 * @returns the normal form, or undefined for a text of more than {@link TICKER_TEXT_LENGTH_MAX} characters
 */
export function normalizeTicker(text: string): string | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const folded = text.normalize("NFKC").toUpperCase().replaceAll(INVISIBLE_OR_SPACE, "");
  return folded.replace(EXCHANGE_PREFIX_PATTERN, "").replace(EXCHANGE_SUFFIX_PATTERN, "");
}

/**
 * The number of values of a ticker query that are neither text nor null, such as numbers, arrays and bytes.
 */
export function countNonTextValues(values: readonly unknown[]): number {
  return values.filter((value) => typeof value !== "string" && value !== null && value !== undefined).length;
}

/**
 * Parses the values of a ticker query: trimmed, upper-cased, deduplicated, empty ones dropped, in code point
 * order. Every text that the database returns is a ticker, in any form.
 *
 * @param values what the database returned; values other than texts are dropped
 */
export function parseTickerRows(values: readonly unknown[]): readonly Ticker[] {
  if (isSortedTickerList(values)) return values;
  const tickers = new Set<Ticker>();
  for (const value of values) {
    const ticker = typeof value === "string" ? value.trim().toUpperCase() : "";
    if (ticker !== "") tickers.add(ticker as Ticker);
  }
  return [...tickers].sort(compareCodePoints);
}

/** The form of almost all tickers: such a ticker is its own normal form, and parsing leaves it unchanged. */
export const PLAIN_TICKER: RegExp = /^[A-Z0-9]+$/;

/**
 * Whether the values are plain tickers in code point order, as in a list from the cache: then nothing is left to
 * parse. ASCII texts have the same order by UTF-16 units and by code points.
 */
function isSortedTickerList(values: readonly unknown[]): values is readonly Ticker[] {
  let previous = "";
  for (const value of values) {
    if (typeof value !== "string" || value <= previous || !PLAIN_TICKER.test(value)) return false;
    previous = value;
  }
  return true;
}
