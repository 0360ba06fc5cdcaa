import type { Document, LineCounter, YAMLError } from "yaml";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import { FLATTER_HINT, tagUnknown, type Words } from "./common-words.ts";
import { ERRORS_MAX } from "./compose.ts";
import { findMisalignment, findMisalignmentBelow } from "./find-misalignment.ts";
import { findSlip } from "./find-slips.ts";
import { type BetterPlace, createUnclosedFinder } from "./find-unclosed.ts";
import type { Place } from "./position.ts";

/** The targets of a document's diagnostics. */
export interface SyntaxContext {
  readonly source: string;
  readonly lines: LineCounter;
  readonly place: Place;
}

/** For a document whose nesting exhausts the parser's stack. */
export const TOO_DEEP = {
  code: "nesting-depth",
  message: { en: "the YAML nests too deep to be read", pt: "o YAML tem níveis demais para ser lido" },
  hint: FLATTER_HINT,
} as const satisfies Finding;

/** Problems that do not keep the document from being read. */
const READABLE: ReadonlySet<string> = new Set(["BAD_COLLECTION_TYPE", "MULTIPLE_DOCS", "TAG_RESOLVE_FAILED"]);

/** Whether the document can be read in spite of the parser's errors. */
export function isReadable({ errors, warnings }: Document): boolean {
  return errors.length < ERRORS_MAX && [...errors, ...warnings].every(({ code }) => READABLE.has(code));
}

/** The errors of the YAML parser, one diagnostic per offset, in the terms of authors of views. */
export function syntaxDiagnostics(document: Document, context: SyntaxContext): readonly Diagnostic[] {
  const { source, lines, place } = context;
  const problems = [...document.errors, ...document.warnings].sort(
    (left, right) => left.pos[0] - right.pos[0],
  );
  // The depth at which the parser's stack ends is arbitrary, and so are all later errors.
  if (problems.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return [place.start(TOO_DEEP)];
  const end = document.range?.[2] ?? source.length;
  const seen = new Set<number>();
  const shown = new Set<number>();
  const findBetter = createBetterFinder(document, source);
  let until = -1;
  return problems.flatMap((problem) => {
    // After the end of the document everything is unexpected: one diagnostic is enough.
    const offset = problem.pos[0];
    const mark = problem.code === "UNEXPECTED_TOKEN" ? Math.min(offset, end) : offset;
    if (seen.has(mark)) return [];
    seen.add(mark);
    if (offset <= until) return [];
    const better = findBetter(problem);
    until = Math.max(until, better?.until ?? -1);
    const at = better?.offset ?? offset;
    if (better !== undefined && shown.has(at)) return [];
    shown.add(at);
    const diagnostic =
      better === undefined ? describe(problem, context) : syntax(better.message, better.hint);
    return [place.at(lines, at, { severity: "error", pointer: "", ...diagnostic })];
  });
}

/** Problems that, among others, a wrong indent causes. */
const ALIGNMENT: ReadonlySet<string> = new Set([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "UNEXPECTED_TOKEN",
]);
/** Maximum number of problems whose lines are inspected; more than the diagnostics that are kept. */
const LOOKS_MAX = 200;

function createBetterFinder(
  document: Document,
  source: string,
): (problem: YAMLError) => BetterPlace | undefined {
  const findUnclosed = createUnclosedFinder(document, source);
  let looks = 0;
  return (problem) => {
    if (READABLE.has(problem.code) || looks++ > LOOKS_MAX) return findUnclosed(problem);
    const [offset] = problem.pos;
    const found = findUnclosed(problem) ?? findSlip(source, offset) ?? findOverIndented(problem, source);
    if (found !== undefined || !ALIGNMENT.has(problem.code)) return found;
    const aligned = findMisalignment(source, offset);
    const isBlamed = aligned === undefined && problem.code === "BLOCK_AS_IMPLICIT_KEY";
    return isBlamed ? findMisalignmentBelow(source, offset) : aligned;
  };
}

/** A value followed by a key that is indented deeper than the value's own: the parser reports the value. */
function findOverIndented({ code, pos: [offset] }: YAMLError, source: string): BetterPlace | undefined {
  if (code !== "BLOCK_AS_IMPLICIT_KEY") return undefined;
  const [, value = "", below] =
    /^([^\n]*)\n( *)[^ \n#-][^\n]*?:(?:[ \r\n]|$)/.exec(source.slice(offset)) ?? [];
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const indent = /^ */.exec(source.slice(lineStart))?.[0].length ?? 0;
  if (below === undefined || below.length <= indent || /:(?:\s|$)/.test(value)) return undefined;
  return {
    offset: offset + value.length + 1 + below.length,
    message: {
      en: "this line is indented deeper than the key above it, which has its value already",
      pt: "esta linha está mais recuada que a chave acima dela, que já tem seu valor",
    },
    hint: { en: "align it with the key above", pt: "alinhe-a com a chave acima" },
  };
}

type Finding = Pick<Diagnostic, "code"> & Words;

function describe(problem: YAMLError, { source }: SyntaxContext): Finding {
  const [start, end] = problem.pos;
  const shown = excerpt(source.slice(start, Math.max(end, start + 1)));
  if (problem.message.startsWith(VALUE_MISSING)) {
    const message = {
      en: "a colon and a value are missing after this key",
      pt: "faltam dois-pontos e um valor depois desta chave",
    };
    return syntax(message, KEY_FORM);
  }
  switch (problem.code) {
    case "BAD_COLLECTION_TYPE":
    case "TAG_RESOLVE_FAILED":
      return tagUnknown(shown);
    case "UNEXPECTED_TOKEN":
      return syntax(
        { en: `${shown} is not expected here`, pt: `${shown} não é esperado aqui` },
        {
          en: "remove it, or quote the text it belongs to",
          pt: "remova-o, ou ponha entre aspas o texto a que pertence",
        },
      );
    default: {
      const { message, hint } = WORDS[problem.code] ?? UNKNOWN;
      return syntax({ en: parserMessage(problem), ...message }, hint);
    }
  }
}

function syntax(message: LocalizedText, hint: LocalizedText): Finding {
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

interface ParserWords {
  /** Absent in English where the parser's own message is clear. */
  readonly message: Partial<LocalizedText> & Pick<LocalizedText, "pt">;
  readonly hint: LocalizedText;
}

const UNKNOWN: ParserWords = {
  message: { pt: "o YAML está malformado aqui" },
  hint: {
    en: "check the indentation, colons, quotes and brackets here",
    pt: "verifique o recuo, os dois-pontos, as aspas e os colchetes aqui",
  },
};

/** Messages by the parser's code. */
const WORDS: Readonly<Partial<Record<YAMLError["code"], ParserWords>>> = {
  BAD_DIRECTIVE: {
    message: {
      en: "a line that begins with % is no part of a view",
      pt: "uma linha que começa com % não faz parte de uma view",
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
      en: "align it with the lines that belong to the same list or object",
      pt: "alinhe-a com as linhas da mesma lista ou do mesmo objeto",
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
      en: 'quote a value that contains ": ", or align it with the lines that belong to the same list or object',
      pt: 'ponha entre aspas um valor que contém ": ", ou alinhe-o com as linhas da mesma lista ou do mesmo objeto',
    },
  },
  BLOCK_IN_FLOW: {
    message: {
      en: "items with - or on lines of their own are not allowed inside brackets",
      pt: "itens com - ou em linhas próprias não podem ficar entre colchetes",
    },
    hint: { en: "separate the items with commas", pt: "separe os itens com vírgulas" },
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

/** Messages of the parser about its own internals, and their replacements. */
const TRANSLATIONS: ReadonlyMap<string, string> = new Map([
  [
    "Missing directives-end/doc-start indicator line",
    "the line --- is missing after the lines that begin with %",
  ],
  ["Missing directives-end indicator line", "the line --- is missing after the lines that begin with %"],
]);

function parserMessage({ message }: YAMLError): string {
  const line = (message.split("\n", 1)[0] ?? "").replace(/[.:]+$/, "");
  return TRANSLATIONS.get(line) ?? line.charAt(0).toLowerCase() + line.slice(1);
}
