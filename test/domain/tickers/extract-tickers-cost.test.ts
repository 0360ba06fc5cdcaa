import { describe, expect, test } from "vitest";
import { extractTickers } from "../../../src/domain/tickers/extract-tickers.ts";
import { parseTickerRows, type Ticker } from "../../../src/domain/tickers/ticker.ts";
import { createTickerSet, type TickerSet } from "../../../src/domain/tickers/ticker-set.ts";

const MEGABYTE = 1024 * 1024;
const REAL = createTickerSet(parseTickerRows(["HGLG11", "KNRI11"]));

/** What one unit of text becomes at most. */
const NORMALISED_UNITS_MAX = 18;

/** What is repeated, to fill a text, and how many tickers it names: each would cost a careless search its square. */
const ADVERSARIES: readonly (readonly [what: string, unit: string, tickers: readonly string[]])[] = [
  ["one word", "A", []],
  ["one number", "1", []],
  ["underscores", "_", []],
  ["blanks", " ", []],
  ["line breaks", "\r\n", []],
  ["the beginning of a ticker", "HGLG", []],
  ["tickers without a break", "HGLG11", []],
  ["tickers", "HGLG11 ", ["HGLG11"]],
  ["bare codes", "KNRI HGLG ", ["KNRI11", "HGLG11"]],
  ["unknown tickers", "ABCD11,", []],
  ["words of two units a letter", "𝐇𝐆𝐋𝐆𝟏𝟏 ", ["HGLG11"]],
  ["full-width tickers", "ＨＧＬＧ１１、", ["HGLG11"]],
  ["marks alone", "\u0301", []],
  ["marks that change places", "\u0301\u0316", []],
  ["a letter and marks that change places", "a\u0301\u0316\u0345\u05b0", []],
  ["characters that normalise to 18", "\ufdfa", []],
  ["characters that normalise to a blank and a mark", "´", []],
  ["halves of Korean syllables", "\u1100\u1161\u11a8", []],
  ["emoji with a selector", "❤\ufe0f", []],
  ["half a surrogate pair", "\ud83d", []],
  ["exchanges", "BVMF:", []],
  ["full stops", "HGLG11.SA.", ["HGLG11"]],
  ["emphasis", "_HGLG11_ ", ["HGLG11"]],
  ["letters and underscores", "_a", []],
  ["unseen characters", "\u200b", []],
  ["letters with unseen characters between", "H\u200b", []],
  ["letters with selectors", "H\ufe0f", []],
  ["tickers with unseen characters between", "HGLG11\u200b", ["HGLG11"]],
  ["everyday words", "deva ", []],
];

function fill(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** A set that counts how often it is asked, and how much text it is asked about. */
function createCountingSet(known: TickerSet): { readonly set: TickerSet; readonly asked: () => number } {
  let units = 0;
  const count = <Answer>(text: string, answer: Answer): Answer => {
    units += text.length;
    return answer;
  };
  const set: TickerSet = {
    tickers: known.tickers,
    has: (ticker) => count(ticker, known.has(ticker)),
    findByForm: (form): Ticker | undefined => count(form, known.findByForm(form)),
    findByCode: (code): Ticker | undefined => count(code, known.findByCode(code)),
    canHaveLength: known.canHaveLength,
    listByCode: known.listByCode,
  };
  return { set, asked: () => units };
}

describe("extractTickers() of a long text", () => {
  test.each(ADVERSARIES)("extractTickers() gets to the end of 1 MB of %s", (_, unit, tickers) => {
    expect(extractTickers(fill(unit, MEGABYTE), REAL)).toEqual({ tickers, basis: "list" });
    // A last word is found behind all of it.
    expect(extractTickers(`${fill(unit, MEGABYTE)} KNRI11`, REAL).tickers).toContain("KNRI11");
  });

  test.each(ADVERSARIES)("extractTickers() looks up %s at most twice, whatever the length", (_, unit) => {
    for (const length of [1, 2, 4, 8, 16, 32, 64].map((times) => times * 1024)) {
      const { set, asked } = createCountingSet(REAL);
      const text = fill(unit, length);
      extractTickers(text, set);
      expect(asked()).toBeLessThanOrEqual(2 * NORMALISED_UNITS_MAX * text.length);
    }
  });

  test("extractTickers() normalises no run of marks as a whole, which takes the square of its length", () => {
    const normalised: number[] = [];
    const { normalize } = String.prototype;
    String.prototype.normalize = function counted(this: string, form?: string): string {
      normalised.push(this.length);
      return normalize.call(this, form);
    };
    try {
      for (const [, unit] of ADVERSARIES) extractTickers(fill(unit, 64 * 1024), REAL);
    } finally {
      String.prototype.normalize = normalize;
    }
    expect(normalised.length).toBeGreaterThan(0);
    expect(normalised.filter((length) => length > 16)).toEqual([]);
  });
});
