import {
  type AliasEvent,
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from "js-yaml";
import { INTEGER_DIGITS_MAX, JSON_DEPTH_MAX } from "../../../domain/json/json-value.ts";
import {
  type AnchorTable,
  aliasOf,
  createAnchorTable,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
} from "./yaml-node.ts";

/** Control characters, tabs, and characters that some readers treat as line ends, or ignore. */
const STRANGE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/;
/** Directives, and the start or the end of a document. */
const MARKER = /^(?:%|---(?![^ \r\n])|\.\.\.(?![^ \r\n]))|\n(?:%|---(?![^ \r\n])|\.\.\.(?![^ \r\n]))/;
/** Comments and blank lines, then the start of the only document. */
const LEADING_MARKER = /^(?:(?: *#[^\n]*| *\r?)\n)*---(?: *| +#[^\n]*)\r?\n/;
/** The longest key, from its start to its colon. */
const KEY_LENGTH_MAX = 1_024;

/**
 * The nodes of a text in forms on which the event parser and the `yaml` package agree: the same nodes, at a
 * tenth of the cost.
 *
 * @returns undefined for any other text, wrong or not
 */
export function nodesFromEvents(source: string): YamlMap | undefined {
  // The event parser does not count the indentation of the first line.
  if (STRANGE.test(source) || source.startsWith(" ")) return undefined;
  const start = LEADING_MARKER.exec(source)?.[0].length ?? 0;
  if (MARKER.test(start === 0 ? source : source.slice(start))) return undefined;
  const events = eventsOf(source);
  if (events === undefined) return undefined;
  const build: Build = { source, events, anchors: createAnchorTable(), next: 1, end: start, isFlow: false };
  const root = events[1]?.type === EVENT_ID.MAPPING ? readNode(build) : undefined;
  const isOnly = build.next + 1 === events.length;
  return isOnly && root?.kind === "map" ? root : undefined;
}

function eventsOf(source: string): readonly Event[] | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parseEvents(source, { maxDepth: JSON_DEPTH_MAX });
  } catch {
    // Whatever it refuses is read, or explained, by the other parser.
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

interface Build {
  readonly source: string;
  readonly events: readonly Event[];
  readonly anchors: AnchorTable;
  /** The index of the next event. */
  next: number;
  /** The offset after the last token. */
  end: number;
  isFlow: boolean;
}

/** Reads the next node; undefined when it is in another form. */
function readNode(build: Build): YamlNode | undefined {
  const event = build.events[build.next++];
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return readScalar(build, event);
    case EVENT_ID.MAPPING:
      return readMap(build, event);
    case EVENT_ID.SEQUENCE:
      return readList(build, event);
    case EVENT_ID.ALIAS:
      return readAlias(build, event);
    default:
      return undefined;
  }
}

function readAlias(build: Build, { anchorStart, anchorEnd }: AliasEvent): YamlNode | undefined {
  build.end = anchorEnd;
  const name = build.source.slice(anchorStart, anchorEnd);
  return ANCHOR_NAME.test(name) ? aliasOf(build.anchors, name, anchorStart - 1) : undefined;
}

/** The parsers differ on names with other characters, such as a colon at the end. */
const ANCHOR_NAME = /^[\w-]+$/;

/** Records the anchor of a node; false when it has properties of another form. */
function hasAnchored(
  { source, anchors }: Build,
  { anchorStart, anchorEnd, tagStart }: MappingEvent | ScalarEvent | SequenceEvent,
  node: YamlNode,
): boolean {
  if (tagStart !== -1) return false;
  if (anchorStart === -1) return true;
  const name = source.slice(anchorStart, anchorEnd);
  anchors.nodes.set(name, node);
  return ANCHOR_NAME.test(name);
}

function readScalar(build: Build, event: ScalarEvent): YamlScalar | undefined {
  const scalar = event.valueStart === -1 ? emptyScalar(build, event) : writtenScalar(build, event);
  return scalar !== undefined && hasAnchored(build, event, scalar) ? scalar : undefined;
}

function emptyScalar(build: Build, { anchorStart }: ScalarEvent): YamlScalar | undefined {
  if (anchorStart !== -1 || build.isFlow) return undefined;
  const offset = skipSpaces(build.source, build.end);
  return {
    kind: "scalar",
    offset,
    plainEnd: offset,
    text: "",
    value: null,
    isTagged: false,
    isMergeKey: false,
  };
}

function writtenScalar(build: Build, event: ScalarEvent): YamlScalar | undefined {
  const { source } = build;
  const { valueStart, valueEnd, style } = event;
  if (!event.fast && isDoubtful(source, event)) return undefined;
  const text = getScalarValue(source, event);
  const isPlain = style === SCALAR_STYLE.PLAIN;
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  const end = isQuoted ? valueEnd + 1 : valueEnd;
  const offset = isPlain
    ? valueStart
    : isQuoted
      ? valueStart - 1
      : blockOffset(source, Math.max(build.end, event.anchorEnd));
  build.end = end;
  return {
    kind: "scalar",
    offset,
    plainEnd: isPlain ? end : undefined,
    text,
    value: isPlain ? coreValue(text) : text,
    isTagged: false,
    isMergeKey: false,
  };
}

const BLOCK_START = /[|>]/g;

/** Where the `|` or `>` of a text stands: the first after the key, the dash or the anchor. */
function blockOffset(source: string, from: number): number {
  BLOCK_START.lastIndex = from;
  return BLOCK_START.exec(source)?.index ?? from;
}

/** An escape that may be beyond Unicode, or that is a line break, on which the parsers differ. */
const DOUBTFUL_ESCAPE = /\\(?:U|\r?\n)/;

/** Whether the parsers differ on a text: also on the last line of a block that has no line break. */
function isDoubtful(source: string, { style, valueStart, valueEnd }: ScalarEvent): boolean {
  switch (style) {
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return DOUBTFUL_ESCAPE.test(source.slice(valueStart, valueEnd));
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return valueEnd === source.length && !source.endsWith("\n");
    default:
      return false;
  }
}

function readMap(build: Build, event: MappingEvent): YamlMap | undefined {
  const { source, events, anchors } = build;
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  // A pair in a list in brackets is a map without braces.
  if (isFlow && source[event.start] !== "{") return undefined;
  const pairs: YamlPair[] = [];
  const map: YamlMap = { kind: "map", offset: event.start, pairs };
  if (!hasAnchored(build, event, map)) return undefined;
  anchors.open.add(map);
  const wasFlow = build.isFlow;
  build.isFlow = isFlow;
  build.end = Math.max(build.end, event.start);
  const column = isFlow ? undefined : event.start - lineStart(source, event.start);
  while (events[build.next]?.type !== EVENT_ID.POP) {
    const key = readKey(build, column);
    const value = key && readNode(build);
    if (value === undefined) return undefined;
    pairs.push({ key, value } as YamlPair);
  }
  if (isFlow) skipClose(build);
  build.next += 1;
  build.isFlow = wasFlow;
  anchors.open.delete(map);
  return map;
}

function lineStart(source: string, offset: number): number {
  return source.lastIndexOf("\n", offset - 1) + 1;
}

/**
 * Reads a key with its colon, both on one line: a key of a block stands first on its line, after dashes at
 * most, and in the column of the map.
 */
function readKey(build: Build, column: number | undefined): YamlScalar | undefined {
  const { source } = build;
  const event = build.events[build.next++];
  if (event?.type !== EVENT_ID.SCALAR || event.anchorStart !== -1 || event.tagStart !== -1) return undefined;
  if (event.valueStart === -1 || event.style > SCALAR_STYLE.DOUBLE_QUOTED) return undefined;
  const key = writtenScalar(build, event);
  if (key === undefined) return undefined;
  const { end } = build;
  const colon = skipSpaces(source, end);
  if (source[colon] !== ":" || colon - key.offset > KEY_LENGTH_MAX) return undefined;
  if (!event.fast && source.slice(key.offset, end).includes("\n")) return undefined;
  if (column !== undefined && !isFirstInColumn(source, key.offset, column)) return undefined;
  build.end = colon + 1;
  return key.plainEnd !== undefined && key.text === "<<" ? { ...key, isMergeKey: true } : key;
}

function isFirstInColumn(source: string, offset: number, column: number): boolean {
  const start = offset - column;
  if (start > 0 && source[start - 1] !== "\n") return false;
  for (let index = start; index < offset; index++) {
    const character = source[index];
    if (character !== " " && character !== "-") return false;
  }
  return true;
}

function skipSpaces(source: string, from: number): number {
  let offset = from;
  while (source[offset] === " ") offset += 1;
  return offset;
}

const TO_DASH = /(?:[ \r\n]|#[^\n]*)*-/y;

function readList(build: Build, event: SequenceEvent): YamlNode | undefined {
  const { source, events, anchors } = build;
  const items: YamlNode[] = [];
  const list: YamlNode = { kind: "list", offset: event.start, items };
  if (!hasAnchored(build, event, list)) return undefined;
  anchors.open.add(list);
  const wasFlow = build.isFlow;
  build.isFlow = event.style === COLLECTION_STYLE.FLOW;
  build.end = Math.max(build.end, event.start);
  while (events[build.next]?.type !== EVENT_ID.POP) {
    if (!build.isFlow) {
      TO_DASH.lastIndex = build.end;
      if (!TO_DASH.test(source)) return undefined;
      build.end = TO_DASH.lastIndex;
    }
    const item = readNode(build);
    if (item === undefined) return undefined;
    items.push(item);
  }
  if (build.isFlow) skipClose(build);
  build.next += 1;
  build.isFlow = wasFlow;
  anchors.open.delete(list);
  return list;
}

const TO_CLOSE = /(?:[[{ \r\n,]|#[^\n]*)*[\]}]/y;

/** Goes on after the bracket that ends a list or an object. */
function skipClose(build: Build): void {
  TO_CLOSE.lastIndex = build.end;
  if (TO_CLOSE.test(build.source)) build.end = TO_CLOSE.lastIndex;
}

const TYPED_START = /^(?:[-+.0-9~]|[nNtTfF].{3,4}$)/;
const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;

/** A plain scalar's value in the core schema of YAML 1.2. */
function coreValue(text: string): YamlScalar["value"] {
  if (!TYPED_START.test(text)) return text;
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return text.length === 4;
  // Converting a longer one would take quadratic time; it is reported by its length.
  if (INTEGER.test(text)) return text.length > INTEGER_DIGITS_MAX ? 0n : BigInt(text);
  if (FLOAT.test(text)) return Number(text);
  if (!NOT_FINITE.test(text)) return text;
  return text.endsWith("n") || text.endsWith("N") ? Number.NaN : Number.POSITIVE_INFINITY;
}
