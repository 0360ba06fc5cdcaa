import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { READER_LANGUAGES } from "../../src/domain/view/reader-languages.ts";
import { readWithMosaic } from "./read-with-mosaic.ts";
import { readTable } from "./readers-table.ts";
import type { Reading } from "./reading.ts";

const { rows } = readTable();

/** What some rows are told of, and where. */
const MESSAGES: readonly (readonly [
  row: string,
  reader: (typeof READER_LANGUAGES)[number],
  message: string,
])[] = [
  ["value 1,5", "ruby", "3:4 Ruby reads the integer 15 here"],
  ["value 1,5", "php", "3:4 PHP reads the integer 15 here"],
  ["value 1,5", "r", "3:4 R reads NA here"],
  ["value y", "php", "3:4 PHP reads the boolean true here"],
  ["value n", "r", "3:4 R reads the boolean false here"],
  ["time of the day", "ruby", "3:4 Ruby reads the integer 34200 here"],
  ["value 18446744073709551616", "php", "3:4 PHP reads the integer 9223372036854775807 here"],
  ["value 2147483648", "r", "3:4 R reads NA here"],
  ["value 18446744073709551616", "go", "3:4 Go reads the float 18446744073709552000 here"],
  ["value :sym", "ruby", "3:4 Ruby reads a symbol here"],
  ["key y", "r", "4:3 R reads the boolean true here"],
  ["flow trailing colon", "go", "3:5 Go reads the colon as part of the key"],
  [
    "merge after own key",
    "ruby",
    "4:11 Ruby replaces values of keys before << with those of the merged object",
  ],
  ["merge quoted key", "ruby", "4:5 Ruby reads a merge key despite the quotes here"],
  ["literal first line tab", "ruby", "3:4 Ruby refuses the file: it reads a tab as indentation"],
  ['value "\\\\/"', "go", '3:4 Go refuses the file: it does not know the escape "\\/"'],
  [
    'value "\\\\\\t"',
    "java",
    "3:4 Java refuses the file: it does not know a backslash before a tab as an escape",
  ],
  ["value !!int 0o14", "java", "3:10 Java refuses the file: it does not read 0o as the prefix of an integer"],
  ["merge with alias to seq anchor", "go", "4:5 Go refuses the file: it cannot merge an alias of a list"],
  ["list of one", "r", "3:4 R reads a list with one value as the value itself"],
];

describe("mosaic validate --readers", () => {
  test.each(READER_LANGUAGES)("Mosaic warns of each row just where the reader of %s differs", (reader) => {
    const wrong = rows.flatMap(({ name, document, readings }) => {
      const { value, warnings } = readWithMosaic(document, [reader]);
      if (value === undefined) return [];
      const isDifferent = readings[reader] !== "=";
      // A place that PyYAML is warned of already is not told of again.
      const isWarned = isDifferent
        ? warnings.length > 0
        : warnings.some(({ code }) => code === "yaml-readers-differ");
      return isDifferent === isWarned ? [] : [`${name}: ${JSON.stringify(readings[reader])}`];
    });
    expect(wrong).toEqual([]);
  });

  test.each(MESSAGES)("Mosaic says of %s what the reader of %s makes of it", (name, reader, message) => {
    const document = rows.find((row) => row.name === name)?.document ?? "";
    const { warnings } = readWithMosaic(document, [reader]);
    expect(warnings.map(({ line, column, message: shown }) => `${line}:${column} ${shown}`)).toEqual([
      message,
    ]);
    expect(readWithMosaic(document).warnings).toEqual([]);
  });

  test("Mosaic says in one finding what several readers make of a place", () => {
    const { warnings } = readWithMosaic("columns: [a, b]\nidentifiers: [a, b]\nx: 1,5\n", READER_LANGUAGES);
    expect(warnings.map(({ code, pointer, message }) => [code, pointer, message])).toEqual([
      [
        "yaml-readers-differ",
        "/x",
        "Ruby reads the integer 15 here; PHP reads the integer 15 here; R reads NA here",
      ],
    ]);
  });
});

/** What docs/mixed-languages.md calls the value of `x`; `mosaic` is its word for what Mosaic reads. */
function nameReading(reading: Reading | "=" | undefined, mosaic: string): string {
  if (reading === undefined || reading === "=") return mosaic;
  if (reading[0] === "error") return "refused";
  if (reading[0] !== "map") throw new TypeError("A view is an object");
  const [, [kind, value] = ["null"]] = reading[1].find(([key]) => key[1] === "x") ?? [];
  const text = String(value);
  switch (kind) {
    case "str":
      return "text";
    case "bool":
      return "boolean";
    case "int":
      return text === "9223372036854775807" ? "cut to 64 bits" : String(Number(text));
    case "float":
      return Number(text) === 1000 ? "1000.0" : "float";
    default:
      return text.startsWith("NA ") ? "NA" : "date";
  }
}

test("docs/mixed-languages.md has the readings of the table of readers", () => {
  const manual = readFileSync(join(import.meta.dirname, "../../docs/mixed-languages.md"), "utf8");
  const [, table = ""] = manual.match(/^\| as written .*\n\| ---.*\n((?:\|.*\n)+)/m) ?? [];
  const documents: Readonly<Record<string, string>> = {
    "[rende?]": "x: [quanto rende?, dividendos]\n",
    "a tab after a colon": "x:\tv\n",
    "&a.b": "a1: &a.b v\nx: *a.b\n",
  };
  const found = table
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [written = "", mosaic = "", ...named] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      const forms = written.startsWith("`")
        ? [...written.matchAll(/`([^`]+)`/g)].map(([, form = ""]) => form)
        : [written];
      return forms.map((form) => {
        const end = documents[form] ?? `x: ${form}\n`;
        const row = rows.find(({ document }) => document === `columns: [a, b]\nidentifiers: [a, b]\n${end}`);
        const read = (["python", ...READER_LANGUAGES] as const).map((name) =>
          row === undefined ? "no row" : nameReading(row.readings[name], mosaic),
        );
        return { form, named, read };
      });
    });
  expect(found.length).toBeGreaterThan(15);
  for (const { form, named, read } of found) expect([form, ...named]).toEqual([form, ...read]);
});
