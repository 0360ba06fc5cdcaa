import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareCodePoints } from "../../../src/domain/json/canonical-json.ts";
import {
  countNonTextValues,
  normalizeTicker,
  parseTickerRows,
  TICKER_TEXT_LENGTH_MAX,
} from "../../../src/domain/tickers/ticker.ts";

/** What people and vendors write, and the ticker that it is. */
const WRITTEN: readonly (readonly [written: string, ticker: string])[] = [
  ["HGLG11", "HGLG11"],
  ["hglg11", "HGLG11"],
  ["HgLg11", "HGLG11"],
  ["  HGLG11 ", "HGLG11"],
  ["HGLG11\r\n", "HGLG11"],
  ["HG LG\t11", "HGLG11"],
  ["\u00a0HGLG11\u3000", "HGLG11"],
  ["\ufeffHGLG11", "HGLG11"],
  ["ＨＧＬＧ１１", "HGLG11"],
  ["ｈｇｌｇ１１．ｓａ", "HGLG11"],
  ["𝐇𝐆𝐋𝐆𝟏𝟏", "HGLG11"],
  ["HGLG¹¹", "HGLG11"],
  ["HGLG11.SA", "HGLG11"],
  ["hglg11.sa", "HGLG11"],
  ["HGLG11 .SA", "HGLG11"],
  ["HGLG11.BVMF", "HGLG11"],
  ["BVMF:HGLG11", "HGLG11"],
  ["bvmf: hglg11", "HGLG11"],
  ["BMFBOVESPA:HGLG11", "HGLG11"],
  ["B3:HGLG11", "HGLG11"],
  ["BVMF：HGLG11", "HGLG11"],
  ["BVMF:HGLG11.SA", "HGLG11"],
  ["HGLG\u200b11", "HGLG11"],
  ["\u2068HGLG11\u2069\u200e", "HGLG11"],
  ["HG\u00adLG\u200d11.SA\ufeff", "HGLG11"],
  ["H\u034fGLG11\ufe0f\u{e0100}\u3164", "HGLG11"],
  ["PETR4", "PETR4"],
  ["B3SA3", "B3SA3"],
  ["b3:b3sa3", "B3SA3"],
  ["A1B211", "A1B211"],
  ["TAEE11F", "TAEE11F"],
  ["HGLG11B", "HGLG11B"],
];

/** What is no ticker, and what is made of it. */
const SHAPELESS: readonly (readonly [written: string, folded: string])[] = [
  ["", ""],
  [" \n", ""],
  ["HGLG", "HGLG"],
  ["hgl1", "HGL1"],
  ["HGLG111", "HGLG111"],
  ["HGLG11BC", "HGLG11BC"],
  ["1GLG11", "1GLG11"],
  ["HGLGX11", "HGLGX11"],
  ["HGLG-11", "HGLG-11"],
  ["HGLG11;", "HGLG11;"],
  ["'HGLG11'", "'HGLG11'"],
  ["ÇGLG11", "ÇGLG11"],
  ["HGLG11́", "HGLG11́"],
  ["HGLG١١", "HGLG١١"],
  ["NYSE:HGLG11", "NYSE:HGLG11"],
  ["BVMF:BVMF:HGLG11", "BVMF:HGLG11"],
  ["HGLG11.SA.SA", "HGLG11.SA"],
  ["HGLG11SA", "HGLG11SA"],
  ["BVMF:", ""],
  [".SA", ""],
  ["\u200b", ""],
];

const TICKER_SHAPE = /^[A-Z][A-Z0-9]{3}[0-9]{1,2}[A-Z]?$/;
const tickerArbitrary = fc.stringMatching(TICKER_SHAPE);

describe("normalizeTicker()", () => {
  test.each([...WRITTEN, ...SHAPELESS])("normalizeTicker(%j) is %j", (written, normal) => {
    expect(normalizeTicker(written)).toBe(normal);
  });

  test("normalizeTicker() looks at texts up to its bound, blanks included, and at no longer ones", () => {
    const longest = `${" ".repeat(TICKER_TEXT_LENGTH_MAX - 6)}HGLG11`;
    expect(longest).toHaveLength(64);
    expect(normalizeTicker(longest)).toBe("HGLG11");
    expect(normalizeTicker(` ${longest}`)).toBeUndefined();
    expect(normalizeTicker("H".repeat(10_000_000))).toBeUndefined();
  });

  test("normalizeTicker() leaves no blank and takes every text of its length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 32 }), (text) => {
        expect(normalizeTicker(text)).toMatch(/^[^\s\p{Cf}]*$/u);
      }),
      { numRuns: 1000 },
    );
  });

  test("normalizeTicker() of a ticker is itself, however it is dressed", () => {
    const prefix = fc.constantFrom("", "BVMF:", "b3:", "BMFBOVESPA: ");
    const suffix = fc.constantFrom("", ".SA", ".sa ", " .BVMF");
    const dress = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toLowerCase(),
      (text) => [...text].join(" "),
      (text) => [...text].join("\u200b"),
      (text) => text.replaceAll(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0)),
    );
    fc.assert(
      fc.property(tickerArbitrary, prefix, suffix, dress, (ticker, before, behind, dressed) => {
        expect(normalizeTicker(dressed(`${before}${ticker}${behind}`))).toBe(ticker);
      }),
    );
  });

  test("normalizeTicker() leaves a ticker that it returns as it is", () => {
    const text = fc.string({ unit: fc.constantFrom(..."hgHG11９.:SABVMF \t-é\u200b"), maxLength: 14 });
    fc.assert(
      fc.property(fc.oneof(text, tickerArbitrary), (written) => {
        const normal = normalizeTicker(written) ?? "";
        const ticker = TICKER_SHAPE.test(normal) ? normal : "HGLG11";
        expect(normalizeTicker(ticker)).toBe(ticker);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("parseTickerRows()", () => {
  test.each<[string, readonly unknown[], readonly string[]]>([
    ["nothing", [], []],
    ["sorted", ["XPLG11", "HGLG11", "KNRI11"], ["HGLG11", "KNRI11", "XPLG11"]],
    ["trimmed and upper-cased", [" hglg11\n", "\tknri11"], ["HGLG11", "KNRI11"]],
    ["each once", ["HGLG11", "hglg11 ", "HGLG11"], ["HGLG11"]],
    ["without empty ones", ["", "  ", "\u00a0", "HGLG11"], ["HGLG11"]],
    ["without what is no text", [null, undefined, 11, 11n, true, {}, ["HGLG11"], Buffer.from("X")], []],
    ["whatever their shape", ["HGLG11.SA", "a b", "IFIX", "1"], ["1", "A B", "HGLG11.SA", "IFIX"]],
    [
      "in code point order",
      ["\u{1f600}", "\uffff", "É", "a1", "Z", "a"],
      ["A", "A1", "Z", "É", "\uffff", "\u{1f600}"],
    ],
  ])("parseTickerRows() gives tickers: %s", (_, values, tickers) => {
    expect(parseTickerRows(values)).toEqual(tickers);
  });

  test("parseTickerRows() returns a sorted list of plain tickers itself, without a copy", () => {
    const plain = fc.uniqueArray(fc.stringMatching(/^[A-Z0-9]{1,6}$/)).map((values) => values.sort());
    fc.assert(
      fc.property(plain, (values) => {
        expect(parseTickerRows(values)).toBe(values);
      }),
    );
  });

  test.each<[string, readonly unknown[], readonly string[]]>([
    ["a lower-case letter at the end", ["HGLG11", "XPLG1a"], ["HGLG11", "XPLG1A"]],
    ["a lower-case letter at the beginning", ["HGLG11", "xPLG11"], ["HGLG11", "XPLG11"]],
    ["a blank at the end", ["HGLG11", "XPLG11 "], ["HGLG11", "XPLG11"]],
    ["a blank at the beginning", [" HGLG11", "XPLG11"], ["HGLG11", "XPLG11"]],
    ["an empty text", ["", "HGLG11"], ["HGLG11"]],
    ["a repeated ticker", ["HGLG11", "HGLG11", "XPLG11"], ["HGLG11", "XPLG11"]],
    ["two tickers in the wrong order", ["HGLG11", "XPLG11", "KNRI11"], ["HGLG11", "KNRI11", "XPLG11"]],
    ["a number", ["HGLG11", 11, "XPLG11"], ["HGLG11", "XPLG11"]],
    ["a list", ["HGLG11", ["KNRI11"], "XPLG11"], ["HGLG11", "XPLG11"]],
  ])("parseTickerRows() parses a list that is sorted and plain but for %s", (_, values, tickers) => {
    expect(parseTickerRows(values)).toEqual(tickers);
  });

  test("parseTickerRows() is sorted, without repeats, and the same for its own result", () => {
    const rows = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 3 }), fc.anything()));
    fc.assert(
      fc.property(rows, (values) => {
        const tickers = parseTickerRows(values);
        expect(tickers).toEqual([...new Set(tickers)].sort(compareCodePoints));
        expect(tickers).not.toContain("");
        expect(parseTickerRows([...tickers].reverse())).toEqual(tickers);
      }),
    );
  });

  test("parseTickerRows() leaves the rows as they were", () => {
    const rows = Object.freeze(["xplg11", "HGLG11"]);
    parseTickerRows(rows);
    expect(rows).toEqual(["xplg11", "HGLG11"]);
  });
});

describe("countNonTextValues()", () => {
  test.each<[string, readonly unknown[], number]>([
    ["nothing", [], 0],
    ["texts", ["HGLG11", "", " "], 0],
    ["what a query returns for NULL", [null, undefined, "HGLG11"], 0],
    ["numbers, bytes, lists, objects and truth values", [11, 11n, new Uint8Array(1), ["A"], {}, false], 6],
    ["values of all kinds", ["HGLG11", null, 0], 1],
  ])("countNonTextValues() of %s", (_, values, count) => {
    expect(countNonTextValues(values)).toBe(count);
  });
});
