import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../../src/domain/view/diagnostic.ts";
import { excerptText, makeJsonVisible, makeTextVisible } from "../../src/lib/visible-text.ts";

/** What breaks a line, moves the cursor, changes the direction of writing, or is not seen. */
const UNSEEN = [
  "\0",
  "\n",
  "\r",
  "\t",
  "\x1b",
  "\x7f",
  "\x85",
  "\x9b",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\ud800",
];

describe("makeTextVisible()", () => {
  test.each(UNSEEN)("A20: escapes %j", (character) => {
    const code = character.codePointAt(0)?.toString(16);
    expect(makeTextVisible(`a${character}b`)).toBe(`a\\u{${code}}b`);
  });

  test("A20: keeps what is seen", () => {
    expect(makeTextVisible("Preço médio: 1 €, 株 🙂")).toBe("Preço médio: 1 €, 株 🙂");
  });
});

describe("makeJsonVisible()", () => {
  test("A20: escapes what is not seen in the values, which stay the same, and keeps line breaks between them", () => {
    const value = { text: `Preço ${UNSEEN.slice(9).join("")}\u{e0001} 🙂` };
    const visible = makeJsonVisible(JSON.stringify(value, undefined, 2));
    expect(JSON.parse(visible)).toEqual(value);
    expect(visible).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(visible.split("\n")).toHaveLength(3);
  });

  test.each([
    ["\u007f", "\\u007f"],
    ["\u2028", "\\u2028"],
    ["\u{e0001}", "\\udb40\\udc01"],
  ])("makeJsonVisible() of %j", (character, escaped) => {
    expect(makeJsonVisible(`"a${character}b"`)).toBe(`"a${escaped}b"`);
  });
});

describe("excerptText()", () => {
  test.each([
    ["", ""],
    ["abc", "abc"],
    ["abcd", "abc…"],
  ])("excerptText() of %j with three characters is %j", (text, excerpt) => {
    expect(excerptText(text, 3)).toBe(excerpt);
  });
});

test.each(["file", "message", "hint", "pointer"] as const)(
  "A20: formatDiagnostic() is one line, whatever its %s is",
  (field) => {
    const diagnostic = {
      ...{ severity: "error", code: "yaml-syntax", file: "a.yaml", line: 1, column: 1 },
      ...{ pointer: "/a", message: "m", hint: "h" },
      [field]: `x${UNSEEN.join("")}::error::forged`,
    } as const;
    const line = formatDiagnostic(diagnostic as Parameters<typeof formatDiagnostic>[0]);
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    expect(line).toContain("\\u{1b}");
  },
);
