import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { sameBytes } from "../../lib/same-bytes.ts";
import type { EditedView, TextEdit, ViewEditor } from "../../ports/view-editor-port.ts";
import type { ViewFileBytes } from "../../ports/view-files-port.ts";
import { parseViewFile } from "./parse-view-file.ts";
import type { ParsedViewFile } from "./read-plain-file.ts";

/** Whether quotes may solve a diagnostic: by its hint, or for a number or a boolean where a string is required. */
function advisesQuotes({ code, hint }: Diagnostic): boolean {
  return code === "field-invalid" || /\bquote\b/.test(hint);
}

/** Maximum number of edits of one file; each is checked by parsing the file. */
const EDITS_MAX = 500;

/** Quotes plain scalars, one after the other, as long as each edit leaves a better file. */
export const quoteScalars: ViewEditor["quote"] = (file) => {
  const original = decodeForEdit(file.bytes);
  const unchanged = { bytes: file.bytes, before: original?.text ?? "", edits: [] };
  if (original === undefined) return { ...unchanged, fixed: [], left: [] };
  const { text } = original;
  const edits: TextEdit[] = [];
  const fixed: Diagnostic[] = [];
  const left: Diagnostic[] = [];
  let parsed = parse(file, file.bytes);
  const tried = new Set<string>();
  for (let next = nextOf(parsed); next !== undefined && edits.length < EDITS_MAX; next = nextOf(parsed)) {
    const offset = offsetBefore(text, edits, next);
    tried.add(`${next.code} ${offset}`);
    const quoted = firstBetter({ file, original, edits, parsed, next, offset });
    if (quoted !== undefined) {
      edits.splice(0, edits.length, ...quoted.edits);
      parsed = quoted.parsed;
      fixed.push(next);
    } else if (next.code !== "field-invalid") left.push(next);
  }
  return { ...applyEdits(original, edits), fixed, left };

  /** Errors come first: a warning can be checked only after the view loads. */
  function nextOf({ diagnostics, view }: ParsedViewFile): Diagnostic | undefined {
    return diagnostics.find(
      (one) =>
        advisesQuotes(one) &&
        (one.severity === "error" || view !== undefined) &&
        !tried.has(`${one.code} ${offsetBefore(text, edits, one)}`),
    );
  }
};

function parse({ path, file }: ViewFileBytes, bytes: Uint8Array): ParsedViewFile {
  return parseViewFile({ path, bytes }, file);
}

/** The offset of a diagnostic in the text before all edits: quotes add no lines. */
function offsetBefore(text: string, edits: readonly TextEdit[], { line, column }: Diagnostic): number {
  const lineStart = startOfLine(text, line);
  let moved = 0;
  for (const { start, end, text: inserted } of edits) {
    if (start < lineStart) continue;
    if (start + moved + inserted.length > lineStart + column - 1) break;
    moved += inserted.length - (end - start);
  }
  return lineStart + column - 1 - moved;
}

function startOfLine(text: string, line: number): number {
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

interface Attempt {
  readonly file: ViewFileBytes;
  readonly original: EditableText;
  readonly edits: readonly TextEdit[];
  readonly parsed: ParsedViewFile;
  readonly next: Diagnostic;
  readonly offset: number;
}

/** The first way to quote the value at an offset that leaves a better file. */
function firstBetter({ file, original, edits, parsed, next, offset }: Attempt) {
  for (const end of endsOfPlain(original.text, offset)) {
    const plain = original.text.slice(offset, end);
    const edit = { start: offset, end, text: inQuotes(plain) };
    if (edits.some(({ start, end: other }) => start < edit.end && edit.start < other)) continue;
    const all = [...edits, edit].toSorted((one, other) => one.start - other.start);
    const after = parse(file, applyEdits(original, all).bytes);
    if (isBetter(parsed, after, next)) return { edits: all, parsed: after };
  }
  return undefined;
}

/** Characters that begin something else than a plain scalar. Text that begins with `%`, `@` or a backtick can only be meant as one. */
const INDICATOR = /["'[\]{}#&*!|>,\s]/;
const LINE_END = /[\r\n]|$/g;

/** Where a plain scalar that begins at an offset may end: at a colon, in brackets, or at the end of its line. */
function endsOfPlain(text: string, offset: number): readonly number[] {
  if (offset >= text.length || INDICATOR.test(text.charAt(offset))) return [];
  LINE_END.lastIndex = offset;
  const lineEnd = LINE_END.exec(text)?.index ?? text.length;
  const line = text.slice(offset, lineEnd);
  const comment = /\s#/.exec(line)?.index ?? line.length;
  const ends = [/:(?:[\s,[\]{}]|$)/.exec(line)?.index, /[,\]}]/.exec(line)?.index, comment];
  const trimmed = ends.flatMap((end) => (end === undefined ? [] : [line.slice(0, end).trimEnd().length]));
  return [...new Set(trimmed)].filter((length) => length > 0).map((length) => offset + length);
}

function inQuotes(plain: string): string {
  return /["\\]/.test(plain) ? `'${plain.replaceAll("'", "''")}'` : `"${plain}"`;
}

/**
 * Whether an edit removed a diagnostic and did no harm: none is new, and a view that loaded is the same. Where
 * an error is removed, more is checked than before: then only errors count, and while the YAML cannot be read,
 * only those of its syntax.
 */
function isBetter(before: ParsedViewFile, after: ParsedViewFile, next: Diagnostic): boolean {
  const isUnread = before.diagnostics.some(({ code }) => code === "yaml-syntax");
  const counts = ({ severity, code }: Diagnostic): boolean =>
    next.severity === "warning" || (severity === "error" && (!isUnread || code === "yaml-syntax"));
  const left = before.diagnostics.filter(counts).map(keyOf);
  for (const key of after.diagnostics.filter(counts).map(keyOf)) {
    const index = left.indexOf(key);
    if (index === -1) return false;
    left.splice(index, 1);
  }
  if (!left.includes(keyOf(next))) return false;
  if (before.view === undefined) return true;
  return after.view !== undefined && sameBytes(before.view.canonicalJson, after.view.canonicalJson);
}

function keyOf({ code, line, pointer, message }: Diagnostic): string {
  return JSON.stringify([code, line, pointer, message]);
}

const MARK = "\ufeff";

/** The text of a file, and its byte order mark or nothing; undefined for bytes that are no UTF-8. */
export interface EditableText {
  readonly mark: string;
  readonly text: string;
}

export function decodeForEdit(bytes: Uint8Array): EditableText | undefined {
  try {
    const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return whole.startsWith(MARK) ? { mark: MARK, text: whole.slice(1) } : { mark: "", text: whole };
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
