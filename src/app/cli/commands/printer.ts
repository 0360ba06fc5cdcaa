import { type Diagnostic, formatDiagnosticIn } from "../../../domain/view/diagnostic.ts";
import type { Language } from "../../../lib/language.ts";
import { makeJsonVisible, makeTextVisible } from "../../../lib/visible-text.ts";
import { createFramer } from "../../status/frame-diagnostics.ts";
import type { CommandDeps, Output } from "./command.ts";

/**
 * The output of commands. It escapes control characters: file names and the content of views must not move
 * the cursor of a terminal or add a line to the log of a pipeline.
 */
export interface Printer {
  readonly terminal: boolean;
  /** Prints any string as one line. */
  line(text: string): void;
  /**
   * Prints one line with its changes: in colours on a terminal, otherwise as `[-removed-]` and `{+added+}`.
   */
  parts(parts: readonly LinePart[]): void;
  /** Prints text with its line breaks. */
  block(text: string): void;
  /** Prints JSON text; the escapes do not change its values. */
  json(text: string): void;
  /** Overwrites the current line; without an argument, clears it. */
  overwrite(text?: string): void;
  dropBuffered(): void;
}

export interface LinePart {
  readonly kind: "added" | "removed" | "same";
  readonly text: string;
}

type PartMarks = Readonly<Record<LinePart["kind"], readonly [before: string, after: string]>>;
const COLOURS: PartMarks = {
  added: ["\u001b[32m", "\u001b[39m"],
  removed: ["\u001b[31m", "\u001b[39m"],
  same: ["", ""],
};
const BRACKETS: PartMarks = { added: ["{+", "+}"], removed: ["[-", "-]"], same: ["", ""] };

const CLEAR_LINE = "\r\u001b[K";

/**
 * Makes a printer.
 *
 * @param env `NO_COLOR` turns the colours off
 * @see https://no-color.org
 */
export function createPrinter(
  output: Output,
  env: Readonly<Record<string, string | undefined>> = {},
): Printer {
  const marks = output.terminal && !env.NO_COLOR ? COLOURS : BRACKETS;
  const withMarks = ({ kind, text }: LinePart): string => marks[kind].join(makeTextVisible(text));
  return {
    terminal: output.terminal,
    line: (text) => output.write(`${makeTextVisible(text)}\n`),
    parts: (parts) => output.write(`${parts.map(withMarks).join("")}\n`),
    block: (text) => output.write(`${text.split("\n").map(makeTextVisible).join("\n")}\n`),
    json: (text) => output.write(`${makeJsonVisible(text)}\n`),
    overwrite: (text = "") => output.write(`${CLEAR_LINE}${makeTextVisible(text)}`),
    dropBuffered: () => output.dropBuffered?.(),
  };
}

export interface PrintDiagnosticsOptions {
  /** Maximum number of printed diagnostics; the others are only counted. */
  readonly diagnosticsMax?: number;
  readonly language?: Language;
}

/** Prints each diagnostic on a line, followed by its source lines. */
export async function printDiagnostics(
  output: Printer,
  { readViewText }: Pick<CommandDeps, "readViewText">,
  diagnostics: readonly Diagnostic[],
  { diagnosticsMax = Number.POSITIVE_INFINITY, language = "en" }: PrintDiagnosticsOptions = {},
): Promise<void> {
  const frameOf = createFramer(readViewText);
  const shown = diagnostics.slice(0, diagnosticsMax);
  for (const diagnostic of shown) {
    output.line(formatDiagnosticIn(language, diagnostic));
    const frame = await frameOf(diagnostic);
    if (frame !== undefined) output.block(`${frame.replaceAll(/^/gm, "  ")}\n`);
  }
  const more = diagnostics.length - shown.length;
  if (more > 0) output.line(MORE_DIAGNOSTICS_TEXTS[language](more));
}

const MORE_DIAGNOSTICS_TEXTS = {
  en: (count: number) => `and ${count} more; mosaic validate shows them all`,
  pt: (count: number) => `e mais ${count}; mosaic validate mostra todos`,
};

/** Formats rows as lines with aligned columns. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lineOf = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => lineOf(row).trimEnd());
}
