import { codeFrame } from "../../domain/view/code-frame.ts";
import type { Diagnostic, DiagnosticCode } from "../../domain/view/diagnostic.ts";

/** Faults of a file as a whole: none of its text is shown, and some of these files have none. */
const WITHOUT_TEXT: ReadonlySet<DiagnosticCode> = new Set([
  "catalog-size",
  "file-encoding",
  "file-name",
  "file-size",
  "file-type",
  "link-outside",
  "no-views",
  "token-excess",
  "view-size",
]);

/** Reads the text of a file in a diagnostic; undefined when it cannot be read. */
export type ReadViewText = (file: string) => Promise<string | undefined>;

/**
 * Makes the function that adds source lines to diagnostics. They are sorted by file: one text at a time is
 * kept.
 */
export function createFramer(
  readViewText: ReadViewText,
): (diagnostic: Diagnostic) => Promise<string | undefined> {
  let known: { readonly file: string; readonly text: string | undefined } | undefined;
  return async (diagnostic) => {
    if (WITHOUT_TEXT.has(diagnostic.code)) return undefined;
    const { file } = diagnostic;
    if (known?.file !== file) known = { file, text: await readViewText(file) };
    return known.text === undefined ? undefined : codeFrame(known.text, diagnostic);
  };
}
