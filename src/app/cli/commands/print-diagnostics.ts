import { type Diagnostic, formatDiagnosticIn } from "../../../domain/view/diagnostic.ts";
import type { Language } from "../../../lib/language.ts";
import { createFramer } from "../../status/frame-diagnostics.ts";
import type { CommandDeps } from "./command.ts";
import type { Printer } from "./printer.ts";

export interface PrintDiagnosticsOptions {
  /** The rest is counted. */
  readonly diagnosticsMax?: number;
  /** The language of the diagnostics' messages. */
  readonly language?: Language;
}

/** Prints each diagnostic on a line of its own, and below it the source lines that it is about. */
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
  if (more > 0) output.line(MORE[language](more));
}

const MORE = {
  en: (count: number) => `and ${count} more; mosaic validate shows them all`,
  pt: (count: number) => `e mais ${count}; mosaic validate mostra todos`,
};
