import { ReaderRefusal } from "./reader-node.ts";
import {
  END,
  forward,
  isBreakOrEnd,
  isSpaceOrEnd,
  peek,
  type SourceCursor,
  SPACE,
  takeBreak,
  takeLine,
  takeText,
} from "./source-cursor.ts";

const NAME = /[0-9A-Za-z_-]*/y;
const URI = /(?:[-0-9A-Za-z;/?:@&=+$,_.!~*'()[\]]|%[0-9A-Fa-f]{2})+/y;
const AFTER_NAME = "?:,]}%@`";

function match(cursor: SourceCursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.offset;
  return pattern.exec(cursor.text)?.[0] ?? "";
}

/** Scans and returns the name after `&` or `*`. Calls `onInvalidName` for a name that PyYAML refuses. */
export function scanAnchorName(cursor: SourceCursor, onInvalidName: (offset: number) => void): string {
  const from = cursor.offset;
  forward(cursor);
  const name = takeText(cursor, match(cursor, NAME).length);
  const next = peek(cursor);
  const isEnd = isSpaceOrEnd(next) || AFTER_NAME.includes(String.fromCharCode(next));
  if (isEnd && name !== "") return name;
  const rest = match(cursor, /[^\s,[\]{}\0]*/y);
  onInvalidName(from);
  return name + takeText(cursor, rest.length);
}

/** A tag. The handle is undefined if the suffix is the whole tag. */
export interface Tag {
  readonly handle: string | undefined;
  readonly suffix: string;
}

export function scanTag(cursor: SourceCursor): Tag {
  const from = cursor.offset;
  const tag = scanTagBody(cursor, from);
  if (peek(cursor) !== SPACE && !isBreakOrEnd(peek(cursor)))
    throw new ReaderRefusal("tag", cursor.offset, from);
  return tag;
}

function scanTagBody(cursor: SourceCursor, from: number): Tag {
  const next = cursor.text[cursor.offset + 1];
  if (next === "<") {
    forward(cursor, 2);
    const suffix = scanUri(cursor, from);
    if (cursor.text[cursor.offset] !== ">") throw new ReaderRefusal("tag", cursor.offset, from);
    forward(cursor);
    return { handle: undefined, suffix };
  }
  if (isSpaceOrEnd(peek(cursor, 1))) {
    forward(cursor);
    return { handle: undefined, suffix: "!" };
  }
  // The handle is `!` alone, unless a second `!` follows before the next space.
  if (!/^![^\0 \r\n\u0085\u2028\u2029]*!/.test(cursor.text.slice(cursor.offset, cursor.offset + 1_024))) {
    forward(cursor);
    return { handle: "!", suffix: scanUri(cursor, from) };
  }
  return { handle: scanHandle(cursor, from), suffix: scanUri(cursor, from) };
}

function scanHandle(cursor: SourceCursor, from: number): string {
  const handle = match(cursor, /!(?:[0-9A-Za-z_-]*!)?/y);
  if (handle === "" || (handle === "!" && peek(cursor, 1) !== SPACE))
    throw new ReaderRefusal("tag", cursor.offset, from);
  return takeText(cursor, handle.length);
}

function scanUri(cursor: SourceCursor, from: number): string {
  const uri = match(cursor, URI);
  if (uri === "") throw new ReaderRefusal("tag", cursor.offset, from);
  takeText(cursor, uri.length);
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
  forward(cursor);
  const name = takeText(cursor, match(cursor, NAME).length);
  if (name === "" || !(peek(cursor) === SPACE || isBreakOrEnd(peek(cursor))))
    throw new ReaderRefusal("directive", cursor.offset, from);
  const directive = scanValue(cursor, name, from);
  if (directive.kind === "other") takeLine(cursor);
  skipSpaces(cursor);
  if (cursor.text[cursor.offset] === "#") takeLine(cursor);
  if (!isBreakOrEnd(peek(cursor))) throw new ReaderRefusal("directive", cursor.offset, from);
  takeBreak(cursor);
  if (directive.kind === "version" && !directive.version.startsWith("1."))
    throw new ReaderRefusal("directive", from);
  return directive;
}

function scanValue(cursor: SourceCursor, name: string, from: number): Directive {
  skipSpaces(cursor);
  if (name === "YAML") {
    const version = takeText(cursor, match(cursor, /[0-9]+\.[0-9]+/y).length);
    const next = peek(cursor);
    if (version === "" || !(next === SPACE || isBreakOrEnd(next)))
      throw new ReaderRefusal("directive", cursor.offset, from);
    return { kind: "version", version };
  }
  if (name !== "TAG") return { kind: "other" };
  const handle = scanHandle(cursor, from);
  if (peek(cursor) !== SPACE) throw new ReaderRefusal("directive", cursor.offset, from);
  skipSpaces(cursor);
  const prefix = scanUri(cursor, from);
  if (peek(cursor) !== END && !isSpaceOrEnd(peek(cursor)))
    throw new ReaderRefusal("directive", cursor.offset, from);
  return { kind: "tag", handle, prefix };
}

function skipSpaces(cursor: SourceCursor): void {
  while (peek(cursor) === SPACE) forward(cursor);
}
