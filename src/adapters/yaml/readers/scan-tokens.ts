import { ReaderRefusal, type Refusal } from "./reader-node.ts";
import { scanBlockScalar } from "./scan-block-scalar.ts";
import { scanPlainScalar } from "./scan-plain-scalar.ts";
import { scanAnchorName, scanDirective, scanTag } from "./scan-properties.ts";
import { scanQuotedScalar } from "./scan-quoted-scalar.ts";
import {
  advanceCursor,
  BYTE_ORDER_MARK,
  createSourceCursor,
  END_OF_SOURCE,
  isAtDocumentMarker,
  isSpaceOrEnd,
  peekCode,
  readBreak,
  readLine,
  SPACE,
  TAB,
} from "./source-cursor.ts";
import {
  addRefusal,
  closeAllBlocks,
  closeBlocksTo,
  indentTo,
  pushToken,
  type ReaderToken,
  removeSimpleKey,
  removeStaleSimpleKeys,
  type ScalarToken,
  saveSimpleKey,
  type TokenScan,
} from "./token-scan.ts";

/** Returns the tokens of a document one by one. */
export interface TokenScanner {
  readonly refusals: readonly Refusal[];
  peek(): ReaderToken;
  readToken(): ReaderToken;
}

export function createTokenScanner(source: string): TokenScanner {
  const scan: TokenScan = {
    cursor: createSourceCursor(source),
    tokens: [],
    refusals: [],
    keys: new Map(),
    indents: [],
    takenTokens: 0,
    indent: -1,
    flowDepth: 0,
    canBeginKey: true,
    isDone: false,
  };
  const first = (): ReaderToken => {
    while (needsMore(scan)) fetchToken(scan);
    return scan.tokens[0] ?? { kind: "stream-end", offset: source.length };
  };
  return {
    refusals: scan.refusals,
    peek: first,
    readToken() {
      const token = first();
      scan.tokens.shift();
      scan.takenTokens += 1;
      return token;
    },
  };
}

function needsMore(scan: TokenScan): boolean {
  if (scan.isDone) return false;
  if (scan.tokens.length === 0) return true;
  removeStaleSimpleKeys(scan);
  for (const { tokenNumber } of scan.keys.values()) if (tokenNumber === scan.takenTokens) return true;
  return false;
}

function createTabHandler(scan: TokenScan): (offset: number) => void {
  return (offset) => addRefusal(scan, "tab", offset);
}

function fetchToken(scan: TokenScan): void {
  const { cursor } = scan;
  skipToToken(scan);
  removeStaleSimpleKeys(scan);
  closeBlocksTo(scan, cursor.column);
  const character = cursor.text.charAt(cursor.offset);
  if (peekCode(cursor) === END_OF_SOURCE) fetchStreamEnd(scan);
  else if (character === "%" && cursor.column === 0) fetchDirective(scan);
  else if (character === "-" && isAtDocumentMarker(cursor, "---"))
    fetchDocumentMarker(scan, "document-start");
  else if (character === "." && isAtDocumentMarker(cursor, "...")) fetchDocumentMarker(scan, "document-end");
  else if (FETCHERS[character]?.(scan) !== true) {
    if (!isPlainStart(scan, character)) throw new ReaderRefusal("token-start", cursor.offset);
    fetchPlain(scan);
  }
}

/** Scanners by the first character of a token. They return false if the character begins a plain scalar instead. */
const FETCHERS: Readonly<Record<string, (scan: TokenScan) => boolean>> = {
  "[": (scan) => fetchFlowStart(scan, "flow-seq"),
  "{": (scan) => fetchFlowStart(scan, "flow-map"),
  "]": (scan) => fetchFlowEnd(scan, "flow-seq-end"),
  "}": (scan) => fetchFlowEnd(scan, "flow-map-end"),
  ",": fetchFlowEntry,
  "-": (scan) =>
    isSpaceOrEnd(peekCode(scan.cursor, 1)) && fetchBlockIndicator(scan, "block-entry", "block-seq"),
  "?": (scan) => isIndicatorHere(scan) && fetchBlockIndicator(scan, "key", "block-map"),
  ":": (scan) => isIndicatorHere(scan) && fetchValue(scan),
  "*": (scan) => fetchName(scan, "alias"),
  "&": (scan) => fetchName(scan, "anchor"),
  "!": fetchTag,
  "|": (scan) => scan.flowDepth === 0 && fetchBlockScalar(scan),
  ">": (scan) => scan.flowDepth === 0 && fetchBlockScalar(scan),
  "'": fetchQuoted,
  '"': fetchQuoted,
};

/** Whether the current `?` or `:` is an indicator, and not part of a plain scalar. */
function isIndicatorHere({ flowDepth, cursor }: TokenScan): boolean {
  return flowDepth > 0 || isSpaceOrEnd(peekCode(cursor, 1));
}

const INDICATORS = "-?:,[]{}#&*!|>'\"%@`";

function isPlainStart({ cursor, flowDepth }: TokenScan, character: string): boolean {
  if (!INDICATORS.includes(character)) return true;
  const canStart = character === "-" || (flowDepth === 0 && (character === "?" || character === ":"));
  return canStart && !isSpaceOrEnd(peekCode(cursor, 1));
}

function skipToToken(scan: TokenScan): void {
  const { cursor } = scan;
  if (cursor.index === 0 && peekCode(cursor) === BYTE_ORDER_MARK) advanceCursor(cursor);
  for (;;) {
    while (peekCode(cursor) === SPACE || peekCode(cursor) === TAB) {
      if (peekCode(cursor) === TAB) addRefusal(scan, "tab", cursor.offset);
      advanceCursor(cursor);
    }
    if (cursor.text[cursor.offset] === "#") readLine(cursor);
    if (readBreak(cursor) === "") return;
    if (scan.flowDepth === 0) scan.canBeginKey = true;
  }
}

function fetchStreamEnd(scan: TokenScan): void {
  closeAllBlocks(scan);
  scan.keys.clear();
  pushToken(scan, "stream-end");
  scan.isDone = true;
}

function fetchDirective(scan: TokenScan): void {
  closeAllBlocks(scan);
  const { offset } = scan.cursor;
  scan.tokens.push({ kind: "directive", offset, directive: scanDirective(scan.cursor) });
}

function fetchDocumentMarker(scan: TokenScan, kind: "document-end" | "document-start"): void {
  closeAllBlocks(scan);
  pushToken(scan, kind, 3);
}

function fetchFlowStart(scan: TokenScan, kind: "flow-map" | "flow-seq"): true {
  saveSimpleKey(scan);
  scan.flowDepth += 1;
  scan.canBeginKey = true;
  pushToken(scan, kind, 1);
  return true;
}

function fetchFlowEnd(scan: TokenScan, kind: "flow-map-end" | "flow-seq-end"): true {
  removeSimpleKey(scan);
  scan.flowDepth -= 1;
  scan.canBeginKey = false;
  pushToken(scan, kind, 1);
  return true;
}

function fetchFlowEntry(scan: TokenScan): true {
  scan.canBeginKey = true;
  removeSimpleKey(scan);
  pushToken(scan, "flow-entry", 1);
  return true;
}

function fetchBlockIndicator(
  scan: TokenScan,
  kind: "block-entry" | "key",
  opens: "block-map" | "block-seq",
): true {
  if (scan.flowDepth === 0) {
    if (!scan.canBeginKey) throw new ReaderRefusal("place", scan.cursor.offset);
    if (indentTo(scan, scan.cursor.column)) pushToken(scan, opens);
  }
  scan.canBeginKey = kind === "block-entry" || scan.flowDepth === 0;
  removeSimpleKey(scan);
  pushToken(scan, kind, 1);
  return true;
}

function fetchValue(scan: TokenScan): true {
  const key = scan.keys.get(scan.flowDepth);
  if (key === undefined) {
    if (scan.flowDepth === 0) {
      if (!scan.canBeginKey) throw new ReaderRefusal("place", scan.cursor.offset);
      if (indentTo(scan, scan.cursor.column)) pushToken(scan, "block-map");
    }
    scan.canBeginKey = scan.flowDepth === 0;
  } else {
    const { offset, column } = key;
    scan.keys.delete(scan.flowDepth);
    const position = key.tokenNumber - scan.takenTokens;
    scan.tokens.splice(position, 0, { kind: "key", offset });
    if (scan.flowDepth === 0 && indentTo(scan, column))
      scan.tokens.splice(position, 0, { kind: "block-map", offset });
    scan.canBeginKey = false;
  }
  pushToken(scan, "value", 1);
  return true;
}

function fetchName(scan: TokenScan, kind: "alias" | "anchor"): true {
  saveSimpleKey(scan);
  scan.canBeginKey = false;
  const { offset } = scan.cursor;
  const name = scanAnchorName(scan.cursor, (at) => addRefusal(scan, "anchor-name", at));
  scan.tokens.push({ kind, offset, name });
  return true;
}

function fetchTag(scan: TokenScan): true {
  saveSimpleKey(scan);
  scan.canBeginKey = false;
  const { offset } = scan.cursor;
  scan.tokens.push({ kind: "tag", offset, tag: scanTag(scan.cursor) });
  return true;
}

function fetchBlockScalar(scan: TokenScan): true {
  scan.canBeginKey = true;
  removeSimpleKey(scan);
  const { offset } = scan.cursor;
  const text = scanBlockScalar(scan.cursor, scan.indent, createTabHandler(scan));
  pushScalar(scan, offset, { text, style: "block" });
  return true;
}

function fetchQuoted(scan: TokenScan): true {
  saveSimpleKey(scan);
  scan.canBeginKey = false;
  const { offset } = scan.cursor;
  pushScalar(scan, offset, { ...scanQuotedScalar(scan.cursor), style: "quoted" });
  return true;
}

function fetchPlain(scan: TokenScan): void {
  saveSimpleKey(scan);
  scan.canBeginKey = false;
  const { cursor, indent, flowDepth } = scan;
  const { offset } = cursor;
  const options = { cursor, indent: indent + 1, isInFlow: flowDepth > 0, onTab: createTabHandler(scan) };
  const { text, end, hasLineBreak } = scanPlainScalar(options);
  if (hasLineBreak) scan.canBeginKey = true;
  pushScalar(scan, offset, { text, style: "plain" }, end);
}

function pushScalar(
  scan: TokenScan,
  offset: number,
  scalar: { text: string; style: ScalarToken["style"]; hasHalves?: boolean },
  end: number = scan.cursor.offset,
): void {
  scan.tokens.push({ kind: "scalar", hasHalves: false, ...scalar, offset, end });
}
