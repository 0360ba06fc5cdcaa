import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText, formatPythonFloat } from "../../../src/domain/json/canonical-json.ts";
import { JSON_DEPTH_MAX, type JsonObject, type JsonValue } from "../../../src/domain/json/json-value.ts";
import { parseJson } from "../../../src/domain/json/parse-json.ts";
import { readGoldenVectors } from "../../support/golden-vectors.ts";
import {
  identityOf,
  jsonValueArbitrary,
  plainOf,
  textArbitrary,
} from "../../support/json-value-arbitrary.ts";

const VECTORS = readGoldenVectors();

describe("canonicalText()", () => {
  test("canonicalText() is tested against every golden vector", () => {
    expect(VECTORS).toHaveLength(216);
  });

  test.each(VECTORS)("canonicalText() writes what Python writes: $name", ({ input, canonical, sha256 }) => {
    const text = canonicalText(parseJson(input));
    expect(text).toBe(canonical);
    expect(createHash("sha256").update(text, "utf8").digest("hex")).toBe(sha256);
  });

  test("canonicalText() gives text that reads back as the same value", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, (value) => {
        expect(identityOf(parseJson(canonicalText(value)))).toBe(identityOf(value));
      }),
      { numRuns: 500 },
    );
  });

  test("canonicalText() does not change text that is canonical", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, (value) => {
        const text = canonicalText(value);
        expect(canonicalText(parseJson(text))).toBe(text);
      }),
    );
  });

  test("canonicalText() gives two values the same text only if they are the same", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, jsonValueArbitrary, (left, right) => {
        const sameText = canonicalText(left) === canonicalText(right);
        expect(sameText).toBe(identityOf(left) === identityOf(right));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[JsonValue, JsonValue]>([
    [1n, 1],
    [0n, -0],
    [0, -0],
    [1n, "1"],
    [null, "null"],
    [true, "true"],
    [[], {}],
    [[1n, 2n], [12n]],
    [["a", "b"], ["a, b"]],
    [{ a: 1n, b: 2n }, { 'a": 1, "b': 2n }],
    ["\u00e9", "e\u0301"],
    ["\\n", "\n"],
  ])("canonicalText() keeps %o and %o apart", (left, right) => {
    expect(canonicalText(left)).not.toBe(canonicalText(right));
  });

  test("canonicalText() writes text that JSON.parse reads as the same plain value", () => {
    fc.assert(
      fc.property(jsonValueArbitrary, (value) => {
        const parsed = JSON.parse(canonicalText(value)) as JsonValue;
        expect(identityOf(parsed)).toBe(identityOf(plainOf(value)));
      }),
    );
  });

  test("canonicalText() orders keys by code point, as their UTF-32 bytes do", () => {
    fc.assert(
      fc.property(fc.uniqueArray(textArbitrary, { maxLength: 12 }), (keys) => {
        const members = [...keys].sort(compareUtf32).map((key) => `${JSON.stringify(key)}: 0`);
        const object = Object.fromEntries(keys.map((key) => [key, 0n]));
        expect(canonicalText(object)).toBe(`{${members.join(", ")}}`);
      }),
      { numRuns: 500 },
    );
  });

  test("canonicalText() does not depend on the order in which keys were set", () => {
    const forward: JsonObject = { a: 1n, b: { c: 2n, d: 3n } };
    const backward: JsonObject = { b: { d: 3n, c: 2n }, a: 1n };
    expect(canonicalText(backward)).toBe(canonicalText(forward));
    expect(canonicalText(forward)).toBe('{"a": 1, "b": {"c": 2, "d": 3}}');
  });

  test.each([NaN, Infinity, -Infinity])("canonicalText() refuses %d, however deep", (number) => {
    const message = `Cannot write ${number} as JSON: it is not a finite number`;
    expect(() => canonicalText({ a: [number] })).toThrow(new RangeError(message));
  });

  test.each<[string, JsonValue]>([
    ["high", "a\ud83d"],
    ["low", "\ude00a"],
    ["swapped", "\ude00\ud83d"],
    ["key", { "\ud83d": 1n }],
  ])("canonicalText() refuses a lone surrogate: %s", (_name, value) => {
    expect(() => canonicalText(value)).toThrow(
      new RangeError("Cannot write text with a lone surrogate as JSON"),
    );
  });

  test("canonicalText() writes the deepest value that it may, and no deeper one", () => {
    const text = "[".repeat(JSON_DEPTH_MAX) + "]".repeat(JSON_DEPTH_MAX);
    expect(canonicalText(nested(JSON_DEPTH_MAX))).toBe(text);
    const tooDeep = new RangeError("Cannot write JSON nested deeper than 100 levels");
    expect(() => canonicalText(nested(JSON_DEPTH_MAX + 1))).toThrow(tooDeep);
    expect(() => canonicalText(nested(1_000_000))).toThrow(tooDeep);
  });
});

function nested(levels: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

function compareUtf32(left: string, right: string): number {
  return Buffer.compare(utf32(left), utf32(right));
}

/** Big-endian UTF-32, whose bytes are in the order of code points. */
function utf32(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) bytes.writeUInt32BE(point, index * 4);
  return bytes;
}

/** Literals as Python writes them. */
const FLOATS = [
  ...["0.0", "-0.0", "1.0", "-1.0", "100.0", "0.30000000000000004", "4.35", "0.3333333333333333"],
  ...[
    "9007199254740992.0",
    "1000000000000000.0",
    "9999999999999998.0",
    "1e+16",
    "-1e+16",
    "1.2345678901234568e+16",
  ],
  ...["1.2345678901234568e+17", "1e+17", "1e+21", "1e+22", "1e+100", "1.5e+300", "1.7976931348623157e+308"],
  ...["0.001", "0.0001", "0.00012345", "9.999e-05", "1e-05", "1e-07", "1.5e-07", "1e-10", "2.5e-10"],
  ...["2.2250738585072014e-308", "5e-324", "-5e-324"],
];

describe("formatPythonFloat()", () => {
  test.each(FLOATS)("formatPythonFloat() writes %s as Python does", (literal) => {
    expect(formatPythonFloat(Number(literal))).toBe(literal);
  });

  test("formatPythonFloat() writes every float of the golden vectors as Python does", () => {
    const literals = VECTORS.flatMap(({ canonical }) => floatLiterals(canonical));
    expect(literals.length).toBeGreaterThan(100);
    expect(literals.map((literal) => formatPythonFloat(Number(literal)))).toEqual(literals);
  });

  test("formatPythonFloat() writes what reads back as the same float and as no integer", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const literal = formatPythonFloat(value);
        expect(Number(literal)).toBe(value);
        expect(literal).toMatch(/^-?[0-9]+(?:\.[0-9]+)?(?:e[-+][0-9]{2,3})?$/);
        expect(literal).toMatch(/[.e]/);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([NaN, Infinity, -Infinity])("formatPythonFloat() refuses %d", (value) => {
    const message = `Cannot write ${value} as JSON: it is not a finite number`;
    expect(() => formatPythonFloat(value)).toThrow(new RangeError(message));
  });
});

function floatLiterals(canonical: string): readonly string[] {
  const outsideTexts = canonical.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return outsideTexts.match(/-?[0-9]+(?:\.[0-9]+(?:e[-+][0-9]+)?|e[-+][0-9]+)/g) ?? [];
}
