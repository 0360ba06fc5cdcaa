import { CHOMPING_MODE, EVENT_ID, getScalarValue, SCALAR_STYLE } from "js-yaml";
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Scalar } from "yaml";
import {
  type AnchorTable,
  aliasOf,
  createAnchorTable,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
} from "./yaml-node.ts";

/**
 * The nodes of a document of the `yaml` package.
 *
 * @param document parsed with `intAsBigInt`, `merge` and `keepSourceTokens`
 * @param source what it was parsed from
 */
export function nodesFromDocument(document: Document, source: string): YamlNode | null {
  return toNode({ source, anchors: createAnchorTable() }, document.contents as Node | null);
}

interface Conversion {
  readonly source: string;
  readonly anchors: AnchorTable;
}

function toNode(conversion: Conversion, node: unknown): YamlNode | null {
  const { source, anchors } = conversion;
  const offset = (node as Node | null)?.range?.[0] ?? 0;
  if (isAlias(node)) return aliasOf(anchors, node.source, offset);
  if (isScalar(node)) return anchored(anchors, node.anchor, toScalar(node, source));
  if (isMap(node)) {
    const pairs: YamlPair[] = [];
    const map = anchored(anchors, node.anchor, { kind: "map", offset, pairs });
    anchors.open.add(map);
    for (const pair of node.items) {
      if (isPair(pair))
        pairs.push({ key: toNode(conversion, pair.key), value: toNode(conversion, pair.value) });
    }
    anchors.open.delete(map);
    return map;
  }
  if (!isSeq(node)) return null;
  const items: (YamlNode | null)[] = [];
  const list = anchored(anchors, node.anchor, { kind: "list", offset, items });
  anchors.open.add(list);
  for (const item of node.items) items.push(toNode(conversion, item));
  anchors.open.delete(list);
  return list;
}

function anchored(anchors: AnchorTable, name: string | undefined, node: YamlNode): YamlNode {
  if (name !== undefined) anchors.nodes.set(name, node);
  return node;
}

function toScalar(scalar: Scalar, text: string): YamlScalar {
  const { range, value: read, type, tag } = scalar;
  const block = statedBlockScalar(scalar, text);
  const source = block ?? scalar.source ?? "";
  const value = block ?? read;
  const [offset = 0, end = 0] = range ?? [];
  // The parser gives a symbol for a key that merges.
  const isMergeKey = typeof value === "symbol";
  return {
    kind: "scalar",
    offset,
    plainEnd: type === "PLAIN" ? end : undefined,
    text: source,
    value: isMergeKey ? source : (value as YamlScalar["value"]),
    isTagged: tag !== undefined,
    isMergeKey,
  };
}

/**
 * The content of a block scalar that states its indentation; undefined for any other. The `yaml` package drops lines
 * of it that have only spaces, though spaces beyond the indentation are content.
 */
function statedBlockScalar({ srcToken, tag }: Scalar, source: string): string | undefined {
  if (srcToken?.type !== "block-scalar" || tag !== undefined) return undefined;
  const { offset, indent: parentIndent } = srcToken;
  const mark = /^[|>][-+]?([1-9])?[-+]?/.exec(source.slice(offset, offset + 3));
  const indent = parentIndent + Number(mark?.[1]);
  const start = source.indexOf("\n", offset) + 1;
  if (mark === null || !(indent > 0) || start === 0) return undefined;
  const lines = new RegExp(`(?: *\\r?\\n| {${indent}}[^\\n]*(?:\\n|$))*`, "y");
  lines.lastIndex = start;
  lines.test(source);
  const chomping = mark[0].includes("+") ? "KEEP" : mark[0].includes("-") ? "STRIP" : "CLIP";
  return getScalarValue(source, {
    ...NO_PROPERTIES,
    valueStart: start,
    valueEnd: lines.lastIndex,
    style: source[offset] === ">" ? SCALAR_STYLE.FOLDED_BLOCK : SCALAR_STYLE.LITERAL_BLOCK,
    chomping: CHOMPING_MODE[chomping],
    indent,
  });
}

const NO_PROPERTIES = {
  type: EVENT_ID.SCALAR,
  anchorStart: -1,
  anchorEnd: -1,
  tagStart: -1,
  tagEnd: -1,
  fast: false,
} as const;
