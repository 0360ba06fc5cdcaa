import type { Ticker } from "./ticker.ts";
import type { TickerSet } from "./ticker-set.ts";

/** The tickers of a text. `basis` says whether they were looked up or only look like tickers. */
export interface ExtractedTickers {
  /** In order of appearance, each once. */
  readonly tickers: readonly Ticker[];
  readonly basis: "list" | "shape";
}

/**
 * A letter of any script, a digit or `_`, then more of them and of the marks that accents are: a code inside of such a run
 * is part of a word. A mark alone begins none, since the emoji before it, not the code behind it, is what it belongs to.
 */
const WORD = /[\p{L}\p{N}_＿][\p{L}\p{Mn}\p{Mc}\p{N}_＿]*/gu;
/** In UTF-16 units, two of which some forms of a letter take. */
const WORD_LENGTH_MAX = 16;
const CODE = /^[A-Z][A-Z0-9]{3}$/;
const FUND_SHAPE = /^[A-Z]{4}1[1-9]$/;

/**
 * Finds the tickers that a text names, whole (`hglg11`, `HGLG11.SA`, `BVMF:HGLG11`) or by their bare code (`HGLG`), in time
 * linear in its length.
 *
 * @param known the valid tickers; without them, whatever has the shape of a fund's ticker counts
 */
export function extractTickers(text: string, known: TickerSet | undefined): ExtractedTickers {
  const found = new Set<Ticker>();
  for (const [word] of text.matchAll(WORD)) {
    if (word.length > WORD_LENGTH_MAX) continue;
    // Each word alone: to normalise a long run of marks takes time in the square of its length.
    const ticker = tickerOf(word.normalize("NFKC").toUpperCase(), known);
    if (ticker !== undefined) found.add(ticker);
  }
  return { tickers: [...found], basis: known === undefined ? "shape" : "list" };
}

function tickerOf(word: string, known: TickerSet | undefined): Ticker | undefined {
  if (known === undefined) return FUND_SHAPE.test(word) ? (word as Ticker) : undefined;
  if (known.has(word)) return word as Ticker;
  return CODE.test(word) ? known.ofCode(word) : undefined;
}
