import { ReaderRefusal } from "./reader-node.ts";
import {
  advanceCursor,
  END_OF_SOURCE,
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

const SINGLE_QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;

const CHARACTER_BY_ESCAPE: Readonly<Record<string, string>> = {
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
  const quote = peekCode(cursor);
  const isDouble = quote === DOUBLE_QUOTE;
  const scan: QuoteScan = { cursor, from: cursor.offset, isDouble, hasHalves: false };
  advanceCursor(cursor);
  let text = scanWords(scan);
  while (peekCode(cursor) !== quote) text += scanSpaces(scan) + scanWords(scan);
  advanceCursor(cursor);
  return { text, hasHalves: scan.hasHalves };
}

function scanWords(scan: QuoteScan): string {
  const { cursor, isDouble } = scan;
  let text = "";
  for (;;) {
    text += readText(cursor, matchLength(cursor, QUOTED_WORD));
    const code = peekCode(cursor);
    if (!isDouble && code === SINGLE_QUOTE && peekCode(cursor, 1) === SINGLE_QUOTE) {
      text += "'";
      advanceCursor(cursor, 2);
    } else if (isDouble ? code === SINGLE_QUOTE : code === DOUBLE_QUOTE || code === BACKSLASH) {
      text += readText(cursor, 1);
    } else if (isDouble && code === BACKSLASH) text += scanEscape(scan);
    else return text;
  }
}

const QUOTED_WORD = /[^'"\\\0 \t\r\n\u0085\u2028\u2029]+/y;

function scanEscape(scan: QuoteScan): string {
  const { cursor, from } = scan;
  const offset = cursor.offset;
  advanceCursor(cursor);
  if (isBreak(peekCode(cursor))) {
    readBreak(cursor);
    return scanBreaks(scan);
  }
  const letter = cursor.text.charAt(cursor.offset);
  const replacement = CHARACTER_BY_ESCAPE[letter];
  const length = HEX_LENGTHS[letter];
  if (replacement === undefined && length === undefined) throw new ReaderRefusal("escape", offset, from);
  advanceCursor(cursor);
  if (replacement !== undefined) return replacement;
  const digits = cursor.text.slice(cursor.offset, cursor.offset + (length ?? 0));
  if (digits.length !== length || !/^[0-9A-Fa-f]+$/.test(digits))
    throw new ReaderRefusal("escape", offset, from);
  advanceCursor(cursor, length);
  return decodeCodePoint(scan, Number.parseInt(digits, 16), offset);
}

function decodeCodePoint(scan: QuoteScan, code: number, offset: number): string {
  if (code > CODE_POINT_MAX) throw new ReaderRefusal("escape", offset, scan.from);
  if (code >= 0xd800 && code <= 0xdfff) scan.hasHalves = true;
  return String.fromCodePoint(code);
}

function scanSpaces(scan: QuoteScan): string {
  const { cursor, from } = scan;
  let units = 0;
  while (peekCode(cursor, units) === SPACE || peekCode(cursor, units) === TAB) units += 1;
  const blanks = readText(cursor, units);
  if (peekCode(cursor) === END_OF_SOURCE) throw new ReaderRefusal("quotes", cursor.offset, from);
  if (!isBreak(peekCode(cursor))) return blanks;
  const lineBreak = readBreak(cursor);
  const breaks = scanBreaks(scan);
  if (lineBreak !== "\n") return lineBreak + breaks;
  return breaks === "" ? " " : breaks;
}

function scanBreaks({ cursor, from }: QuoteScan): string {
  let breaks = "";
  for (;;) {
    if (isAtDocumentMarker(cursor)) throw new ReaderRefusal("quotes", cursor.offset, from);
    while (peekCode(cursor) === SPACE || peekCode(cursor) === TAB) advanceCursor(cursor);
    if (!isBreak(peekCode(cursor))) return breaks;
    breaks += readBreak(cursor);
  }
}
