import type { Document, LineCounter, YAMLError } from "yaml";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import { FLATTER_HINT, type MessageAndHint, tagUnknown } from "./common-words.ts";
import { ERRORS_MAX } from "./compose.ts";
import { findMisalignment, findMisalignmentBelow } from "./find-misalignment.ts";
import { findSlip } from "./find-slips.ts";
import { createUnclosedFinder, type ErrorCause } from "./find-unclosed.ts";
import type { DiagnosticMaker } from "./position.ts";

/** The text of a document, its lines, and the maker of its diagnostics. */
export interface SyntaxContext {
  readonly source: string;
  readonly lines: LineCounter;
  readonly maker: DiagnosticMaker;
}

/** The diagnostic of a document whose nesting exhausts the parser's stack. */
export const TOO_DEEP = {
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

/** Whether the document can be read in spite of the parser's errors. */
export function isReadable({ errors, warnings }: Document): boolean {
  return (
    errors.length < ERRORS_MAX && [...errors, ...warnings].every(({ code }) => READABLE_ERRORS.has(code))
  );
}

/** Converts the errors of the YAML parser into diagnostics for authors, at most one per offset. */
export function syntaxDiagnostics(document: Document, context: SyntaxContext): readonly Diagnostic[] {
  const { source, lines, maker } = context;
  const errors = [...document.errors, ...document.warnings].sort((left, right) => left.pos[0] - right.pos[0]);
  // The stack ends at an arbitrary depth, so that the errors after it are arbitrary, too.
  if (errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return [maker.atStart(TOO_DEEP)];
  const end = document.range?.[2] ?? source.length;
  const seen = new Set<number>();
  const shown = new Set<number>();
  const findCause = createCauseFinder(document, source);
  let until = -1;
  return errors.flatMap((error) => {
    // After the end of the document everything is unexpected: one diagnostic is enough.
    const offset = error.pos[0];
    const position = error.code === "UNEXPECTED_TOKEN" ? Math.min(offset, end) : offset;
    if (seen.has(position)) return [];
    seen.add(position);
    if (offset <= until) return [];
    const cause = findCause(error);
    until = Math.max(until, cause?.until ?? -1);
    const at = cause?.offset ?? offset;
    if (cause !== undefined && shown.has(at)) return [];
    shown.add(at);
    const diagnostic =
      cause === undefined ? describeError(error, context) : syntaxError(cause.message, cause.hint);
    return [maker.atOffset(lines, at, { severity: "error", pointer: "", ...diagnostic })];
  });
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
const INSPECTED_MAX = 200;

function createCauseFinder(document: Document, source: string): (error: YAMLError) => ErrorCause | undefined {
  const findUnclosed = createUnclosedFinder(document, source);
  let inspected = 0;
  return (error) => {
    if (READABLE_ERRORS.has(error.code) || inspected++ > INSPECTED_MAX) return findUnclosed(error);
    const [offset] = error.pos;
    const found = findUnclosed(error) ?? findSlip(source, offset) ?? findOverIndented(error, source);
    if (found !== undefined || !INDENTATION_ERRORS.has(error.code)) return found;
    const misaligned = findMisalignment(source, offset);
    if (misaligned !== undefined || error.code !== "BLOCK_AS_IMPLICIT_KEY") return misaligned;
    return findMisalignmentBelow(source, offset);
  };
}

/** Finds a key that follows `key: value`, but is indented deeper than that key. The parser reports the value. */
function findOverIndented({ code, pos: [offset] }: YAMLError, source: string): ErrorCause | undefined {
  if (code !== "BLOCK_AS_IMPLICIT_KEY") return undefined;
  const [, value = "", below] =
    /^([^\n]*)\n( *)[^ \n#-][^\n]*?:(?:[ \r\n]|$)/.exec(source.slice(offset)) ?? [];
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const indent = /^ */.exec(source.slice(lineStart))?.[0].length ?? 0;
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

type SyntaxDiagnostic = Pick<Diagnostic, "code"> & MessageAndHint;

function describeError(error: YAMLError, { source }: SyntaxContext): SyntaxDiagnostic {
  const [start, end] = error.pos;
  const shown = excerpt(source.slice(start, Math.max(end, start + 1)));
  if (error.message.startsWith(VALUE_MISSING)) {
    const message = {
      en: "a colon and a value are missing after this key",
      pt: "faltam dois-pontos e um valor depois desta chave",
    };
    return syntaxError(message, KEY_FORM);
  }
  switch (error.code) {
    case "BAD_COLLECTION_TYPE":
    case "TAG_RESOLVE_FAILED":
      return tagUnknown(shown);
    case "UNEXPECTED_TOKEN":
      return syntaxError(
        { en: `${shown} is not expected here`, pt: `${shown} não é esperado aqui` },
        {
          en: "remove it, or quote the text it belongs to",
          pt: "remova-o, ou ponha entre aspas o texto a que pertence",
        },
      );
    default: {
      const { message, hint } = ERROR_TEXTS[error.code] ?? OTHER_ERROR;
      return syntaxError({ en: parserMessage(error), ...message }, hint);
    }
  }
}

function syntaxError(message: LocalizedText, hint: LocalizedText): SyntaxDiagnostic {
  return { code: "yaml-syntax", message, hint };
}

const VALUE_MISSING = "Implicit map keys need to be followed by map values";
const KEY_FORM: LocalizedText = {
  en: 'write it as "key: value", with a space after the colon',
  pt: 'escreva como "chave: valor", com um espaço depois dos dois-pontos',
};

const EXCERPT_LENGTH_MAX = 40;

function excerpt(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  return JSON.stringify(line.length > EXCERPT_LENGTH_MAX ? `${line.slice(0, EXCERPT_LENGTH_MAX)}…` : line);
}

interface ErrorText {
  /** Absent in English where the parser's own message is clear. */
  readonly message: Partial<LocalizedText> & Pick<LocalizedText, "pt">;
  readonly hint: LocalizedText;
}

const OTHER_ERROR: ErrorText = {
  message: { pt: "o YAML está malformado aqui" },
  hint: {
    en: "check the indentation, colons, quotes and brackets here",
    pt: "verifique o recuo, os dois-pontos, as aspas e os colchetes aqui",
  },
};

/** Messages and hints by the code of the parser's error. */
const ERROR_TEXTS: Readonly<Partial<Record<YAMLError["code"], ErrorText>>> = {
  BAD_DIRECTIVE: {
    message: {
      en: "a view cannot have a line that begins with %",
      pt: "uma view não pode ter uma linha que começa com %",
    },
    hint: { en: "remove the line, or quote its text", pt: "remova a linha, ou ponha seu texto entre aspas" },
  },
  BAD_DQ_ESCAPE: {
    message: { pt: "a sequência de escape entre aspas duplas é inválida" },
    hint: {
      en: "write a backslash twice, or use single quotes",
      pt: "escreva a barra invertida duas vezes, ou use aspas simples",
    },
  },
  BAD_INDENT: {
    message: { pt: "o recuo desta linha não combina com o das linhas em volta" },
    hint: {
      en: "align this line with the other lines of the same list or object",
      pt: "alinhe esta linha com as outras da mesma lista ou do mesmo objeto",
    },
  },
  BAD_SCALAR_START: {
    message: { pt: "um texto sem aspas não pode começar com este caractere" },
    hint: { en: "quote the text", pt: "ponha o texto entre aspas" },
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: {
      en: "a list or an object begins where only text is allowed",
      pt: "uma lista ou um objeto começa onde só pode haver texto",
    },
    hint: {
      en: 'quote the value if it contains ": ", or align this line with the other lines of the same list or object',
      pt: 'ponha o valor entre aspas, se contém ": ", ou alinhe esta linha com as outras da mesma lista ou do mesmo objeto',
    },
  },
  BLOCK_IN_FLOW: {
    message: {
      en: "inside [ ] and { }, items with - and keys on separate lines are not allowed",
      pt: "dentro de [ ] e { }, itens com - e campos em linhas separadas não são permitidos",
    },
    hint: {
      en: "separate the items with commas, without -, and write inner objects in { }",
      pt: "separe os itens com vírgulas, sem -, e escreva objetos internos entre { }",
    },
  },
  KEY_OVER_1024_CHARS: {
    message: {
      en: "the key is longer than 1024 characters",
      pt: "a chave tem mais de 1024 caracteres",
    },
    hint: { en: "use a shorter key", pt: "use uma chave mais curta" },
  },
  MISSING_CHAR: {
    message: { pt: "falta aqui um caractere: aspas, colchete, dois-pontos, vírgula ou espaço" },
    hint: {
      en: "add the missing quote, bracket, colon or comma",
      pt: "acrescente as aspas, o colchete, os dois-pontos ou a vírgula que faltam",
    },
  },
  MULTILINE_IMPLICIT_KEY: {
    message: {
      en: "a key must be on one line and end with a colon",
      pt: "uma chave deve ficar em uma só linha e terminar com dois-pontos",
    },
    hint: KEY_FORM,
  },
  MULTIPLE_DOCS: {
    message: { en: "the file contains more than one document", pt: "o arquivo contém mais de um documento" },
    hint: {
      en: "put each view into a file of its own",
      pt: "ponha cada view em um arquivo próprio",
    },
  },
  TAB_AS_INDENT: {
    message: { pt: "o recuo é feito com um tab" },
    hint: { en: "indent with spaces", pt: "recue com espaços" },
  },
};

/** Replacements for messages of the parser that name its internals. */
const REPLACED_MESSAGES: ReadonlyMap<string, string> = new Map([
  [
    "Missing directives-end/doc-start indicator line",
    "the line --- is missing after the lines that begin with %",
  ],
  ["Missing directives-end indicator line", "the line --- is missing after the lines that begin with %"],
]);

function parserMessage({ message }: YAMLError): string {
  const line = (message.split("\n", 1)[0] ?? "").replace(/[.:]+$/, "");
  return REPLACED_MESSAGES.get(line) ?? line.charAt(0).toLowerCase() + line.slice(1);
}
