import { createCodeFrame } from "../../domain/view/code-frame.ts";
import type { Diagnostic, DiagnosticCode } from "../../domain/view/diagnostic.ts";

/** Diagnostics of a whole file: no lines are shown for them, and some of these files have no text. */
const CODES_WITHOUT_TEXT: ReadonlySet<DiagnosticCode> = new Set([
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
 * Makes a function that returns the source lines of a diagnostic. Diagnostics are sorted by file, so only the
 * text of the last file is kept.
 */
export function createFramer(
  readViewText: ReadViewText,
): (diagnostic: Diagnostic) => Promise<string | undefined> {
  let known: { readonly file: string; readonly text: string | undefined } | undefined;
  return async (diagnostic) => {
    if (CODES_WITHOUT_TEXT.has(diagnostic.code)) return undefined;
    const { file } = diagnostic;
    if (known?.file !== file) known = { file, text: await readViewText(file) };
    return known.text === undefined ? undefined : createCodeFrame(known.text, diagnostic);
  };
}
