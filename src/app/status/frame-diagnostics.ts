import { codeFrame } from "../../domain/view/code-frame.ts";
import type { Diagnostic, DiagnosticCode } from "../../domain/view/diagnostic.ts";

/** What is wrong with a file as such: nothing of its text is to be shown, and some of these have none. */
const WITHOUT_TEXT: ReadonlySet<DiagnosticCode> = new Set([
  "file-encoding",
  "file-name",
  "file-size",
  "file-type",
  "link-outside",
  "no-views",
  "token-excess",
  "view-size",
]);

/** Reads the text of a file that a diagnostic names; undefined when it cannot be read. */
export type ReadSource = (file: string) => Promise<string | undefined>;

/** Makes what gives the lines that a diagnostic is about. Diagnostics come file by file: one text at a time is kept. */
export function createFramer(
  readSource: ReadSource,
): (diagnostic: Diagnostic) => Promise<string | undefined> {
  let known: { readonly file: string; readonly text: string | undefined } | undefined;
  return async (diagnostic) => {
    if (WITHOUT_TEXT.has(diagnostic.code)) return undefined;
    const { file } = diagnostic;
    if (known?.file !== file) known = { file, text: await readSource(file) };
    return known.text === undefined ? undefined : codeFrame(known.text, diagnostic);
  };
}
