import { ReaderRefusal, type Refusal, type RefusalCode } from "./reader-node.ts";
import type { Directive, Tag } from "./scan-properties.ts";
import { advanceCursor, type SourceCursor } from "./source-cursor.ts";

/** A token of a YAML document as PyYAML splits it, and where it begins. */
export type ReaderToken =
  | { readonly kind: TokenMark; readonly offset: number }
  | { readonly kind: "alias" | "anchor"; readonly offset: number; readonly name: string }
  | { readonly kind: "directive"; readonly offset: number; readonly directive: Directive }
  | { readonly kind: "tag"; readonly offset: number; readonly tag: Tag }
  | ScalarToken;

export type TokenMark =
  | "block-end"
  | "block-entry"
  | "block-map"
  | "block-seq"
  | "document-end"
  | "document-start"
  | "flow-entry"
  | "flow-map-end"
  | "flow-map"
  | "flow-seq-end"
  | "flow-seq"
  | "key"
  | "stream-end"
  | "value";

export interface ScalarToken {
  readonly kind: "scalar";
  readonly offset: number;
  readonly end: number;
  readonly text: string;
  readonly style: "block" | "plain" | "quoted";
  readonly hasHalves: boolean;
}

/** The start of a possible key. The text is a key only if a colon follows. */
interface SimpleKey {
  readonly tokenNumber: number;
  readonly isRequired: boolean;
  readonly index: number;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** Maximum number of refusals; the scanner stops there. */
export const REFUSALS_MAX = 200;
/** Maximum number of characters of a key up to its colon. */
const KEY_LENGTH_MAX = 1_024;

export interface TokenScan {
  readonly cursor: SourceCursor;
  readonly tokens: ReaderToken[];
  readonly refusals: Refusal[];
  /** The possible keys, by the number of open brackets around them. */
  readonly keys: Map<number, SimpleKey>;
  readonly indents: number[];
  takenTokens: number;
  indent: number;
  flowDepth: number;
  canBeginKey: boolean;
  isDone: boolean;
}

export function pushToken(scan: TokenScan, kind: TokenMark, units = 0): void {
  scan.tokens.push({ kind, offset: scan.cursor.offset });
  advanceCursor(scan.cursor, units);
}

/** Records a refusal, and lets the scanner continue. */
export function addRefusal(scan: TokenScan, code: RefusalCode, offset: number): void {
  scan.refusals.push({ code, offset, from: offset });
  if (scan.refusals.length >= REFUSALS_MAX) throw new ReaderRefusal(code, offset);
}

/** Removes the possible keys that began on an earlier line, and those that are too long. */
export function removeStaleSimpleKeys(scan: TokenScan): void {
  const { keys, cursor } = scan;
  for (const [depth, key] of keys) {
    if (key.line === cursor.line && cursor.index - key.index <= KEY_LENGTH_MAX) continue;
    if (key.isRequired) throw new ReaderRefusal("key-colon", cursor.offset, key.offset);
    keys.delete(depth);
  }
}

/** Records that a key may begin at the current position. */
export function saveSimpleKey(scan: TokenScan): void {
  if (!scan.canBeginKey) return;
  removeSimpleKey(scan);
  const { index, line, column, offset } = scan.cursor;
  const isRequired = scan.flowDepth === 0 && scan.indent === column;
  const tokenNumber = scan.takenTokens + scan.tokens.length;
  scan.keys.set(scan.flowDepth, { tokenNumber, isRequired, index, line, column, offset });
}

export function removeSimpleKey(scan: TokenScan): void {
  const key = scan.keys.get(scan.flowDepth);
  if (key?.isRequired === true) throw new ReaderRefusal("key-colon", scan.cursor.offset, key.offset);
  scan.keys.delete(scan.flowDepth);
}

/** Closes the block collections that are indented deeper than a column. */
export function closeBlocksTo(scan: TokenScan, column: number): void {
  if (scan.flowDepth > 0) return;
  while (scan.indent > column) {
    scan.indent = scan.indents.pop() ?? -1;
    pushToken(scan, "block-end");
  }
}

/**
 * Opens a block collection at a column; returns false if the current collection is already at that column or deeper.
 */
export function indentTo(scan: TokenScan, column: number): boolean {
  if (scan.indent >= column) return false;
  scan.indents.push(scan.indent);
  scan.indent = column;
  return true;
}

/** Closes all block collections, at a directive, at a document marker, and at the end of the text. */
export function closeAllBlocks(scan: TokenScan): void {
  closeBlocksTo(scan, -1);
  removeSimpleKey(scan);
  scan.canBeginKey = false;
}
