import { normalizeTicker, TICKER_TEXT_LENGTH_MAX, type Ticker } from "./ticker.ts";

/** The valid tickers of one load, immutable. */
export interface TickerSet {
  /** In code point order, each once. */
  readonly tickers: readonly Ticker[];
  /** @param ticker in its listed form */
  has(ticker: string): boolean;
  /**
   * The ticker with this normal form. The list may have another form, such as `HGLG11.SA` for `HGLG11`: of
   * several, the result is the normal form itself or else the first.
   */
  ofForm(normal: string): Ticker | undefined;
  /**
   * The ticker of a bare four-letter code: its `11` if there is one, else its only ticker.
   *
   * @param code four characters, upper case, such as `HGLG`
   */
  ofCode(code: string): Ticker | undefined;
  /**
   * Whether a text of this many UTF-16 units can be a normal form or a code: a cheap check before {@link
   * ofForm}.
   */
  isLength(length: number): boolean;
  /** All tickers of a code, in their order. */
  allOfCode(code: string): readonly Ticker[];
}

const CODE_LENGTH = 4;
/** Most tickers are their own normal form; normalizing the others takes much longer. */
const PLAIN = /^[A-Z0-9]+$/;

/** @param tickers in listed form: upper case, sorted, deduplicated */
export function createTickerSet(tickers: readonly Ticker[]): TickerSet {
  const known = new Set<string>(tickers);
  const byForm = new Map<string, Ticker>();
  for (const ticker of tickers) {
    const form = PLAIN.test(ticker) ? ticker : (normalizeTicker(ticker) ?? ticker);
    if (form === ticker || !byForm.has(form)) byForm.set(form, ticker);
  }
  const byCode = new Map<string, Ticker[]>();
  for (const [form, ticker] of byForm) {
    const code = form.slice(0, CODE_LENGTH);
    const alike = byCode.get(code);
    if (alike === undefined) byCode.set(code, [ticker]);
    else alike.push(ticker);
  }
  const lengths = new Set([CODE_LENGTH, ...[...byForm.keys()].map((form) => form.length)]);
  const allOfCode = (code: string): readonly Ticker[] => byCode.get(code) ?? [];
  return {
    tickers,
    has: (ticker) => known.has(ticker),
    ofForm: (normal) => byForm.get(normal),
    ofCode(code) {
      const alike = allOfCode(code);
      // A second ticker of a code makes it ambiguous, unless one of them is the fund's own, 11.
      const own = code.length === CODE_LENGTH ? byForm.get(`${code}11`) : undefined;
      return own ?? (alike.length === 1 ? alike[0] : undefined);
    },
    isLength: (length) => lengths.has(length),
    allOfCode,
  };
}

/**
 * The listed ticker for a text: an exact match in any form, else the one with the same normal form.
 *
 * @returns undefined for a text that is not in the list, or longer than {@link TICKER_TEXT_LENGTH_MAX}
 * characters
 */
export function findTicker(text: string, known: TickerSet): Ticker | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const written = text.trim().toUpperCase();
  return known.has(written) ? (written as Ticker) : known.ofForm(normalizeTicker(text) ?? "");
}
