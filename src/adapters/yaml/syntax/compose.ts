import { Composer, type CST, type Document, Lexer, type LineCounter, Parser, YAMLParseError } from "yaml";
import { mayHaveTooManyTokens, TOKENS_MAX } from "./token-limit.ts";

/** Far more than are ever reported for one file; an error takes ten times as long as valid input. */
export const ERRORS_MAX = 2_000;
/** The nesting limit of lists and objects while a document is parsed: ten times that of a view. */
const NESTING_MAX = 1_000;

/** The result of parsing; `document` contains its errors, or the first of very many. */
export type ComposedYaml =
  | { readonly kind: "document"; readonly document: Document }
  | { readonly kind: "too-deep" }
  | { readonly kind: "too-many-tokens" };

type Bound = "errors" | "nesting" | "tokens";

class BoundReached extends Error {
  override readonly name = "BoundReached";
  readonly bound: Bound;

  constructor(bound: Bound) {
    super(`Too many ${bound}`);
    this.bound = bound;
  }
}

/** Parses one YAML document at a bounded cost, for any input. */
export function composeYaml(source: string, lines: LineCounter): ComposedYaml {
  try {
    return { kind: "document", document: withoutStacks(() => composeOne(source, lines)) };
  } catch (cause) {
    if (cause instanceof BoundReached) {
      return { kind: cause.bound === "tokens" ? "too-many-tokens" : "too-deep" };
    }
    // The parser recurses into nested values; only an exhausted stack makes it throw.
    if (cause instanceof RangeError) return { kind: "too-deep" };
    throw cause;
  }
}

/** Whether a document has more tokens than are allowed. */
export function hasTooManyTokens(source: string): boolean {
  if (!mayHaveTooManyTokens(source)) return false;
  let count = 0;
  for (const _ of new Lexer().lex(source)) if (++count > TOKENS_MAX) return true;
  return false;
}

function composeOne(source: string, lines: LineCounter): Document {
  // Repeated keys are found by the tree walk, in linear time. Tags of YAML 1.1, such as !!binary, make objects that
  // JSON cannot represent.
  const dialect = { version: "1.2", schema: "core", merge: true, resolveKnownTags: false } as const;
  const composer = new Composer({
    ...dialect,
    intAsBigInt: true,
    uniqueKeys: false,
    keepSourceTokens: true,
  });
  boundErrors(composer);
  const [first, second] = documentsOf(composer, tokensOf(source, lines), source.length);
  if (first === undefined) throw new TypeError("The composer has made no document");
  if (second !== undefined) {
    const [start, end] = second.range;
    first.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "A second document"));
  }
  return first;
}

/** With too many errors, returns the result so far. */
function* documentsOf(
  composer: Composer,
  tokens: Iterable<CST.Token>,
  length: number,
): Generator<Document.Parsed> {
  try {
    for (const token of tokens) yield* composer.next(token);
  } catch (error) {
    if (!(error instanceof BoundReached) || error.bound !== "errors") throw error;
  }
  yield* composer.end(true, length);
}

/** The parser's own loop, with a check of its counts. */
function* tokensOf(source: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  const counts = { lexemes: 0, errors: 0 };
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(source)) {
    if (++counts.lexemes > TOKENS_MAX) throw new BoundReached("tokens");
    for (const token of parser.next(lexeme)) {
      if (token.type === "error" && ++counts.errors > ERRORS_MAX) throw new BoundReached("errors");
      yield token;
    }
    if (parser.stack.length > NESTING_MAX) throw new BoundReached("nesting");
  }
  yield* parser.end();
}

type ErrorHandler = (...details: readonly unknown[]) => void;

/** Bounds the composer, which has no limit of its own and no other hook; a test parses a megabyte of commas. */
function boundErrors(composer: Composer): void {
  const open = composer as unknown as { onError: ErrorHandler };
  const { onError } = open;
  let count = 0;
  open.onError = (...details) => {
    if (++count > ERRORS_MAX) throw new BoundReached("errors");
    onError(...details);
  };
}

/** The parser creates an Error for every fault: its stack trace would take far longer than all the rest. */
function withoutStacks<Value>(task: () => Value): Value {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return task();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
