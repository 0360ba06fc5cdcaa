import { ReaderRefusal } from "./reader-node.ts";
import {
  advanceCursor,
  END_OF_SOURCE,
  isBreakOrEnd,
  isSpaceOrEnd,
  peekCode,
  readBreak,
  readLine,
  readText,
  type SourceCursor,
  SPACE,
} from "./source-cursor.ts";

const ANCHOR_NAME = /[0-9A-Za-z_-]*/y;
const TAG_URI = /(?:[-0-9A-Za-z;/?:@&=+$,_.!~*'()[\]]|%[0-9A-Fa-f]{2})+/y;
const CHARACTERS_AFTER_NAME = "?:,]}%@`";

function readMatch(cursor: SourceCursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.offset;
  return pattern.exec(cursor.text)?.[0] ?? "";
}

/** Scans and returns the name after `&` or `*`. Calls `onInvalidName` for a name that PyYAML refuses. */
export function scanAnchorName(cursor: SourceCursor, onInvalidName: (offset: number) => void): string {
  const from = cursor.offset;
  advanceCursor(cursor);
  const name = readText(cursor, readMatch(cursor, ANCHOR_NAME).length);
  const next = peekCode(cursor);
  const isEnd = isSpaceOrEnd(next) || CHARACTERS_AFTER_NAME.includes(String.fromCharCode(next));
  if (isEnd && name !== "") return name;
  const rest = readMatch(cursor, /[^\s,[\]{}\0]*/y);
  onInvalidName(from);
  return name + readText(cursor, rest.length);
}

/** A tag. The handle is undefined if the suffix is the whole tag. */
export interface Tag {
  readonly handle: string | undefined;
  readonly suffix: string;
}

export function scanTag(cursor: SourceCursor): Tag {
  const from = cursor.offset;
  const tag = scanTagBody(cursor, from);
  if (peekCode(cursor) !== SPACE && !isBreakOrEnd(peekCode(cursor)))
    throw new ReaderRefusal("tag", cursor.offset, from);
  return tag;
}

function scanTagBody(cursor: SourceCursor, from: number): Tag {
  const next = cursor.text[cursor.offset + 1];
  if (next === "<") {
    advanceCursor(cursor, 2);
    const suffix = scanUri(cursor, from);
    if (cursor.text[cursor.offset] !== ">") throw new ReaderRefusal("tag", cursor.offset, from);
    advanceCursor(cursor);
    return { handle: undefined, suffix };
  }
  if (isSpaceOrEnd(peekCode(cursor, 1))) {
    advanceCursor(cursor);
    return { handle: undefined, suffix: "!" };
  }
  // The handle is `!` alone, unless a second `!` follows before the next space.
  if (!/^![^\0 \r\n\u0085\u2028\u2029]*!/.test(cursor.text.slice(cursor.offset, cursor.offset + 1_024))) {
    advanceCursor(cursor);
    return { handle: "!", suffix: scanUri(cursor, from) };
  }
  return { handle: scanHandle(cursor, from), suffix: scanUri(cursor, from) };
}

function scanHandle(cursor: SourceCursor, from: number): string {
  const handle = readMatch(cursor, /!(?:[0-9A-Za-z_-]*!)?/y);
  if (handle === "" || (handle === "!" && peekCode(cursor, 1) !== SPACE))
    throw new ReaderRefusal("tag", cursor.offset, from);
  return readText(cursor, handle.length);
}

function scanUri(cursor: SourceCursor, from: number): string {
  const uri = readMatch(cursor, TAG_URI);
  if (uri === "") throw new ReaderRefusal("tag", cursor.offset, from);
  readText(cursor, uri.length);
  try {
    return decodeURIComponent(uri.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  } catch {
    throw new ReaderRefusal("tag", cursor.offset, from);
  }
}

/** A directive: a line that begins with `%`. */
export type Directive =
  | { readonly kind: "other" }
  | { readonly kind: "tag"; readonly handle: string; readonly prefix: string }
  | { readonly kind: "version"; readonly version: string };

export function scanDirective(cursor: SourceCursor): Directive {
  const from = cursor.offset;
  advanceCursor(cursor);
  const name = readText(cursor, readMatch(cursor, ANCHOR_NAME).length);
  if (name === "" || !(peekCode(cursor) === SPACE || isBreakOrEnd(peekCode(cursor))))
    throw new ReaderRefusal("directive", cursor.offset, from);
  const directive = scanDirectiveValue(cursor, name, from);
  if (directive.kind === "other") readLine(cursor);
  skipSpaces(cursor);
  if (cursor.text[cursor.offset] === "#") readLine(cursor);
  if (!isBreakOrEnd(peekCode(cursor))) throw new ReaderRefusal("directive", cursor.offset, from);
  readBreak(cursor);
  if (directive.kind === "version" && !directive.version.startsWith("1."))
    throw new ReaderRefusal("directive", from);
  return directive;
}

function scanDirectiveValue(cursor: SourceCursor, name: string, from: number): Directive {
  skipSpaces(cursor);
  if (name === "YAML") {
    const version = readText(cursor, readMatch(cursor, /[0-9]+\.[0-9]+/y).length);
    const next = peekCode(cursor);
    if (version === "" || !(next === SPACE || isBreakOrEnd(next)))
      throw new ReaderRefusal("directive", cursor.offset, from);
    return { kind: "version", version };
  }
  if (name !== "TAG") return { kind: "other" };
  const handle = scanHandle(cursor, from);
  if (peekCode(cursor) !== SPACE) throw new ReaderRefusal("directive", cursor.offset, from);
  skipSpaces(cursor);
  const prefix = scanUri(cursor, from);
  if (peekCode(cursor) !== END_OF_SOURCE && !isSpaceOrEnd(peekCode(cursor)))
    throw new ReaderRefusal("directive", cursor.offset, from);
  return { kind: "tag", handle, prefix };
}

function skipSpaces(cursor: SourceCursor): void {
  while (peekCode(cursor) === SPACE) advanceCursor(cursor);
}
