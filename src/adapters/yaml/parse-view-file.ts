import { VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import { describeValue } from "../../domain/json/describe-value.ts";
import { formatJsonPointer, isJsonObject, type JsonValue } from "../../domain/json/json-value.ts";
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
  type ParsedViewFile,
  type PlainReading,
  readPlainFile,
  resolveEntity,
} from "./read-plain-file.ts";
import { findOtherReaderDiagnostics } from "./readers/other-diagnostics.ts";
import { hasPlainForm } from "./readers/plain-form.ts";
import { findReadingDifferences } from "./readers/reading-differences.ts";
import { SPLIT_HINT } from "./syntax/common-words.ts";
import { findUnusualSpace } from "./syntax/find-slips.ts";
import { createDiagnosticMaker, type DiagnosticMaker, type LinePositions } from "./syntax/position.ts";
import { readTree } from "./tree/read-tree.ts";
import { createNodeLocator, type NodeLocator, type TreeDiagnostic } from "./tree/yaml-node.ts";

interface ParseViewOptions {
  /** The languages whose YAML readers are compared with Mosaic, in addition to PyYAML. */
  readonly readers?: readonly ReaderLanguage[];
  /** The result of `readPlainFile`, if the file has been read already. */
  readonly reading?: PlainReading;
  /** The parser to use instead of {@link parseText}. */
  readonly parse?: ((source: string, maker: DiagnosticMaker) => ParsedText) | undefined;
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
  const maker = createDiagnosticMaker(label);
  const text = parse === undefined ? parseText(source, maker, events) : parse(source, maker);
  const { diagnostics, ...rest } = checkParsedText(file, text, { label, source, maker, readers });
  return { ...rest, diagnostics: limitDiagnostics(diagnostics) };
}

interface CheckTextOptions {
  readonly label: string;
  readonly source: string;
  readonly maker: DiagnosticMaker;
  readonly readers: readonly ReaderLanguage[];
}

function checkParsedText(
  { path, bytes }: ViewFile,
  parsed: ParsedText,
  { label, source, maker, readers }: CheckTextOptions,
): ParsedViewFile {
  if (parsed.root === undefined) return { diagnostics: parsed.diagnostics };
  const { root, lines } = parsed;

  const tree = readTree(root, source);
  const hasErrors =
    parsed.diagnostics.length > 0 || tree.diagnostics.some(({ severity }) => severity === "error");
  const mark = hasByteOrderMark(bytes) ? "\ufeff" : "";
  const differences = hasErrors
    ? []
    : findReaderDifferences({ source, mark, readers }, tree.value, tree.diagnostics);
  const treeDiagnostics = [...tree.diagnostics, ...differences].map(({ offset, path, ...rest }) =>
    maker.atOffset(lines, offset, { ...rest, pointer: formatJsonPointer(path) }),
  );
  const known = [...parsed.diagnostics, ...treeDiagnostics];
  if (!tree.isComplete || (hasErrors && tree.value === null)) return { diagnostics: known };
  if (!isJsonObject(tree.value))
    return { diagnostics: [...known, describeNonObject(tree.value, source, lines, maker)] };
  const isConsequence = createConsequenceCheck(tree.diagnostics);
  const { entity, diagnostics: entityDiagnostics } = resolveEntity(tree.value, path);
  const locator = createNodeLocator(root);
  const found = [...entityDiagnostics, ...checkView(tree.value)]
    .filter((diagnostic) => !isConsequence(diagnostic))
    .map((diagnostic) => locateDiagnostic(locator, lines, maker, diagnostic));
  const diagnostics = [...known, ...found];
  if (entity === undefined) return { diagnostics };
  const { line, col } = lines.linePos(locator.offsetOf(["entity"]));
  const declaration = { entity, file: label, line, column: col };
  if (diagnostics.some(({ severity }) => severity === "error")) return { declaration, diagnostics };
  const canonicalJson = new TextEncoder().encode(canonicalText(tree.value));
  if (canonicalJson.byteLength <= VIEW_BYTES_MAX)
    return { declaration, view: { entity, canonicalJson }, diagnostics };
  const { byteLength } = canonicalJson;
  const message = {
    en: `the view has ${byteLength} bytes as JSON, but at most ${VIEW_BYTES_MAX} are allowed`,
    pt: `a view tem ${byteLength} bytes em JSON, mas são permitidos no máximo ${VIEW_BYTES_MAX}`,
  };
  const tooLarge = maker.atStart({ code: "view-size", message, hint: SPLIT_HINT });
  return { declaration, diagnostics: [...diagnostics, tooLarge] };
}

function describeNonObject(
  value: JsonValue,
  source: string,
  lines: LinePositions,
  maker: DiagnosticMaker,
): Diagnostic {
  const unusual = typeof value === "string" ? findUnusualSpace(source) : undefined;
  if (unusual !== undefined) {
    const { offset, ...texts } = unusual;
    return maker.atOffset(lines, offset, { severity: "error", code: "yaml-syntax", pointer: "", ...texts });
  }
  const { en, pt } = describeValue(value);
  const message =
    value === null
      ? { en: "the file contains no view", pt: "o arquivo não contém uma view" }
      : {
          en: `the file contains ${en}, but a view must be an object`,
          pt: `o arquivo contém ${pt}, mas uma view deve ser um objeto`,
        };
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
  return maker.atStart({ code: "view-type", message, hint });
}

/**
 * Makes a function that recognizes a diagnostic about a field as a mere consequence of the given diagnostics. There are
 * two cases: the value of the field could not be read, or the field is missing in an object whose merge could not be
 * read.
 */
function createConsequenceCheck(
  diagnostics: readonly TreeDiagnostic[],
): (diagnostic: Pick<ViewDiagnostic, "code" | "path">) => boolean {
  const unread = new Set(
    diagnostics.flatMap(({ severity, code, path }) =>
      severity === "error" && code !== "duplicate-key" && code !== "key-type"
        ? [formatJsonPointer(path)]
        : [],
    ),
  );
  const unmerged = new Set(
    diagnostics.flatMap(({ code, path }) => (code === "yaml-syntax" ? [formatJsonPointer(path)] : [])),
  );
  return ({ code, path }) =>
    (path.length > 0 && unread.has(formatJsonPointer(path))) ||
    (code === "field-missing" && unmerged.has(formatJsonPointer(path.slice(0, -1))));
}

interface DecodedText {
  readonly source: string;
  /** A byte order mark, or the empty string. */
  readonly mark: string;
  readonly readers: readonly ReaderLanguage[];
}

/**
 * Warns of values that other readers read differently from Mosaic, except at offsets that have a diagnostic already.
 */
function findReaderDifferences(
  { source, mark, readers }: DecodedText,
  value: JsonValue,
  known: readonly TreeDiagnostic[],
): readonly TreeDiagnostic[] {
  const offsets = new Set(known.map(({ offset }) => offset));
  const text = mark + source;
  const pyyaml = hasPlainForm(text) ? [] : findReadingDifferences(text, value);
  const found = [...pyyaml, ...findOtherReaderDiagnostics(text, readers)];
  return found.flatMap((diagnostic) => {
    const offset = Math.max(diagnostic.offset - mark.length, 0);
    if (offsets.has(offset)) return [];
    offsets.add(offset);
    return [{ ...diagnostic, offset }];
  });
}

function locateDiagnostic(
  locator: NodeLocator,
  lines: LinePositions,
  maker: DiagnosticMaker,
  diagnostic: ViewDiagnostic,
): Diagnostic {
  const { path, at, ...rest } = diagnostic;
  const offset = at === "key" ? locator.keyOffsetOf(path) : locator.offsetOf(path);
  return maker.atOffset(lines, offset, { ...rest, pointer: formatJsonPointer(path) });
}

/** Maximum number of diagnostics that are reported for one file; the others are reported after these are fixed. */
export const DIAGNOSTICS_MAX = 100;
/**
 * The highest number of hidden diagnostics that is shown exactly; the checks stop at similar limits and count no
 * further.
 */
const EXACT_COUNT_MAX = 1_000;

/**
 * Limits the diagnostics of a file, because a file of a megabyte can have a million. Keeps the first
 * {@link DIAGNOSTICS_MAX}, errors before warnings, and adds a diagnostic with the number of the hidden ones.
 */
export function limitDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= DIAGNOSTICS_MAX) return diagnostics;
  const sorted = diagnostics.toSorted(
    (left, right) => severityRank(left) - severityRank(right) || compareDiagnostics(left, right),
  );
  const [first, rest] = [sorted.slice(0, DIAGNOSTICS_MAX), sorted.length - DIAGNOSTICS_MAX];
  const next = sorted[DIAGNOSTICS_MAX] as Diagnostic;
  const more: Diagnostic = {
    ...next,
    code: "findings-excess",
    pointer: "",
    ...describeHiddenDiagnostics(rest),
  };
  return [...first, more];
}

function describeHiddenDiagnostics(rest: number): ReturnType<typeof toTranslatedTexts> {
  return toTranslatedTexts({
    message: {
      en: `${rest > EXACT_COUNT_MAX ? `over ${EXACT_COUNT_MAX}` : rest} more diagnostics of this file begin here, and are not shown`,
      pt: `mais ${rest > EXACT_COUNT_MAX ? `de ${EXACT_COUNT_MAX}` : rest} diagnósticos deste arquivo começam aqui, e não são mostrados`,
    },
    hint: {
      en: "fix the diagnostics above first: they may be the cause",
      pt: "corrija antes os diagnósticos acima: podem ser a causa",
    },
  });
}

function severityRank({ severity }: Diagnostic): number {
  return severity === "error" ? 0 : 1;
}
