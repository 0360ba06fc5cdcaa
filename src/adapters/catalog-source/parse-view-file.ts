import { type Document, LineCounter } from "yaml";
import { canonicalText } from "../../domain/canonical-json.ts";
import { VIEW_BYTES_MAX } from "../../domain/catalog.ts";
import { checkEntity, checkView, type ViewFinding } from "../../domain/check-view.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import { type Entity, parseEntity } from "../../domain/entity.ts";
import { jsonPointer } from "../../domain/json-pointer.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../domain/json-value.ts";
import type { ReaderLanguage } from "../../domain/reader-languages.ts";
import { boundFindings } from "./bound-findings.ts";
import { composeYaml, TOKENS_MAX } from "./compose-yaml.ts";
import { createNodeLocator, type NodeLocator } from "./node-locator.ts";
import { createPlace, type Place } from "./place.ts";
import { otherReaderFindings } from "./readers/other-findings.ts";
import { hasPlainForm } from "./readers/plain-form.ts";
import { PYYAML } from "./readers/reader-dialect.ts";
import { readerFindings } from "./readers/reader-findings.ts";
import { syntaxDiagnostics, TOO_DEEP } from "./syntax-diagnostics.ts";
import type { TreeFinding } from "./tree-finding.ts";
import { VIEW_FILE_BYTES_MAX, type ViewFile } from "./view-file.ts";
import { readTree } from "./yaml-tree.ts";

/** What one file gives: a view with its canonical JSON, or nothing; and its findings either way. */
export interface ParsedViewFile {
  readonly view?: {
    readonly entity: Entity;
    readonly canonicalJson: Uint8Array;
    /** The file, and where it names its entity: for an error about a second file of that name. */
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
 * @param readers whose differences are warned of, besides those of PyYAML
 */
export function parseViewFile(
  file: ViewFile,
  label: string,
  readers: readonly ReaderLanguage[] = [],
): ParsedViewFile {
  const { diagnostics, ...rest } = readViewFile(file, label, readers);
  return { ...rest, diagnostics: boundFindings(diagnostics) };
}

function readViewFile(file: ViewFile, label: string, readers: readonly ReaderLanguage[]): ParsedViewFile {
  const place = createPlace(label);
  const decoded = decode(file.bytes, place);
  if (typeof decoded !== "string") return { diagnostics: [decoded] };
  const source = withLineFeeds(decoded);
  const parsed = parseYaml(source, place);
  if (parsed.document === undefined) return { diagnostics: parsed.diagnostics };
  const { document, lines } = parsed;

  const tree = readTree(document);
  const hasErrors = tree.findings.some(({ severity }) => severity === "error");
  const mark = hasByteOrderMark(file.bytes) ? "\ufeff" : "";
  const elsewhere = hasErrors ? [] : findElsewhere({ source, mark, readers }, tree.value, tree.findings);
  const treeFindings = [...tree.findings, ...elsewhere].map(({ offset, path, ...rest }) =>
    place.at(lines, offset, { ...rest, pointer: jsonPointer(path) }),
  );
  if (hasErrors) return { diagnostics: treeFindings };
  if (!isJsonObject(tree.value)) {
    const message = tree.value === null ? "the file holds no view" : "the file holds no object";
    const hint = "write the view's fields at the top level, such as columns: [ticker]";
    return { diagnostics: [...treeFindings, place.start({ code: "view-type", message, hint })] };
  }

  const named = nameView(tree.value, file.path);
  const locator = createNodeLocator(document);
  const findings = [...named.findings, ...checkView(tree.value)].map((finding) =>
    locate(locator, lines, place, finding),
  );
  const diagnostics = [...treeFindings, ...findings];
  if (named.entity === undefined || diagnostics.some(({ severity }) => severity === "error"))
    return { diagnostics };
  const canonicalJson = new TextEncoder().encode(canonicalText(tree.value));
  if (canonicalJson.byteLength > VIEW_BYTES_MAX) {
    const message = `the view is ${canonicalJson.byteLength} bytes long as JSON, more than ${VIEW_BYTES_MAX}`;
    return {
      diagnostics: [
        ...diagnostics,
        place.start({ code: "view-size", message, hint: "split it into several views" }),
      ],
    };
  }
  const { line, col } = lines.linePos(locator.offsetOf(["entity"]));
  return { view: { entity: named.entity, canonicalJson, file: label, line, column: col }, diagnostics };
}

function decode(bytes: Uint8Array, place: Place): string | Diagnostic {
  if (bytes.byteLength > VIEW_FILE_BYTES_MAX) {
    const message = `the file is larger than ${VIEW_FILE_BYTES_MAX} bytes`;
    return place.start({ code: "file-size", message, hint: "split it into several views" });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return place.start({
      code: "file-encoding",
      message: "the file is not UTF-8 text",
      hint: "save it as UTF-8",
    });
  }
}

/** The parser takes a lone carriage return for a character of a text; to YAML it ends a line. Offsets stay as they are. */
function withLineFeeds(source: string): string {
  return source.includes("\r") ? source.replace(/\r(?!\n)/g, "\n") : source;
}

interface ElsewhereText {
  readonly source: string;
  /** A byte order mark before the text, or nothing. */
  readonly mark: string;
  readonly readers: readonly ReaderLanguage[];
}

/** Warns of what other readers make of the text, where nothing has been found yet. */
function findElsewhere(
  { source, mark, readers }: ElsewhereText,
  value: JsonValue,
  known: readonly TreeFinding[],
): readonly TreeFinding[] {
  const offsets = new Set(known.map(({ offset }) => offset));
  const text = mark + source;
  const pyyaml = hasPlainForm(text) ? [] : readerFindings(text, value, PYYAML);
  const found = [...pyyaml, ...otherReaderFindings(text, readers)];
  return found.flatMap((finding) => {
    const offset = Math.max(finding.offset - mark.length, 0);
    if (offsets.has(offset)) return [];
    offsets.add(offset);
    return [{ ...finding, offset }];
  });
}

/** The decoder has taken the mark away; other readers count it, and see a second one. */
function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

interface ParsedYaml {
  readonly document?: Document;
  readonly lines: LineCounter;
  readonly diagnostics: readonly Diagnostic[];
}

/** What YAML has no place for, which its parser lets through. */
const CONTROL = /(?![\t\n\r\u0085])\p{Cc}|[\ufffe\uffff]/u;

function controlCharacter(source: string, place: Place): Diagnostic | undefined {
  const found = CONTROL.exec(source);
  if (found === null) return undefined;
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of source.slice(0, found.index).matchAll(/\n/g)) lines.addNewLine(index + 1);
  const digits = found[0].charCodeAt(0).toString(16).padStart(4, "0");
  const message = `the file holds the control character U+${digits.toUpperCase()}`;
  const hint = `remove it, or write "\\u${digits}" in double quotes`;
  return place.at(lines, found.index, {
    severity: "error",
    code: "text-encoding",
    pointer: "",
    message,
    hint,
  });
}

function parseYaml(source: string, place: Place): ParsedYaml {
  const lines = new LineCounter();
  const control = controlCharacter(source, place);
  if (control !== undefined) return { lines, diagnostics: [control] };
  const composed = composeYaml(source, lines);
  if (composed.kind !== "document") return { lines, diagnostics: [refusal(composed.kind, place)] };
  const { document } = composed;
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== "1.2") {
    const message = `the file asks for YAML ${version}, which reads scalars differently`;
    const hint = "remove the %YAML line: views are YAML 1.2";
    return { lines, diagnostics: [place.start({ code: "yaml-version", message, hint })] };
  }
  const diagnostics = syntaxDiagnostics(document, { source, lines, place });
  return diagnostics.length > 0 ? { lines, diagnostics } : { document, lines, diagnostics };
}

function refusal(kind: "too-deep" | "too-many-tokens", place: Place): Diagnostic {
  if (kind === "too-deep") return place.start(TOO_DEEP);
  const message = `the file has more than ${TOKENS_MAX} YAML tokens: words, marks and blanks`;
  return place.start({ code: "token-excess", message, hint: "split it into several views" });
}

interface NamedView {
  readonly entity?: Entity;
  readonly findings: readonly ViewFinding[];
}

/** The view's own `entity`, else the file's stem; a wrong `entity` is left to the check of the whole view. */
function nameView(view: JsonObject, path: string): NamedView {
  const own = Object.hasOwn(view, "entity") ? view.entity : undefined;
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/i, "");
  if (own !== undefined && typeof own !== "string") return { findings: [] };
  const parsed = parseEntity(own ?? stem);
  if (parsed.kind === "entity") return { entity: parsed.entity, findings: [] };
  return { findings: own === undefined ? checkEntity(stem, []) : [] };
}

function locate(locator: NodeLocator, lines: LineCounter, place: Place, finding: ViewFinding): Diagnostic {
  const { path, at, ...rest } = finding;
  const offset = at === "key" ? locator.keyOffsetOf(path) : locator.offsetOf(path);
  return place.at(lines, offset, { ...rest, pointer: jsonPointer(path) });
}
