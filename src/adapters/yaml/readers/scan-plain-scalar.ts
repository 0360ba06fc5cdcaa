import type { ReaderDialect } from "./reader-dialect.ts";
import {
  forward,
  isAtDocumentMark,
  isBreak,
  matchLength,
  peek,
  type SourceCursor,
  SPACE,
  TAB,
  takeBreak,
  takeText,
} from "./source-cursor.ts";

/** The input of the scanner of plain scalars. */
export interface PlainScalarInput {
  readonly cursor: SourceCursor;
  readonly dialect: ReaderDialect;
  /** The column from which further lines of the scalar must begin, outside of brackets. */
  readonly indent: number;
  readonly isInFlow: boolean;
  readonly onTab: (offset: number) => void;
}

/** A plain scalar; `endsLine` is true when a line break follows it, after which a key may begin. */
export interface PlainScalar {
  readonly text: string;
  readonly end: number;
  readonly endsLine: boolean;
}

/** Reads a plain scalar. */
export function scanPlainScalar(scan: PlainScalarInput): PlainScalar {
  const { cursor, isInFlow, indent } = scan;
  let text = "";
  let end = cursor.offset;
  let between = "";
  let endsLine = false;
  for (;;) {
    const units = isAtHash(cursor) ? 0 : matchLength(cursor, isInFlow ? FLOW_WORD : WORD);
    if (units === 0) break;
    endsLine = false;
    text += between + takeText(cursor, units);
    end = cursor.offset;
    const spaces = scanSpaces(scan);
    endsLine = spaces.endsLine;
    between = spaces.text;
    if (between === "" || isAtHash(cursor) || (!isInFlow && cursor.column < indent)) break;
  }
  return { text, end, endsLine };
}

function isAtHash(cursor: SourceCursor): boolean {
  return cursor.text[cursor.offset] === "#";
}

/** Words up to a space, or to a colon that ends a key; in brackets also up to their delimiters. */
const WORD = /(?:[^\0 \t\r\n\u0085\u2028\u2029:]|:(?![\0 \t\r\n\u0085\u2028\u2029]))+/y;
const FLOW_WORD = /(?:[^\0 \t\r\n\u0085\u2028\u2029:,?[\]{}]|:(?![\0 \t\r\n\u0085\u2028\u2029,[\]{}]))+/y;

interface Spaces {
  /** The separator between the words before and after; empty when the scalar ends. */
  readonly text: string;
  readonly endsLine: boolean;
}

function scanSpaces({ cursor, onTab }: PlainScalarInput): Spaces {
  let units = 0;
  for (; peek(cursor, units) === SPACE || peek(cursor, units) === TAB; units++) {
    if (peek(cursor, units) === TAB) onTab(cursor.offset + units);
  }
  const blanks = takeText(cursor, units);
  if (!isBreak(peek(cursor))) return { text: blanks, endsLine: false };
  const lineBreak = takeBreak(cursor);
  if (isAtDocumentMark(cursor)) return { text: "", endsLine: true };
  let breaks = "";
  while (peek(cursor) === SPACE || isBreak(peek(cursor))) {
    if (peek(cursor) === SPACE) forward(cursor);
    else {
      breaks += takeBreak(cursor);
      if (isAtDocumentMark(cursor)) return { text: "", endsLine: true };
    }
  }
  if (lineBreak !== "\n") return { text: lineBreak + breaks, endsLine: true };
  return { text: breaks === "" ? " " : breaks, endsLine: true };
}
