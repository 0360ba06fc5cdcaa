import { VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import type { JsonObject } from "../../domain/json/json-value.ts";
import { checkEntity, checkView } from "../../domain/view/check-view.ts";
import type { Diagnostic, ViewDiagnostic } from "../../domain/view/diagnostic.ts";
import { type Entity, parseEntity } from "../../domain/view/entity.ts";
import { decodeViewFile, type ViewFile } from "./decode-view-file.ts";
import { hasPlainForm } from "./readers/plain-form.ts";
import { createPlace, positionAt } from "./syntax/position.ts";
import { mayHaveTooManyTokens } from "./syntax/token-limit.ts";
import { type EventText, parseEventText } from "./tree/event-forms.ts";
import { valueFromEvents } from "./tree/value-from-events.ts";

/** The result for one file: a view with its canonical JSON, or nothing; and its diagnostics either way. */
export interface ParsedViewFile {
  readonly view?: { readonly entity: Entity; readonly canonicalJson: Uint8Array };
  /** The entity, valid or not, and where it is written: for an error about a second file of that name. */
  readonly named?: {
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
      /** Undefined for a text whose tokens must be counted, or with a form on which the parsers may differ. */
      readonly events: EventText | undefined;
      /** The result, for a view that all readers read alike and that has nothing to report. */
      readonly parsed?: ParsedViewFile;
    };

/**
 * Reads one YAML view, and parses it when it is written as most are. The result then equals that of `parseViewFile`,
 * at half of the cost, and its modules need not be loaded.
 *
 * @param label the file as messages name it
 */
export function readPlainFile(file: ViewFile, label: string): PlainReading {
  const decoded = decodeViewFile(file.bytes, createPlace(label));
  if (typeof decoded !== "string") return { kind: "undecodable", diagnostic: decoded };
  const source = withLineFeeds(decoded);
  const events = mayHaveTooManyTokens(source) ? undefined : parseEventText(source);
  const isPlain = events !== undefined && !hasByteOrderMark(file.bytes);
  const parsed = isPlain ? parsePlainText(file.path, events, label) : undefined;
  return parsed === undefined ? { kind: "text", source, events } : { kind: "text", source, events, parsed };
}

function parsePlainText(path: string, text: EventText, label: string): ParsedViewFile | undefined {
  const tree = valueFromEvents(text);
  if (tree === undefined || !hasPlainForm(text.source)) return undefined;
  const { entity, diagnostics } = nameView(tree.value, path);
  if (entity === undefined || diagnostics.length > 0 || checkView(tree.value).length > 0) return undefined;
  const canonicalJson = new TextEncoder().encode(canonicalText(tree.value));
  if (canonicalJson.byteLength > VIEW_BYTES_MAX) return undefined;
  const named = { entity, file: label, ...positionAt(text.source, tree.entityOffset) };
  return { named, view: { entity, canonicalJson }, diagnostics: [] };
}

/** The parser reads a lone carriage return as a character; in YAML it ends a line. Offsets stay unchanged. */
function withLineFeeds(source: string): string {
  return source.includes("\r") ? source.replace(/\r(?!\n)/g, "\n") : source;
}

/** The decoder has removed the mark; other readers count it, and see a second one. */
export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

interface NamedView {
  readonly entity?: Entity;
  readonly diagnostics: readonly ViewDiagnostic[];
}

/** The view's own `entity`, else the file's stem; a wrong `entity` is left to the check of the whole view. */
export function nameView(view: JsonObject, path: string): NamedView {
  const own = Object.hasOwn(view, "entity") ? (view.entity ?? undefined) : undefined;
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, "");
  if (own !== undefined && typeof own !== "string") return { diagnostics: [] };
  const parsed = parseEntity(flatCopy(own ?? stem));
  if (parsed.kind === "entity") return { entity: parsed.entity, diagnostics: [] };
  return { diagnostics: own === undefined ? checkEntity(stem, []) : [] };
}

/** A substring keeps the whole file in memory: an entity lives as long as its catalog. */
function flatCopy(text: string): string {
  return Buffer.from(text).toString();
}
