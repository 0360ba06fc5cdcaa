import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LineCounter } from "yaml";
import { hasPlainForm } from "../../src/adapters/yaml/readers/plain-form.ts";
import { findReadingDifferences } from "../../src/adapters/yaml/readers/reading-differences.ts";
import { composeYaml } from "../../src/adapters/yaml/syntax/compose.ts";
import { nodesFromDocument } from "../../src/adapters/yaml/tree/nodes-from-document.ts";
import { readTree } from "../../src/adapters/yaml/tree/read-tree.ts";
import { DOCUMENT_SOURCES } from "./compare-documents.ts";
import { readTable } from "./readers-table.ts";

const VIEWS = join(import.meta.dirname, "../../data/views");
const SEED = 20_260_402;
const COUNT = 4_000;

function draw(make: (seed: number) => string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => make(SEED + index));
}

const TEXTS = {
  "the table": () => readTable().rows.map(({ document }) => document),
  documents: () => draw(DOCUMENT_SOURCES.documents, COUNT),
  mutants: () => draw(DOCUMENT_SOURCES.mutants, COUNT / 4),
  lines: () => draw(DOCUMENT_SOURCES.lines, COUNT * 4),
} as const;
const NAMES = Object.keys(TEXTS) as readonly (keyof typeof TEXTS)[];

/** What the comparison with PyYAML would add to what is said of the text anyway; undefined for a text that is no view. */
function missedDiagnostics(document: string): readonly string[] | undefined {
  const source = document.replace(/\r(?!\n)/g, "\n");
  const composed = composeYaml(source, new LineCounter());
  if (composed.kind !== "document") return undefined;
  const { errors, warnings } = composed.document;
  if (errors.length > 0 || warnings.length > 0) return undefined;
  const { value, diagnostics } = readTree(nodesFromDocument(composed.document, source), source);
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const known = new Set(diagnostics.map(({ offset }) => offset));
  const missed = findReadingDifferences(source, value).filter(({ offset }) => !known.has(offset));
  return missed.map(({ message }) => message.en);
}

/** The texts for which a form stands that spares them the comparison, and those of them that needed it. */
function judge(
  documents: readonly string[],
  isSpared: (source: string) => boolean,
): { readonly spared: number; readonly wrong: readonly string[] } {
  let spared = 0;
  const wrong = documents.filter((document) => {
    if (!isSpared(document.replace(/\r(?!\n)/g, "\n"))) return false;
    const missed = missedDiagnostics(document);
    if (missed !== undefined) spared += 1;
    return (missed ?? []).length > 0;
  });
  return { spared, wrong };
}

describe("hasPlainForm()", () => {
  test.each(NAMES)("hasPlainForm() is true for no text that PyYAML reads otherwise: %s", (name) => {
    const { spared, wrong } = judge(TEXTS[name](), hasPlainForm);
    expect(wrong).toEqual([]);
    expect(spared).toBeGreaterThan(100);
  });

  test.each(NAMES)("texts that PyYAML reads otherwise are among %s", (name) => {
    expect(judge(TEXTS[name](), () => true).wrong.length).toBeGreaterThan(10);
  });

  test("hasPlainForm() is true for each shipped view, with line feeds or with carriage returns too", () => {
    const views = readdirSync(VIEWS).map((file) => readFileSync(join(VIEWS, file), "utf8"));
    const windows = views.map((view) => view.replaceAll("\n", "\r\n"));
    expect([...views, ...windows].filter((view) => !hasPlainForm(view))).toEqual([]);
  });

  test.each([
    ["a key of its own", "a: 1\n", true],
    ["a text over two lines", "a: b\n  c\n", true],
    ["a block of text", "a: |\n  b\n\n  c\nd: >-\n  e\n", true],
    ["lists and objects of one line", "a: [b, 'c']\nd: {e: \"f\"}\n", true],
    ["a list as deep as its key", "a:\n- b: c\n  d: e\n- f\n", true],
    ["a comment in a text", "a: b\n  # c\n  d\n", false],
    ["a tab", "a: 'b\tc'\n", false],
    ["a question mark in brackets", "a: [b?]\n", false],
    ["a block that the end of the file cuts off", "a: |\n  b", false],
    ["lines in a block that are indented less than the first", "a: |\n    b\n  c\n", false],
    ["an anchor", "a: &b c\n", false],
    ["a key of more than 1,024 characters", `${"k".repeat(1_025)}: v\n`, false],
  ])("hasPlainForm() with %s", (_, source, expected) => {
    expect(hasPlainForm(source)).toBe(expected);
  });
});
