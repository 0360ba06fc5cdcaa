import { type Document, isMap, isNode, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import type { JsonPathStep } from "../../../domain/json/json-value.ts";

/** Maps the values of a document to their places in its text. */
export interface NodeLocator {
  /** The offset of the value at a path, or, when it is missing, of its nearest ancestor. */
  offsetOf(path: readonly JsonPathStep[]): number;
  /** The offset of the key in the last step, or the result of {@link offsetOf} when that step is no key. */
  keyOffsetOf(path: readonly JsonPathStep[]): number;
}

/** Each object is indexed at the first lookup, so that thousands of diagnostics in one cost a single pass. */
export function createNodeLocator(document: Document): NodeLocator {
  const indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();

  function indexOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map<string, Pair>();
    for (const pair of map.items) if (isNode(pair.key)) index.set(pair.key.toString(), pair);
    indexes.set(map, index);
    return index;
  }

  function child(node: unknown, step: JsonPathStep): unknown {
    if (isMap(node)) return indexOf(node).get(String(step))?.value;
    return isSeq(node) ? node.items[Number(step)] : undefined;
  }

  /** The value at a path, or its nearest ancestor. */
  function nearest(path: readonly JsonPathStep[]): Node | null {
    let node = document.contents as Node | null;
    for (const step of path) {
      const next = child(node, step);
      if (!isNode(next)) return node;
      node = next as Node;
    }
    return node;
  }

  return {
    offsetOf: (path) => nearest(path)?.range?.[0] ?? 0,
    keyOffsetOf(path) {
      const around = nearest(path.slice(0, -1));
      const key = isMap(around) ? indexOf(around).get(String(path.at(-1)))?.key : undefined;
      return (isNode(key) ? key : nearest(path))?.range?.[0] ?? 0;
    },
  };
}
