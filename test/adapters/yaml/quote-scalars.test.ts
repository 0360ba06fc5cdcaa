import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { YAML_VIEW_EDITOR } from "../../../src/adapters/yaml/add-columns.ts";
import { parseViewFile } from "../../../src/adapters/yaml/parse-view-file.ts";
import { createDiffLines } from "../../../src/app/cli/commands/edit-commands.ts";
import type { EditedView } from "../../../src/ports/view-editor-port.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
const fileOf = (text: string) => ({ path: "a.yaml", file: "views/a.yaml", bytes: encode(text) });
const load = (text: string) => parseViewFile({ path: "a.yaml", bytes: encode(text) }, "views/a.yaml");
const fix = (text: string): string => decode(YAML_VIEW_EDITOR.quote(fileOf(text)).bytes);
const complete = (text: string, ...names: readonly string[]) =>
  YAML_VIEW_EDITOR.addColumns(
    fileOf(text),
    names.map((name) => ({ name, type: "TEXT" })),
  );

/** The text with all edits taken back: it must be the text before, byte for byte. */
function undone({ before, edits, bytes }: EditedView): string {
  const after = decode(bytes).replace(/^\ufeff/, "");
  let [text, from, moved] = ["", 0, 0];
  for (const edit of edits) {
    text += after.slice(from, edit.start + moved) + before.slice(edit.start, edit.end);
    from = edit.start + moved + edit.text.length;
    moved += edit.text.length - (edit.end - edit.start);
  }
  return text + after.slice(from);
}

const REST = "identifiers: [a]\ncolumns: [a]\n";
const FIXED: readonly (readonly [what: string, before: string, after: string])[] = [
  ["a word that others read as a boolean", "unit: no # as written\n", 'unit: "no" # as written\n'],
  ["an item", "x:\n  - on\n  -   1:30\n", 'x:\n  - "on"\n  -   "1:30"\n'],
  ["items in brackets", "x: [no, {k: off, on: 1}]\n", 'x: ["no", {k: "off", "on": 1}]\n'],
  ["a key", "x:\n  no: 1\n", 'x:\n  "no": 1\n'],
  ["a text with a colon", "description: Rates: all\n", 'description: "Rates: all"\n'],
  ["a text with a quote and a colon", 'description: The "best": all\n', "description: 'The \"best\": all'\n"],
  ["a key that is a number", "x:\n  2024: y\n", 'x:\n  "2024": y\n'],
  ["a number where a text must be", "description: 2024\n", 'description: "2024"\n'],
];
const LEFT: readonly (readonly [what: string, text: string])[] = [
  ["a number that may be one", "x: 012\n"],
  ["a text before a comment", "x: Cota # em reais\n"],
  ["a list where a text must be", "description: [a]\n"],
  ["a view that is right", "x: 'no'\n"],
];

describe("quote()", () => {
  test.each(FIXED)("quote() quotes %s, and keeps the rest", (_what, before, after) => {
    for (const [mark, lineBreak] of [
      ["", "\n"],
      ["\ufeff", "\r\n"],
      ["", "\r"],
    ] as const) {
      const written = (text: string): string => mark + (text + REST).replaceAll("\n", lineBreak);
      expect(fix(written(before))).toBe(written(after));
      expect(load(written(after)).diagnostics).toEqual([]);
    }
  });

  test.each(LEFT)("quote() leaves %s alone", (_what, text) => {
    expect(fix(text + REST)).toBe(text + REST);
  });

  test("quote() leaves bytes that are no text alone", () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x61]);
    expect(YAML_VIEW_EDITOR.quote({ path: "a.yaml", file: "a.yaml", bytes }).bytes).toBe(bytes);
  });

  const scalar = fc.constantFrom(
    ...[
      "no",
      "on",
      "a",
      "012",
      "1e3",
      "1:30",
      "a: b",
      "'x'",
      '"y"',
      "~",
      "",
      "a # b",
      "2024",
      "[no, on]",
      "=",
      "1_0",
    ],
  );
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom("x", "y", "no", "description", "1"), scalar)
      .map(([key, value]) => `${key}: ${value}`),
    fc.tuple(scalar, scalar).map(([one, two]) => `list: [${one}, ${two}] # why`),
    fc.tuple(scalar, scalar).map(([one, two]) => `list2:\n  - ${one}\n  # between\n  -  ${two}`),
    fc.constantFrom("# a comment", "", "ask: {keywords: [no, 2024]}"),
  );
  const text = fc
    .record({ lines: fc.array(line, { maxLength: 5 }), crlf: fc.boolean(), mark: fc.boolean() })
    .map(({ lines, crlf, mark }) => {
      const all = `${lines.join("\n")}\n${REST}`;
      return (mark ? "\ufeff" : "") + (crlf ? all.replaceAll("\n", "\r\n") : all);
    });

  test("quote() changes nothing but quotes, makes no file worse, and keeps every value of a view that loads", () => {
    fc.assert(
      fc.property(text, (before) => {
        const edited = YAML_VIEW_EDITOR.quote(fileOf(before));
        expect(undone(edited)).toBe(before.replace(/^\ufeff/, ""));
        for (const edit of edited.edits) {
          const plain = edited.before.slice(edit.start, edit.end);
          expect([`"${plain}"`, `'${plain.replaceAll("'", "''")}'`]).toContain(edit.text);
        }
        const after = decode(edited.bytes);
        expect(after.startsWith("\ufeff")).toBe(before.startsWith("\ufeff"));
        const [old, now] = [load(before), load(after)];
        const errors = ({ diagnostics }: typeof old) =>
          diagnostics.filter(({ severity }) => severity === "error").length;
        if (old.view !== undefined) {
          expect(now.view?.canonicalJson).toEqual(old.view.canonicalJson);
          expect(now.diagnostics.length).toBe(old.diagnostics.length - edited.fixed.length);
        } else if (!old.diagnostics.some(({ code }) => code === "yaml-syntax")) {
          expect(errors(now)).toBeLessThanOrEqual(errors(old));
        }
        expect(fix(after)).toBe(after);
      }),
      { numRuns: 400 },
    );
  });
});

const COMPLETED: readonly (readonly [
  what: string,
  before: string,
  names: readonly string[],
  after: string,
])[] = [
  [
    "bare items",
    "identifiers: [b]\ncolumns: # all\n  - b # b\n\n  # the last\n  - d\nx: 1\n",
    ["a", "b", "c", "d", "e"],
    "identifiers: [b]\ncolumns: # all\n  - a\n  - b # b\n  - c\n\n  # the last\n  - d\n  - e\nx: 1\n",
  ],
  [
    "items without indentation, at the end of the file",
    "identifiers: [b]\ncolumns:\n- b",
    ["b", "c", "a: b"],
    'identifiers: [b]\ncolumns:\n- b\n- c\n- "a: b"',
  ],
  [
    "items in brackets, with comments",
    "identifiers: [b]\ncolumns: [ b, # why\n  d ]\n",
    ["a", "b", "c", "d", "e"],
    "identifiers: [b]\ncolumns: [ a, b, c, # why\n  d, e ]\n",
  ],
  [
    "objects, one with a block text",
    "identifiers: [b]\ncolumns:\n    - name: b\n      description: |\n        two\n        lines\n    - {name: d}\n",
    ["b", "c", "d"],
    "identifiers: [b]\ncolumns:\n    - name: b\n      description: |\n        two\n        lines\n    - name: c\n      alias: C\n      type: text\n    - {name: d}\n",
  ],
];

describe("addColumns()", () => {
  test.each(COMPLETED)("addColumns() extends %s, each in its place", (_what, before, names, after) => {
    for (const [mark, lineBreak] of [
      ["", "\n"],
      ["\ufeff", "\r\n"],
    ] as const) {
      const written = (text: string): string => mark + text.replaceAll("\n", lineBreak);
      const added = complete(written(before), ...names);
      expect(added.kind === "added" ? decode(added.bytes) : added).toBe(written(after));
      if (added.kind === "added") expect(undone(added)).toBe(before.replaceAll("\n", lineBreak));
      expect(complete(written(after), ...names)).toEqual({ kind: "complete" });
    }
  });

  test("addColumns() refuses what it cannot extend, and what does not load", () => {
    expect(complete("x: &x [a]\nidentifiers: [a]\ncolumns: *x\n", "a", "b")).toMatchObject({
      kind: "refused",
    });
    expect(complete("columns: [", "a")).toMatchObject({ kind: "refused" });
    const quoted = "identifiers: [a]\n'columns': [a]\n";
    expect(complete(quoted, "a", "b")).toMatchObject({ kind: "added", names: ["b"] });
  });

  test("createDiffLines() is what patch takes", () => {
    const added = complete("identifiers: [b]\ncolumns:\n  - b\n  - d\nx: [y]\n", "a", "b", "c", "d");
    expect(added.kind === "added" && createDiffLines("a.yaml", added)).toEqual([
      ...["--- a.yaml", "+++ a.yaml", "@@ -2,0 +3 @@", "+  - a", "@@ -3,0 +5 @@", "+  - c"],
    ]);
    const { before, edits } = YAML_VIEW_EDITOR.quote(fileOf("x: [no, on]\nidentifiers: [a]\ncolumns: [a]\n"));
    expect(createDiffLines("a.yaml", { before, edits })).toEqual([
      ...["--- a.yaml", "+++ a.yaml", "@@ -1 +1 @@", "-x: [no, on]", '+x: ["no", "on"]'],
    ]);
  });
});
