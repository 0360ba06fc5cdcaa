import {
  advanceCursor,
  isAtDocumentMarker,
  isBreak,
  matchLength,
  peekCode,
  readBreak,
  readText,
  type SourceCursor,
  SPACE,
  TAB,
} from "./source-cursor.ts";

interface PlainScalarInput {
  readonly cursor: SourceCursor;
  /** The minimum column of continuation lines, outside of brackets. */
  readonly indent: number;
  readonly isInFlow: boolean;
  readonly onTab: (offset: number) => void;
}

interface PlainScalar {
  readonly text: string;
  readonly end: number;
  /** Whether a line break follows the text, so that a key may begin. */
  readonly hasLineBreak: boolean;
}

export function scanPlainScalar(scan: PlainScalarInput): PlainScalar {
  const { cursor, isInFlow, indent } = scan;
  let text = "";
  let end = cursor.offset;
  let between = "";
  let hasLineBreak = false;
  for (;;) {
    const units = isAtHash(cursor) ? 0 : matchLength(cursor, isInFlow ? FLOW_WORD : PLAIN_WORD);
    if (units === 0) break;
    hasLineBreak = false;
    text += between + readText(cursor, units);
    end = cursor.offset;
    const spaces = scanSpaces(scan);
    hasLineBreak = spaces.hasLineBreak;
    between = spaces.text;
    if (between === "" || isAtHash(cursor) || (!isInFlow && cursor.column < indent)) break;
  }
  return { text, end, hasLineBreak };
}

function isAtHash(cursor: SourceCursor): boolean {
  return cursor.text[cursor.offset] === "#";
}

/** Matches text up to white space, or up to a colon before white space, which ends a key. */
const PLAIN_WORD = /(?:[^\0 \t\r\n\u0085\u2028\u2029:]|:(?![\0 \t\r\n\u0085\u2028\u2029]))+/y;
/**
 * Matches text inside brackets, up to white space, a comma, a bracket or a `?`, or up to a colon that ends a
 * key.
 */
const FLOW_WORD = /(?:[^\0 \t\r\n\u0085\u2028\u2029:,?[\]{}]|:(?![\0 \t\r\n\u0085\u2028\u2029,[\]{}]))+/y;

interface SpaceScan {
  /** The folded space between two words; empty at the end of the scalar. */
  readonly text: string;
  readonly hasLineBreak: boolean;
}

function scanSpaces({ cursor, onTab }: PlainScalarInput): SpaceScan {
  let units = 0;
  for (; peekCode(cursor, units) === SPACE || peekCode(cursor, units) === TAB; units++) {
    if (peekCode(cursor, units) === TAB) onTab(cursor.offset + units);
  }
  const blanks = readText(cursor, units);
  if (!isBreak(peekCode(cursor))) return { text: blanks, hasLineBreak: false };
  const lineBreak = readBreak(cursor);
  if (isAtDocumentMarker(cursor)) return { text: "", hasLineBreak: true };
  let breaks = "";
  while (peekCode(cursor) === SPACE || isBreak(peekCode(cursor))) {
    if (peekCode(cursor) === SPACE) advanceCursor(cursor);
    else {
      breaks += readBreak(cursor);
      if (isAtDocumentMarker(cursor)) return { text: "", hasLineBreak: true };
    }
  }
  if (lineBreak !== "\n") return { text: lineBreak + breaks, hasLineBreak: true };
  return { text: breaks === "" ? " " : breaks, hasLineBreak: true };
}
