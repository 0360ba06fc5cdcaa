import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractTickers, STOP_WORDS } from "../../../src/domain/tickers/extract-tickers.ts";
import { parseTickerRows } from "../../../src/domain/tickers/ticker.ts";
import { createTickerSet } from "../../../src/domain/tickers/ticker-set.ts";

const LISTED = [
  ...["003H11", "0FEA11", "5GTK11", "SPG211", "B5P211", "FIIP11B", "HGLG11", "DEVA11", "MALL11", "VINO11"],
  ...["VALE3", "META11", "LIFE11"],
];
const known = createTickerSet(parseTickerRows(LISTED));
const found = (text: string): readonly string[] => extractTickers(text, known).tickers;
const shaped = (text: string): readonly string[] => extractTickers(text, undefined).tickers;

describe("extractTickers() of codes with digits", () => {
  it.each(["003H", "0FEA", "5GTK", "SPG2", "B5P2", "FIIP", "HGLG"])("D8: finds the bare code %s", (code) => {
    const ticker = LISTED.find((each) => each.startsWith(code));
    expect(found(`qual o dividendo do ${code}?`)).toEqual([ticker]);
    expect(found(`qual o dividendo do ${code.toLowerCase()}?`)).toEqual([ticker]);
  });

  it("D8: takes a year or an amount for no code", () => {
    const years = createTickerSet(parseTickerRows(["202411", "100011", "HGLG11"]));
    expect(extractTickers("HGLG em 2024 pagou 1000", years).tickers).toEqual(["HGLG11"]);
  });

  it.each([
    "SPG211",
    "B5P211",
    "FIIP11B",
    "HGLG11S",
    "003H11",
    "0FEA11",
    "5GTK11",
    "HGLG12",
    "HGLG16",
    "XPML11L",
  ])("D8: finds %s by its shape alone", (ticker) => {
    expect(shaped(`comprei ${ticker.toLowerCase()} hoje`)).toEqual([ticker]);
  });

  it.each(["HGLG17", "HGLG10", "HGLG11F", "123411", "HGLG11BB", "HGL11", "202411"])(
    "D8: takes %s for none by its shape",
    (text) => {
      expect(shaped(text)).toEqual([]);
    },
  );

  it("D8: finds every code with a letter, wherever its digits are", () => {
    const code = fc
      .string({ unit: fc.constantFrom(..."AHZ059"), minLength: 4, maxLength: 4 })
      .filter((text) => /[A-Z]/.test(text) && !STOP_WORDS.has(text));
    fc.assert(
      fc.property(
        code,
        fc.constantFrom("11", "12", "13", "14", "15", "16"),
        fc.constantFrom("", ..."BLMST"),
        (text, number, letter) => {
          const ticker = `${text}${number}${letter}`;
          const set = createTickerSet(parseTickerRows([ticker]));
          expect(shaped(`o ${ticker}.`)).toEqual([ticker]);
          expect(extractTickers(`o ${text.toLowerCase()}.`, set).tickers).toEqual([ticker]);
        },
      ),
    );
  });
});

describe("extractTickers() of everyday words", () => {
  it.each([
    ["cadastro do vino", ["VINO11"]],
    ["cotação do life", ["LIFE11"]],
    ["dividendos do fii deva", ["DEVA11"]],
    ["o FUNDO deva e o fundo mall", ["DEVA11", "MALL11"]],
    ["fundo imobiliário meta", ["META11"]],
    ["fundo imobiliario: meta", ["META11"]],
    ["deva", ["DEVA11"]],
    [" vale? ", ["VALE3"]],
    ["“mall”", ["MALL11"]],
  ])("D9: finds the ticker of %j", (text, tickers) => {
    expect(found(text)).toEqual(tickers);
  });

  it.each([
    ...[
      "talvez eu deva comprar",
      "vale a pena?",
      "esse fundo vale a pena?",
      "a meta do fundo",
      "o mall novo",
    ],
    ...["deva eu", "eu deva", "fundo que deva"],
  ])("D9: leaves %j alone", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("D9: finds each everyday word that is a fund's code after fii and fundo, and alone", () => {
    for (const word of STOP_WORDS) {
      const set = createTickerSet(parseTickerRows([`${word}11`]));
      const extracted = (text: string) => extractTickers(text, set).tickers;
      for (const text of [
        `o fii ${word.toLowerCase()}`,
        `Fundo ${word.toLowerCase()} hoje`,
        word.toLowerCase(),
      ])
        expect(extracted(text), text).toEqual([`${word}11`]);
      expect(extracted(`o ${word.toLowerCase()} de hoje`)).toEqual([]);
    }
  });
});
