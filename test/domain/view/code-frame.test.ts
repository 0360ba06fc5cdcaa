import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCodeFrame } from "../../../src/domain/view/code-frame.ts";

const frame = (text: string, line: number, column: number): readonly string[] | undefined =>
  createCodeFrame(text, { line, column })?.split("\n");

describe("createCodeFrame()", () => {
  test("createCodeFrame() shows two lines before and one after, with numbers of one width", () => {
    const text = Array.from({ length: 12 }, (_, index) => `l${index + 1}`).join("\n");
    expect(frame(text, 9, 2)).toEqual(["   7 | l7", "   8 | l8", ">  9 | l9", "     |  ^", "  10 | l10"]);
  });

  test.each<[what: string, text: string, line: number, column: number, expected: readonly string[]]>([
    ["the first line", "a\nb\n", 1, 1, ["> 1 | a", "    | ^", "  2 | b"]],
    ["the end of a text", "a\n", 2, 1, ["  1 | a", "> 2 |", "    | ^"]],
    ["an empty text", "", 1, 1, ["> 1 |", "    | ^"]],
    ["a place past the end of its line", "ab", 1, 9, ["> 1 | ab", "    |   ^"]],
    ["lines that end as on Windows", "a\r\nb\r\n", 2, 1, ["  1 | a", "> 2 | b", "    | ^"]],
    [
      "lines that end in carriage returns alone",
      "a\rb\rc\r",
      2,
      1,
      ["  1 | a", "> 2 | b", "    | ^", "  3 | c"],
    ],
    ["lines that end in different ways", "a\rb\r\nc\n", 3, 1, ["  1 | a", "  2 | b", "> 3 | c", "    | ^"]],
    ["a tab", "\tb", 1, 2, ["> 1 | →b", "    |  ^"]],
    [
      "what a terminal would obey",
      "a\u001b[2J\u007f\u0085b",
      1,
      8,
      ["> 1 | a␛[2J\ufffd\ufffdb", "    |        ^"],
    ],
    ["what turns the writing around", "a\u202eb", 1, 3, ["> 1 | a\ufffdb", "    |   ^"]],
    ["half of a surrogate pair", "\ud83d b", 1, 3, ["> 1 | \ufffd b", "    |   ^"]],
    ["characters of two units or two cells", "😀語b", 1, 4, ["> 1 | 😀語b", "    |     ^"]],
    ["an accent of its own", "cota\u0303b", 1, 6, ["> 1 | cota\u0303b", "    |     ^"]],
  ])("createCodeFrame() marks %s", (_, text, line, column, expected) => {
    expect(frame(text, line, column)).toEqual(expected);
  });

  test("createCodeFrame() cuts long lines around the place, the same part of each", () => {
    const long = `${"x".repeat(500)}Y${"z".repeat(500)}`;
    const [before, marked, caret] = frame(`${"w".repeat(2000)}\n${long}\nshort`, 2, 501) ?? [];
    expect(before).toBe(`  1 | …${"w".repeat(100)}…`);
    expect(marked).toBe(`> 2 | …${"x".repeat(60)}Y${"z".repeat(39)}…`);
    expect(caret?.indexOf("^")).toBe(marked?.indexOf("Y"));
  });

  test("createCodeFrame() has nothing to show of a line that is not there", () => {
    expect(createCodeFrame("a\nb", { line: 3, column: 1 })).toBeUndefined();
  });

  test("createCodeFrame() is small and harmless whatever the text and the place", () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom("\n", "\r", "\t", "\u001b", "\ud800"), fc.string()),
    });
    const number = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(text, number, number, (value, line, column) => {
        const shown = createCodeFrame(value, { line, column });
        if (shown === undefined) return;
        const lines = shown.split("\n");
        expect(lines.length).toBeLessThanOrEqual(5);
        expect(lines.filter((each) => each.startsWith(">"))).toHaveLength(1);
        expect(shown.isWellFormed()).toBe(true);
        expect(lines.join("")).not.toMatch(/\p{Cc}/u);
        for (const each of lines) expect(each.length).toBeLessThanOrEqual(220);
      }),
    );
  });
});
