import { ReaderRefusal } from "./reader-node.ts";
import {
  advanceCursor,
  END_OF_SOURCE,
  isBreak,
  isBreakOrEnd,
  peekCode,
  readBreak,
  readLine,
  type SourceCursor,
  SPACE,
  TAB,
} from "./source-cursor.ts";

interface BlockHeader {
  readonly chomping: "clip" | "keep" | "strip";
  readonly increment: number | undefined;
}

/** Scans a block scalar from its `|` or `>` on; returns its content. */
export function scanBlockScalar(
  cursor: SourceCursor,
  parentIndent: number,
  onTab: (offset: number) => void,
): string {
  const isFolded = cursor.text[cursor.offset] === ">";
  const from = cursor.offset;
  advanceCursor(cursor);
  const { chomping, increment } = scanHeader(cursor, from);
  skipRestOfHeader(cursor, from, onTab);
  const indentMin = Math.max(parentIndent + 1, 1);
  const measured =
    increment === undefined
      ? measureIndent(cursor, indentMin)
      : { breaks: readBreaks(cursor, indentMin + increment - 1), indent: indentMin + increment - 1 };
  const { indent } = measured;
  let { breaks } = measured;
  let text = "";
  let lineBreak = "";
  while (cursor.column === indent && peekCode(cursor) !== END_OF_SOURCE) {
    text += breaks;
    const isMoreIndented = isBlank(peekCode(cursor));
    text += readLine(cursor);
    lineBreak = readBreak(cursor);
    breaks = readBreaks(cursor, indent);
    if (cursor.column !== indent || peekCode(cursor) === END_OF_SOURCE) break;
    const isJoined = isFolded && lineBreak === "\n" && !isMoreIndented && !isBlank(peekCode(cursor));
    if (!isJoined) text += lineBreak;
    else if (breaks === "") text += " ";
  }
  if (chomping !== "strip") text += lineBreak;
  return chomping === "keep" ? text + breaks : text;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function scanHeader(cursor: SourceCursor, from: number): BlockHeader {
  const [found = ""] =
    /^(?:[-+][0-9]?|[0-9][-+]?)/.exec(cursor.text.slice(cursor.offset, cursor.offset + 2)) ?? [];
  advanceCursor(cursor, found.length);
  const digit = /[0-9]/.exec(found)?.[0];
  const next = peekCode(cursor);
  if (digit === "0" || (!isBlank(next) && !isBreakOrEnd(next)))
    throw new ReaderRefusal("block-header", cursor.offset, from);
  const chomping = found.includes("+") ? "keep" : found.includes("-") ? "strip" : "clip";
  return { chomping, increment: digit === undefined ? undefined : Number(digit) };
}

function skipRestOfHeader(cursor: SourceCursor, from: number, onTab: (offset: number) => void): void {
  while (isBlank(peekCode(cursor))) {
    if (peekCode(cursor) === TAB) onTab(cursor.offset);
    advanceCursor(cursor);
  }
  if (cursor.text[cursor.offset] === "#") readLine(cursor);
  if (!isBreakOrEnd(peekCode(cursor))) throw new ReaderRefusal("block-header", cursor.offset, from);
  readBreak(cursor);
}

/** Reads the empty lines before the content; returns their line breaks, and the indentation of the content. */
function measureIndent(cursor: SourceCursor, indentMin: number): { breaks: string; indent: number } {
  let breaks = "";
  let columnMax = 0;
  while (peekCode(cursor) === SPACE || isBreak(peekCode(cursor))) {
    if (peekCode(cursor) === SPACE) {
      advanceCursor(cursor);
      columnMax = Math.max(columnMax, cursor.column);
    } else breaks += readBreak(cursor);
  }
  return { breaks, indent: Math.max(indentMin, columnMax) };
}

function readBreaks(cursor: SourceCursor, indent: number): string {
  let breaks = "";
  const skipIndent = (): void => {
    while (cursor.column < indent && peekCode(cursor) === SPACE) advanceCursor(cursor);
  };
  skipIndent();
  while (isBreak(peekCode(cursor))) {
    breaks += readBreak(cursor);
    skipIndent();
  }
  return breaks;
}
