import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareCodePoints } from "../../../src/domain/json/canonical-json.ts";

const textArbitrary = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "a",
      "b",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "\u{10000}",
      "\u{1F600}",
      "\u{1F601}",
      "\u{10FFFF}",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 5,
});

/** Compares lists of code points, which is the order as it is defined. */
function modelOrder(left: string, right: string): number {
  const [a, b] = [codePoints(left), codePoints(right)];
  const at = a.findIndex((point, index) => point !== b[index]);
  return at < 0 ? Math.sign(a.length - b.length) : Math.sign((a[at] ?? 0) - (b[at] ?? -1));
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

describe("compareCodePoints()", () => {
  test("compareCodePoints() sorts astral characters behind all others", () => {
    const sorted = [
      "",
      "A",
      "AB",
      "B",
      "_",
      "a",
      "é",
      "\ud7ff",
      "\ue000",
      "\ufffd",
      "\uffff",
      "\u{10000}",
      "\u{1F600}",
    ];
    expect([...sorted].reverse().sort(compareCodePoints)).toEqual(sorted);
    expect([...sorted].reverse().sort()).not.toEqual(sorted);
  });

  test("compareCodePoints() orders as the code points do", () => {
    fc.assert(
      fc.property(textArbitrary, textArbitrary, (left, right) => {
        expect(Math.sign(compareCodePoints(left, right))).toBe(modelOrder(left, right));
      }),
      { numRuns: 2000 },
    );
  });

  test("compareCodePoints() finds just equal texts equal", () => {
    fc.assert(
      fc.property(textArbitrary, textArbitrary, (left, right) => {
        expect(compareCodePoints(left, right) === 0).toBe(left === right);
        expect(compareCodePoints(left, left)).toBe(0);
      }),
    );
  });
});
