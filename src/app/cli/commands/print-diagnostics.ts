import { type Diagnostic, formatDiagnostic } from "../../../domain/view/diagnostic.ts";
import { createFramer } from "../../status/frame-diagnostics.ts";
import type { CommandDeps, Output } from "./command.ts";

export interface PrintFindingsOptions {
  /** The rest is counted. */
  readonly findingsMax?: number;
}

/** Prints each finding on a line of its own, and below it the lines of the file that it is about. */
export async function printFindings(
  output: Output,
  { readSource }: Pick<CommandDeps, "readSource">,
  findings: readonly Diagnostic[],
  { findingsMax = Number.POSITIVE_INFINITY }: PrintFindingsOptions = {},
): Promise<void> {
  const frameOf = createFramer(readSource);
  const shown = findings.slice(0, findingsMax);
  for (const finding of shown) {
    output.write(`${formatDiagnostic(finding)}\n`);
    const frame = await frameOf(finding);
    if (frame !== undefined) output.write(`${frame.replaceAll(/^/gm, "  ")}\n\n`);
  }
  const more = findings.length - shown.length;
  if (more > 0) output.write(`and ${more} more; mosaic validate shows them all\n`);
}
