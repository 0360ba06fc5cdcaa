import { type Document, isMap, isNode, isSeq, type Node, type YAMLMap } from "yaml";
import type { JsonPathStep } from "../../domain/json-pointer.ts";

/** Finds where the values of a document stand in its text. */
export interface NodeLocator {
  /** The offset of the value at a path, or, when it is missing, of the nearest thing around it that is there. */
  offsetOf(path: readonly JsonPathStep[]): number;
}

/** Each object is indexed when it is first asked, so that thousands of findings in one cost no more than a pass. */
export function createNodeLocator(document: Document): NodeLocator {
  const indexes = new Map<YAMLMap, ReadonlyMap<string, unknown>>();

  function indexOf(map: YAMLMap): ReadonlyMap<string, unknown> {
    const known = indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map<string, unknown>();
    for (const { key, value } of map.items) if (isNode(key)) index.set(key.toString(), value);
    indexes.set(map, index);
    return index;
  }

  function child(node: unknown, step: JsonPathStep): unknown {
    if (isMap(node)) return indexOf(node).get(String(step));
    return isSeq(node) ? node.items[Number(step)] : undefined;
  }

  return {
    offsetOf(path) {
      let node = document.contents as Node | null;
      let offset = node?.range?.[0] ?? 0;
      for (const step of path) {
        const next = child(node, step);
        if (!isNode(next)) return offset;
        node = next as Node;
        offset = node.range?.[0] ?? offset;
      }
      return offset;
    },
  };
}
