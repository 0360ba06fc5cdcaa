import type { LineCounter } from "yaml";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";

/** The lines of a text. */
export type Lines = Pick<LineCounter, "linePos">;

/** One place of a text, for which its lines need not be listed. */
export function positionAt(
  source: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = source.indexOf("\n"); end !== -1 && end < offset; end = source.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Makes the diagnostics of one file. */
export interface Place {
  /** A diagnostic about the whole file. */
  start(diagnostic: Pick<Diagnostic, "code" | "hint" | "message">): Diagnostic;
  /** A diagnostic at an offset of the text. */
  at(lines: Lines, offset: number, diagnostic: Omit<Diagnostic, "column" | "file" | "line">): Diagnostic;
}

/** @param file as messages name it */
export function createPlace(file: string): Place {
  return {
    start: (diagnostic) => ({ severity: "error", ...diagnostic, file, line: 1, column: 1, pointer: "" }),
    at: (lines, offset, diagnostic) => {
      const { line, col } = lines.linePos(offset);
      return { ...diagnostic, file, line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

/** The message for a tag that YAML does not define, or that does not fit its value. */
export function tagUnknown(shown: string) {
  const message = `the tag ${shown} is unknown, or does not fit its value`;
  return { code: "tag-unknown", message, hint: "remove the tag and write a plain value" } as const;
}
