import { describe, expect, test } from "vitest";
import { createPrinter } from "../../../../src/app/cli/commands/printer.ts";
import { findWordChanges } from "../../../../src/app/cli/commands/word-changes.ts";

function print(
  terminal: boolean,
  env: Readonly<Record<string, string>>,
  before: string,
  after: string,
): string {
  const written: string[] = [];
  const printer = createPrinter({ terminal, write: (text) => written.push(text) }, env);
  printer.parts(findWordChanges(before, after) ?? []);
  return written.join("");
}

describe("createPrinter()", () => {
  test.each([
    ["a pipe", false, {}, "in [-reais-]{+dollars+}\n"],
    ["a terminal", true, {}, "in \u001b[31mreais\u001b[39m\u001b[32mdollars\u001b[39m\n"],
    ["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, "in [-reais-]{+dollars+}\n"],
    [
      "a terminal with an empty NO_COLOR",
      true,
      { NO_COLOR: "" },
      "in \u001b[31mreais\u001b[39m\u001b[32mdollars\u001b[39m\n",
    ],
  ])("createPrinter() marks words that changed, on %s", (_title, terminal, env, expected) => {
    expect(print(terminal, env, "in reais", "in dollars")).toBe(expected);
  });

  test("createPrinter() escapes what is marked", () => {
    expect(print(true, {}, "a \u001b[2J", "a b")).not.toContain("\u001b[2J");
  });
});

describe("findWordChanges()", () => {
  test("findWordChanges() gives nothing for texts without a common word", () => {
    expect(findWordChanges("5", "6")).toBeUndefined();
    expect(findWordChanges('"reais"', '"dollars"')).toBeUndefined();
  });

  test("findWordChanges() keeps what is next to a change, of long texts", () => {
    const same = "word ".repeat(100);
    expect(findWordChanges(`${same}old ${same}`, `${same}new ${same}`)).toEqual([
      { kind: "same", text: "…word word word " },
      { kind: "removed", text: "old" },
      { kind: "added", text: "new" },
      { kind: "same", text: " word word word…" },
    ]);
  });

  test("findWordChanges() is bounded, for long changes and for many", () => {
    const [long, many] = ["x".repeat(10_000), Array.from({ length: 90 }, (_, index) => `${index} same`)];
    expect(findWordChanges(`a ${long}`, "a b")?.every(({ text }) => text.length <= 61)).toBe(true);
    const changes = findWordChanges(many.join(" "), many.map((text) => `new${text}`).join(" "));
    expect(changes).toHaveLength(25);
    expect(changes?.at(-1)).toEqual({ kind: "same", text: "…" });
    const words = Array.from({ length: 2_000 }, (_, index) => `w${index}`).join(" ");
    expect(findWordChanges(`a ${words}`, `a ${words.toUpperCase()}`)).toBeUndefined();
  });
});
