import { describe, expect, test } from "vitest";
import { readWithMosaic } from "./read-with-mosaic.ts";
import { readTable } from "./readers-table.ts";

const { rows, versions } = readTable();

/** Where the warnings of some rows stand: one for each cause. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  "value no": ["3:4 yaml-ambiguous YAML 1.1 readers read no as the boolean false"],
  "value =": ["3:4 yaml-refused-elsewhere PyYAML cannot read this file: it reads = as an indicator"],
  "value 2024-02-30": [
    "3:4 yaml-refused-elsewhere PyYAML cannot read this file: it reads 2024-02-30 as a date or time that does not exist",
  ],
  "value ! no": ["3:6 yaml-ambiguous PyYAML reads the boolean false here"],
  "key no": ["4:3 yaml-ambiguous YAML 1.1 readers read no as the boolean false"],
  "question mark inside a flow list": [
    "3:17 yaml-refused-elsewhere PyYAML cannot read this file: a ? in brackets or braces begins a key",
  ],
  "flow plain with question": [
    "3:5 yaml-ambiguous PyYAML reads an object here: a ? in brackets or braces begins a key",
  ],
  "tab after colon": [
    "3:3 yaml-refused-elsewhere PyYAML cannot read this file: there is a tab where only spaces are allowed",
  ],
  "tab only line": [
    "4:1 yaml-refused-elsewhere PyYAML cannot read this file: there is a tab where only spaces are allowed",
  ],
  "U+2028 raw in plain": [
    "3:5 yaml-refused-elsewhere PyYAML cannot read this file: it ends a line at U+2028",
  ],
  "NEL in sq": ["3:6 yaml-ambiguous PyYAML ends a line at U+0085"],
  "NEL in comment": ["3:9 yaml-ambiguous PyYAML reads other fields here: it ends a line at U+0085"],
  "BOM after comment": [
    "2:1 yaml-ambiguous PyYAML reads other fields here: it reads U+FEFF as part of the text",
  ],
  "anchor with dots": [
    "3:5 yaml-refused-elsewhere PyYAML cannot read this file: an anchor name may have only letters from A to Z, digits, _ and -",
    "4:4 yaml-refused-elsewhere PyYAML cannot read this file: an anchor name may have only letters from A to Z, digits, _ and -",
  ],
  "question mark in braces": [
    "3:13 yaml-refused-elsewhere PyYAML cannot read this file: a ? in brackets or braces begins a key",
  ],
  "colon before a text in brackets": [
    "3:5 yaml-refused-elsewhere PyYAML cannot read this file: a : in brackets or braces begins a value",
  ],
  "tab trailing": [
    "3:5 yaml-refused-elsewhere PyYAML cannot read this file: there is a tab where only spaces are allowed",
  ],
  "tab after dash": [
    "4:2 yaml-refused-elsewhere PyYAML cannot read this file: there is a tab where only spaces are allowed",
  ],
  "tab before comment": [
    "3:5 yaml-refused-elsewhere PyYAML cannot read this file: there is a tab where only spaces are allowed",
  ],
  "PS in plain": ["3:5 yaml-refused-elsewhere PyYAML cannot read this file: it ends a line at U+2029"],
  "LS in comment": ["3:9 yaml-refused-elsewhere PyYAML cannot read this file: it ends a line at U+2028"],
  'value "\\\\ud83d\\\\ude00"': [
    "3:5 yaml-ambiguous PyYAML reads these escapes as two halves of a character, which UTF-8 cannot represent",
  ],
  "value !!int 012": ["3:10 yaml-ambiguous PyYAML reads the integer 10 here"],
  "anchor unicode": [
    "3:5 yaml-refused-elsewhere PyYAML cannot read this file: an anchor name may have only letters from A to Z, digits, _ and -",
    "4:4 yaml-refused-elsewhere PyYAML cannot read this file: an anchor name may have only letters from A to Z, digits, _ and -",
  ],
  "long flow key 1025": [
    "3:1030 yaml-refused-elsewhere PyYAML cannot read this file: a key in brackets or braces is longer than 1024 characters, or the colon here does not begin a value",
  ],
  "value 0b_": ["3:4 yaml-refused-elsewhere PyYAML cannot read this file: 0b_ has no digits"],
  "value 0x_1F": ["3:4 yaml-ambiguous YAML 1.1 readers read 0x_1F as the integer 31"],
  "value <<": ["3:4 yaml-refused-elsewhere PyYAML cannot read this file: it reads << as an indicator"],
  "hex 130 with _": [
    expect.stringMatching(/^3:4 yaml-ambiguous YAML 1\.1 readers read 0x_f{57}… as the integer \d{40}…$/),
  ],
  "key =": [],
  "anchor redefined": [
    "4:5 yaml-refused-elsewhere PyYAML cannot read this file: the anchor is defined a second time",
  ],
  "flow key multi-line": [
    "4:4 yaml-refused-elsewhere PyYAML cannot read this file: a key in brackets or braces spans more than one line",
  ],
  "no final newline literal": [
    "3:4 yaml-ambiguous PyYAML adds no line break at the end of this text, because the file does not end with one",
  ],
};

describe("the table of readers", () => {
  test("the table names the versions of its readers", () => {
    expect(Object.keys(versions)).toEqual(["python", "ruby", "php", "r", "java", "go"]);
    expect(versions.python).toBe("PyYAML 6.0.3");
    expect(rows.length).toBeGreaterThan(430);
  });

  test.each(rows)("Mosaic warns of $name just where PyYAML differs", ({ document, readings }) => {
    const { value, warnings } = readWithMosaic(document);
    // A file that Mosaic refuses is no file that two readers read differently.
    if (value === undefined) return;
    expect(warnings.length > 0).toBe(readings.python !== "=");
    const lines = document.split(/\r\n?|\n/).length;
    for (const { line, hint } of warnings) {
      expect(line).toBeLessThanOrEqual(lines);
      expect(hint).not.toBe("");
    }
  });

  test.each(Object.entries(PLACES))("Mosaic says what is wrong with %s, and where", (name, expected) => {
    const row = rows.find((candidate) => candidate.name === name);
    const { warnings } = readWithMosaic(row?.document ?? "");
    const shown = warnings.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
    expect(shown).toEqual(expected);
  });

  test.each(['! "!"', "! '&'", "! |+\n  *"])("Mosaic warns that PyYAML refuses the file for %j", (value) => {
    const { warnings } = readWithMosaic(`columns: [a]\nidentifiers: [a]\nx: ${value}\n`);
    expect(warnings.map(({ code }) => code)).toEqual(["yaml-refused-elsewhere"]);
  });
});
