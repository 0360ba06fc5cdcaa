import { CHOMPING_MODE, EVENT_ID, getScalarValue, SCALAR_STYLE } from "js-yaml";
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Scalar } from "yaml";
import {
  type AnchorTable,
  createAlias,
  createAnchorTable,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
} from "./yaml-node.ts";

/**
 * Converts a document of the `yaml` package into nodes.
 *
 * @param document parsed with `intAsBigInt`, `merge` and `keepSourceTokens`
 * @param source the text that was parsed
 */
export function nodesFromDocument(document: Document, source: string): YamlNode | null {
  return convertNode({ source, anchors: createAnchorTable() }, document.contents as Node | null);
}

interface DocumentConversion {
  readonly source: string;
  readonly anchors: AnchorTable;
}

function convertNode(conversion: DocumentConversion, node: unknown): YamlNode | null {
  const { source, anchors } = conversion;
  const offset = (node as Node | null)?.range?.[0] ?? 0;
  if (isAlias(node)) return createAlias(anchors, node.source, offset);
  if (isScalar(node)) return recordAnchor(anchors, node.anchor, convertScalar(node, source));
  if (isMap(node)) {
    const pairs: YamlPair[] = [];
    const map = recordAnchor(anchors, node.anchor, { kind: "map", offset, pairs });
    anchors.open.add(map);
    for (const pair of node.items) {
      if (isPair(pair))
        pairs.push({ key: convertNode(conversion, pair.key), value: convertNode(conversion, pair.value) });
    }
    anchors.open.delete(map);
    return map;
  }
  if (!isSeq(node)) return null;
  const items: (YamlNode | null)[] = [];
  const list = recordAnchor(anchors, node.anchor, { kind: "list", offset, items });
  anchors.open.add(list);
  for (const item of node.items) items.push(convertNode(conversion, item));
  anchors.open.delete(list);
  return list;
}

function recordAnchor(anchors: AnchorTable, name: string | undefined, node: YamlNode): YamlNode {
  if (name !== undefined) anchors.nodes.set(name, node);
  return node;
}

function convertScalar(scalar: Scalar, text: string): YamlScalar {
  const { range, value: read, type, tag } = scalar;
  const block = readIndicatedBlock(scalar, text);
  const source = block ?? scalar.source ?? "";
  const value = block ?? read;
  const [offset = 0, end = 0] = range ?? [];
  // The parser represents a merge key by a symbol.
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
 * Reads the content of a block scalar with an indentation indicator; returns undefined for any other scalar. The `yaml`
 * package drops lines that have only spaces, although spaces beyond the indentation are content.
 */
function readIndicatedBlock({ srcToken, tag }: Scalar, source: string): string | undefined {
  if (srcToken?.type !== "block-scalar" || tag !== undefined) return undefined;
  const { offset, indent: parentIndent } = srcToken;
  const header = /^[|>][-+]?([1-9])?[-+]?/.exec(source.slice(offset, offset + 3));
  const indent = parentIndent + Number(header?.[1]);
  const start = source.indexOf("\n", offset) + 1;
  if (header === null || !(indent > 0) || start === 0) return undefined;
  const lines = new RegExp(`(?: *\\r?\\n| {${indent}}[^\\n]*(?:\\n|$))*`, "y");
  lines.lastIndex = start;
  lines.test(source);
  const chomping = header[0].includes("+") ? "KEEP" : header[0].includes("-") ? "STRIP" : "CLIP";
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
