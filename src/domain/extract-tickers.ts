import { EXCHANGE_PREFIXES, EXCHANGE_SUFFIXES, type Ticker } from "./ticker.ts";
import type { TickerSet } from "./ticker-set.ts";

/** The tickers of a text. `basis` says whether they were looked up or only look like tickers. */
export interface ExtractedTickers {
  /** In order of appearance, each once. */
  readonly tickers: readonly Ticker[];
  readonly basis: "list" | "shape";
}

/**
 * A letter of any script, a digit or `_`, then more of them, of the marks that accents are, and of the unseen characters
 * that join: a code inside of such a run is part of a word. A mark alone begins none, since the emoji before it, not the
 * code behind it, is what it belongs to.
 */
const WORD = /[\p{L}\p{N}_＿][\p{L}\p{Mn}\p{Mc}\p{N}_＿\p{Join_Control}\u00ad\u2060]*/gu;
const JOINERS = /[\p{Join_Control}\u00ad\u2060]/gu;
/** In UTF-16 units, two of which some forms of a letter take. */
const WORD_LENGTH_MAX = 16;
const CODE = /^[A-Z][A-Z0-9]{3}$/;
const FUND_SHAPE = /^[A-Z]{4}1[1-9]$/;

/**
 * Finds the tickers that a text names, whole (`hglg11`, `HGLG11.SA`, `BVMF:HGLG11`) or by their bare code (`HGLG`), in time
 * linear in its length. The name of an exchange before or behind a ticker, with nothing between, is no code.
 *
 * @param known the valid tickers; without them, whatever has the shape of a fund's ticker counts
 */
export function extractTickers(text: string, known: TickerSet | undefined): ExtractedTickers {
  const found = new Set<Ticker>();
  let last: Mention | undefined;
  for (const mention of mentions(text, known)) {
    // Only what follows says whether the name of an exchange stood for itself.
    if (last !== undefined && !isPrefix(last, mention, text)) found.add(last.ticker);
    last = isSuffix(last, mention, text) ? undefined : mention;
  }
  if (last !== undefined) found.add(last.ticker);
  return { tickers: [...found], basis: known === undefined ? "shape" : "list" };
}

/** A word that names a ticker, and where it stands. */
interface Mention {
  readonly word: string;
  readonly ticker: Ticker;
  readonly start: number;
  readonly end: number;
}

function* mentions(text: string, known: TickerSet | undefined): Generator<Mention> {
  for (const { 0: run, index: start } of text.matchAll(WORD)) {
    if (run.length > WORD_LENGTH_MAX) continue;
    // Each word alone: to normalise a long run of marks takes time in the square of its length.
    const word = run.replaceAll(JOINERS, "").normalize("NFKC").toUpperCase();
    const ticker = tickerOf(word, known);
    if (ticker !== undefined) yield { word, ticker, start, end: start + run.length };
  }
}

/** Whether a word is the `BVMF` of `BVMF:HGLG11`. */
function isPrefix(before: Mention, { start }: Mention, text: string): boolean {
  return EXCHANGE_PREFIXES.has(before.word) && isBetween(text, { end: before.end, start }, ":");
}

/** Whether a word is the `BVMF` of `HGLG11.BVMF`. */
function isSuffix(before: Mention | undefined, { word, start }: Mention, text: string): boolean {
  return (
    before !== undefined && EXCHANGE_SUFFIXES.has(word) && isBetween(text, { end: before.end, start }, ".")
  );
}

/** Whether this character, in any of its widths, is all that stands between two words. */
function isBetween(
  text: string,
  { end, start }: { readonly end: number; readonly start: number },
  character: string,
): boolean {
  return start === end + 1 && text.charAt(end).normalize("NFKC") === character;
}

function tickerOf(word: string, known: TickerSet | undefined): Ticker | undefined {
  if (known === undefined) return FUND_SHAPE.test(word) ? (word as Ticker) : undefined;
  if (known.has(word)) return word as Ticker;
  return CODE.test(word) ? known.ofCode(word) : undefined;
}
