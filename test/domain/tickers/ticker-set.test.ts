import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTickerRows } from "../../../src/domain/tickers/ticker.ts";
import { createTickerSet, type TickerSet } from "../../../src/domain/tickers/ticker-set.ts";

function setOf(...tickers: readonly string[]): TickerSet {
  return createTickerSet(parseTickerRows(tickers));
}

describe("createTickerSet()", () => {
  test("createTickerSet() keeps the list that it was made from", () => {
    const tickers = parseTickerRows(["XPLG11", "HGLG11"]);
    expect(createTickerSet(tickers).tickers).toBe(tickers);
  });

  test.each([
    ["HGLG11", true],
    ["KNRI11", true],
    ["hglg11", false],
    ["HGLG", false],
    ["HGLG12", false],
    ["", false],
    ["constructor", false],
    ["__proto__", false],
  ])("has(%j) is %j", (ticker, known) => {
    expect(setOf("HGLG11", "KNRI11").has(ticker)).toBe(known);
  });

  test("has() of a set of nothing is false", () => {
    expect(setOf().has("HGLG11")).toBe(false);
    expect(setOf().findByCode("HGLG")).toBeUndefined();
  });
});

describe("findByCode()", () => {
  test.each<[readonly string[], string, string | undefined]>([
    [["HGLG11"], "HGLG", "HGLG11"],
    [["HGLG12"], "HGLG", "HGLG12"],
    [["PETR4"], "PETR", "PETR4"],
    [["HGLG11", "HGLG12"], "HGLG", "HGLG11"],
    [["HGLG11", "HGLG11B", "HGLG12", "HGLG13"], "HGLG", "HGLG11"],
    [["HGLG10", "HGLG11"], "HGLG", "HGLG11"],
    [["HGLG12", "HGLG13"], "HGLG", undefined],
    [["HGLG12", "HGLG13", "HGLG14"], "HGLG", undefined],
    [["PETR3", "PETR4", "HGLG11"], "PETR", undefined],
    [["PETR3", "PETR4", "HGLG11"], "HGLG", "HGLG11"],
    [["HGLG11B", "HGLG12"], "HGLG", undefined],
    [["B3SA3"], "B3SA", "B3SA3"],
    [["HGLG11"], "hglg", undefined],
    [["HGLG11"], "HGLG11", undefined],
    [["HGLG11"], "HGL", undefined],
    [["HGL11"], "HGL", undefined],
    [["HGLG11"], "", undefined],
    [["HGL"], "HGL", "HGL"],
    [["HGLG"], "HGLG", "HGLG"],
    [["HGLG11.SA"], "HGLG", "HGLG11.SA"],
    [["BVMF:KNRI11"], "KNRI", "BVMF:KNRI11"],
    [["BVMF:KNRI11"], "BVMF", undefined],
    [["HGLG11", "HGLG11.SA", "HGLG12"], "HGLG", "HGLG11"],
    [["HGLG12", "HGLG12.SA"], "HGLG", "HGLG12"],
  ])("findByCode() among %j of %j is %j", (tickers, code, ticker) => {
    expect(setOf(...tickers).findByCode(code)).toBe(ticker);
  });

  test("findByCode() is the code's 11, else its only ticker, as a search of the list finds it", () => {
    const ticker = fc.stringMatching(/^[AB]{1,4}(?:1[12]|4|11B)?$/);
    const code = fc.stringMatching(/^[AB]{4}$/);
    fc.assert(
      fc.property(fc.array(ticker, { maxLength: 12 }), code, (tickers, asked) => {
        const set = setOf(...tickers);
        const alike = set.tickers.filter((known) => known.slice(0, 4) === asked);
        const only = alike.length === 1 ? alike[0] : undefined;
        expect(set.findByCode(asked)).toBe(alike.find((known) => known === `${asked}11`) ?? only);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("findByForm()", () => {
  test.each<[readonly string[], string, string | undefined]>([
    [["HGLG11"], "HGLG11", "HGLG11"],
    [["HGLG11.SA"], "HGLG11", "HGLG11.SA"],
    [["BVMF:KNRI11"], "KNRI11", "BVMF:KNRI11"],
    [["B3 SA3"], "B3SA3", "B3 SA3"],
    [["ＨＧＬＧ１１"], "HGLG11", "ＨＧＬＧ１１"],
    [["BVMF:HGLG11", "HGLG11", "HGLG11.SA"], "HGLG11", "HGLG11"],
    [["BVMF:HGLG11", "HGLG11.SA"], "HGLG11", "BVMF:HGLG11"],
    [["BVMF:ÇGLG11", "ÇGLG11", "ÇGLG11.SA"], "ÇGLG11", "ÇGLG11"],
    [["HGLG11.SA"], "HGLG11.SA", undefined],
    [["HGLG11"], "", undefined],
  ])("findByForm() among %j of %j is %j", (tickers, form, ticker) => {
    expect(setOf(...tickers).findByForm(form)).toBe(ticker);
  });
});

describe("canHaveLength()", () => {
  test("canHaveLength() is true of the lengths of normal forms and codes only", () => {
    const set = setOf("HGLG11", "BVMF:B3", "A");
    expect([0, 1, 2, 3, 4, 5, 6, 7].filter((length) => set.canHaveLength(length))).toEqual([1, 2, 4, 6]);
  });
});

describe("listByCode()", () => {
  test("listByCode() gives the tickers of a code in their order", () => {
    const set = setOf("EFGH13", "EFGH12", "HGLG11", "BVMF:EFGH14");
    expect(set.listByCode("EFGH")).toEqual(["BVMF:EFGH14", "EFGH12", "EFGH13"]);
    expect(set.listByCode("ABCD")).toEqual([]);
  });
});
