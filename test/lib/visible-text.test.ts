import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../../src/domain/view/diagnostic.ts";
import { makeTextVisible } from "../../src/lib/visible-text.ts";

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
