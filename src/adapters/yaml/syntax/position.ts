import type { LineCounter } from "yaml";
import { type Diagnostic, toTranslatedTexts } from "../../../domain/view/diagnostic.ts";
import type { MessageAndHint } from "./common-words.ts";

/** Converts offsets of a file into lines and columns. */
export type LinePositions = Pick<LineCounter, "linePos">;

/** Returns the line and the column of one offset, without a list of all lines. */
export function findPosition(
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
export interface DiagnosticMaker {
  /** A diagnostic about the whole file. */
  atStart(diagnostic: Pick<Diagnostic, "code"> & MessageAndHint): Diagnostic;
  /** A diagnostic at an offset of the text. */
  atOffset(lines: LinePositions, offset: number, diagnostic: UnlocatedDiagnostic): Diagnostic;
}

type UnlocatedDiagnostic = Pick<Diagnostic, "code" | "pointer" | "severity"> & MessageAndHint;

/** @param file the file as messages name it */
export function createDiagnosticMaker(file: string): DiagnosticMaker {
  return {
    atStart: ({ code, ...words }) => {
      return { severity: "error", code, file, line: 1, column: 1, pointer: "", ...toTranslatedTexts(words) };
    },
    atOffset: (lines, offset, { severity, code, pointer, ...words }) => {
      const { line, col } = lines.linePos(offset);
      const position = { file, line: Math.max(line, 1), column: Math.max(col, 1) };
      return { severity, code, ...position, pointer, ...toTranslatedTexts(words) };
    },
  };
}
