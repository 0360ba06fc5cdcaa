import {
  isJsonObject,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
} from "../../../domain/json/json-value.ts";
import type { Yaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import { readPyyamlScalar } from "./read-pyyaml-scalar.ts";
import {
  type ReaderMap,
  type ReaderNode,
  ReaderRefusal,
  type ReaderScalar,
  type Refusal,
} from "./reader-node.ts";

/** A difference between Mosaic and PyYAML. */
export type ReadingDifference =
  /** A scalar at the same position with different values; `reading` is the value of PyYAML. */
  | {
      readonly kind: "scalar";
      readonly path: readonly JsonPathStep[];
      readonly node: ReaderScalar;
      readonly reading: Yaml11Scalar;
      readonly ours: JsonValue;
      readonly isKey: boolean;
    }
  /** A value of a different kind, a list of a different length, or a key that only one reader has. */
  | { readonly kind: "structure"; readonly path: readonly JsonPathStep[]; readonly offset: number };

/** Maximum number of differences; the comparison stops there. */
const DIFFERENCES_MAX = 200;

/** Compares Mosaic's value of a document with the node that PyYAML composes from the same document. */
export function compareReading(
  ours: JsonValue,
  theirs: ReaderNode,
): { readonly differences: readonly ReadingDifference[]; readonly refusals: readonly Refusal[] } {
  const comparison: Comparison = { differences: [], refusals: [], merged: new Map(), merging: new Set() };
  try {
    compareNode(comparison, ours, theirs, []);
  } catch (error) {
    if (!(error instanceof ReaderRefusal)) throw error;
    comparison.refusals.push(error.refusal);
  }
  return comparison;
}

interface Comparison {
  readonly differences: ReadingDifference[];
  readonly refusals: Refusal[];
  readonly merged: Map<ReaderMap, ReaderMap["pairs"]>;
  readonly merging: Set<ReaderMap>;
}

type Path = readonly JsonPathStep[];

function compareNode(comparison: Comparison, ours: JsonValue, theirs: ReaderNode, path: Path): void {
  if (comparison.differences.length >= DIFFERENCES_MAX) return;
  throwIfNotDefaultTag(theirs);
  if (theirs.kind === "scalar") compareScalar(comparison, ours, theirs, path);
  else if (theirs.kind === "list" && Array.isArray(ours)) {
    const items = ours as readonly JsonValue[];
    if (items.length !== theirs.items.length) addStructureDifference(comparison, theirs, path);
    else
      for (const [index, item] of theirs.items.entries())
        compareNode(comparison, items[index] ?? null, item, [...path, index]);
  } else if (theirs.kind === "map" && isJsonObject(ours)) compareMap(comparison, ours, theirs, path);
  else addStructureDifference(comparison, theirs, path);
}

/** Throws if a list or a map has a tag other than its default tag. */
function throwIfNotDefaultTag({ kind, tag, offset }: ReaderNode): void {
  if (kind === "scalar" || tag === undefined || tag === "!") return;
  if (tag !== `tag:yaml.org,2002:${kind === "list" ? "seq" : "map"}`) throw new ReaderRefusal("tag", offset);
}

function addStructureDifference(comparison: Comparison, { offset }: ReaderNode, path: Path): void {
  comparison.differences.push({ kind: "structure", offset, path });
}

function compareScalar(comparison: Comparison, ours: JsonValue, node: ReaderScalar, path: Path): void {
  const reading = readScalar(node, false);
  if (!node.hasHalves && isSameValue(ours, node, reading)) return;
  addScalarDifference(comparison, ours, node, { path, reading, isKey: false });
}

function addScalarDifference(
  { differences }: Comparison,
  ours: JsonValue,
  node: ReaderScalar,
  rest: { readonly path: Path; readonly reading: Yaml11Scalar; readonly isKey: boolean },
): void {
  differences.push({ kind: "scalar", ours, node, ...rest });
}

/** Returns PyYAML's value of a scalar. As a key, `=` is an ordinary string. */
function readScalar(node: ReaderScalar, isKey: boolean): Yaml11Scalar {
  return isKey && node.text === "=" && node.style === "plain" ? { type: "text" } : readPyyamlScalar(node);
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

function compareMap(comparison: Comparison, ours: JsonObject, theirs: ReaderMap, path: Path): void {
  const members = new Map<string, ReaderNode>();
  for (const [key, value] of resolveMerges(comparison, theirs)) {
    if (key.kind !== "scalar") throw new ReaderRefusal("key-unhashable", key.offset);
    const { text } = key;
    const keyPath = [...path, text];
    const reading = readScalar(key, true);
    if (reading.type !== "text" || key.hasHalves)
      addScalarDifference(comparison, text, key, { path: keyPath, reading, isKey: true });
    if (Object.hasOwn(ours, text)) members.set(text, value);
    else addStructureDifference(comparison, key, keyPath);
  }
  for (const [key, value] of Object.entries(ours)) {
    const member = members.get(key);
    if (member === undefined) addStructureDifference(comparison, theirs, [...path, key]);
    else compareNode(comparison, value, member, [...path, key]);
  }
}

function isMergeKey(node: ReaderNode): boolean {
  if (node.kind !== "scalar" || node.text !== "<<") return false;
  const { tag, style } = node;
  return tag === "tag:yaml.org,2002:merge" || tag === "!" || (tag === undefined && style === "plain");
}

/** Lists the merged pairs of a map, then its own pairs: of two pairs with the same key, the later one wins. */
function resolveMerges(comparison: Comparison, map: ReaderMap): ReaderMap["pairs"] {
  const known = comparison.merged.get(map);
  if (known !== undefined) return known;
  if (!map.pairs.some(([key]) => isMergeKey(key))) return map.pairs;
  if (comparison.merging.has(map)) throw new ReaderRefusal("recursion", map.offset);
  comparison.merging.add(map);
  const merged = map.pairs.flatMap(([key, value]) =>
    isMergeKey(key) ? listMergedPairs(comparison, value) : [],
  );
  const pairs = [...merged, ...map.pairs.filter(([key]) => !isMergeKey(key))];
  comparison.merging.delete(map);
  comparison.merged.set(map, pairs);
  return pairs;
}

function listMergedPairs(comparison: Comparison, value: ReaderNode): ReaderMap["pairs"] {
  if (value.kind === "map") return resolveMerges(comparison, value);
  if (value.kind !== "list") throw new ReaderRefusal("merge-value", value.offset);
  // The first of several maps takes precedence, so its pairs come last.
  return value.items.toReversed().flatMap((item) => {
    if (item.kind !== "map") throw new ReaderRefusal("merge-value", item.offset);
    return resolveMerges(comparison, item);
  });
}
