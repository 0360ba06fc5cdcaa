import { VIEW_BYTES_MAX } from "../../../domain/catalog/catalog.ts";
import {
  JSON_DEPTH_MAX,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
  setOwnProperty,
} from "../../../domain/json/json-value.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import {
  FLATTER_HINT,
  MERGE_NOT_OBJECT_TEXTS,
  type MessageAndHint,
  RECURSIVE_ALIAS_TEXTS,
  UNKNOWN_ANCHOR_MESSAGE,
} from "../syntax/common-words.ts";
import {
  describeDuplicateKey,
  describeInvalidKey,
  describeMergeValue,
  findPlainScalarWarnings,
  findScalarAmbiguity,
  findScalarError,
} from "./scalar-diagnostics.ts";
import type {
  TreeDiagnostic,
  YamlAlias,
  YamlList,
  YamlMap,
  YamlNode,
  YamlPair,
  YamlScalar,
} from "./yaml-node.ts";

/** Maximum number of errors, and of warnings, that are kept: far more than are reported. */
const DIAGNOSTICS_KEPT_MAX = 2_000;
/** Maximum number of nodes that the aliases of one file may add. */
const ALIASED_NODES_MAX = 10_000;

export interface YamlTree {
  readonly value: JsonValue;
  readonly diagnostics: readonly TreeDiagnostic[];
  /** Whether the document stayed within the limits of levels, aliases and errors. */
  readonly isComplete: boolean;
}

/**
 * Converts the nodes of a YAML document into a JSON value. Resolves aliases and merge keys, and keeps integers and
 * floats apart.
 *
 * @param root the root of a readable document
 * @param source the text of the document
 * @returns the parts of the value that could be read, and the diagnostics
 */
export function readTree(root: YamlNode | null, source: string): YamlTree {
  const counts = { aliasDepth: 0, aliasedNodes: 0, aliasedCharacters: 0, exceededLimit: undefined };
  const kept = { error: 0, warning: 0 };
  const walk: Walk = { source, diagnostics: [], diagnosticCounts: kept, reportedKeys: new Set(), ...counts };
  const value = readNode(walk, root, []);
  const { diagnostics } = walk;
  const isCut = walk.exceededLimit !== undefined || hasMaxDiagnostics(walk, "error");
  const isComplete = !isCut && !diagnostics.some(({ code }) => code === "nesting-depth");
  return { value, diagnostics, isComplete };
}

interface Walk {
  readonly source: string;
  readonly diagnostics: TreeDiagnostic[];
  readonly diagnosticCounts: Record<TreeDiagnostic["severity"], number>;
  readonly reportedKeys: Set<string>;
  aliasDepth: number;
  aliasedNodes: number;
  aliasedCharacters: number;
  /** The limit that the aliases exceed, in words; undefined within the limits. */
  exceededLimit: LocalizedText | undefined;
}

/** The path of the current node. A step is added before its value is read, and removed afterwards. */
type Path = JsonPathStep[];

type Issue = Pick<TreeDiagnostic, "code"> & MessageAndHint & { readonly severity?: "warning" };

function reportIssue(walk: Walk, node: Pick<YamlNode, "offset"> | null, path: Path, diagnostic: Issue): void {
  const offset = node?.offset ?? 0;
  const severity = diagnostic.severity ?? "error";
  if (hasMaxDiagnostics(walk, severity)) return;
  // An anchored value is read again for each of its aliases, but its errors are reported once.
  const key = `${diagnostic.code} ${offset}`;
  if (walk.reportedKeys.has(key)) return;
  walk.reportedKeys.add(key);
  walk.diagnosticCounts[severity] += 1;
  walk.diagnostics.push({ ...diagnostic, severity, offset, path: [...path] });
}

function hasMaxDiagnostics(walk: Walk, severity: TreeDiagnostic["severity"]): boolean {
  return walk.diagnosticCounts[severity] >= DIAGNOSTICS_KEPT_MAX;
}

function readNode(walk: Walk, node: YamlNode | null, path: Path): JsonValue {
  if (hasMaxDiagnostics(walk, "error") || exceedsAliasLimit(walk, node, path)) return null;
  // `aliasDepth` is checked too, because merge keys add depth without extending the path.
  const isTooDeep = path.length >= JSON_DEPTH_MAX && (node?.kind === "map" || node?.kind === "list");
  if (isTooDeep || walk.aliasDepth > JSON_DEPTH_MAX) {
    const message = {
      en: `the view has more than ${JSON_DEPTH_MAX} levels`,
      pt: `a view tem mais de ${JSON_DEPTH_MAX} níveis`,
    };
    reportIssue(walk, node, path, { code: "nesting-depth", message, hint: FLATTER_HINT });
    return null;
  }
  switch (node?.kind) {
    case "alias":
      return readAlias(walk, node, path);
    case "map":
      return readMap(walk, node, path);
    case "list":
      return readList(walk, node, path);
    case "scalar":
      return readScalar(walk, node, path);
    case undefined:
      return null;
  }
}

/** Counts the nodes and characters that aliases add. Returns true above the limits, and reports that once. */
function exceedsAliasLimit(walk: Walk, node: YamlNode | null, path: Path): boolean {
  if (walk.aliasDepth === 0) return false;
  const wasExceeded = walk.exceededLimit !== undefined;
  walk.aliasedNodes += 1;
  walk.aliasedCharacters += node?.kind === "scalar" ? node.text.length : 0;
  if (walk.aliasedNodes > ALIASED_NODES_MAX)
    walk.exceededLimit ??= { en: `${ALIASED_NODES_MAX} nodes`, pt: `${ALIASED_NODES_MAX} nós` };
  if (walk.aliasedCharacters > VIEW_BYTES_MAX)
    walk.exceededLimit ??= { en: `${VIEW_BYTES_MAX} characters`, pt: `${VIEW_BYTES_MAX} caracteres` };
  if (walk.exceededLimit === undefined) return false;
  if (!wasExceeded) {
    const { en, pt } = walk.exceededLimit;
    reportIssue(walk, node, path, {
      code: "alias-excess",
      message: { en: `aliases expand to more than ${en}`, pt: `os alias se expandem para mais de ${pt}` },
      hint: {
        en: "write the values themselves instead of aliases",
        pt: "escreva os próprios valores em vez dos alias",
      },
    });
  }
  return true;
}

function readAlias(walk: Walk, alias: YamlAlias, path: Path): JsonValue {
  const target = resolveAlias(walk, alias, path);
  if (target === undefined) return null;
  walk.aliasDepth += 1;
  const value = readNode(walk, target, path);
  walk.aliasDepth -= 1;
  return value;
}

/** Returns the target of an alias; reports a missing target, and a target that contains the alias. */
function resolveAlias(walk: Walk, alias: YamlAlias, path: Path): YamlNode | undefined {
  const { target, isInTarget } = alias;
  if (target === undefined) {
    reportIssue(walk, alias, path, {
      code: "yaml-syntax",
      message: UNKNOWN_ANCHOR_MESSAGE,
      hint: {
        en: "define the anchor before the alias, or write the value itself",
        pt: "defina a âncora antes do alias, ou escreva o próprio valor",
      },
    });
    return undefined;
  }
  if (isInTarget) {
    reportIssue(walk, alias, path, { code: "yaml-syntax", ...RECURSIVE_ALIAS_TEXTS });
    return undefined;
  }
  return target;
}

function readScalar(walk: Walk, scalar: YamlScalar, path: Path, isKey = false): JsonValue {
  const { value } = scalar;
  if (scalar.isMergeKey) return reportMergeValue(walk, scalar, path);
  warnAmbiguous(walk, scalar, path, isKey);
  if (!isKey && scalar.plainEnd !== undefined) warnOfPlainScalar(walk, scalar, path);
  const error = findScalarError(scalar);
  if (error === undefined) return value;
  reportIssue(walk, scalar, path, error);
  return null;
}

function reportMergeValue(walk: Walk, scalar: YamlScalar, path: Path): null {
  const { offset, ...diagnostic } = describeMergeValue(walk.source, scalar);
  reportIssue(walk, { offset }, path, diagnostic);
  return null;
}

function warnOfPlainScalar(walk: Walk, scalar: YamlScalar, path: Path): void {
  if (hasMaxDiagnostics(walk, "warning")) return;
  for (const { offset, ...diagnostic } of findPlainScalarWarnings(walk.source, scalar, path))
    reportIssue(walk, { offset }, path, { severity: "warning", ...diagnostic });
}

function warnAmbiguous(walk: Walk, scalar: YamlScalar, path: Path, isKey: boolean): void {
  const { text } = scalar;
  // As a key, `=` is an ordinary string.
  if (
    scalar.plainEnd === undefined ||
    scalar.isTagged ||
    hasMaxDiagnostics(walk, "warning") ||
    (isKey && text === "=")
  )
    return;
  const ambiguity = findScalarAmbiguity(text);
  if (ambiguity !== undefined) reportIssue(walk, scalar, path, { severity: "warning", ...ambiguity });
}

function readList(walk: Walk, { items }: YamlList, path: Path): readonly JsonValue[] {
  const depth = path.length;
  const values = items.map((item, index) => {
    path[depth] = index;
    return readNode(walk, item, path);
  });
  path.length = depth;
  return values;
}

function readMap(walk: Walk, map: YamlMap, path: Path): JsonObject {
  const object: Record<string, JsonValue> = {};
  let merge: YamlPair | undefined;
  for (const pair of map.pairs) {
    if (hasMaxDiagnostics(walk, "error")) break;
    const { key } = pair;
    if (key?.kind !== "scalar" || !key.isMergeKey) readMember(walk, pair, path, object);
    else if (merge === undefined) merge = pair;
    // For a repeated merge key, PyYAML keeps the last value; other readers keep the first.
    else reportIssue(walk, key, [...path, "<<"], describeDuplicateKey("<<", true));
  }
  if (merge !== undefined) mergeInto(walk, merge.value, path, object);
  return object;
}

function readMember(
  walk: Walk,
  { key: keyNode, value: valueNode }: YamlPair,
  path: Path,
  object: Record<string, JsonValue>,
): void {
  const key = readKey(walk, keyNode, path);
  if (key === undefined) {
    reportIssue(walk, keyNode ?? valueNode, path, describeInvalidKey(walk.source, keyNode));
    // The value is read for its diagnostics only.
    readNode(walk, valueNode, path);
    return;
  }
  path.push(key);
  const value = readNode(walk, valueNode, path);
  if (Object.hasOwn(object, key)) reportDuplicate(walk, keyNode, path);
  else setOwnProperty(object, key, value);
  path.pop();
}

function reportDuplicate(walk: Walk, key: YamlNode | null, path: Path): void {
  reportIssue(walk, key, path, describeDuplicateKey(path.at(-1)));
}

function readKey(walk: Walk, key: YamlNode | null, path: Path): string | undefined {
  const isAlias = key?.kind === "alias";
  const node = isAlias ? key.target : key;
  if (node?.kind !== "scalar" || node.isMergeKey || typeof node.value !== "string") return undefined;
  path.push(node.value);
  if (isAlias) walk.aliasDepth += 1;
  exceedsAliasLimit(walk, node, path);
  if (isAlias) walk.aliasDepth -= 1;
  const text = readScalar(walk, node, path, true) as string;
  path.pop();
  return text;
}

/** Adds merged members. The map's own members take precedence, then those of the first merged map. */
function mergeInto(walk: Walk, value: YamlNode | null, path: Path, object: Record<string, JsonValue>): void {
  const source = value?.kind === "alias" ? resolveAlias(walk, value, path) : value;
  if (source === undefined) return;
  for (const item of source?.kind === "list" ? source.items : [value]) mergeMap(walk, item, path, object);
}

function mergeMap(walk: Walk, value: YamlNode | null, path: Path, object: Record<string, JsonValue>): void {
  const source = value?.kind === "alias" ? resolveAlias(walk, value, path) : value;
  if (source === undefined) return;
  if (source?.kind !== "map") {
    reportIssue(walk, value, path, { code: "yaml-syntax", ...MERGE_NOT_OBJECT_TEXTS });
    return;
  }
  walk.aliasDepth += 1;
  const merged = readNode(walk, source, path);
  walk.aliasDepth -= 1;
  for (const [key, member] of Object.entries(merged ?? {})) {
    if (!Object.hasOwn(object, key)) setOwnProperty(object, key, member);
  }
}
