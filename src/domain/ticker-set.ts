import type { Ticker } from "./ticker.ts";

/** The valid tickers of one load, immutable. */
export interface TickerSet {
  /** In code point order, each once. */
  readonly tickers: readonly Ticker[];
  /** @param ticker in its normal form */
  has(ticker: string): boolean;
  /**
   * The ticker that a bare four-letter code stands for: its `11` if there is one, else its only ticker.
   *
   * @param code four characters, upper case, such as `HGLG`
   */
  ofCode(code: string): Ticker | undefined;
}

const CODE_LENGTH = 4;

/** @param tickers in their normal form, sorted, each once */
export function createTickerSet(tickers: readonly Ticker[]): TickerSet {
  const known = new Set<string>(tickers);
  const byCode = new Map<string, Ticker | undefined>();
  for (const ticker of tickers) {
    const code = ticker.slice(0, CODE_LENGTH);
    // A second ticker of a code makes it ambiguous, unless one of them is the fund's own, 11.
    const preferred = `${code}11`;
    byCode.set(code, known.has(preferred) ? (preferred as Ticker) : byCode.has(code) ? undefined : ticker);
  }
  return { tickers, has: (ticker) => known.has(ticker), ofCode: (code) => byCode.get(code) };
}
