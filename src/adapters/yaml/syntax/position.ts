import type { LineCounter } from "yaml";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";

/** Makes the findings of one file. */
export interface Place {
  /** A finding about the whole file. */
  start(finding: Pick<Diagnostic, "code" | "hint" | "message">): Diagnostic;
  /** A finding at an offset of the text. */
  at(lines: LineCounter, offset: number, finding: Omit<Diagnostic, "column" | "file" | "line">): Diagnostic;
}

/** @param file as messages name it */
export function createPlace(file: string): Place {
  return {
    start: (finding) => ({ severity: "error", ...finding, file, line: 1, column: 1, pointer: "" }),
    at: (lines, offset, finding) => {
      const { line, col } = lines.linePos(offset);
      return { ...finding, file, line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}
