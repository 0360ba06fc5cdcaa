import type { LineCounter } from "yaml";
import { type Diagnostic, toTranslatedTexts } from "../../../domain/view/diagnostic.ts";
import type { MessageAndHint } from "./common-words.ts";

/** The lines of a file. */
export type Lines = Pick<LineCounter, "linePos">;

/** The position of one offset, for which the lines need not be listed. */
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
  start(diagnostic: Pick<Diagnostic, "code"> & MessageAndHint): Diagnostic;
  /** A diagnostic at an offset of the text. */
  at(lines: Lines, offset: number, diagnostic: PlacelessDiagnostic): Diagnostic;
}

type PlacelessDiagnostic = Pick<Diagnostic, "code" | "pointer" | "severity"> & MessageAndHint;

/** @param file as messages name it */
export function createPlace(file: string): Place {
  return {
    start: ({ code, ...words }) => {
      return { severity: "error", code, file, line: 1, column: 1, pointer: "", ...toTranslatedTexts(words) };
    },
    at: (lines, offset, { severity, code, pointer, ...words }) => {
      const { line, col } = lines.linePos(offset);
      const place = { file, line: Math.max(line, 1), column: Math.max(col, 1) };
      return { severity, code, ...place, pointer, ...toTranslatedTexts(words) };
    },
  };
}
