import {
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
} from "../../../domain/json/json-value.ts";
import type { Yaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import {
  type ReaderMap,
  type ReaderNode,
  ReaderRefusal,
  type ReaderScalar,
  type Refusal,
} from "./reader-node.ts";

/** A difference between two readers. */
export type ReadingDifference =
  /** A scalar that both have at this position, with different values; `reading` is the other reader's. */
  | {
      readonly kind: "scalar";
      readonly path: readonly JsonPathStep[];
      readonly node: ReaderScalar;
      readonly reading: Yaml11Scalar;
      readonly ours: JsonValue;
      readonly isKey: boolean;
    }
  /** A value of another kind, a list of another length, a key that only one of the two has. */
  | { readonly kind: "structure"; readonly path: readonly JsonPathStep[]; readonly offset: number };

/** How the reader that Mosaic is compared with, such as PyYAML, reads a scalar. */
export interface ReadingRules {
  readonly readScalar: (node: ReaderScalar) => Yaml11Scalar;
}

/** Maximum number of differences. */
export const DIFFERENCES_MAX = 200;

/** Compares Mosaic's value with the node that another reader composed of the same document. */
export function compareReading(
  ours: JsonValue,
  theirs: ReaderNode,
  rules: ReadingRules,
): { readonly differences: readonly ReadingDifference[]; readonly refusals: readonly Refusal[] } {
  const compare: Compare = { rules, differences: [], refusals: [], merged: new Map(), merging: new Set() };
  try {
    compareNode(compare, ours, theirs, []);
  } catch (error) {
    if (!(error instanceof ReaderRefusal)) throw error;
    compare.refusals.push(error.refusal);
  }
  return compare;
}

interface Compare {
  readonly rules: ReadingRules;
  readonly differences: ReadingDifference[];
  readonly refusals: Refusal[];
  readonly merged: Map<ReaderMap, ReaderMap["pairs"]>;
  readonly merging: Set<ReaderMap>;
}

type Path = readonly JsonPathStep[];

function compareNode(compare: Compare, ours: JsonValue, theirs: ReaderNode, path: Path): void {
  if (compare.differences.length >= DIFFERENCES_MAX) return;
  checkTag(theirs);
  if (theirs.kind === "scalar") compareScalar(compare, ours, theirs, path);
  else if (theirs.kind === "list" && Array.isArray(ours)) {
    const items = ours as readonly JsonValue[];
    if (items.length !== theirs.items.length) addStructure(compare, theirs, path);
    else
      for (const [index, item] of theirs.items.entries())
        compareNode(compare, items[index] ?? null, item, [...path, index]);
  } else if (theirs.kind === "map" && isJsonObject(ours)) compareMap(compare, ours, theirs, path);
  else addStructure(compare, theirs, path);
}

/** A list or a map may only have its default tag. */
function checkTag({ kind, tag, offset }: ReaderNode): void {
  if (kind === "scalar" || tag === undefined || tag === "!") return;
  if (tag !== `tag:yaml.org,2002:${kind === "list" ? "seq" : "map"}`) throw new ReaderRefusal("tag", offset);
}

function addStructure(compare: Compare, { offset }: ReaderNode, path: Path): void {
  compare.differences.push({ kind: "structure", offset, path });
}

function compareScalar(compare: Compare, ours: JsonValue, node: ReaderScalar, path: Path): void {
  const reading = readingOf(compare, node, false);
  if (!node.hasHalves && isSameValue(ours, node, reading)) return;
  addScalar(compare, ours, node, { path, reading, isKey: false });
}

function addScalar(
  { differences }: Compare,
  ours: JsonValue,
  node: ReaderScalar,
  rest: { readonly path: Path; readonly reading: Yaml11Scalar; readonly isKey: boolean },
): void {
  differences.push({ kind: "scalar", ours, node, ...rest });
}

/** As a key, `=` is an ordinary string. */
function readingOf({ rules }: Compare, node: ReaderScalar, isKey: boolean): Yaml11Scalar {
  if (isKey && node.text === "=" && node.style === "plain") return { type: "text" };
  return rules.readScalar(node);
}

function isSameValue(ours: JsonValue, { text }: ReaderScalar, reading: Yaml11Scalar): boolean {
  switch (reading.type) {
    case "null":
      return ours === null;
    case "text":
      return ours === text;
    case "boolean":
    case "float":
    case "integer":
      return Object.is(ours, reading.value);
    case "date":
    case "refused":
      return false;
  }
}

function compareMap(compare: Compare, ours: JsonObject, theirs: ReaderMap, path: Path): void {
  const members = new Map<string, ReaderNode>();
  for (const [key, value] of flattened(compare, theirs)) {
    if (key.kind !== "scalar") throw new ReaderRefusal("key-unhashable", key.offset);
    const { text } = key;
    const keyPath = [...path, text];
    const reading = readingOf(compare, key, true);
    if (reading.type !== "text" || key.hasHalves)
      addScalar(compare, text, key, { path: keyPath, reading, isKey: true });
    if (Object.hasOwn(ours, text)) members.set(text, value);
    else addStructure(compare, key, keyPath);
  }
  for (const [key, value] of Object.entries(ours)) {
    const member = members.get(key);
    if (member === undefined) addStructure(compare, theirs, [...path, key]);
    else compareNode(compare, value, member, [...path, key]);
  }
}

function isMergeKey(node: ReaderNode): boolean {
  if (node.kind !== "scalar" || node.text !== "<<") return false;
  const { tag, style } = node;
  return tag === "tag:yaml.org,2002:merge" || tag === "!" || (tag === undefined && style === "plain");
}

/** The pairs of a map with those that it merges before its own, so that its own win. */
function flattened(compare: Compare, map: ReaderMap): ReaderMap["pairs"] {
  const known = compare.merged.get(map);
  if (known !== undefined) return known;
  if (!map.pairs.some(([key]) => isMergeKey(key))) return map.pairs;
  if (compare.merging.has(map)) throw new ReaderRefusal("recursion", map.offset);
  compare.merging.add(map);
  const merged = map.pairs.flatMap(([key, value]) => (isMergeKey(key) ? mergedPairs(compare, value) : []));
  const pairs = [...merged, ...map.pairs.filter(([key]) => !isMergeKey(key))];
  compare.merging.delete(map);
  compare.merged.set(map, pairs);
  return pairs;
}

function mergedPairs(compare: Compare, value: ReaderNode): ReaderMap["pairs"] {
  if (value.kind === "map") return flattened(compare, value);
  if (value.kind !== "list") throw new ReaderRefusal("merge-value", value.offset);
  // The first of several wins, so it comes last.
  return value.items.toReversed().flatMap((item) => {
    if (item.kind !== "map") throw new ReaderRefusal("merge-value", item.offset);
    return flattened(compare, item);
  });
}
