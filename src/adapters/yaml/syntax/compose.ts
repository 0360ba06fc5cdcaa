import { Composer, type CST, type Document, Lexer, type LineCounter, Parser, YAMLParseError } from "yaml";
import { mayHaveTooManyTokens, TOKENS_MAX } from "./token-limit.ts";

/**
 * Maximum number of errors of one file: far more than are reported. The parser takes ten times as long for an error as
 * for valid input.
 */
export const ERRORS_MAX = 2_000;
/** Maximum nesting of collections while a document is parsed: ten times the maximum of a view. */
const NESTING_MAX = 1_000;

/** The result of parsing. A document has its errors, at most {@link ERRORS_MAX}. */
export type ComposedYaml =
  | { readonly kind: "document"; readonly document: Document }
  | { readonly kind: "too-deep" }
  | { readonly kind: "too-many-tokens" };

type LimitKind = "errors" | "nesting" | "tokens";

class LimitReachedError extends Error {
  override readonly name = "LimitReached";
  readonly limit: LimitKind;

  constructor(limit: LimitKind) {
    super(`The file has too many ${limit}`);
    this.limit = limit;
  }
}

/** Parses one YAML document at a bounded cost, for any input. */
export function composeYaml(source: string, lines: LineCounter): ComposedYaml {
  try {
    return { kind: "document", document: runWithoutStackTraces(() => composeOneDocument(source, lines)) };
  } catch (cause) {
    if (cause instanceof LimitReachedError) {
      return { kind: cause.limit === "tokens" ? "too-many-tokens" : "too-deep" };
    }
    // The parser recurses into nested values, and throws this error when the stack is exhausted.
    if (cause instanceof RangeError) return { kind: "too-deep" };
    throw cause;
  }
}

export function hasTooManyTokens(source: string): boolean {
  if (!mayHaveTooManyTokens(source)) return false;
  let count = 0;
  for (const _ of new Lexer().lex(source)) if (++count > TOKENS_MAX) return true;
  return false;
}

function composeOneDocument(source: string, lines: LineCounter): Document {
  // `resolveKnownTags` is off, because tags of YAML 1.1, such as !!binary, would make objects that JSON cannot
  // represent. `uniqueKeys` is off, because readTree() finds repeated keys in linear time.
  const dialect = { version: "1.2", schema: "core", merge: true, resolveKnownTags: false } as const;
  const composer = new Composer({
    ...dialect,
    intAsBigInt: true,
    uniqueKeys: false,
    keepSourceTokens: true,
  });
  limitErrors(composer);
  const [first, second] = composeDocuments(composer, readTokens(source, lines), source.length);
  if (first === undefined) throw new TypeError("The YAML composer returned no document");
  if (second !== undefined) {
    const [start, end] = second.range;
    first.errors.push(
      new YAMLParseError([start, end], "MULTIPLE_DOCS", "The file contains a second document"),
    );
  }
  return first;
}

/** Composes the documents of a token stream, and stops after too many errors. */
function* composeDocuments(
  composer: Composer,
  tokens: Iterable<CST.Token>,
  length: number,
): Generator<Document.Parsed> {
  try {
    for (const token of tokens) yield* composer.next(token);
  } catch (error) {
    if (!(error instanceof LimitReachedError) || error.limit !== "errors") throw error;
  }
  yield* composer.end(true, length);
}

/** Splits a text into tokens as `Parser.parse()` does, but with limits. */
function* readTokens(source: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  const counts = { lexemes: 0, errors: 0 };
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(source)) {
    if (++counts.lexemes > TOKENS_MAX) throw new LimitReachedError("tokens");
    for (const token of parser.next(lexeme)) {
      if (token.type === "error" && ++counts.errors > ERRORS_MAX) throw new LimitReachedError("errors");
      yield token;
    }
    if (parser.stack.length > NESTING_MAX) throw new LimitReachedError("nesting");
  }
  yield* parser.end();
}

type ErrorHandler = (...details: readonly unknown[]) => void;

/** Limits the number of errors by a change of the composer's internal handler: the composer has no option for that. */
function limitErrors(composer: Composer): void {
  const internals = composer as unknown as { onError: ErrorHandler };
  const { onError } = internals;
  let count = 0;
  internals.onError = (...details) => {
    if (++count > ERRORS_MAX) throw new LimitReachedError("errors");
    onError(...details);
  };
}

/**
 * Runs the parser without stack traces: the parser creates an Error for every fault, and traces would take longer than
 * parsing.
 */
function runWithoutStackTraces<Value>(task: () => Value): Value {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return task();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
