import { VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import type { JsonObject } from "../../domain/json/json-value.ts";
import { checkEntity, checkView } from "../../domain/view/check-view.ts";
import type { Diagnostic, ViewDiagnostic } from "../../domain/view/diagnostic.ts";
import { type Entity, parseEntity } from "../../domain/view/entity.ts";
import { decodeViewFile, type ViewFile } from "./decode-view-file.ts";
import { hasPlainForm } from "./readers/plain-form.ts";
import { createDiagnosticMaker, findPosition } from "./syntax/position.ts";
import { mayHaveTooManyTokens } from "./syntax/token-limit.ts";
import { type EventText, parseEventText } from "./tree/event-forms.ts";
import { valueFromEvents } from "./tree/value-from-events.ts";

/** The result for one file: its diagnostics, and its view if there is no error. */
export interface ParsedViewFile {
  readonly view?: { readonly entity: Entity; readonly canonicalJson: Uint8Array };
  /** The entity and its position. Present even if the view has errors, to find another file with the same entity. */
  readonly declaration?: {
    readonly entity: Entity;
    readonly file: string;
    readonly line: number;
    readonly column: number;
  };
  readonly diagnostics: readonly Diagnostic[];
}

/** The result of reading a file without the full YAML parser. */
export type PlainReading =
  | { readonly kind: "undecodable"; readonly diagnostic: Diagnostic }
  | {
      readonly kind: "text";
      readonly source: string;
      /**
       * Undefined for a long text, whose tokens must be counted first, and for a text that the event parser refuses or
       * may read differently from the `yaml` package.
       */
      readonly events: EventText | undefined;
      /** The result for a view without diagnostics that all readers read in the same way. */
      readonly parsed?: ParsedViewFile;
    };

/**
 * Reads one YAML view, and parses it if its form is common. The result then equals that of `parseViewFile`, at half of
 * the cost, and the modules of `parseViewFile` need not be loaded.
 *
 * @param label the file as messages name it
 */
export function readPlainFile(file: ViewFile, label: string): PlainReading {
  const decoded = decodeViewFile(file.bytes, createDiagnosticMaker(label));
  if (typeof decoded !== "string") return { kind: "undecodable", diagnostic: decoded };
  const source = normalizeLineBreaks(decoded);
  const events = mayHaveTooManyTokens(source) ? undefined : parseEventText(source);
  const isPlain = events !== undefined && !hasByteOrderMark(file.bytes);
  const parsed = isPlain ? parsePlainText(file.path, events, label) : undefined;
  return parsed === undefined ? { kind: "text", source, events } : { kind: "text", source, events, parsed };
}

function parsePlainText(path: string, text: EventText, label: string): ParsedViewFile | undefined {
  const tree = valueFromEvents(text);
  if (tree === undefined || !hasPlainForm(text.source)) return undefined;
  const { entity, diagnostics } = resolveEntity(tree.value, path);
  if (entity === undefined || diagnostics.length > 0 || checkView(tree.value).length > 0) return undefined;
  const canonicalJson = new TextEncoder().encode(canonicalText(tree.value));
  if (canonicalJson.byteLength > VIEW_BYTES_MAX) return undefined;
  const declaration = { entity, file: label, ...findPosition(text.source, tree.entityOffset) };
  return { declaration, view: { entity, canonicalJson }, diagnostics: [] };
}

/**
 * Replaces each lone carriage return by a line feed; offsets stay the same. A lone carriage return ends a line in YAML,
 * but the parser reads it as a character.
 */
function normalizeLineBreaks(source: string): string {
  return source.includes("\r") ? source.replace(/\r(?!\n)/g, "\n") : source;
}

/** Whether a file begins with a byte order mark. The decoder removes it, but other readers count it. */
export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

interface ResolvedEntity {
  readonly entity?: Entity;
  readonly diagnostics: readonly ViewDiagnostic[];
}

/** Returns the view's `entity`, or else the file's name without its ending. `checkView` reports a wrong `entity`. */
export function resolveEntity(view: JsonObject, path: string): ResolvedEntity {
  const own = Object.hasOwn(view, "entity") ? (view.entity ?? undefined) : undefined;
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, "");
  if (own !== undefined && typeof own !== "string") return { diagnostics: [] };
  const parsed = parseEntity(copyAsFlatString(own ?? stem));
  if (parsed.kind === "entity") return { entity: parsed.entity, diagnostics: [] };
  return { diagnostics: own === undefined ? checkEntity(stem, []) : [] };
}

/** Copies a text. A substring would keep the whole file in memory as long as the catalog is in use. */
function copyAsFlatString(text: string): string {
  return Buffer.from(text).toString();
}
