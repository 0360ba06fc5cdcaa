import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { VIEW_BYTES_MAX } from "../../../domain/catalog/catalog.ts";
import {
  INTEGER_DIGITS_MAX,
  JSON_DEPTH_MAX,
  type JsonObject,
  type JsonPathStep,
  type JsonValue,
  setOwn,
} from "../../../domain/json/json-value.ts";
import { yaml11Difference } from "../../../domain/view/yaml11-reading.ts";
import { tagUnknown } from "../syntax/position.ts";
import { aliasTargets } from "./alias-targets.ts";
import { plainTextDiagnostics, templateAt } from "./plain-text-diagnostics.ts";
import type { TreeDiagnostic } from "./tree-diagnostic.ts";

/** The limit of kept errors and of kept warnings: far more than are reported. */
const FINDINGS_KEPT_MAX = 2_000;
/** The most nodes that the aliases of one file may add to its own nodes. */
const ALIASED_NODES_MAX = 10_000;

/** The result of {@link readTree}. */
export interface YamlTree {
  readonly value: JsonValue;
  readonly diagnostics: readonly TreeDiagnostic[];
  /** Whether only parts with a diagnostic were left out. */
  readonly isWhole: boolean;
}

/**
 * Turns a parsed YAML document into a JSON value, resolving aliases and merge keys and keeping every number's kind.
 *
 * @param document parsed with `intAsBigInt` and `merge`, without errors that keep it from being read
 * @param source what it was parsed from
 * @returns the value as far as it could be read, and every diagnostic on the way
 */
export function readTree(document: Document, source: string): YamlTree {
  const counts = { aliasDepth: 0, aliasedNodes: 0, aliasedCharacters: 0, excess: undefined };
  const kept = { error: 0, warning: 0 };
  const targets = aliasTargets(document);
  const walk: Walk = { source, targets, diagnostics: [], kept, reported: new Set(), ...counts };
  const value = readNode(walk, document.contents as Node | null, []);
  const { diagnostics } = walk;
  const isCut = walk.excess !== undefined || isFull(walk, "error");
  return { value, diagnostics, isWhole: !isCut && !diagnostics.some(({ code }) => code === "nesting-depth") };
}

interface Walk {
  readonly source: string;
  readonly targets: ReadonlyMap<Node, Node>;
  readonly diagnostics: TreeDiagnostic[];
  readonly kept: Record<TreeDiagnostic["severity"], number>;
  readonly reported: Set<string>;
  aliasDepth: number;
  aliasedNodes: number;
  aliasedCharacters: number;
  /** The limit that the aliases exceed, in words. */
  excess: string | undefined;
}

type Finding = Pick<TreeDiagnostic, "code" | "hint" | "message"> & { readonly severity?: "warning" };

function report(walk: Walk, node: unknown, path: readonly JsonPathStep[], diagnostic: Finding): void {
  const offset = (node as Node | null)?.range?.[0] ?? 0;
  const severity = diagnostic.severity ?? "error";
  if (isFull(walk, severity)) return;
  // An anchored value is read again for each of its aliases, but its errors are reported once.
  const mark = `${diagnostic.code} ${offset}`;
  if (walk.reported.has(mark)) return;
  walk.reported.add(mark);
  walk.kept[severity] += 1;
  walk.diagnostics.push({ ...diagnostic, severity, offset, path });
}

function isFull(walk: Walk, severity: TreeDiagnostic["severity"]): boolean {
  return walk.kept[severity] >= FINDINGS_KEPT_MAX;
}

function readNode(walk: Walk, node: Node | null, path: readonly JsonPathStep[]): JsonValue {
  if (isFull(walk, "error") || isExcessive(walk, node, path)) return null;
  // Merges nest without a longer path.
  const isTooDeep = path.length >= JSON_DEPTH_MAX && isCollection(node);
  if (isTooDeep || walk.aliasDepth > JSON_DEPTH_MAX) {
    const message = `the view nests deeper than ${JSON_DEPTH_MAX} levels`;
    report(walk, node, path, { code: "nesting-depth", message, hint: "make it flatter" });
    return null;
  }
  if (isAlias(node)) return readAlias(walk, node, path);
  if (isMap(node)) return readMap(walk, node, path);
  if (isSeq(node))
    return node.items.map((item, index) => readNode(walk, item as Node | null, [...path, index]));
  return isScalar(node) ? readScalar(walk, node, path) : null;
}

/**
 * Counts the nodes that aliases add, and reports once when there are too many: nothing more is expanded then.
 */
function isExcessive(walk: Walk, node: Node | null, path: readonly JsonPathStep[]): boolean {
  if (walk.aliasDepth === 0) return false;
  const wasExcessive = walk.excess !== undefined;
  walk.aliasedNodes += 1;
  walk.aliasedCharacters += isScalar(node) ? (node.source ?? "").length : 0;
  if (walk.aliasedNodes > ALIASED_NODES_MAX) walk.excess ??= `${ALIASED_NODES_MAX} nodes`;
  if (walk.aliasedCharacters > VIEW_BYTES_MAX) walk.excess ??= `${VIEW_BYTES_MAX} characters`;
  if (walk.excess === undefined) return false;
  if (!wasExcessive) {
    const message = `aliases expand to more than ${walk.excess}`;
    report(walk, node, path, {
      code: "alias-excess",
      message,
      hint: "write the values out instead of aliases",
    });
  }
  return true;
}

function readAlias(walk: Walk, alias: Node, path: readonly JsonPathStep[]): JsonValue {
  const target = aliasTarget(walk, alias, path);
  if (target === undefined) return null;
  walk.aliasDepth += 1;
  const value = readNode(walk, target, path);
  walk.aliasDepth -= 1;
  return value;
}

/** The target of an alias; undefined, and reported, for a missing or an endless one. */
function aliasTarget(walk: Walk, alias: Node, path: readonly JsonPathStep[]): Node | undefined {
  const target = walk.targets.get(alias);
  if (target === undefined) {
    const message = "the alias refers to no anchor before it";
    report(walk, alias, path, {
      code: "yaml-syntax",
      message,
      hint: "define the anchor first, or write the value out",
    });
    return undefined;
  }
  // An anchor comes before its aliases, so every cycle has an alias that lies inside its own target.
  const [offset] = alias.range ?? [0];
  const [start, , end] = target.range ?? [0, 0, 0];
  if (start <= offset && offset < end) {
    const message = "the alias refers to a value that it is part of";
    report(walk, alias, path, { code: "yaml-syntax", message, hint: "write out what is meant" });
    return undefined;
  }
  return target;
}

function readScalar(walk: Walk, scalar: Node, path: readonly JsonPathStep[], isKey = false): JsonValue {
  if (!isScalar(scalar)) return null;
  const { value } = scalar;
  if (typeof value === "symbol") return reportMergeValue(walk, scalar, path);
  warnAmbiguous(walk, scalar, path, isKey);
  if (!isKey && scalar.type === "PLAIN") warnOfPlainText(walk, scalar, path);
  if (typeof value === "number" && !Number.isFinite(value)) {
    const message = `${JSON.stringify(scalar.source ?? String(value))} is no number that JSON can hold`;
    report(walk, scalar, path, {
      code: "number-range",
      message,
      hint: "write a finite number, or quote it as text",
    });
    return null;
  }
  if (typeof value === "bigint" && (scalar.source ?? "").length > INTEGER_DIGITS_MAX) {
    const message = `the whole number has more than ${INTEGER_DIGITS_MAX} digits`;
    report(walk, scalar, path, { code: "number-range", message, hint: "quote it as text" });
    return null;
  }
  if (typeof value === "string" && !value.isWellFormed()) {
    const message = "the text holds half of a surrogate pair";
    report(walk, scalar, path, { code: "text-encoding", message, hint: "write the whole character" });
    return null;
  }
  return value as JsonValue;
}

/** A `<<` is no value, with its tag or as an alias of a key. */
function reportMergeValue(walk: Walk, scalar: Node, path: readonly JsonPathStep[]): null {
  const [start = 0] = scalar.range ?? [];
  const tag = scalar.tag === undefined ? -1 : walk.source.lastIndexOf("!!", start);
  const diagnostic: Finding =
    tag === -1
      ? {
          code: "yaml-syntax",
          message: 'the merge key "<<" is no value',
          hint: 'quote it if it is text: "<<"',
        }
      : tagUnknown('"!!merge"');
  report(walk, { range: [tag === -1 ? start : tag, start, start] }, path, diagnostic);
  return null;
}

function warnOfPlainText(walk: Walk, scalar: Node, path: readonly JsonPathStep[]): void {
  if (isFull(walk, "warning")) return;
  for (const { offset, ...diagnostic } of plainTextDiagnostics(walk.source, scalar, path))
    report(walk, { range: [offset, offset, offset] }, path, { severity: "warning", ...diagnostic });
}

function warnAmbiguous(walk: Walk, scalar: Node, path: readonly JsonPathStep[], isKey: boolean): void {
  if (!isScalar(scalar) || scalar.type !== "PLAIN" || scalar.tag !== undefined || isFull(walk, "warning"))
    return;
  const { source } = scalar;
  // As a key, `=` is an ordinary text.
  if (source === undefined || (isKey && source === "=")) return;
  const difference = yaml11Difference(source);
  if (difference === undefined) return;
  const shown = excerpt(source);
  if (difference.kind === "refused") {
    const message = `PyYAML cannot read this file: ${difference.reason}`;
    const hint = `quote it if it is text: ${JSON.stringify(shown)}`;
    report(walk, scalar, path, { severity: "warning", code: "yaml-refused-elsewhere", message, hint });
    return;
  }
  const message = `YAML 1.1 readers take ${shown} for ${difference.reading}`;
  const hint = `quote it if it is text: ${JSON.stringify(shown)}, or write it so that all readers agree`;
  report(walk, scalar, path, { severity: "warning", code: "yaml-ambiguous", message, hint });
}

const SHOWN_LENGTH_MAX = 60;

function excerpt(source: string): string {
  return source.length > SHOWN_LENGTH_MAX ? `${source.slice(0, SHOWN_LENGTH_MAX)}…` : source;
}

function readMap(walk: Walk, map: YAMLMap, path: readonly JsonPathStep[]): JsonObject {
  const object: Record<string, JsonValue> = {};
  const merges: Pair[] = [];
  for (const pair of map.items) {
    if (isFull(walk, "error")) break;
    if (!isPair(pair)) continue;
    if (!isMergeKey(pair.key)) readMember(walk, pair, path, object);
    else if (merges.length === 0) merges.push(pair);
    // PyYAML keeps the last of two, other readers the first.
    else reportDuplicate(walk, pair.key as Node, [...path, "<<"]);
  }
  for (const { value } of merges) mergeInto(walk, value as Node | null, path, object);
  return object;
}

function readMember(
  walk: Walk,
  pair: Pair,
  path: readonly JsonPathStep[],
  object: Record<string, JsonValue>,
): void {
  const keyNode = pair.key as Node | null;
  const key = readKey(walk, keyNode, path);
  if (key === undefined) {
    report(walk, keyNode ?? (pair.value as Node | null), path, keyDiagnostic(walk.source, keyNode));
    // Faults inside the value are reported at once.
    readNode(walk, pair.value as Node | null, path);
    return;
  }
  const memberPath = [...path, key];
  const value = readNode(walk, pair.value as Node | null, memberPath);
  if (Object.hasOwn(object, key)) reportDuplicate(walk, keyNode, memberPath);
  else setOwn(object, key, value);
}

function keyDiagnostic(source: string, key: Node | null): Finding {
  const template = templateAt(source, key?.range?.[0] ?? 0);
  if (template !== undefined) return { code: "yaml-syntax", ...template };
  if (!isScalar(key))
    return { code: "key-type", message: "a list or an object is used as a key", hint: "use text" };
  if (!key.source)
    return { code: "key-type", message: "a key is empty", hint: "write the key before the colon" };
  const shown = JSON.stringify(key.source);
  return { code: "key-type", message: `the key ${shown} is not text`, hint: `quote it: ${shown}` };
}

function reportDuplicate(walk: Walk, key: Node | null, path: readonly JsonPathStep[]): void {
  const message = `the key ${JSON.stringify(path.at(-1))} comes twice in one object`;
  report(walk, key, path, { code: "duplicate-key", message, hint: "remove or rename one of the two" });
}

function readKey(walk: Walk, key: Node | null, path: readonly JsonPathStep[]): string | undefined {
  const node = resolved(walk, key);
  if (!isScalar(node) || typeof node.value !== "string") return undefined;
  const keyPath = [...path, node.value];
  if (isAlias(key)) walk.aliasDepth += 1;
  isExcessive(walk, node, keyPath);
  if (isAlias(key)) walk.aliasDepth -= 1;
  return readScalar(walk, node, keyPath, true) as string;
}

function resolved(walk: Walk, node: Node | null): Node | null {
  return node === null ? null : (walk.targets.get(node) ?? node);
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** The map's own members win over merged ones, and of several merged maps the first wins. */
function mergeInto(
  walk: Walk,
  value: Node | null,
  path: readonly JsonPathStep[],
  object: Record<string, JsonValue>,
): void {
  const source = isAlias(value) ? aliasTarget(walk, value, path) : value;
  if (source === undefined) return;
  for (const item of isSeq(source) ? source.items : [value])
    mergeMap(walk, item as Node | null, path, object);
}

function mergeMap(
  walk: Walk,
  value: Node | null,
  path: readonly JsonPathStep[],
  object: Record<string, JsonValue>,
): void {
  const source = isAlias(value) ? aliasTarget(walk, value, path) : value;
  if (source === undefined) return;
  if (!isMap(source)) {
    const message = 'the merge key "<<" has no object to merge';
    report(walk, value, path, {
      code: "yaml-syntax",
      message,
      hint: 'refer to an anchored object, or quote "<<"',
    });
    return;
  }
  walk.aliasDepth += 1;
  const merged = readNode(walk, source, path);
  walk.aliasDepth -= 1;
  for (const [key, member] of Object.entries(merged ?? {})) {
    if (!Object.hasOwn(object, key)) setOwn(object, key, member);
  }
}
