import { type Diagnostic, formatDiagnostic } from "../../../domain/view/diagnostic.ts";
import { createFramer } from "../../status/frame-diagnostics.ts";
import type { CommandDeps, Output } from "./command.ts";

export interface PrintDiagnosticsOptions {
  /** The rest is counted. */
  readonly diagnosticsMax?: number;
}

/** Prints each diagnostic on a line of its own, and below it the lines of the file that it is about. */
export async function printDiagnostics(
  output: Output,
  { readSource }: Pick<CommandDeps, "readSource">,
  diagnostics: readonly Diagnostic[],
  { diagnosticsMax = Number.POSITIVE_INFINITY }: PrintDiagnosticsOptions = {},
): Promise<void> {
  const frameOf = createFramer(readSource);
  const shown = diagnostics.slice(0, diagnosticsMax);
  for (const diagnostic of shown) {
    output.write(`${formatDiagnostic(diagnostic)}\n`);
    const frame = await frameOf(diagnostic);
    if (frame !== undefined) output.write(`${frame.replaceAll(/^/gm, "  ")}\n\n`);
  }
  const more = diagnostics.length - shown.length;
  if (more > 0) output.write(`and ${more} more; mosaic validate shows them all\n`);
}
