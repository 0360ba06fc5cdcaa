import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { isSameBytes } from "../../lib/same-bytes.ts";
import type { EditedView, TextEdit, ViewEditor } from "../../ports/view-editor-port.ts";
import type { ViewFileBytes } from "../../ports/view-files-port.ts";
import { parseViewFile } from "./parse-view-file.ts";
import type { ParsedViewFile } from "./read-plain-file.ts";

/** Whether quotes may remove a diagnostic: its hint suggests quotes, or a field has a wrong value, such as a number. */
function canBeFixedByQuotes({ code, hint }: Diagnostic): boolean {
  return code === "field-invalid" || /\bquote\b/.test(hint);
}

/** Maximum number of edits of one file; each is checked by parsing the file. */
const EDITS_MAX = 500;

/** Quotes plain scalars one by one, and keeps the edits that improve the file. */
export const quoteScalars: ViewEditor["quote"] = (file, { editsMax = EDITS_MAX } = {}) => {
  const original = decodeForEdit(file.bytes);
  const unchanged = { bytes: file.bytes, before: original?.text ?? "", edits: [] };
  if (original === undefined) return { ...unchanged, fixed: [], left: [] };
  const { text } = original;
  const edits: TextEdit[] = [];
  const fixed: Diagnostic[] = [];
  const left: Diagnostic[] = [];
  let parsed = parseEditedFile(file, file.bytes);
  const tried = new Set<string>();
  for (let next = findNext(parsed); next !== undefined && edits.length < editsMax; next = findNext(parsed)) {
    const offset = findOriginalOffset(text, edits, next);
    tried.add(`${next.code} ${offset}`);
    const quoted = quoteScalarAt({ file, original, edits, parsed, next, offset });
    if (quoted !== undefined) {
      edits.splice(0, edits.length, ...quoted.edits);
      parsed = quoted.parsed;
      fixed.push(next);
    } else if (next.code !== "field-invalid") left.push(next);
  }
  return { ...applyEdits(original, edits), fixed, left };

  /** Finds the next diagnostic to fix. Warnings wait until the view loads, because only then can a fix be verified. */
  function findNext({ diagnostics, view }: ParsedViewFile): Diagnostic | undefined {
    return diagnostics.find(
      (one) =>
        canBeFixedByQuotes(one) &&
        (one.severity === "error" || view !== undefined) &&
        !tried.has(`${one.code} ${findOriginalOffset(text, edits, one)}`),
    );
  }
};

function parseEditedFile({ path, file }: ViewFileBytes, bytes: Uint8Array): ParsedViewFile {
  return parseViewFile({ path, bytes }, file);
}

/** Converts the position of a diagnostic into an offset of the text before all edits. Quotes add no lines. */
function findOriginalOffset(text: string, edits: readonly TextEdit[], { line, column }: Diagnostic): number {
  const lineStart = findLineStart(text, line);
  let moved = 0;
  for (const { start, end, text: inserted } of edits) {
    if (start < lineStart) continue;
    if (start + moved + inserted.length > lineStart + column - 1) break;
    moved += inserted.length - (end - start);
  }
  return lineStart + column - 1 - moved;
}

function findLineStart(text: string, line: number): number {
  let start = 0;
  for (let number = 1; number < line; number += 1) {
    const end = /\r\n|\n|\r/g;
    end.lastIndex = start;
    const found = end.exec(text);
    if (found === null) return text.length;
    start = found.index + found[0].length;
  }
  return start;
}

interface QuoteAttempt {
  readonly file: ViewFileBytes;
  readonly original: EditableText;
  readonly edits: readonly TextEdit[];
  readonly parsed: ParsedViewFile;
  readonly next: Diagnostic;
  readonly offset: number;
}

/** Tries quotes from an offset to each possible end of the scalar; returns the first edit that improves the file. */
function quoteScalarAt({ file, original, edits, parsed, next, offset }: QuoteAttempt) {
  for (const end of findPossibleEnds(original.text, offset)) {
    const plain = original.text.slice(offset, end);
    const edit = { start: offset, end, text: quotePlainText(plain) };
    if (edits.some(({ start, end: other }) => start < edit.end && edit.start < other)) continue;
    const all = [...edits, edit].toSorted((one, other) => one.start - other.start);
    const after = parseEditedFile(file, applyEdits(original, all).bytes);
    if (isImprovement(parsed, after, next)) return { edits: all, parsed: after };
  }
  return undefined;
}

/**
 * A character that begins something other than a plain scalar. A text that begins with `%`, `@` or a backtick counts as
 * a plain scalar here: YAML does not allow it, but nothing else can be meant.
 */
const SCALAR_END_PATTERN = /["'[\]{}#&*!|>,\s]/;
const LINE_END = /[\r\n]|$/g;

/** Lists the offsets at which a plain scalar may end: before a colon, a comma, a bracket, a comment or a line break. */
function findPossibleEnds(text: string, offset: number): readonly number[] {
  if (offset >= text.length || SCALAR_END_PATTERN.test(text.charAt(offset))) return [];
  LINE_END.lastIndex = offset;
  const lineEnd = LINE_END.exec(text)?.index ?? text.length;
  const line = text.slice(offset, lineEnd);
  const comment = /\s#/.exec(line)?.index ?? line.length;
  const ends = [/:(?:[\s,[\]{}]|$)/.exec(line)?.index, /[,\]}]/.exec(line)?.index, comment];
  const trimmed = ends.flatMap((end) => (end === undefined ? [] : [line.slice(0, end).trimEnd().length]));
  return [...new Set(trimmed)].filter((length) => length > 0).map((length) => offset + length);
}

function quotePlainText(plain: string): string {
  return /["\\]/.test(plain) ? `'${plain.replaceAll("'", "''")}'` : `"${plain}"`;
}

/**
 * Whether an edit removed a diagnostic, added none that counts, and did not change a view that loaded.
 *
 * After an edit removes an error, further checks run and may report more. So after the edit of an error only
 * errors count; if the YAML could not be read before, only syntax errors. After the edit of a warning, all
 * diagnostics count.
 */
function isImprovement(before: ParsedViewFile, after: ParsedViewFile, next: Diagnostic): boolean {
  const wasUnreadable = before.diagnostics.some(({ code }) => code === "yaml-syntax");
  const countsInComparison = ({ severity, code }: Diagnostic): boolean =>
    next.severity === "warning" || (severity === "error" && (!wasUnreadable || code === "yaml-syntax"));
  const left = before.diagnostics.filter(countsInComparison).map(diagnosticKey);
  for (const key of after.diagnostics.filter(countsInComparison).map(diagnosticKey)) {
    const index = left.indexOf(key);
    if (index === -1) return false;
    left.splice(index, 1);
  }
  if (!left.includes(diagnosticKey(next))) return false;
  if (before.view === undefined) return true;
  return after.view !== undefined && isSameBytes(before.view.canonicalJson, after.view.canonicalJson);
}

function diagnosticKey({ code, line, pointer, message }: Diagnostic): string {
  return JSON.stringify([code, line, pointer, message]);
}

const BYTE_ORDER_MARK = "\ufeff";

export interface EditableText {
  /** A byte order mark, or the empty string. */
  readonly mark: string;
  readonly text: string;
}

/** Decodes a file; returns undefined for bytes that are not UTF-8. */
export function decodeForEdit(bytes: Uint8Array): EditableText | undefined {
  try {
    const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return whole.startsWith(BYTE_ORDER_MARK)
      ? { mark: BYTE_ORDER_MARK, text: whole.slice(1) }
      : { mark: "", text: whole };
  } catch {
    return undefined;
  }
}

export function applyEdits({ mark, text }: EditableText, edits: readonly TextEdit[]): EditedView {
  let after = "";
  let from = 0;
  for (const { start, end, text: inserted } of edits) {
    after += text.slice(from, start) + inserted;
    from = end;
  }
  const bytes = new TextEncoder().encode(mark + after + text.slice(from));
  return { bytes, before: text, edits };
}
