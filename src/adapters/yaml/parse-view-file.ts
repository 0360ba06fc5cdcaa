import { VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue, jsonPointer } from "../../domain/json/json-value.ts";
import { checkEntity, checkView } from "../../domain/view/check-view.ts";
import type { Diagnostic, ViewDiagnostic } from "../../domain/view/diagnostic.ts";
import { type Entity, parseEntity } from "../../domain/view/entity.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import type { Language } from "../../lib/language.ts";
import { boundDiagnostics } from "./bound-diagnostics.ts";
import { decodeViewFile, type ViewFile } from "./decode-view-file.ts";
import { type ParsedText, parseText, readEvents } from "./parse-text.ts";
import { otherReaderDiagnostics } from "./readers/other-diagnostics.ts";
import { hasPlainForm } from "./readers/plain-form.ts";
import { PYYAML } from "./readers/reader-dialect.ts";
import { readingDifferences } from "./readers/reading-differences.ts";
import { SPLIT_HINT } from "./syntax/common-words.ts";
import { findStrangeBlank } from "./syntax/find-slips.ts";
import { createPlace, type Lines, type Place, positionAt } from "./syntax/position.ts";
import type { EventText } from "./tree/event-forms.ts";
import { createNodeLocator, type NodeLocator } from "./tree/node-locator.ts";
import { readTree } from "./tree/read-tree.ts";
import type { TreeDiagnostic } from "./tree/tree-diagnostic.ts";
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

/**
 * Parses and checks one YAML view.
 *
 * @param label the file as messages name it
 * @param options `readers`: whose differences are warned of, besides those of PyYAML; `language`: that of the messages;
 *   `parse`: the parser of its text, which then makes the nodes of any text
 */
export function parseViewFile(
  file: ViewFile,
  label: string,
  { readers = [], language = "en", parse }: Partial<ParseViewOptions> = {},
): ParsedViewFile {
  const { diagnostics, ...rest } = readViewFile(file, label, { readers, language, parse });
  return { ...rest, diagnostics: boundDiagnostics(diagnostics, language) };
}

interface ParseViewOptions {
  readonly readers: readonly ReaderLanguage[];
  readonly language: Language;
  readonly parse: ((source: string, place: Place) => ParsedText) | undefined;
}

function readViewFile(
  file: ViewFile,
  label: string,
  { readers, language, parse }: ParseViewOptions,
): ParsedViewFile {
  const place = createPlace(label, language);
  const decoded = decodeViewFile(file.bytes, place);
  if (typeof decoded !== "string") return { diagnostics: [decoded] };
  const source = withLineFeeds(decoded);
  const events = parse === undefined ? readEvents(source) : undefined;
  const plain =
    events === undefined || readers.length > 0 || hasByteOrderMark(file.bytes)
      ? undefined
      : readPlainFile(file.path, events, label);
  if (plain !== undefined) return plain;
  const parsed = parse === undefined ? parseText(source, place, events) : parse(source, place);
  if (parsed.root === undefined) return { diagnostics: parsed.diagnostics };
  const { root, lines } = parsed;

  const tree = readTree(root, source);
  const hasErrors =
    parsed.diagnostics.length > 0 || tree.diagnostics.some(({ severity }) => severity === "error");
  const mark = hasByteOrderMark(file.bytes) ? "\ufeff" : "";
  const elsewhere = hasErrors ? [] : findElsewhere({ source, mark, readers }, tree.value, tree.diagnostics);
  const treeDiagnostics = [...tree.diagnostics, ...elsewhere].map(({ offset, path, ...rest }) =>
    place.at(lines, offset, { ...rest, pointer: jsonPointer(path) }),
  );
  const known = [...parsed.diagnostics, ...treeDiagnostics];
  if (!tree.isWhole || (hasErrors && tree.value === null)) return { diagnostics: known };
  if (!isJsonObject(tree.value))
    return { diagnostics: [...known, noObject(tree.value, source, lines, place)] };
  const isConsequence = createConsequenceCheck(tree.diagnostics);
  const { entity, diagnostics: naming } = nameView(tree.value, file.path);
  const locator = createNodeLocator(root);
  const found = [...naming, ...checkView(tree.value)]
    .filter((diagnostic) => !isConsequence(diagnostic))
    .map((diagnostic) => locate(locator, lines, place, diagnostic));
  const diagnostics = [...known, ...found];
  if (entity === undefined) return { diagnostics };
  const { line, col } = lines.linePos(locator.offsetOf(["entity"]));
  const named = { entity, file: label, line, column: col };
  if (diagnostics.some(({ severity }) => severity === "error")) return { named, diagnostics };
  const canonicalJson = new TextEncoder().encode(canonicalText(tree.value));
  if (canonicalJson.byteLength <= VIEW_BYTES_MAX)
    return { named, view: { entity, canonicalJson }, diagnostics };
  const { byteLength } = canonicalJson;
  const message = {
    en: `the view is ${byteLength} bytes long as JSON, more than ${VIEW_BYTES_MAX}`,
    pt: `a view tem ${byteLength} bytes em JSON, mais de ${VIEW_BYTES_MAX}`,
  };
  const tooLarge = place.start({ code: "view-size", message, hint: SPLIT_HINT });
  return { named, diagnostics: [...diagnostics, tooLarge] };
}

/**
 * Most files: in a form that all readers read alike, with nothing to report. The result equals that of parsing into
 * nodes, at half of the cost; undefined for any other file.
 */
function readPlainFile(path: string, text: EventText, label: string): ParsedViewFile | undefined {
  const tree = valueFromEvents(text);
  if (tree === undefined || !hasPlainForm(text.source)) return undefined;
  const { entity, diagnostics } = nameView(tree.value, path);
  if (entity === undefined || diagnostics.length > 0 || checkView(tree.value).length > 0) return undefined;
  const canonicalJson = new TextEncoder().encode(canonicalText(tree.value));
  if (canonicalJson.byteLength > VIEW_BYTES_MAX) return undefined;
  const named = { entity, file: label, ...positionAt(text.source, tree.entityOffset) };
  return { named, view: { entity, canonicalJson }, diagnostics: [] };
}

function noObject(value: JsonValue, source: string, lines: Lines, place: Place): Diagnostic {
  const strange = typeof value === "string" ? findStrangeBlank(source) : undefined;
  if (strange !== undefined) {
    const { offset, ...words } = strange;
    return place.at(lines, offset, { severity: "error", code: "yaml-syntax", pointer: "", ...words });
  }
  const message =
    value === null
      ? { en: "the file contains no view", pt: "o arquivo não contém uma view" }
      : { en: "the file contains no object", pt: "o arquivo não contém um objeto" };
  const [only, ...others] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const hint = !isJsonObject(only)
    ? {
        en: "write the view's fields at the top level, such as columns: [ticker]",
        pt: "escreva os campos da view no nível superior, como columns: [ticker]",
      }
    : others.length === 0
      ? { en: "remove the - before the view's fields", pt: "remova o - antes dos campos da view" }
      : {
          en: "put each view into a file of its own, without the -",
          pt: "ponha cada view em um arquivo próprio, sem o -",
        };
  return place.start({ code: "view-type", message, hint });
}

/** Whether the fault of a field is that its value could not be read, which has its own diagnostic. */
function createConsequenceCheck(
  diagnostics: readonly TreeDiagnostic[],
): (diagnostic: Pick<ViewDiagnostic, "code" | "path">) => boolean {
  const unread = new Set(
    diagnostics.flatMap(({ severity, code, path }) =>
      severity === "error" && code !== "duplicate-key" && code !== "key-type" ? [jsonPointer(path)] : [],
    ),
  );
  const unmerged = new Set(
    diagnostics.flatMap(({ code, path }) => (code === "yaml-syntax" ? [jsonPointer(path)] : [])),
  );
  return ({ code, path }) =>
    (path.length > 0 && unread.has(jsonPointer(path))) ||
    (code === "field-missing" && unmerged.has(jsonPointer(path.slice(0, -1))));
}

/** The parser reads a lone carriage return as a character; in YAML it ends a line. Offsets stay unchanged. */
function withLineFeeds(source: string): string {
  return source.includes("\r") ? source.replace(/\r(?!\n)/g, "\n") : source;
}

interface ElsewhereText {
  readonly source: string;
  /** A byte order mark before the text, or nothing. */
  readonly mark: string;
  readonly readers: readonly ReaderLanguage[];
}

/** Warns of different results of other readers, where there is no diagnostic yet. */
function findElsewhere(
  { source, mark, readers }: ElsewhereText,
  value: JsonValue,
  known: readonly TreeDiagnostic[],
): readonly TreeDiagnostic[] {
  const offsets = new Set(known.map(({ offset }) => offset));
  const text = mark + source;
  const pyyaml = hasPlainForm(text) ? [] : readingDifferences(text, value, PYYAML);
  const found = [...pyyaml, ...otherReaderDiagnostics(text, readers)];
  return found.flatMap((diagnostic) => {
    const offset = Math.max(diagnostic.offset - mark.length, 0);
    if (offsets.has(offset)) return [];
    offsets.add(offset);
    return [{ ...diagnostic, offset }];
  });
}

/** The decoder has removed the mark; other readers count it, and see a second one. */
function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

interface NamedView {
  readonly entity?: Entity;
  readonly diagnostics: readonly ViewDiagnostic[];
}

/** The view's own `entity`, else the file's stem; a wrong `entity` is left to the check of the whole view. */
function nameView(view: JsonObject, path: string): NamedView {
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

function locate(locator: NodeLocator, lines: Lines, place: Place, diagnostic: ViewDiagnostic): Diagnostic {
  const { path, at, ...rest } = diagnostic;
  const offset = at === "key" ? locator.keyOffsetOf(path) : locator.offsetOf(path);
  return place.at(lines, offset, { ...rest, pointer: jsonPointer(path) });
}
