import { EXCHANGE_PREFIXES, EXCHANGE_SUFFIXES, type Ticker } from "./ticker.ts";
import type { TickerSet } from "./ticker-set.ts";

/**
 * The tickers of a text. `basis` is `list` if they were looked up in the list of tickers, `shape` if they only
 * match the pattern of a fund's ticker.
 */
export interface ExtractedTickers {
  /** In order of appearance, each once. */
  readonly tickers: readonly Ticker[];
  readonly basis: "list" | "shape";
}

/**
 * A run of characters that is one word: a letter of any script, a digit or `_`, then more of these, combining
 * marks such as accents, and invisible characters. A code inside a longer word is no ticker. A combining mark
 * begins no run: it belongs to the character before it, such as an emoji.
 */
const TICKER_WORD = /[\p{L}\p{N}_＿][\p{L}\p{Mn}\p{Mc}\p{N}_＿\p{Default_Ignorable_Code_Point}]*/gu;
/**
 * Invisible characters inside a word: they join the letters around them, or select a variant of the letter before.
 */
const JOINING_CHARACTERS = /[\u034f\u00ad\u2060\p{Join_Control}\p{Variation_Selector}]/gu;
/**
 * All invisible characters. Those that are not {@link JOINING_CHARACTERS} may be inside a copied ticker, or separate
 * two tickers.
 */
const INVISIBLE_CHARACTER = /\p{Default_Ignorable_Code_Point}/gu;
const WORD_PIECE =
  /(?:(?!\p{Default_Ignorable_Code_Point}).|[\u034f\u00ad\u2060\p{Join_Control}\p{Variation_Selector}])+/gsu;
const ASCII_WORD = /^[0-9A-Z_a-z]+$/;
/** A word with the underscores of Markdown on both sides. */
const EMPHASIS_PATTERN = /^(_{1,3})([^_].*[^_]|[^_])\1$/su;
/** The longest word that is checked, in UTF-16 units; it allows for letters that take two units. */
const WORD_LENGTH_MAX = 16;
const MARKED_LENGTH_MAX = WORD_LENGTH_MAX + 6;
/** Digits are allowed at any position of a code, as in `003H`, `B5P2` and `SPG2`, but a number is no code. */
const TICKER_CODE = /^(?=[0-9]*[A-Z])[A-Z0-9]{4}$/;
/**
 * The tickers of quotas, rights and receipts of funds end in 11 to 16; a letter after this number marks a special
 * market.
 */
const FUND_SHAPE = /^(?=[0-9]*[A-Z])[A-Z0-9]{4}1[1-6][BLMST]?$/;
const FUND_TICKER = /^.{4}1[1-6][BLMST]?$/;
/** Words that announce a fund: the word after one of them may be a fund's code, even if it is a stop word. */
const FUND_WORD = /^(?:FIIS?|FUNDOS?|IMOBILI[AÁ]RIOS?)$/;
const ANY_WORD = /[\p{L}\p{N}_＿]/u;

/**
 * Finds the tickers that a text names, whole (`hglg11`, `HGLG11.SA`, `BVMF:HGLG11`) or by their bare code (`HGLG`).
 * The time is linear in the length of the text. The name of an exchange directly before or after a ticker is no
 * code. A stop word is a code only if it is written in capitals, is the only word of the text, or is the code of a
 * fund and follows a word such as `fii` or `fundo`.
 *
 * @param known the valid tickers; without them, every word that has the pattern of a fund's ticker counts
 */
export function extractTickers(text: string, known: TickerSet | undefined): ExtractedTickers {
  const found = new Set<Ticker>();
  let last: TickerMention | undefined;
  for (const mention of findMentions(text, known)) {
    // Only the next mention shows whether a code was the name of an exchange.
    if (last !== undefined && !isExchangePrefix(last, mention, text)) found.add(last.ticker);
    last = isExchangeSuffix(last, mention, text) ? undefined : mention;
  }
  if (last !== undefined) found.add(last.ticker);
  return { tickers: [...found], basis: known === undefined ? "shape" : "list" };
}

interface NamedTicker {
  readonly word: string;
  readonly ticker: Ticker;
}

interface TickerMention extends NamedTicker {
  readonly start: number;
  readonly end: number;
}

function* findMentions(text: string, known: TickerSet | undefined): Generator<TickerMention> {
  let before: string | undefined;
  for (const { 0: run, index } of text.matchAll(TICKER_WORD)) {
    const previous = before;
    before = run;
    const isMeant = (ticker: Ticker): boolean =>
      previous === undefined
        ? !ANY_WORD.test(text.slice(index + run.length))
        : FUND_TICKER.test(ticker) && isFundWord(previous);
    // Most words are plain ASCII, in which there is nothing to remove or to normalize.
    const isPlain = ASCII_WORD.test(run);
    const seen = isPlain ? run : run.replaceAll(INVISIBLE_CHARACTER, "");
    const naming = findNamedTicker(seen, known, { isPlain, isMeant });
    if (naming !== undefined) yield { ...naming, start: index, end: index + run.length };
    else if (seen.length < run.length) yield* findMentionsInPieces(run, index, known);
  }
}

/** The tickers in the parts of a run between invisible characters; the run as a whole is no ticker. */
function* findMentionsInPieces(
  run: string,
  offset: number,
  known: TickerSet | undefined,
): Generator<TickerMention> {
  for (const { 0: piece, index } of run.matchAll(WORD_PIECE)) {
    if (piece.length === run.length) return;
    const naming = findNamedTicker(piece.replaceAll(JOINING_CHARACTERS, ""), known);
    const start = offset + index;
    if (naming !== undefined) yield { ...naming, start, end: start + piece.length };
  }
}

interface WordContext {
  /** Whether the word has only ASCII letters, digits and `_`: upper-casing then needs no normalization. */
  readonly isPlain: boolean;
  /** Whether a stop word names a ticker here. */
  readonly isMeant: (ticker: Ticker) => boolean;
}

const UNKNOWN_CONTEXT: WordContext = { isPlain: false, isMeant: () => false };

function findNamedTicker(
  run: string,
  known: TickerSet | undefined,
  { isPlain, isMeant }: WordContext = UNKNOWN_CONTEXT,
): NamedTicker | undefined {
  const written = removeEmphasis(run);
  if (written.length > WORD_LENGTH_MAX) return undefined;
  // Most words do not have the length of a ticker. Plain text has the same length in capitals.
  if (isPlain && known?.canHaveLength(written.length) === false) return undefined;
  // Only short words are normalized: normalizing a long run of combining marks takes quadratic time.
  const folded = isPlain ? written : written.normalize("NFKC");
  const word = folded.toUpperCase();
  const ticker = findTickerOfWord(word, known, word === folded ? () => true : isMeant);
  return ticker === undefined ? undefined : { word, ticker };
}

function removeEmphasis(run: string): string {
  const isMarked = run.startsWith("_") && run.length <= MARKED_LENGTH_MAX;
  return isMarked ? run.replace(EMPHASIS_PATTERN, "$2") : run;
}

/** Whether a word is the `BVMF` of `BVMF:HGLG11`. */
function isExchangePrefix(before: TickerMention, { start }: TickerMention, text: string): boolean {
  return EXCHANGE_PREFIXES.has(before.word) && isOnlyCharacterBetween(text, { end: before.end, start }, ":");
}

/** Whether a word is the `BVMF` of `HGLG11.BVMF`. */
function isExchangeSuffix(
  before: TickerMention | undefined,
  { word, start }: TickerMention,
  text: string,
): boolean {
  return (
    before !== undefined &&
    EXCHANGE_SUFFIXES.has(word) &&
    isOnlyCharacterBetween(text, { end: before.end, start }, ".")
  );
}

/** Whether this character, in normal or full width, is the only one between two words. */
function isOnlyCharacterBetween(
  text: string,
  { end, start }: { readonly end: number; readonly start: number },
  character: string,
): boolean {
  return start === end + 1 && text.charAt(end).normalize("NFKC") === character;
}

function isFundWord(run: string): boolean {
  return run.length <= WORD_LENGTH_MAX && FUND_WORD.test(run.normalize("NFKC").toUpperCase());
}

function findTickerOfWord(
  word: string,
  known: TickerSet | undefined,
  isMeant: (ticker: Ticker) => boolean,
): Ticker | undefined {
  if (known === undefined) return FUND_SHAPE.test(word) ? (word as Ticker) : undefined;
  const whole = known.findByForm(word);
  if (whole !== undefined) return whole;
  if (!TICKER_CODE.test(word)) return undefined;
  const ticker = known.findByCode(word);
  return ticker !== undefined && STOP_WORDS.has(word) && !isMeant(ticker) ? undefined : ticker;
}

/**
 * Words in common use in Portuguese that are also the code of a fund or a share: `deva` of DEVA11, `vale` of
 * VALE3. A question with one of them rarely means the ticker. They are in upper case, as codes are. A foreign
 * word that is not in use in Portuguese, such as `vino` or `life`, is not listed: it means the fund.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set([
  ...["APTO", "AURA", "BOAS", "CASH", "DAMA", "DEVA", "EURO", "GAME", "GOLD", "HASH", "HOME", "JURO"],
  ...["LEVE", "LOFT", "MALL", "MANA", "META", "MORE", "RAIZ", "REDE", "REIT", "SHOW", "SOJA", "SOMA", "VALE"],
  ...["VIVA", "VIVO"],
]);
