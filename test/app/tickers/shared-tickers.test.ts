import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeTickers, encodeTickers, TICKERS_KEY } from "../../../src/app/tickers/shared-tickers.ts";
import { parseTickerRows } from "../../../src/domain/tickers/ticker.ts";
import { pythonDumps } from "../../support/old-publisher.ts";

const encoder = new TextEncoder();

function decode(text: string): readonly string[] | undefined {
  return decodeTickers(encoder.encode(text));
}

describe("encodeTickers()", () => {
  test("encodeTickers() writes under the key that peers read", () => {
    expect(TICKERS_KEY).toBe("tickers:list");
  });

  test.each([
    [[], "[]"],
    [["HGLG11"], '["HGLG11"]'],
    [["KNRI11", "HGLG11"], '["HGLG11", "KNRI11"]'],
    [["AÇÃO3", 'A"B\\C'], '["A\\"B\\\\C", "AÇÃO3"]'],
  ])("encodeTickers() of %j is canonical JSON: %s", (tickers, text) => {
    expect(new TextDecoder().decode(encodeTickers(parseTickerRows(tickers)))).toBe(text);
  });
});

describe("decodeTickers()", () => {
  test.each<[string, readonly string[]]>([
    ['["HGLG11"]', ["HGLG11"]],
    ['["HGLG11","KNRI11"]', ["HGLG11", "KNRI11"]],
    ['\n[ "KNRI11" ,\t"HGLG11" ]\n', ["HGLG11", "KNRI11"]],
    ['["hglg11", " HGLG11 ", "", "KNRI11"]', ["HGLG11", "KNRI11"]],
    ['["A\\u00c7\\u00c3O3"]', ["AÇÃO3"]],
    ['\ufeff["HGLG11"]', ["HGLG11"]],
  ])("decodeTickers(%j) is %j", (text, tickers) => {
    expect(decode(text)).toEqual(tickers);
  });

  test.each([
    "",
    " ",
    "null",
    "true",
    "11",
    '"HGLG11"',
    "{}",
    '{"0": "HGLG11", "length": 1}',
    '{"tickers": ["HGLG11"]}',
    "[]",
    '[""]',
    '["", "  "]',
    "[11]",
    '["HGLG11", 11]',
    '["HGLG11", null]',
    '["HGLG11", ["KNRI11"]]',
    '["HGLG11"',
    '["HGLG11",]',
    '["HGLG11"] ["KNRI11"]',
    "['HGLG11']",
    "HGLG11",
    "HGLG11,KNRI11",
    "\u0080\u0004]q\u0000",
  ])("decodeTickers(%j) is undefined", (text) => {
    expect(decode(text)).toBeUndefined();
  });

  test.each([
    ["a byte that begins nothing", [0x5b, 0x22, 0xff, 0x22, 0x5d]],
    ["a character cut short", [0x5b, 0x22, 0xc3, 0x22, 0x5d]],
    ["a surrogate", [0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]],
    ["UTF-16", [...Buffer.from('["HGLG11"]', "utf16le")]],
    ["zeros", [0, 0, 0, 0]],
  ])("decodeTickers() of bytes that are no UTF-8, %s, is undefined", (_, bytes) => {
    expect(decodeTickers(Uint8Array.from(bytes))).toBeUndefined();
  });

  test("decodeTickers() reads what encodeTickers() and Python write", () => {
    const rows = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (values) => {
        const tickers = parseTickerRows([...values, "HGLG11"]);
        expect(decodeTickers(encodeTickers(tickers))).toEqual(tickers);
        expect(decode(pythonDumps([...values, "HGLG11"]))).toEqual(tickers);
      }),
    );
  });

  test("decodeTickers() reads any bytes without failing", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => encoder.encode(text)),
        ),
        (bytes) => {
          const tickers = decodeTickers(bytes);
          expect(tickers ?? ["none"]).not.toEqual([]);
        },
      ),
    );
  });
});
