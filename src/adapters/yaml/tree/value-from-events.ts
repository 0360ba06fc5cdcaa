import {
  COLLECTION_STYLE,
  EVENT_ID,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from "js-yaml";
import {
  INTEGER_DIGITS_MAX,
  JSON_DEPTH_MAX,
  type JsonObject,
  type JsonValue,
  setOwnProperty,
} from "../../../domain/json/json-value.ts";
import { findYaml11Difference } from "../../../domain/view/yaml11-reading.ts";
import {
  type EventText,
  findColon,
  findColumn,
  isAmbiguousScalar,
  resolveCoreScalar,
} from "./event-forms.ts";

/** The JSON value of a YAML document, and the offset of its `entity`. */
export interface PlainTree {
  readonly value: JsonObject;
  /** The offset of the value of `entity`; without `entity`, the offset of the root. */
  readonly entityOffset: number;
}

/**
 * Reads the JSON value of a simple document from its events, without making nodes. A simple document has no
 * anchors, tags or merge keys, and its YAML causes no diagnostic.
 *
 * @returns undefined for any other document
 */
export function valueFromEvents(text: EventText): PlainTree | undefined {
  if (!text.source.isWellFormed()) return undefined;
  const reading: ValueReading = { ...text, next: 1, entityOffset: text.events[1].start };
  const value = readValue(reading, 0, false);
  if (value === undefined || reading.next + 1 !== text.events.length) return undefined;
  return { value: value as JsonObject, entityOffset: reading.entityOffset };
}

interface ValueReading extends EventText {
  /** The index of the next event. */
  next: number;
  entityOffset: number;
}

function readValue(reading: ValueReading, depth: number, isFlow: boolean): JsonValue | undefined {
  const event = reading.events[reading.next++];
  if (event?.type === EVENT_ID.SCALAR) return readScalar(reading.source, event, isFlow);
  if (depth >= JSON_DEPTH_MAX) return undefined;
  if (event?.type === EVENT_ID.MAPPING) return readMap(reading, event, depth);
  return event?.type === EVENT_ID.SEQUENCE ? readList(reading, event, depth) : undefined;
}

function hasAnchorOrTag({ anchorStart, tagStart }: MappingEvent | ScalarEvent | SequenceEvent): boolean {
  return anchorStart !== -1 || tagStart !== -1;
}

function readMap(reading: ValueReading, event: MappingEvent, depth: number): JsonObject | undefined {
  const { source, events } = reading;
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  // A flow map without braces is a pair directly inside brackets, as in `[a: 1]`: it is not read here.
  if (hasAnchorOrTag(event) || (isFlow && source[event.start] !== "{")) return undefined;
  const column = isFlow ? undefined : findColumn(source, event.start);
  const object: Record<string, JsonValue> = {};
  while (events[reading.next]?.type !== EVENT_ID.POP) {
    const key = readKey(reading, column);
    if (key === undefined || Object.hasOwn(object, key)) return undefined;
    if (depth === 0 && key === "entity" && !recordEntity(reading)) return undefined;
    const value = readValue(reading, depth + 1, isFlow);
    if (value === undefined) return undefined;
    setOwnProperty(object, key, value);
  }
  reading.next += 1;
  return object;
}

function readList(
  reading: ValueReading,
  event: SequenceEvent,
  depth: number,
): readonly JsonValue[] | undefined {
  if (hasAnchorOrTag(event)) return undefined;
  const isFlow = event.style === COLLECTION_STYLE.FLOW;
  const items: JsonValue[] = [];
  while (reading.events[reading.next]?.type !== EVENT_ID.POP) {
    const item = readValue(reading, depth + 1, isFlow);
    if (item === undefined) return undefined;
    items.push(item);
  }
  reading.next += 1;
  return items;
}

function readKey(reading: ValueReading, column: number | undefined): string | undefined {
  const { source } = reading;
  const event = reading.events[reading.next++];
  if (event?.type !== EVENT_ID.SCALAR || findColon(source, event, column) === undefined) return undefined;
  const key = readScalar(source, event, false);
  return typeof key === "string" ? key : undefined;
}

function readScalar(source: string, event: ScalarEvent, isFlow: boolean): JsonValue | undefined {
  if (hasAnchorOrTag(event)) return undefined;
  const { fast, style, valueStart, valueEnd } = event;
  if (valueStart === -1) return isFlow ? undefined : null;
  if (!fast && isAmbiguousScalar(source, event)) return undefined;
  const text = getScalarValue(source, event);
  if (style === SCALAR_STYLE.PLAIN) {
    // These scalars may need a warning: a comment may cut off the text, and a line with a dash may be meant as an item.
    if (source.startsWith(" #", valueEnd)) return undefined;
    if (!fast && /\n[ \t]*-/.test(source.slice(valueStart, valueEnd))) return undefined;
    return isTooLongForType(text) ? text : resolveAgreedScalar(text);
  }
  // An escape can make half of a surrogate pair.
  return fast || text.isWellFormed() ? text : undefined;
}

/** Maximum length of the words, such as `false`, that YAML 1.1 or YAML 1.2 reads as a type other than string. */
const TYPED_WORD_LENGTH_MAX = 5;

/** Whether a plain scalar is a string, because it begins with a letter and is longer than each word with a type. */
function isTooLongForType(text: string): boolean {
  return text.length > TYPED_WORD_LENGTH_MAX && /^[A-Za-z\u00a1-\ufffd]/.test(text);
}

/** Returns the value of a plain scalar; undefined if versions of YAML differ, or if JSON cannot represent it. */
function resolveAgreedScalar(text: string): JsonValue | undefined {
  if (findYaml11Difference(text) !== undefined) return undefined;
  const value = resolveCoreScalar(text);
  if (typeof value === "number" && !Number.isFinite(value)) return undefined;
  return typeof value === "bigint" && text.length > INTEGER_DIGITS_MAX ? undefined : value;
}

/** Records the next value's offset as the entity's; returns false if the value is not a plain or quoted scalar. */
function recordEntity(reading: ValueReading): boolean {
  const event = reading.events[reading.next];
  if (event?.type !== EVENT_ID.SCALAR || event.valueStart === -1) return false;
  if (event.style > SCALAR_STYLE.DOUBLE_QUOTED) return false;
  reading.entityOffset = event.style === SCALAR_STYLE.PLAIN ? event.valueStart : event.valueStart - 1;
  return true;
}
