import { compareCodePoints } from "../json/canonical-json.ts";
import { normalizeTicker, PLAIN_TICKER, TICKER_TEXT_LENGTH_MAX, type Ticker } from "./ticker.ts";

/** The valid tickers of one load, immutable. */
export interface TickerSet {
  /** In code point order, each once. */
  readonly tickers: readonly Ticker[];
  /** @param ticker in its listed form */
  has(ticker: string): boolean;
  /**
   * The listed ticker with this normal form. The list may contain another form, such as `HGLG11.SA` for
   * `HGLG11`. If several listed tickers have the normal form, the result is the one that equals it, else the
   * first.
   */
  findByForm(normal: string): Ticker | undefined;
  /**
   * The ticker of a bare four-character code: the one that ends in `11` if it is listed, else the only ticker
   * of the code.
   *
   * @param code four characters, upper case, such as `HGLG`
   */
  findByCode(code: string): Ticker | undefined;
  /**
   * Whether a text of this many UTF-16 units can be a normal form or a code; a cheap check before {@link
   * findByForm}.
   */
  canHaveLength(length: number): boolean;
  /** All tickers of a code, in code point order. */
  listByCode(code: string): readonly Ticker[];
}

const CODE_LENGTH = 4;

/**
 * Makes the set of a list. Only tickers that do not match {@link PLAIN_TICKER} need an index: a plain ticker is
 * its own normal form, and the sorted list has the plain tickers of one code side by side.
 *
 * @param tickers in listed form: upper case, sorted, deduplicated
 */
export function createTickerSet(tickers: readonly Ticker[]): TickerSet {
  const known = new Set<string>(tickers);
  const lengths = new Set([CODE_LENGTH]);
  const others = new Map<string, Ticker>();
  for (const ticker of tickers) {
    const isPlain = PLAIN_TICKER.test(ticker);
    const form = isPlain ? ticker : (normalizeTicker(ticker) ?? ticker);
    lengths.add(form.length);
    if (!isPlain && (form === ticker || !others.has(form))) others.set(form, ticker);
  }
  const othersOfCode = Map.groupBy(others, ([form]) => form.slice(0, CODE_LENGTH));
  const isPlainOne = (text: string): boolean => known.has(text) && PLAIN_TICKER.test(text);

  const findByForm = (normal: string): Ticker | undefined =>
    isPlainOne(normal) ? (normal as Ticker) : others.get(normal);

  const listByCode = (code: string): readonly Ticker[] => {
    const plain = listPlainTickers(tickers, code);
    const rest = othersOfCode.get(code)?.filter(([form]) => !isPlainOne(form)) ?? [];
    return rest.length === 0
      ? plain
      : [...plain, ...rest.map(([, ticker]) => ticker)].sort(compareCodePoints);
  };
  return {
    tickers,
    has: (ticker) => known.has(ticker),
    findByForm,
    findByCode(code) {
      // A code with several tickers is ambiguous, unless one of them ends in 11: that is the fund's own.
      const own = code.length === CODE_LENGTH ? findByForm(`${code}11`) : undefined;
      if (own !== undefined) return own;
      const alike = listByCode(code);
      return alike.length === 1 ? alike[0] : undefined;
    },
    canHaveLength: (length) => lengths.has(length),
    listByCode,
  };
}

/** The plain tickers that begin with a code, in a sorted list. */
function listPlainTickers(tickers: readonly Ticker[], code: string): readonly Ticker[] {
  const found: Ticker[] = [];
  for (let index = findFirstIndex(tickers, code); index < tickers.length; index++) {
    const ticker = tickers[index] as Ticker;
    if (!ticker.startsWith(code)) break;
    if (PLAIN_TICKER.test(ticker) && ticker.slice(0, CODE_LENGTH) === code) found.push(ticker);
  }
  return found;
}

/** The index of the first ticker that does not sort before a text. */
function findFirstIndex(tickers: readonly Ticker[], text: string): number {
  let start = 0;
  let end = tickers.length;
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (compareCodePoints(tickers[middle] as Ticker, text) < 0) start = middle + 1;
    else end = middle;
  }
  return start;
}

/**
 * The listed ticker that equals the trimmed text in capitals, else one with the same normal form.
 *
 * @returns undefined if no ticker matches, or if the text has more than {@link TICKER_TEXT_LENGTH_MAX} characters
 */
export function findTicker(text: string, known: TickerSet): Ticker | undefined {
  if (text.length > TICKER_TEXT_LENGTH_MAX) return undefined;
  const written = text.trim().toUpperCase();
  return known.has(written) ? (written as Ticker) : known.findByForm(normalizeTicker(text) ?? "");
}
