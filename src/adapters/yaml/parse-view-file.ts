import { VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import { isJsonObject, type JsonValue, jsonPointer } from "../../domain/json/json-value.ts";
import { checkView } from "../../domain/view/check-view.ts";
import {
  compareDiagnostics,
  type Diagnostic,
  toTranslatedTexts,
  type ViewDiagnostic,
} from "../../domain/view/diagnostic.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import type { ViewFile } from "./decode-view-file.ts";
import { type ParsedText, parseText } from "./parse-text.ts";
import {
  hasByteOrderMark,
  nameView,
  type ParsedViewFile,
  type PlainReading,
  readPlainFile,
} from "./read-plain-file.ts";
import { otherReaderDiagnostics } from "./readers/other-diagnostics.ts";
import { hasPlainForm } from "./readers/plain-form.ts";
import { PYYAML } from "./readers/reader-dialect.ts";
import { readingDifferences } from "./readers/reading-differences.ts";
import { SPLIT_HINT } from "./syntax/common-words.ts";
import { findUnusualSpace } from "./syntax/find-slips.ts";
import { createPlace, type Lines, type Place } from "./syntax/position.ts";
import { readTree } from "./tree/read-tree.ts";
import { createNodeLocator, type NodeLocator, type TreeDiagnostic } from "./tree/yaml-node.ts";

interface ParseViewOptions {
  /** Languages whose readers' differences are warned of, besides those of PyYAML. */
  readonly readers?: readonly ReaderLanguage[];
  /** What is already known of the file. */
  readonly reading?: PlainReading;
  /** The parser of its text, which then makes the nodes of any text. */
  readonly parse?: ((source: string, place: Place) => ParsedText) | undefined;
}

/**
 * Parses and checks one YAML view.
 *
 * @param label the file as messages name it
 */
export function parseViewFile(file: ViewFile, label: string, options: ParseViewOptions = {}): ParsedViewFile {
  const { readers = [], reading = readPlainFile(file, label), parse } = options;
  if (reading.kind === "undecodable") return { diagnostics: [reading.diagnostic] };
  const { source, events, parsed } = reading;
  if (parsed !== undefined && readers.length === 0 && parse === undefined) return parsed;
  const place = createPlace(label);
  const text = parse === undefined ? parseText(source, place, events) : parse(source, place);
  const { diagnostics, ...rest } = checkText(file, text, { label, source, place, readers });
  return { ...rest, diagnostics: boundDiagnostics(diagnostics) };
}

interface CheckTextOptions {
  readonly label: string;
  readonly source: string;
  readonly place: Place;
  readonly readers: readonly ReaderLanguage[];
}

function checkText(
  { path, bytes }: ViewFile,
  parsed: ParsedText,
  { label, source, place, readers }: CheckTextOptions,
): ParsedViewFile {
  if (parsed.root === undefined) return { diagnostics: parsed.diagnostics };
  const { root, lines } = parsed;

  const tree = readTree(root, source);
  const hasErrors =
    parsed.diagnostics.length > 0 || tree.diagnostics.some(({ severity }) => severity === "error");
  const mark = hasByteOrderMark(bytes) ? "\ufeff" : "";
  const elsewhere = hasErrors ? [] : findElsewhere({ source, mark, readers }, tree.value, tree.diagnostics);
  const treeDiagnostics = [...tree.diagnostics, ...elsewhere].map(({ offset, path, ...rest }) =>
    place.at(lines, offset, { ...rest, pointer: jsonPointer(path) }),
  );
  const known = [...parsed.diagnostics, ...treeDiagnostics];
  if (!tree.isWhole || (hasErrors && tree.value === null)) return { diagnostics: known };
  if (!isJsonObject(tree.value))
    return { diagnostics: [...known, noObject(tree.value, source, lines, place)] };
  const isConsequence = createConsequenceCheck(tree.diagnostics);
  const { entity, diagnostics: naming } = nameView(tree.value, path);
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

function noObject(value: JsonValue, source: string, lines: Lines, place: Place): Diagnostic {
  const strange = typeof value === "string" ? findUnusualSpace(source) : undefined;
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

function locate(locator: NodeLocator, lines: Lines, place: Place, diagnostic: ViewDiagnostic): Diagnostic {
  const { path, at, ...rest } = diagnostic;
  const offset = at === "key" ? locator.keyOffsetOf(path) : locator.offsetOf(path);
  return place.at(lines, offset, { ...rest, pointer: jsonPointer(path) });
}

/** Maximum number of diagnostics that are reported for one file; the rest appear once these are fixed. */
export const DIAGNOSTICS_MAX = 100;
/** Diagnostics beyond this number are not counted: it takes time, and no reader needs the exact number. */
const COUNTED_MAX = 1_000;

/**
 * All diagnostics of a file, or the first of them, errors before warnings, and one with the number of the
 * rest: a file of a megabyte can have as many diagnostics as characters.
 */
export function boundDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= DIAGNOSTICS_MAX) return diagnostics;
  const sorted = diagnostics.toSorted(
    (left, right) => rank(left) - rank(right) || compareDiagnostics(left, right),
  );
  const [first, rest] = [sorted.slice(0, DIAGNOSTICS_MAX), sorted.length - DIAGNOSTICS_MAX];
  const next = sorted[DIAGNOSTICS_MAX] as Diagnostic;
  const more: Diagnostic = {
    ...next,
    code: "findings-excess",
    pointer: "",
    ...moreOf(rest),
  };
  return [...first, more];
}

function moreOf(rest: number): ReturnType<typeof toTranslatedTexts> {
  return toTranslatedTexts({
    message: {
      en: `${rest > COUNTED_MAX ? `over ${COUNTED_MAX}` : rest} more diagnostics of this file begin here, and are not shown`,
      pt: `mais ${rest > COUNTED_MAX ? `de ${COUNTED_MAX}` : rest} diagnósticos deste arquivo começam aqui, e não são mostrados`,
    },
    hint: {
      en: "fix those above first: they may be the cause",
      pt: "corrija antes os de cima: podem ser a causa",
    },
  });
}

function rank({ severity }: Diagnostic): number {
  return severity === "error" ? 0 : 1;
}
