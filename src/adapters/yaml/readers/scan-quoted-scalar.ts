import { ReaderRefusal } from "./reader-node.ts";
import {
  END,
  forward,
  isAtDocumentMarker,
  isBreak,
  matchLength,
  peek,
  type SourceCursor,
  SPACE,
  TAB,
  takeBreak,
  takeText,
} from "./source-cursor.ts";

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "\\": "\\",
  "/": "/",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const CODE_POINT_MAX = 0x10ffff;

export interface QuotedScalar {
  readonly text: string;
  /** Whether the scalar has escapes for halves of surrogate pairs. */
  readonly hasHalves: boolean;
}

interface QuoteScan {
  readonly cursor: SourceCursor;
  readonly from: number;
  readonly isDouble: boolean;
  hasHalves: boolean;
}

/** Scans a scalar in single or double quotes, from its first quote on. */
export function scanQuotedScalar(cursor: SourceCursor): QuotedScalar {
  const quote = peek(cursor);
  const isDouble = quote === DOUBLE_QUOTE;
  const scan: QuoteScan = { cursor, from: cursor.offset, isDouble, hasHalves: false };
  forward(cursor);
  let text = scanWords(scan);
  while (peek(cursor) !== quote) text += scanSpaces(scan) + scanWords(scan);
  forward(cursor);
  return { text, hasHalves: scan.hasHalves };
}

function scanWords(scan: QuoteScan): string {
  const { cursor, isDouble } = scan;
  let text = "";
  for (;;) {
    text += takeText(cursor, matchLength(cursor, WORD));
    const code = peek(cursor);
    if (!isDouble && code === QUOTE && peek(cursor, 1) === QUOTE) {
      text += "'";
      forward(cursor, 2);
    } else if (isDouble ? code === QUOTE : code === DOUBLE_QUOTE || code === BACKSLASH) {
      text += takeText(cursor, 1);
    } else if (isDouble && code === BACKSLASH) text += scanEscape(scan);
    else return text;
  }
}

const WORD = /[^'"\\\0 \t\r\n\u0085\u2028\u2029]+/y;

function scanEscape(scan: QuoteScan): string {
  const { cursor, from } = scan;
  const offset = cursor.offset;
  forward(cursor);
  if (isBreak(peek(cursor))) {
    takeBreak(cursor);
    return scanBreaks(scan);
  }
  const letter = cursor.text.charAt(cursor.offset);
  const replacement = ESCAPES[letter];
  const length = HEX_LENGTHS[letter];
  if (replacement === undefined && length === undefined) throw new ReaderRefusal("escape", offset, from);
  forward(cursor);
  if (replacement !== undefined) return replacement;
  const digits = cursor.text.slice(cursor.offset, cursor.offset + (length ?? 0));
  if (digits.length !== length || !/^[0-9A-Fa-f]+$/.test(digits))
    throw new ReaderRefusal("escape", offset, from);
  forward(cursor, length);
  return characterOf(scan, Number.parseInt(digits, 16), offset);
}

function characterOf(scan: QuoteScan, code: number, offset: number): string {
  if (code > CODE_POINT_MAX) throw new ReaderRefusal("escape", offset, scan.from);
  if (code >= 0xd800 && code <= 0xdfff) scan.hasHalves = true;
  return String.fromCodePoint(code);
}

function scanSpaces(scan: QuoteScan): string {
  const { cursor, from } = scan;
  let units = 0;
  while (peek(cursor, units) === SPACE || peek(cursor, units) === TAB) units += 1;
  const blanks = takeText(cursor, units);
  if (peek(cursor) === END) throw new ReaderRefusal("quotes", cursor.offset, from);
  if (!isBreak(peek(cursor))) return blanks;
  const lineBreak = takeBreak(cursor);
  const breaks = scanBreaks(scan);
  if (lineBreak !== "\n") return lineBreak + breaks;
  return breaks === "" ? " " : breaks;
}

function scanBreaks({ cursor, from }: QuoteScan): string {
  let breaks = "";
  for (;;) {
    if (isAtDocumentMarker(cursor)) throw new ReaderRefusal("quotes", cursor.offset, from);
    while (peek(cursor) === SPACE || peek(cursor) === TAB) forward(cursor);
    if (!isBreak(peek(cursor))) return breaks;
    breaks += takeBreak(cursor);
  }
}
