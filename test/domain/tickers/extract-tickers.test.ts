import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractTickers } from "../../../src/domain/tickers/extract-tickers.ts";
import { parseTickerRows } from "../../../src/domain/tickers/ticker.ts";
import { createTickerSet } from "../../../src/domain/tickers/ticker-set.ts";
import { QUESTION_ROWS, VALID } from "./question-rows.ts";

const KNOWN = createTickerSet(parseTickerRows(VALID));
const NOTHING_KNOWN = createTickerSet([]);

function found(text: string): readonly string[] {
  return extractTickers(text, KNOWN).tickers;
}

describe("extractTickers() with a list", () => {
  test.each(QUESTION_ROWS)("extractTickers(%j) finds %j", (question, tickers) => {
    expect(extractTickers(question, KNOWN)).toEqual({ tickers, basis: "list" });
  });

  test("extractTickers() is tried with no question twice, and with at least 60", () => {
    const questions = new Set(QUESTION_ROWS.map(([question]) => question));
    expect(questions.size).toBe(QUESTION_ROWS.length);
    expect(questions.size).toBeGreaterThanOrEqual(60);
  });

  test("extractTickers() finds nothing when nothing is valid, and that on the basis of the list", () => {
    expect(extractTickers("HGLG11 e KNRI", NOTHING_KNOWN)).toEqual({ tickers: [], basis: "list" });
  });

  test("extractTickers() finds every valid ticker, each by itself and all together", () => {
    expect(VALID.flatMap(found)).toEqual([...VALID]);
    expect(found(VALID.toReversed().join(", "))).toEqual(VALID.toReversed());
  });
});

describe("extractTickers() without a list", () => {
  test.each<[string, readonly string[]]>([
    ["HGLG11 e knri11 ou ABCD12?", ["HGLG11", "KNRI11", "ABCD12"]],
    ["hglg11.sa, BVMF:XPTO13", ["HGLG11", "XPTO13"]],
    ["ＨＧＬＧ１１", ["HGLG11"]],
    ["HGLG11 HGLG11", ["HGLG11"]],
    ["HGLG KNRI", []],
    ["PETR4 B3SA3 TAEE11F HGLG10 HGLG20", []],
    ["ABC11 ABCDE11 XHGLG111 123411", []],
    ["_HGLG11 HGLG11É", []],
    ["Qual o melhor fundo de 2024?", []],
    ["", []],
  ])("extractTickers(%j) goes by the shape of a fund's ticker and says so: %j", (text, tickers) => {
    expect(extractTickers(text, undefined)).toEqual({ tickers, basis: "shape" });
  });
});

const wordArbitrary = fc.oneof(
  fc.constantFrom(...VALID, "HGLG", "ITUB", "XPLG", "petr", "hglg11", "ＨＧＬＧ１１", "ABCD11", "HGLG11.SA"),
  fc.constantFrom("que", "é", "ação", "2024", "\u0301", "\ufe0f", "_", "🚀", "BVMF:", "\u200d", "\u00ad"),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const textArbitrary = fc
  .array(fc.tuple(wordArbitrary, fc.constantFrom(" ", ", ", "\n", "-", "", "_")), { maxLength: 12 })
  .map((words) => words.flat().join(""));
const listArbitrary = fc.subarray([...VALID]).map((tickers) => createTickerSet(parseTickerRows(tickers)));

/** Bolsa's own shares, whose code is the name of the exchange as well. */
const WITH_EXCHANGE = createTickerSet(parseTickerRows([...VALID, "BVMF3"]));

describe("extractTickers() where an exchange is a code as well", () => {
  test.each<[string, readonly string[]]>([
    ["BVMF:HGLG11", ["HGLG11"]],
    ["bvmf：knri", ["KNRI11"]],
    ["BVMF:HGLG11 e BVMF", ["HGLG11", "BVMF3"]],
    ["BVMF3, BVMF:KNRI11", ["BVMF3", "KNRI11"]],
    ["BVMF:BVMF3", ["BVMF3"]],
    ["BVMF:BVMF:HGLG11", ["HGLG11"]],
    ["HGLG11.BVMF", ["HGLG11"]],
    ["hglg．bvmf:", ["HGLG11"]],
    ["HGLG11.BVMF:KNRI11", ["HGLG11", "KNRI11"]],
    ["BVMF", ["BVMF3"]],
    ["BVMF:", ["BVMF3"]],
    ["BVMF: HGLG11", ["BVMF3", "HGLG11"]],
    ["BVMF:quanto paga?", ["BVMF3"]],
    ["BVMF:ABCD11", ["BVMF3"]],
    ["BVMF-HGLG11", ["BVMF3", "HGLG11"]],
    ["Vale a pena.BVMF caiu", ["BVMF3"]],
    ["HGLG11. BVMF", ["HGLG11", "BVMF3"]],
    ["HGLG11:BVMF", ["HGLG11", "BVMF3"]],
  ])("extractTickers(%j) finds %j", (text, tickers) => {
    expect(extractTickers(text, WITH_EXCHANGE).tickers).toEqual(tickers);
  });

  test("extractTickers() finds the ticker alone, whatever exchange it is dressed in", () => {
    const prefix = fc.constantFrom("", "BVMF:", "bvmf：", "B3:", "BMFBOVESPA:");
    const suffix = fc.constantFrom("", ".SA", ".sa", ".BVMF", "．bvmf");
    const dressed = fc
      .tuple(prefix, fc.constantFrom(...VALID, "BVMF3"), suffix)
      .map(([before, ticker, behind]) => ({ ticker, text: `${before}${ticker}${behind}` }));
    fc.assert(
      fc.property(
        fc.array(dressed, { maxLength: 6 }),
        fc.constantFrom(" ", ", ", "\n", " e "),
        (all, between) => {
          const text = all.map((one) => one.text).join(between);
          const tickers = [...new Set(all.map(({ ticker }) => ticker))];
          expect(extractTickers(text, WITH_EXCHANGE).tickers).toEqual(tickers);
          expect(extractTickers(text.toLowerCase(), WITH_EXCHANGE).tickers).toEqual(tickers);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("extractTickers() of any text", () => {
  test("extractTickers() returns valid tickers only, each once", () => {
    fc.assert(
      fc.property(textArbitrary, listArbitrary, (text, known) => {
        const { tickers, basis } = extractTickers(text, known);
        expect(basis).toBe("list");
        expect(tickers.filter((ticker) => !known.has(ticker))).toEqual([]);
        expect(tickers).toEqual([...new Set(tickers)]);
      }),
      { numRuns: 1000 },
    );
  });

  test("extractTickers() keeps the order of appearance", () => {
    const separator = fc.constantFrom(" ", ", ", "\n", " ou ", "; ", "/", " 🚀 ");
    fc.assert(
      fc.property(fc.shuffledSubarray([...VALID]), separator, (tickers, between) => {
        expect(found(tickers.join(between))).toEqual(tickers);
        expect(found([...tickers, ...tickers.toReversed()].join(between))).toEqual(tickers);
      }),
    );
  });

  test("extractTickers() does not mind blanks around the text, nor its case", () => {
    const blanks = fc.string({ unit: fc.constantFrom(" ", "\n", "\t", "\u00a0", "\u3000"), maxLength: 3 });
    fc.assert(
      fc.property(textArbitrary, blanks, blanks, (text, before, behind) => {
        expect(found(`${before}${text}${behind}`)).toEqual(found(text));
      }),
      { numRuns: 1000 },
    );
    expect(found(VALID.join(" ").toLowerCase())).toEqual([...VALID]);
  });

  test("extractTickers() of two texts, a blank between them, is that of both", () => {
    fc.assert(
      fc.property(textArbitrary, textArbitrary, (left, right) => {
        expect(found(`${left} ${right}`)).toEqual([...new Set([...found(left), ...found(right)])]);
      }),
      { numRuns: 1000 },
    );
  });

  test("extractTickers() does not mind unseen characters in a ticker that stands alone", () => {
    const unseen = fc.string({
      unit: fc.constantFrom("", "\u200b", "\u00ad", "\ufe0f", "\u2060", "\u200e", "\ufeff", "\u{e0101}"),
      maxLength: 3,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...VALID),
        fc.array(unseen, { minLength: 8, maxLength: 8 }),
        (ticker, dirt) => {
          const copied = [...ticker].map((letter, index) => `${letter}${dirt[index] ?? ""}`).join("");
          expect(found(`${dirt[7]}${copied}`)).toEqual([ticker]);
          expect(found(`_${copied}_`)).toEqual([ticker]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("extractTickers() takes an everyday word for a code in capitals alone", () => {
    const words = ["DEVA", "MALL", "VALE"];
    const typed = fc.constantFrom(...words).chain((word) =>
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }).map((lower) => ({
        word,
        text: [...word].map((letter, index) => (lower[index] ? letter.toLowerCase() : letter)).join(""),
      })),
    );
    fc.assert(
      fc.property(typed, ({ word, text }) => {
        expect(found(`E ${text}?`)).toEqual(text === word ? [KNOWN.findByCode(word)] : []);
        expect(found(`E ${KNOWN.findByCode(word)?.toLowerCase()}?`)).toEqual([KNOWN.findByCode(word)]);
      }),
    );
  });

  test("extractTickers() finds tickers that the list writes otherwise, as it does", () => {
    const odd = createTickerSet(parseTickerRows(["HGLG11.SA", "BVMF:KNRI11", "B3 SA3", "ＭＸＲＦ１１"]));
    expect(extractTickers("hglg11, KNRI11.SA, b3sa3 e mxrf; BVMF?", odd).tickers).toEqual([
      "HGLG11.SA",
      "BVMF:KNRI11",
      "B3 SA3",
      "ＭＸＲＦ１１",
    ]);
  });

  test("extractTickers() finds nothing in words that a ticker is glued into", () => {
    const glue = fc.constantFrom("a", "Z", "0", "_", "é", "ß", "日", "\u0301");
    fc.assert(
      fc.property(fc.constantFrom(...VALID), glue, (ticker, behind) => {
        expect(found(`${ticker}x${behind}`)).toEqual([]);
        expect(found(`x${behind}${ticker}`)).toEqual([]);
      }),
    );
  });
});
