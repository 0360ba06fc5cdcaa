import { codeFrame } from "../../domain/code-frame.ts";
import { type Diagnostic, type DiagnosticCode, formatDiagnostic } from "../../domain/diagnostic.ts";
import type { CommandDeps, Output } from "./command.ts";

/** What is wrong with a file as such: nothing of its text is to be shown, and some of these have none. */
const WITHOUT_TEXT: ReadonlySet<DiagnosticCode> = new Set([
  "file-encoding",
  "file-size",
  "file-type",
  "link-outside",
  "no-views",
  "token-excess",
  "view-size",
]);

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
  // Findings come file by file: one text at a time is enough.
  let known: { readonly file: string; readonly text: string | undefined } | undefined;
  const shown = findings.slice(0, findingsMax);
  for (const finding of shown) {
    output.write(`${formatDiagnostic(finding)}\n`);
    if (WITHOUT_TEXT.has(finding.code)) continue;
    const { file } = finding;
    if (known?.file !== file) known = { file, text: await readSource(file) };
    const frame = known.text === undefined ? undefined : codeFrame(known.text, finding);
    if (frame !== undefined) output.write(`${frame.replaceAll(/^/gm, "  ")}\n\n`);
  }
  const more = findings.length - shown.length;
  if (more > 0) output.write(`and ${more} more; mosaic validate shows them all\n`);
}
