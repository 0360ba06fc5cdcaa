import {
  EVENT_ID,
  type Event,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
} from "js-yaml";
import { INTEGER_DIGITS_MAX, JSON_DEPTH_MAX } from "../../../domain/json/json-value.ts";
import type { YamlScalar } from "./yaml-node.ts";

/** Control characters, tabs, and characters that some readers treat as line breaks, or ignore. */
const AMBIGUOUS_CHARACTER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/;
/** Matches a directive or a document marker. */
const DOCUMENT_MARKER =
  /^(?:%|---(?![^ \r\n])|\.\.\.(?![^ \r\n]))|\n(?:%|---(?![^ \r\n])|\.\.\.(?![^ \r\n]))/;
/** Matches comments and blank lines, then the marker at the start of the only document. */
const LEADING_DOCUMENT_MARKER = /^(?:(?: *#[^\n]*| *\r?)\n)*---(?: *| +#[^\n]*)\r?\n/;
/** Maximum length of a key, from its start to its colon. */
const KEY_LENGTH_MAX = 1_024;

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const DASH = 0x2d;
const COLON = 0x3a;

/**
 * A document and its events. The event parser and the `yaml` package agree on it, except perhaps inside
 * single nodes.
 */
export interface EventText {
  readonly source: string;
  /** The events of the document, of its root map, and of the content of the map. */
  readonly events: readonly [Event, MappingEvent, ...Event[]];
  /** The offset after the line of the marker `---` that begins the document; 0 without such a line. */
  readonly start: number;
}

/**
 * Parses a document into events. Returns undefined if the event parser refuses the document, or if the parsers may
 * differ on it. Inside single nodes, `nodesFromEvents` and `valueFromEvents` check for such differences.
 */
export function parseEventText(source: string): EventText | undefined {
  // The event parser does not count the indentation of the first line.
  if (AMBIGUOUS_CHARACTER.test(source) || source.startsWith(" ")) return undefined;
  const start = LEADING_DOCUMENT_MARKER.exec(source)?.[0].length ?? 0;
  if (DOCUMENT_MARKER.test(start === 0 ? source : source.slice(start))) return undefined;
  const events = tryParseEvents(source);
  if (events?.[1]?.type !== EVENT_ID.MAPPING) return undefined;
  return { source, events: events as EventText["events"], start };
}

function tryParseEvents(source: string): readonly Event[] | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parseEvents(source, { maxDepth: JSON_DEPTH_MAX });
  } catch {
    // A text that this parser refuses goes to the yaml package, which reads it or explains the error.
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Matches escapes on which the parsers may differ: code points beyond Unicode, and line breaks. */
const AMBIGUOUS_ESCAPE = /\\(?:U|\r?\n)/;

/** Whether the parsers may differ on a scalar, such as a block scalar whose last line has no line break. */
export function isAmbiguousScalar(
  source: string,
  { fast, style, valueStart, valueEnd }: Pick<ScalarEvent, "fast" | "style" | "valueEnd" | "valueStart">,
): boolean {
  if (fast) return false;
  switch (style) {
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return AMBIGUOUS_ESCAPE.test(source.slice(valueStart, valueEnd));
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return valueEnd === source.length && !source.endsWith("\n");
    default:
      return false;
  }
}

/** Returns the offset after a plain or quoted scalar, with its quotes. */
export function findScalarEnd({ style, valueEnd }: ScalarEvent): number {
  return style === SCALAR_STYLE.PLAIN ? valueEnd : valueEnd + 1;
}

/** Returns the column of an offset, from 0. */
export function findColumn(source: string, offset: number): number {
  return offset - source.lastIndexOf("\n", offset - 1) - 1;
}

/**
 * Returns the offset of a key's colon; undefined for an unusual form of key. The key and the colon must be on
 * one line. In a block map, the key must be in the column of the map, and only spaces and dashes may be
 * before it.
 *
 * @param column the column of the map; undefined for a map in braces
 */
export function findColon(
  source: string,
  event: ScalarEvent,
  column: number | undefined,
): number | undefined {
  const { anchorStart, tagStart, valueStart, style, fast } = event;
  if (anchorStart !== -1 || tagStart !== -1 || valueStart === -1 || style > SCALAR_STYLE.DOUBLE_QUOTED)
    return undefined;
  if (isAmbiguousScalar(source, event)) return undefined;
  const start = style === SCALAR_STYLE.PLAIN ? valueStart : valueStart - 1;
  const end = findScalarEnd(event);
  const colon = skipSpaces(source, end);
  if (source.charCodeAt(colon) !== COLON || colon - start > KEY_LENGTH_MAX) return undefined;
  if (!fast && source.slice(start, end).includes("\n")) return undefined;
  return column === undefined || isFirstInColumn(source, start, column) ? colon : undefined;
}

function isFirstInColumn(source: string, offset: number, column: number): boolean {
  const start = offset - column;
  if (start > 0 && source.charCodeAt(start - 1) !== LINE_FEED) return false;
  for (let index = start; index < offset; index++) {
    const character = source.charCodeAt(index);
    if (character !== SPACE && character !== DASH) return false;
  }
  return true;
}

/** Returns the offset of the next character that is not a space. */
export function skipSpaces(source: string, from: number): number {
  let offset = from;
  while (source.charCodeAt(offset) === SPACE) offset += 1;
  return offset;
}

const TYPED_START = /^(?:[-+.0-9~]|(?:null|true|false)$)/i;
const INTEGER_PATTERN = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT_PATTERN = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE_PATTERN = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;

/** Returns the value of a plain scalar in the core schema of YAML 1.2. */
export function resolveCoreScalar(text: string): YamlScalar["value"] {
  if (!TYPED_START.test(text)) return text;
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return text.length === 4;
  // Converting a longer integer would take quadratic time. Its length is reported as an error.
  if (INTEGER_PATTERN.test(text)) return text.length > INTEGER_DIGITS_MAX ? 0n : BigInt(text);
  if (FLOAT_PATTERN.test(text)) return Number(text);
  if (!NOT_FINITE_PATTERN.test(text)) return text;
  return text.endsWith("n") || text.endsWith("N") ? Number.NaN : Number.POSITIVE_INFINITY;
}
