import type { JsonPathStep } from "../../../domain/json/json-value.ts";
import type { MessageAndHint } from "../syntax/common-words.ts";

/**
 * A node of a parsed YAML document with its offset. The nodes are the same, whether made from events or by
 * the `yaml` package.
 */
export type YamlNode = YamlAlias | YamlList | YamlMap | YamlScalar;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly offset: number;
  /** The offset after a plain scalar; undefined for a quoted or block scalar. */
  readonly plainEnd: number | undefined;
  /** The content as text: folded, without quotes, and before it is resolved to a type. */
  readonly text: string;
  readonly value: null | boolean | string | bigint | number;
  readonly isTagged: boolean;
  readonly isMergeKey: boolean;
}

export interface YamlMap {
  readonly kind: "map";
  readonly offset: number;
  readonly pairs: readonly YamlPair[];
}

export interface YamlPair {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

export interface YamlList {
  readonly kind: "list";
  readonly offset: number;
  readonly items: readonly (YamlNode | null)[];
}

export interface YamlAlias {
  readonly kind: "alias";
  readonly offset: number;
  /** The last node with the alias's anchor before the alias; undefined if there is no such node. */
  readonly target: YamlNode | undefined;
  /** Whether the alias is inside its own target, which makes a cycle. */
  readonly isInTarget: boolean;
}

/** The anchors of the part of the document that has been read. */
export interface AnchorTable {
  readonly nodes: Map<string, YamlNode>;
  /** Lists and maps whose end has not been read. */
  readonly open: Set<YamlNode>;
}

export function createAnchorTable(): AnchorTable {
  return { nodes: new Map(), open: new Set() };
}

/** Makes the alias of an anchor at an offset of the document. */
export function createAlias({ nodes, open }: AnchorTable, name: string, offset: number): YamlAlias {
  const target = nodes.get(name);
  return { kind: "alias", offset, target, isInTarget: target !== undefined && open.has(target) };
}

/** Maps the values of a YAML document to their offsets. */
export interface NodeLocator {
  /** Returns the offset of the value at a path; if it is missing, the offset of its nearest ancestor. */
  offsetOf(path: readonly JsonPathStep[]): number;
  /** Returns the offset of the key at a path; if the last step is not a key, the result of {@link offsetOf}. */
  keyOffsetOf(path: readonly JsonPathStep[]): number;
}

/** Makes a locator. It indexes each map at the first lookup, so that thousands of lookups need one pass. */
export function createNodeLocator(root: YamlNode | null): NodeLocator {
  const indexes = new Map<YamlMap, ReadonlyMap<string, YamlPair>>();

  function indexOf(map: YamlMap): ReadonlyMap<string, YamlPair> {
    const known = indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map<string, YamlPair>();
    for (const pair of map.pairs) {
      if (pair.key?.kind === "scalar" && !pair.key.isMergeKey) index.set(String(pair.key.value), pair);
    }
    indexes.set(map, index);
    return index;
  }

  function child(node: YamlNode | null, step: JsonPathStep): YamlNode | null | undefined {
    if (node?.kind === "map") return indexOf(node).get(String(step))?.value;
    return node?.kind === "list" ? node.items[Number(step)] : undefined;
  }

  /** Returns the node at a path, or its nearest ancestor. */
  function nearest(path: readonly JsonPathStep[]): YamlNode | null {
    let node = root;
    for (const step of path) {
      const next = child(node, step);
      if (next === undefined || next === null) return node;
      node = next;
    }
    return node;
  }

  return {
    offsetOf: (path) => nearest(path)?.offset ?? 0,
    keyOffsetOf(path) {
      const around = nearest(path.slice(0, -1));
      const key = around?.kind === "map" ? indexOf(around).get(String(path.at(-1)))?.key : undefined;
      return (key ?? nearest(path))?.offset ?? 0;
    },
  };
}

/** A diagnostic at a node; the caller turns the node's offset into line and column. */
export interface TreeDiagnostic extends MessageAndHint {
  readonly severity: "error" | "warning";
  readonly code: TreeDiagnosticCode;
  readonly offset: number;
  readonly path: readonly JsonPathStep[];
}

type TreeDiagnosticCode =
  | "alias-excess"
  | "duplicate-key"
  | "key-type"
  | "line-joined"
  | "nesting-depth"
  | "number-range"
  | "tag-unknown"
  | "text-cut"
  | "text-encoding"
  | "yaml-ambiguous"
  | "yaml-readers-differ"
  | "yaml-refused-elsewhere"
  | "yaml-syntax";
