import {
  createEmptyScalar,
  type ReaderList,
  type ReaderMap,
  type ReaderNode,
  ReaderRefusal,
  type Refusal,
} from "./reader-node.ts";
import type { Tag } from "./scan-properties.ts";
import type { TokenScanner } from "./scan-tokens.ts";
import { REFUSALS_MAX, type ReaderToken } from "./token-scan.ts";

/** Maximum nesting of nodes. Parsers of other languages allow at least this; a view may have far fewer levels. */
const DEPTH_MAX = 500;

export interface Composition {
  readonly scanner: TokenScanner;
  readonly anchors: Map<string, ReaderNode>;
  /** The anchors of nodes whose end has not been read. */
  readonly open: Set<string>;
  readonly handles: Map<string, string>;
  readonly refusals: Refusal[];
  depth: number;
}

type TokenKind = ReaderToken["kind"];

export function isNextToken({ scanner }: Composition, ...kinds: readonly TokenKind[]): boolean {
  return kinds.includes(scanner.peek().kind);
}

export function expectToken(
  { scanner }: Composition,
  kind: TokenKind,
  code: "block-form" | "directive" | "flow-form",
  from?: number,
): ReaderToken {
  const token = scanner.peek();
  if (token.kind !== kind) throw new ReaderRefusal(code, token.offset, from ?? token.offset);
  return scanner.readToken();
}

type NodeContext = "block" | "block-value" | "flow";

interface NodePrefix {
  anchor: string | undefined;
  tag: Tag | undefined;
  offset: number | undefined;
}

export function composeNode(composition: Composition, context: NodeContext): ReaderNode {
  const { scanner } = composition;
  const first = scanner.peek();
  if (first.kind === "alias") {
    scanner.readToken();
    return findAliasTarget(composition, first.name, first.offset);
  }
  const properties = readProperties(composition);
  const tag =
    properties.tag === undefined ? undefined : resolveTag(composition, properties.tag, first.offset);
  const { anchor } = properties;
  if (anchor !== undefined) defineAnchor(composition, anchor, properties.offset ?? first.offset);
  composition.depth += 1;
  if (composition.depth > DEPTH_MAX) throw new ReaderRefusal("recursion", first.offset);
  const node = composeContent(composition, context, tag, properties.offset !== undefined);
  composition.depth -= 1;
  if (anchor !== undefined) {
    composition.open.delete(anchor);
    composition.anchors.set(anchor, node);
  }
  return node;
}

function defineAnchor({ anchors, open, refusals }: Composition, anchor: string, offset: number): void {
  if ((anchors.has(anchor) || open.has(anchor)) && refusals.length < REFUSALS_MAX)
    refusals.push({ code: "anchor-repeated", offset, from: offset });
  open.add(anchor);
}

function findAliasTarget({ anchors, open }: Composition, name: string, offset: number): ReaderNode {
  if (open.has(name)) throw new ReaderRefusal("recursion", offset);
  const target = anchors.get(name);
  if (target === undefined) throw new ReaderRefusal("alias-unknown", offset);
  return target;
}

function readProperties({ scanner }: Composition): NodePrefix {
  const properties: NodePrefix = { anchor: undefined, tag: undefined, offset: undefined };
  for (;;) {
    const token = scanner.peek();
    if (token.kind === "anchor" && properties.anchor === undefined) properties.anchor = token.name;
    else if (token.kind === "tag" && properties.tag === undefined) properties.tag = token.tag;
    else return properties;
    properties.offset ??= token.offset;
    scanner.readToken();
  }
}

function resolveTag({ handles }: Composition, { handle, suffix }: Tag, offset: number): string {
  if (handle === undefined) return suffix;
  const prefix = handles.get(handle);
  if (prefix === undefined) throw new ReaderRefusal("tag", offset);
  return prefix + suffix;
}

function composeContent(
  composition: Composition,
  context: NodeContext,
  tag: string | undefined,
  hasProperties: boolean,
): ReaderNode {
  const { scanner } = composition;
  const token = scanner.peek();
  if (context === "block-value" && token.kind === "block-entry")
    return composeIndentlessList(composition, tag);
  switch (token.kind) {
    case "scalar": {
      scanner.readToken();
      const { offset, end, text, style, hasHalves } = token;
      return { kind: "scalar", offset, end, text, style, hasHalves, tag };
    }
    case "flow-seq":
      return composeFlowList(composition, tag);
    case "flow-map":
      return composeFlowMap(composition, tag);
    case "block-seq":
      if (context !== "flow") return composeBlockList(composition, tag);
      break;
    case "block-map":
      if (context !== "flow") return composeBlockMap(composition, tag);
      break;
  }
  if (hasProperties) return createEmptyScalar(token.offset, tag);
  throw new ReaderRefusal(context === "flow" ? "flow-form" : "block-form", token.offset);
}

/** Composes a node that may be missing: if one of the given tokens is next, the node is empty. */
function composeOptional(
  composition: Composition,
  context: NodeContext,
  ends: readonly TokenKind[],
): ReaderNode {
  return isNextToken(composition, ...ends)
    ? createEmptyScalar(composition.scanner.peek().offset)
    : composeNode(composition, context);
}

function composeBlockList(composition: Composition, tag: string | undefined): ReaderList {
  const { scanner } = composition;
  const { offset } = scanner.readToken();
  const items: ReaderNode[] = [];
  while (isNextToken(composition, "block-entry")) {
    scanner.readToken();
    items.push(composeOptional(composition, "block", ["block-entry", "block-end"]));
  }
  expectToken(composition, "block-end", "block-form", offset);
  return { kind: "list", offset, items, tag };
}

/** Composes a list that is the value of a key, but is not indented deeper than the key. */
function composeIndentlessList(composition: Composition, tag: string | undefined): ReaderList {
  const { scanner } = composition;
  const { offset } = scanner.peek();
  const items: ReaderNode[] = [];
  while (isNextToken(composition, "block-entry")) {
    scanner.readToken();
    items.push(composeOptional(composition, "block", ["block-entry", "key", "value", "block-end"]));
  }
  return { kind: "list", offset, items, tag };
}

const TOKENS_AFTER_KEY = ["key", "value", "block-end"] as const;

function composeBlockMap(composition: Composition, tag: string | undefined): ReaderMap {
  const { scanner } = composition;
  const { offset } = scanner.readToken();
  const pairs: [ReaderNode, ReaderNode][] = [];
  while (isNextToken(composition, "key")) {
    scanner.readToken();
    const key = composeOptional(composition, "block-value", TOKENS_AFTER_KEY);
    const hasValue = isNextToken(composition, "value");
    if (hasValue) scanner.readToken();
    const value = hasValue
      ? composeOptional(composition, "block-value", TOKENS_AFTER_KEY)
      : createEmptyScalar(scanner.peek().offset);
    pairs.push([key, value]);
  }
  expectToken(composition, "block-end", "block-form", offset);
  return { kind: "map", offset, pairs, tag };
}

function composeFlowList(composition: Composition, tag: string | undefined): ReaderList {
  const { scanner } = composition;
  const { offset } = scanner.readToken();
  const items: ReaderNode[] = [];
  while (!isNextToken(composition, "flow-seq-end")) {
    if (items.length > 0) {
      expectToken(composition, "flow-entry", "flow-form", offset);
      if (isNextToken(composition, "flow-seq-end")) break;
    }
    items.push(isNextToken(composition, "key") ? composePair(composition) : composeNode(composition, "flow"));
  }
  scanner.readToken();
  return { kind: "list", offset, items, tag };
}

/** Composes a pair directly inside brackets, which is a map of one pair. */
function composePair(composition: Composition): ReaderMap {
  const { offset } = composition.scanner.peek();
  return { kind: "map", offset, pairs: [composeFlowPair(composition, "flow-seq-end")], tag: undefined };
}

/** Composes a pair from its token `key` on. */
function composeFlowPair(
  composition: Composition,
  end: "flow-map-end" | "flow-seq-end",
): ReaderMap["pairs"][number] {
  const { scanner } = composition;
  scanner.readToken();
  const key = composeOptional(composition, "flow", ["value", "flow-entry", end]);
  if (!isNextToken(composition, "value")) return [key, createEmptyScalar(scanner.peek().offset)];
  scanner.readToken();
  return [key, composeOptional(composition, "flow", ["flow-entry", end])];
}

function composeFlowMap(composition: Composition, tag: string | undefined): ReaderMap {
  const { scanner } = composition;
  const { offset } = scanner.readToken();
  const pairs: ReaderMap["pairs"][number][] = [];
  while (!isNextToken(composition, "flow-map-end")) {
    if (pairs.length > 0) {
      expectToken(composition, "flow-entry", "flow-form", offset);
      if (isNextToken(composition, "flow-map-end")) break;
    }
    if (isNextToken(composition, "key")) pairs.push(composeFlowPair(composition, "flow-map-end"));
    else pairs.push([composeNode(composition, "flow"), createEmptyScalar(scanner.peek().offset)]);
  }
  scanner.readToken();
  return { kind: "map", offset, pairs, tag };
}
