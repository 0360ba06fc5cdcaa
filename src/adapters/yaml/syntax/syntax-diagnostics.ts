import { type Document, LineCounter, type YAMLError } from "yaml";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";
import { FLATTER_HINT } from "./common-words.ts";
import { composeYaml, ERRORS_MAX } from "./compose.ts";
import { findMisalignment, findMisalignmentBelow } from "./find-misalignment.ts";
import { findCommonMistake, findLineAt, measureIndent } from "./find-slips.ts";
import { createUnclosedFinder, type ErrorCause } from "./find-unclosed.ts";
import { createSyntaxDiagnostic, describeError, type SyntaxDiagnostic } from "./parser-errors.ts";
import type { DiagnosticMaker } from "./position.ts";

export interface SyntaxContext {
  readonly source: string;
  readonly lines: LineCounter;
  readonly maker: DiagnosticMaker;
}

/** The diagnostic of a document that is nested too deep for the parser. */
export const TOO_DEEP_TEXTS = {
  code: "nesting-depth",
  message: { en: "the YAML has too many levels to be read", pt: "o YAML tem níveis demais para ser lido" },
  hint: FLATTER_HINT,
} as const satisfies SyntaxDiagnostic;

/** Errors of the parser that leave a document readable. */
const READABLE_ERRORS: ReadonlySet<string> = new Set([
  "BAD_COLLECTION_TYPE",
  "MULTIPLE_DOCS",
  "TAG_RESOLVE_FAILED",
]);

/** Whether the document can be read although the parser reported errors. */
export function isReadableDocument({ errors, warnings }: Document): boolean {
  return (
    errors.length < ERRORS_MAX && [...errors, ...warnings].every(({ code }) => READABLE_ERRORS.has(code))
  );
}

/**
 * Converts the errors of the YAML parser into diagnostics for authors: one for each thing to correct.
 *
 * After some errors the parser reports nearly every later line, although only one has to be changed. So the lines after
 * such an error are skipped, up to the next key in the first column: from there the text is parsed again.
 */
export function findSyntaxDiagnostics(document: Document, context: SyntaxContext): readonly Diagnostic[] {
  const { source, lines, maker } = context;
  // The parser's stack ends at an arbitrary depth, so the errors after that depth are arbitrary, too.
  if (hasTooManyErrors(document)) return [maker.atStart(TOO_DEEP_TEXTS)];
  const found: SyntaxError[] = [];
  let lengthLeft = REPARSED_LENGTH_MAX;
  for (let part: ParsedPart | undefined = { document, start: 0 }; part !== undefined; ) {
    const { start }: ParsedPart = part;
    const errors = listErrors(part.document, source.slice(start));
    const stop = errors.findIndex(({ canCauseLaterErrors }) => canCauseLaterErrors);
    const kept =
      stop === -1
        ? errors
        : [...errors.slice(0, stop), chooseCausingError(errors.slice(stop), source.slice(start))];
    for (const error of kept) found.push({ ...error, offset: start + error.offset });
    part = stop === -1 ? undefined : parseFromNextKey(source, start + (kept.at(-1)?.end ?? 0), lengthLeft);
    lengthLeft -= source.length - (part?.start ?? 0);
  }
  const tabs = found.filter(isTabError);
  return found.flatMap((error) => {
    if (isTabError(error) && error !== tabs[0]) return [];
    const diagnostic = isTabError(error) ? addTabCount(error.diagnostic, source) : error.diagnostic;
    return [maker.atOffset(lines, error.offset, { severity: "error", pointer: "", ...diagnostic })];
  });
}

/** The rest of the text from the offset `start` on, parsed on its own. */
interface ParsedPart {
  readonly document: Document;
  readonly start: number;
}

/** An error of the parser, and its diagnostic. */
interface SyntaxError {
  readonly error: YAMLError;
  readonly offset: number;
  /** The last offset that belongs to the error. */
  readonly end: number;
  readonly diagnostic: SyntaxDiagnostic;
  /** Whether errors in later lines may be consequences of this error. */
  readonly canCauseLaterErrors: boolean;
}

function hasTooManyErrors({ errors }: Document): boolean {
  return errors.some(({ code }) => code === "RESOURCE_EXHAUSTION");
}

/** Maximum total length of the parts that are parsed again, because parsing with errors takes long. */
const REPARSED_LENGTH_MAX = 32 * 1024;
const KEY_IN_FIRST_COLUMN = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'[\]{},&*!|>%@`?:-][^\n:]*):(?=\s|$)/gm;

/**
 * Parses the text from the next key in the first column. Returns undefined if there is no such key, or if the text from
 * that key on exceeds a limit.
 */
function parseFromNextKey(source: string, offset: number, lengthMax: number): ParsedPart | undefined {
  const lineEnd = source.indexOf("\n", offset);
  if (lineEnd === -1) return undefined;
  KEY_IN_FIRST_COLUMN.lastIndex = lineEnd + 1;
  const start = KEY_IN_FIRST_COLUMN.exec(source)?.index;
  if (start === undefined || source.length - start > lengthMax) return undefined;
  const composed = composeYaml(source.slice(start), new LineCounter());
  if (composed.kind !== "document" || hasTooManyErrors(composed.document)) return undefined;
  return { document: composed.document, start };
}

/**
 * Returns the first error; but if the second error is a tab one line below, returns the second, because the tab is the
 * cause.
 */
function chooseCausingError([first, next]: readonly SyntaxError[], source: string): SyntaxError {
  if (first === undefined) throw new TypeError("Cannot choose a cause: there are no errors");
  if (next === undefined || isTabError(first) || !isTabError(next)) return first;
  return source.slice(first.offset, next.offset).split("\n").length === 2 ? next : first;
}

function isTabError({ error }: SyntaxError): boolean {
  return error.code === "TAB_AS_INDENT";
}

/** Adds the number of other lines with a tab to the hint: one diagnostic is enough for all tabs. */
function addTabCount({ hint, ...diagnostic }: SyntaxDiagnostic, source: string): SyntaxDiagnostic {
  const more = (source.match(/^ *\t[ \t]*[^\s#]/gm)?.length ?? 1) - 1;
  if (more < 1) return { ...diagnostic, hint };
  return {
    ...diagnostic,
    hint: {
      en: `${hint.en}, here and in ${more} more ${more === 1 ? "line" : "lines"}`,
      pt: `${hint.pt}, aqui e em mais ${more} ${more === 1 ? "linha" : "linhas"}`,
    },
  };
}

/** Lists the errors of a document in order, at most one per offset. */
function listErrors(document: Document, source: string): readonly SyntaxError[] {
  const errors = [...document.errors, ...document.warnings].sort((left, right) => left.pos[0] - right.pos[0]);
  const end = document.range?.[2] ?? source.length;
  const seen = new Set<number>();
  const shown = new Set<number>();
  const findCause = createCauseFinder(document, source);
  let consequencesEnd = -1;
  return errors.flatMap((error) => {
    // After the end of the document everything is unexpected: one diagnostic is enough.
    const offset = error.pos[0];
    const position = error.code === "UNEXPECTED_TOKEN" ? Math.min(offset, end) : offset;
    if (seen.has(position)) return [];
    seen.add(position);
    if (offset <= consequencesEnd) return [];
    const cause = findCause(error);
    consequencesEnd = Math.max(consequencesEnd, cause?.consequencesEnd ?? -1);
    const at = cause?.offset ?? offset;
    if (cause !== undefined && shown.has(at)) return [];
    shown.add(at);
    const diagnostic =
      cause === undefined ? describeError(error, source) : createSyntaxDiagnostic(cause.message, cause.hint);
    const canCauseLaterErrors = !(cause === undefined ? isWithinLine(error, source) : cause.isWithinLine);
    return [{ error, offset: at, end: Math.max(at, consequencesEnd), diagnostic, canCauseLaterErrors }];
  });
}

const ERRORS_WITHIN_LINE: ReadonlySet<string> = new Set([
  ...READABLE_ERRORS,
  "BAD_DQ_ESCAPE",
  "BAD_SCALAR_START",
  "KEY_OVER_1024_CHARS",
  "UNEXPECTED_TOKEN",
]);

/** Whether the parser reads the lines after an error as if the error were not there. */
function isWithinLine({ code, pos: [offset] }: YAMLError, source: string): boolean {
  if (code !== "BLOCK_AS_IMPLICIT_KEY") return ERRORS_WITHIN_LINE.has(code);
  const { start, text } = findLineAt(source, offset);
  return /:(?:\s|$)/.test(text.slice(offset - start));
}

/** Errors of the parser that a wrong indentation can cause. */
const INDENTATION_ERRORS: ReadonlySet<string> = new Set([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "UNEXPECTED_TOKEN",
]);
/** Maximum number of errors whose lines are inspected; more than the number of diagnostics that are shown. */
const INSPECTED_ERRORS_MAX = 200;

function createCauseFinder(document: Document, source: string): (error: YAMLError) => ErrorCause | undefined {
  const findUnclosed = createUnclosedFinder(document, source);
  let inspected = 0;
  return (error) => {
    if (READABLE_ERRORS.has(error.code) || inspected++ > INSPECTED_ERRORS_MAX) return findUnclosed(error);
    const [offset] = error.pos;
    const found =
      findUnclosed(error) ?? findCommonMistake(source, offset) ?? findOverIndentedLine(error, source);
    if (found !== undefined || !INDENTATION_ERRORS.has(error.code)) return found;
    const misaligned = findMisalignment(source, offset);
    if (misaligned !== undefined || error.code !== "BLOCK_AS_IMPLICIT_KEY") return misaligned;
    return findMisalignmentBelow(source, offset);
  };
}

/**
 * Finds a key that follows `key: value`, but is indented deeper than that key. The parser reports the error at the
 * value.
 */
function findOverIndentedLine({ code, pos: [offset] }: YAMLError, source: string): ErrorCause | undefined {
  if (code !== "BLOCK_AS_IMPLICIT_KEY") return undefined;
  const [, value = "", below] =
    /^([^\n]*)\n( *)[^ \n#-][^\n]*?:(?:[ \r\n]|$)/.exec(source.slice(offset)) ?? [];
  const indent = measureIndent(findLineAt(source, offset).text);
  if (below === undefined || below.length <= indent || /:(?:\s|$)/.test(value)) return undefined;
  return {
    offset: offset + value.length + 1 + below.length,
    message: {
      en: "this line is indented deeper than the key above it, but that key already has a value",
      pt: "esta linha está mais recuada que a chave acima dela, mas essa chave já tem um valor",
    },
    hint: { en: "align it with the key above", pt: "alinhe-a com a chave acima" },
  };
}
