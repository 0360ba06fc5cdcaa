import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseViewFile } from "../../../src/adapters/yaml/parse-view-file.ts";

const VIEW = readFileSync(new URL("../../../data/views/view_fiis_news.yaml", import.meta.url), "utf8");
const LINES = VIEW.split("\n");

/** A slip of the hand in one line; undefined where the line has no place for it. */
const SLIPS: readonly (readonly [what: string, slip: (line: string) => string | undefined])[] = [
  ["a tab as indentation", (line) => replaced(line, /^ +/, "\t")],
  ["a tab instead of the first space", (line) => replaced(line, /^ /, "\t")],
  ["a bracket that is not closed", (line) => replaced(line, /\]$/, "")],
  ["a list that begins in a text", (line) => replaced(line, /: (?=[^"'[])/, ": [")],
  ["an object that begins in a text", (line) => replaced(line, /: (?=[^"'[])/, ": {")],
  ["double quotes that are not closed", (line) => replaced(line, /: (?=[^"'[])/, ': "')],
  ["single quotes that are not closed", (line) => replaced(line, /: (?=[^"'[])/, ": '")],
  ["a second colon", (line) => replaced(line, /: [^"'[].*$/, "$&: x")],
  ["no colon", (line) => replaced(line, /:/, "")],
  ["one space less", (line) => replaced(line, /^ /, "")],
  ["one space more", (line) => replaced(line, /^(?=.)/, " ")],
  ["no indentation", (line) => replaced(line, /^ +/, "")],
];

function replaced(line: string, pattern: RegExp, by: string): string | undefined {
  return pattern.test(line) ? line.replace(pattern, by) : undefined;
}

function errorsOf(text: string) {
  const { diagnostics } = parseViewFile({ path: "a.yaml", bytes: new TextEncoder().encode(text) }, "a.yaml");
  return diagnostics.filter(({ severity }) => severity === "error");
}

describe("parseViewFile()", () => {
  test.each(SLIPS)(
    "parseViewFile() reports %s as one error, in whatever line of a view it is",
    (_what, slip) => {
      let places = 0;
      for (const [index, line] of LINES.entries()) {
        const changed = slip(line);
        if (changed === undefined) continue;
        places += 1;
        const errors = errorsOf(LINES.with(index, changed).join("\n"));
        expect(errors.length, `line ${index + 1}: ${changed}`).toBeLessThanOrEqual(1);
      }
      expect(places).toBeGreaterThan(10);
    },
  );

  test("parseViewFile() reports tabs in all lines as one error, at the first", () => {
    const errors = errorsOf(VIEW.replaceAll(/^(?: {2})+/gm, (spaces) => "\t".repeat(spaces.length / 2)));
    expect(errors.map(({ line, hint }) => [line, hint])).toEqual([
      [4, "indent with spaces, here and in 101 more lines"],
    ]);
  });
});
