import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { JSON_DEPTH_MAX, type JsonObject, type JsonValue } from "../../../src/domain/json/json-value.ts";
import { JsonTextError, parseJson } from "../../../src/domain/json/parse-json.ts";
import { jsonValueArbitrary, plainOf } from "../../support/json-value-arbitrary.ts";
import { thrownBy } from "../../support/thrown-by.ts";

const VALUES: readonly (readonly [text: string, value: JsonValue])[] = [
  ["null", null],
  [" \t\r\n true \n", true],
  ["false", false],
  ["0", 0n],
  ["-0", 0n],
  ["-12", -12n],
  ["9007199254740993", 9007199254740993n],
  ["0.0", 0],
  ["-0.0", -0],
  ["1.0", 1],
  ["1e2", 100],
  ["1E+2", 100],
  ["12.5e-1", 1.25],
  ["1e-400", 0],
  ["1.7976931348623157e308", Number.MAX_VALUE],
  ['""', ""],
  ['"a/b"', "a/b"],
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u00E9"', '"\\/\b\f\n\r\té\u00e9'],
  ['"\\ud83d\\ude00"', "\u{1F600}"],
  ['"\u{1F600}\u2028\u007f"', "\u{1F600}\u2028\u007f"],
  ["[]", []],
  ["[ ]", []],
  ["{ }", {}],
  ['[1, 1.0 ,"x"]', [1n, 1, "x"]],
  ['{"a" : {"b":[]} , "" : null}', { a: { b: [] }, "": null }],
];

const REFUSALS: readonly (readonly [text: string, message: string, offset: number])[] = [
  ["", "Expected a JSON value", 0],
  ["  ", "Expected a JSON value", 2],
  ["NaN", "Expected a JSON value", 0],
  ['{"a": NaN}', "Expected a JSON value", 6],
  ["Infinity", "Expected a JSON value", 0],
  ["[-Infinity]", "Expected a JSON value", 1],
  ["nul", "Expected a JSON value", 0],
  ["True", "Expected a JSON value", 0],
  ["truefalse", "Unexpected text after the JSON value", 4],
  ["undefined", "Expected a JSON value", 0],
  ["1e400", "Number beyond the range of a float", 0],
  ["[1, -1e400]", "Number beyond the range of a float", 4],
  ["+1", "Expected a JSON value", 0],
  [".5", "Expected a JSON value", 0],
  ["-", "Expected a JSON value", 0],
  ["01", "Unexpected text after the JSON value", 1],
  ["1.", "Unexpected text after the JSON value", 1],
  ["[1.]", 'Expected "," or "]"', 2],
  ["1e", "Unexpected text after the JSON value", 1],
  ["0x1F", "Unexpected text after the JSON value", 1],
  ["1_000", "Unexpected text after the JSON value", 1],
  ["1n", "Unexpected text after the JSON value", 1],
  ["\u0661", "Expected a JSON value", 0],
  ['"\ud83d"', "Text with a lone surrogate", 0],
  ['["a", "\ude00"]', "Text with a lone surrogate", 6],
  ['"\\ud83d"', "Text with a lone surrogate", 0],
  ['"\\ude00\\ud83d"', "Text with a lone surrogate", 0],
  ['{"\\ud83d": 1}', "Text with a lone surrogate", 1],
  ['{"a": 1, "a": 2}', "Duplicate key", 9],
  ['{"a": 1, "\\u0061": 2}', "Duplicate key", 9],
  ['{"__proto__": 1, "__proto__": 2}', "Duplicate key", 17],
  ['[{"x": {"": 1, "b": 2, "": 3}}]', "Duplicate key", 23],
  ['"a\nb"', "Bad escape or control character in text", 0],
  ['["\u0000"]', "Bad escape or control character in text", 1],
  ['"\u001f"', "Bad escape or control character in text", 0],
  ['"\\n\t"', "Bad escape or control character in text", 0],
  ['"\\x41"', "Bad escape or control character in text", 0],
  ['"\\\'"', "Bad escape or control character in text", 0],
  ['"\\u12g4"', "Bad escape or control character in text", 0],
  ['"\\u12"', "Bad escape or control character in text", 0],
  ['"\\U0001F600"', "Bad escape or control character in text", 0],
  ['"abc', "Unterminated text", 0],
  ['["abc\\"', "Unterminated text", 1],
  ['"abc\\', "Unterminated text", 0],
  ['"', "Unterminated text", 0],
  ["{} {}", "Unexpected text after the JSON value", 3],
  ["[1] x", "Unexpected text after the JSON value", 4],
  ["1,", "Unexpected text after the JSON value", 1],
  ["{}\u0000", "Unexpected text after the JSON value", 2],
  ["\ufeff{}", "Expected a JSON value", 0],
  ["{}\ufeff", "Unexpected text after the JSON value", 2],
  ["\u00a0{}", "Expected a JSON value", 0],
  ["[\u000b1]", "Expected a JSON value", 1],
  ["[", "Expected a JSON value", 1],
  ["[1", 'Expected "," or "]"', 2],
  ["[1 2]", 'Expected "," or "]"', 3],
  ["[1}", 'Expected "," or "]"', 2],
  ["[1,]", "Expected a JSON value", 3],
  ["[,1]", "Expected a JSON value", 1],
  ["]", "Expected a JSON value", 0],
  ["{", "Expected a key in double quotes", 1],
  ["{a: 1}", "Expected a key in double quotes", 1],
  ["{'a': 1}", "Expected a key in double quotes", 1],
  ["{1: 1}", "Expected a key in double quotes", 1],
  ['{"a": 1,}', "Expected a key in double quotes", 8],
  ['{"a"}', 'Expected ":"', 4],
  ['{"a" 1}', 'Expected ":"', 5],
  ['{"a": }', "Expected a JSON value", 6],
  ['{"a": 1', 'Expected "," or "}"', 7],
  ['{"a": 1]', 'Expected "," or "}"', 7],
  ["// x\n1", "Expected a JSON value", 0],
  ["[1 /* x */]", 'Expected "," or "]"', 3],
];

describe("parseJson()", () => {
  test.each(VALUES)("parseJson() reads %j", (text, value) => {
    expect(parseJson(text)).toStrictEqual(value);
  });

  test.each(VALUES)("parseJson() reads %j alike beside a text with escapes", (text, value) => {
    expect(parseJson(`[${text}, "\\n"]`)).toStrictEqual([value, "\n"]);
  });

  test.each(REFUSALS)("parseJson() refuses %j: %s at offset %i", (text, message, offset) => {
    const error = thrownBy(() => parseJson(text));
    expect(error).toBeInstanceOf(JsonTextError);
    expect(error).toMatchObject({ name: "JsonTextError", message: `${message} at offset ${offset}`, offset });
  });

  test("parseJson() keeps the cause of a bad escape", () => {
    expect(thrownBy(() => parseJson('"\\x"'))).toHaveProperty("cause", expect.any(SyntaxError));
  });

  test("parseJson() accepts nothing that JSON.parse refuses, and reads the same values", () => {
    const edit = fc.record({
      at: fc.nat(),
      removed: fc.nat(2),
      inserted: fc.constantFrom(
        "",
        "0",
        "-",
        ".",
        "e",
        '"',
        "\\",
        "u",
        ",",
        ":",
        "[",
        "]",
        "{",
        "}",
        " ",
        "\n",
        "\u0001",
      ),
    });
    fc.assert(
      fc.property(jsonValueArbitrary, edit, (value, { at, removed, inserted }) => {
        const text = canonicalText(value);
        const start = at % (text.length + 1);
        const edited = text.slice(0, start) + inserted + text.slice(start + removed);
        const refused = thrownBy(() => parseJson(edited)) !== undefined;
        const agrees =
          refused || JSON.stringify(JSON.parse(edited)) === JSON.stringify(plainOf(parseJson(edited)));
        expect(agrees, edited).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("parseJson() fails with nothing but its own error, whatever the text", () => {
    const noise = fc.string({
      unit: fc.constantFrom(...'{}[]",:\\u0019.eE+-truefalsn \n\ud83d'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(noise, (text) => {
        const error = thrownBy(() => parseJson(text));
        expect(error === undefined || error instanceof JsonTextError, text).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("parseJson() reads the deepest value that it may, and no deeper one", () => {
    const deepest = "[".repeat(JSON_DEPTH_MAX) + "]".repeat(JSON_DEPTH_MAX);
    expect(canonicalText(parseJson(deepest))).toBe(deepest);
    expect(() => parseJson(`[${deepest}]`)).toThrow("Nested deeper than 100 levels at offset 100");
  });

  test.each([
    ["lists", "[", 100],
    ["objects", '{"a":', 500],
    ["lists in objects", '{"a":[', 300],
  ])("parseJson() refuses a million nested %s without exhausting the stack", (_name, opening, offset) => {
    const error = thrownBy(() => parseJson(opening.repeat(1_000_000)));
    expect(error).toBeInstanceOf(JsonTextError);
    expect(error).toMatchObject({ message: `Nested deeper than 100 levels at offset ${offset}`, offset });
  });

  test.each(["", "-"])(
    "parseJson() reads integers of 4300 digits and refuses longer ones, sign %j",
    (sign) => {
      const longest = `${sign}${"9".repeat(4300)}`;
      expect(parseJson(longest)).toBe(BigInt(longest));
      expect(() => parseJson(`[${longest}9]`)).toThrow("Integer of more than 4300 digits at offset 1");
      expect(() => parseJson(`${sign}${"9".repeat(5_000_000)}`)).toThrow(
        "Integer of more than 4300 digits at offset 0",
      );
    },
  );
});

describe("parseJson() of names that objects inherit", () => {
  test("parseJson() makes __proto__ a plain own key", () => {
    const value = parseJson('{"__proto__": {"polluted": true}}') as JsonObject;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("polluted" in value).toBe(false);
    expect("polluted" in {}).toBe(false);
    expect(canonicalText(value)).toBe('{"__proto__": {"polluted": true}}');
  });

  test("parseJson() keeps constructor and its prototype as data", () => {
    const text = '{"constructor": {"prototype": {"polluted": true}}, "hasOwnProperty": 1, "toString": 2}';
    const value = parseJson(text) as JsonObject;
    expect(Object.keys(value)).toEqual(["constructor", "hasOwnProperty", "toString"]);
    expect("polluted" in {}).toBe(false);
    expect(canonicalText(value)).toBe(text);
  });

  test("parseJson() takes a key for a duplicate only if the object itself has it", () => {
    expect(parseJson('{"toString": 1, "valueOf": 2}')).toStrictEqual({ toString: 1n, valueOf: 2n });
  });

  test("parseJson() keeps integer-like keys as they are written", () => {
    const value = parseJson('{"10": 1, "9": 2, "01": 3, "-1": 4}');
    expect(canonicalText(value)).toBe('{"-1": 4, "01": 3, "10": 1, "9": 2}');
  });
});
