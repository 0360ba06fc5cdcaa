import type { YAMLError } from "yaml";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import { excerptText } from "../../../lib/visible-text.ts";
import { describeUnknownTag, type MessageAndHint } from "./common-words.ts";

export type SyntaxDiagnostic = Pick<Diagnostic, "code"> & MessageAndHint;

/** Describes an error of the YAML parser in the terms of authors of views. */
export function describeError(error: YAMLError, source: string): SyntaxDiagnostic {
  const [start, end] = error.pos;
  const shown = cutToFirstLine(source.slice(start, Math.max(end, start + 1)));
  if (error.message.startsWith(VALUE_MISSING_MESSAGE)) {
    const message = {
      en: "a colon and a value are missing after this key",
      pt: "faltam dois-pontos e um valor depois desta chave",
    };
    return createSyntaxDiagnostic(message, KEY_FORM_MESSAGE);
  }
  switch (error.code) {
    case "BAD_COLLECTION_TYPE":
    case "TAG_RESOLVE_FAILED":
      return describeUnknownTag(shown);
    case "UNEXPECTED_TOKEN":
      return createSyntaxDiagnostic(
        { en: `${shown} is not expected here`, pt: `${shown} não é esperado aqui` },
        {
          en: "remove it, or quote the text it belongs to",
          pt: "remova-o, ou ponha entre aspas o texto a que pertence",
        },
      );
    default: {
      const { message, hint } = ERROR_TEXTS[error.code] ?? OTHER_ERROR_TEXT;
      return createSyntaxDiagnostic({ en: readParserMessage(error), ...message }, hint);
    }
  }
}

export function createSyntaxDiagnostic(message: LocalizedText, hint: LocalizedText): SyntaxDiagnostic {
  return { code: "yaml-syntax", message, hint };
}

const VALUE_MISSING_MESSAGE = "Implicit map keys need to be followed by map values";
const KEY_FORM_MESSAGE: LocalizedText = {
  en: 'write it as "key: value", with a space after the colon',
  pt: 'escreva como "chave: valor", com um espaço depois dos dois-pontos',
};

const EXCERPT_LENGTH_MAX = 40;

function cutToFirstLine(text: string): string {
  return JSON.stringify(excerptText(text.split(/\r?\n/, 1)[0] ?? "", EXCERPT_LENGTH_MAX));
}

interface ErrorText {
  /** Absent in English where the parser's own message is clear. */
  readonly message: Partial<LocalizedText> & Pick<LocalizedText, "pt">;
  readonly hint: LocalizedText;
}

const OTHER_ERROR_TEXT: ErrorText = {
  message: { pt: "o YAML está malformado aqui" },
  hint: {
    en: "check the indentation, colons, quotes and brackets here",
    pt: "verifique o recuo, os dois-pontos, as aspas e os colchetes aqui",
  },
};

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
      en: "a list written with -, or an object without { }, cannot be inside [ ] or { }",
      pt: "uma lista escrita com -, ou um objeto sem { }, não pode ficar dentro de [ ] ou { }",
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
    hint: KEY_FORM_MESSAGE,
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

function readParserMessage({ message }: YAMLError): string {
  const line = (message.split("\n", 1)[0] ?? "").replace(/[.:]+$/, "");
  return REPLACED_MESSAGES.get(line) ?? line.charAt(0).toLowerCase() + line.slice(1);
}
