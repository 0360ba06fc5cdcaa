/**
 * A position in a text that only moves forward. It counts as YAML 1.1 readers do: NEL, LS and PS also end a line, and
 * columns count characters instead of UTF-16 units.
 */
export interface SourceCursor {
  /** The text, followed by U+0000. */
  readonly text: string;
  /** Whether each UTF-16 unit of the text is one column. */
  readonly hasUnitColumns: boolean;
  /** The position in UTF-16 units. */
  offset: number;
  /** The position in characters. */
  index: number;
  line: number;
  column: number;
}

export const END_OF_SOURCE = 0;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
const DASH = 0x2d;
const DOT = 0x2e;
const NEL = 0x85;
const LS = 0x2028;
const PS = 0x2029;
export const BYTE_ORDER_MARK = 0xfeff;

export function createSourceCursor(source: string): SourceCursor {
  const hasUnitColumns = !/[\ud800-\udfff\ufeff]/.test(source);
  return { text: `${source}\0`, hasUnitColumns, offset: 0, index: 0, line: 0, column: 0 };
}

/** Returns the UTF-16 unit that is `ahead` units after the position. */
export function peekCode(cursor: SourceCursor, ahead = 0): number {
  return cursor.text.charCodeAt(cursor.offset + ahead);
}

export function advanceCursor(cursor: SourceCursor, units = 1): void {
  for (let left = units; left > 0; left--) {
    const code = cursor.text.charCodeAt(cursor.offset);
    cursor.offset += 1;
    if (code >= 0xdc00 && code <= 0xdfff) continue;
    cursor.index += 1;
    if (isBreak(code) && (code !== CR || cursor.text.charCodeAt(cursor.offset) !== LF)) {
      cursor.line += 1;
      cursor.column = 0;
    } else if (code !== BYTE_ORDER_MARK) cursor.column += 1;
  }
}

/** Consumes a number of units, which must be on one line. */
export function readText(cursor: SourceCursor, units: number): string {
  const taken = cursor.text.slice(cursor.offset, cursor.offset + units);
  if (cursor.hasUnitColumns) {
    cursor.offset += units;
    cursor.index += units;
    cursor.column += units;
  } else advanceCursor(cursor, units);
  return taken;
}

/** Consumes a line break, if one is next, and returns the text that it stands for in a scalar. */
export function readBreak(cursor: SourceCursor): string {
  const code = peekCode(cursor);
  if (!isBreak(code)) return "";
  advanceCursor(cursor, code === CR && peekCode(cursor, 1) === LF ? 2 : 1);
  return code === LS || code === PS ? String.fromCharCode(code) : "\n";
}

/** Returns how many units a sticky pattern matches at the position. */
export function matchLength({ text, offset }: SourceCursor, pattern: RegExp): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex - offset : 0;
}

const LINE_TEXT = /[^\0\r\n\u0085\u2028\u2029]+/y;

/** Consumes the rest of a line, without its break. */
export function readLine(cursor: SourceCursor): string {
  return readText(cursor, matchLength(cursor, LINE_TEXT));
}

export function isBreak(code: number): boolean {
  if (code < NEL) return code === LF || code === CR;
  return code === NEL || code === LS || code === PS;
}

export function isBreakOrEnd(code: number): boolean {
  return code === END_OF_SOURCE || isBreak(code);
}

/** Whether a unit is a space, a tab, a line break or the end of the text. */
export function isSpaceOrEnd(code: number): boolean {
  return code === SPACE || code === TAB || isBreakOrEnd(code);
}

/**
 * Whether the position is at a document marker: `---` or `...` at the start of a line, with a space or the end after
 * it.
 */
export function isAtDocumentMarker(cursor: SourceCursor, mark?: "---" | "..."): boolean {
  if (cursor.column !== 0) return false;
  const code = peekCode(cursor);
  if (code !== DASH && code !== DOT) return false;
  const marker = cursor.text.slice(cursor.offset, cursor.offset + 3);
  const isMark = mark === undefined ? marker === "---" || marker === "..." : marker === mark;
  return isMark && isSpaceOrEnd(peekCode(cursor, 3));
}
