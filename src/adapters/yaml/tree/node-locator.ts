import type { JsonPathStep } from "../../../domain/json/json-value.ts";
import type { YamlMap, YamlNode, YamlPair } from "./yaml-node.ts";

/** Maps the values of a YAML document to their offsets. */
export interface NodeLocator {
  /** The offset of the value at a path, or, when it is missing, of its nearest ancestor. */
  offsetOf(path: readonly JsonPathStep[]): number;
  /** The offset of the key in the last step, or the result of {@link offsetOf} when that step is no key. */
  keyOffsetOf(path: readonly JsonPathStep[]): number;
}

/** Each object is indexed at the first lookup, so that thousands of diagnostics in one cost a single pass. */
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

  /** The value at a path, or its nearest ancestor. */
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
