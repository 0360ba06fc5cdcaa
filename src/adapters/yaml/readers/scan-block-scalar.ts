import { ReaderRefusal } from "./reader-node.ts";
import {
  END,
  forward,
  isBreak,
  isBreakOrEnd,
  peek,
  type SourceCursor,
  SPACE,
  TAB,
  takeBreak,
  takeLine,
} from "./source-cursor.ts";

interface Header {
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
  forward(cursor);
  const { chomping, increment } = scanHeader(cursor, from);
  skipRestOfHeader(cursor, from, onTab);
  const indentMin = Math.max(parentIndent + 1, 1);
  const measured =
    increment === undefined
      ? measureIndent(cursor, indentMin)
      : { breaks: takeBreaks(cursor, indentMin + increment - 1), indent: indentMin + increment - 1 };
  const { indent } = measured;
  let { breaks } = measured;
  let text = "";
  let lineBreak = "";
  while (cursor.column === indent && peek(cursor) !== END) {
    text += breaks;
    const isMoreIndented = isBlank(peek(cursor));
    text += takeLine(cursor);
    lineBreak = takeBreak(cursor);
    breaks = takeBreaks(cursor, indent);
    if (cursor.column !== indent || peek(cursor) === END) break;
    const isJoined = isFolded && lineBreak === "\n" && !isMoreIndented && !isBlank(peek(cursor));
    if (!isJoined) text += lineBreak;
    else if (breaks === "") text += " ";
  }
  if (chomping !== "strip") text += lineBreak;
  return chomping === "keep" ? text + breaks : text;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function scanHeader(cursor: SourceCursor, from: number): Header {
  const [found = ""] =
    /^(?:[-+][0-9]?|[0-9][-+]?)/.exec(cursor.text.slice(cursor.offset, cursor.offset + 2)) ?? [];
  forward(cursor, found.length);
  const digit = /[0-9]/.exec(found)?.[0];
  const next = peek(cursor);
  if (digit === "0" || (!isBlank(next) && !isBreakOrEnd(next)))
    throw new ReaderRefusal("block-header", cursor.offset, from);
  const chomping = found.includes("+") ? "keep" : found.includes("-") ? "strip" : "clip";
  return { chomping, increment: digit === undefined ? undefined : Number(digit) };
}

function skipRestOfHeader(cursor: SourceCursor, from: number, onTab: (offset: number) => void): void {
  while (isBlank(peek(cursor))) {
    if (peek(cursor) === TAB) onTab(cursor.offset);
    forward(cursor);
  }
  if (cursor.text[cursor.offset] === "#") takeLine(cursor);
  if (!isBreakOrEnd(peek(cursor))) throw new ReaderRefusal("block-header", cursor.offset, from);
  takeBreak(cursor);
}

/** Reads the empty lines before the content; returns their line breaks, and the indentation of the content. */
function measureIndent(cursor: SourceCursor, indentMin: number): { breaks: string; indent: number } {
  let breaks = "";
  let columnMax = 0;
  while (peek(cursor) === SPACE || isBreak(peek(cursor))) {
    if (peek(cursor) === SPACE) {
      forward(cursor);
      columnMax = Math.max(columnMax, cursor.column);
    } else breaks += takeBreak(cursor);
  }
  return { breaks, indent: Math.max(indentMin, columnMax) };
}

function takeBreaks(cursor: SourceCursor, indent: number): string {
  let breaks = "";
  const skipIndent = (): void => {
    while (cursor.column < indent && peek(cursor) === SPACE) forward(cursor);
  };
  skipIndent();
  while (isBreak(peek(cursor))) {
    breaks += takeBreak(cursor);
    skipIndent();
  }
  return breaks;
}
