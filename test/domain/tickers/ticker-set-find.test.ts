import { describe, expect, test } from "vitest";
import { parseTickerRows } from "../../../src/domain/tickers/ticker.ts";
import { createTickerSet, findTicker } from "../../../src/domain/tickers/ticker-set.ts";

const KNOWN = createTickerSet(parseTickerRows(["HGLG11", "KNRI11.SA", "a b", "B3:XPLG11", "ÇÃO3"]));

describe("findTicker()", () => {
  test.each([
    ["HGLG11", "HGLG11"],
    [" hglg11.sa ", "HGLG11"],
    ["BVMF:HGLG11", "HGLG11"],
    // What the database calls a ticker is one, however it looks.
    ["KNRI11.SA", "KNRI11.SA"],
    [" knri11.sa\n", "KNRI11.SA"],
    ["A B", "A B"],
    ["b3:xplg11", "B3:XPLG11"],
    ["ção3", "ÇÃO3"],
    // And who asks for it need not know how the database writes it.
    ["KNRI11", "KNRI11.SA"],
    ["BVMF:knri11", "KNRI11.SA"],
    ["XPLG11", "B3:XPLG11"],
    ["\u200bHGLG11\ufe0f", "HGLG11"],
    ["KNRI", undefined],
    ["HGLG", undefined],
    ["", undefined],
    ["HGLG11".padEnd(64), "HGLG11"],
    ["HGLG11".padEnd(65), undefined],
    ["H".repeat(100_000), undefined],
  ])("findTicker(%j) is %j", (text, ticker) => {
    expect(findTicker(text, KNOWN)).toBe(ticker);
  });

  test("findTicker() finds each ticker of a list as it stands there", () => {
    expect(KNOWN.tickers.map((ticker) => findTicker(ticker, KNOWN))).toEqual(KNOWN.tickers);
  });

  test("findTicker() prefers the form that was typed among listed forms of one ticker", () => {
    const forms = createTickerSet(parseTickerRows(["BVMF:HGLG11", "HGLG11.SA"]));
    expect(findTicker(" hglg11.sa\n", forms)).toBe("HGLG11.SA");
    expect(findTicker("bvmf:hglg11", forms)).toBe("BVMF:HGLG11");
    expect(findTicker("HGLG11", forms)).toBe("BVMF:HGLG11");
  });
});
