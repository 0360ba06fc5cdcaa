import type { JsonValue } from "../../../domain/json/json-value.ts";
import { describeYaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import { type LocalizedText, sameInEachLanguage } from "../../../lib/language.ts";
import { excerptText } from "../../../lib/visible-text.ts";
import {
  createQuoteOrRewriteHint,
  describeRefusedFile,
  type MessageAndHint,
} from "../syntax/common-words.ts";
import type { TreeDiagnostic } from "../tree/yaml-node.ts";
import { compareReading, type ReadingDifference } from "./compare-reading.ts";
import { composeDocument } from "./compose-document.ts";
import { PARSE_REFUSAL_MESSAGES } from "./parse-refusal-messages.ts";
import type { Refusal } from "./reader-node.ts";

type ScalarDifference = Extract<ReadingDifference, { readonly kind: "scalar" }>;

type ReaderMessage = Pick<TreeDiagnostic, "code" | "offset"> & MessageAndHint;

/**
 * Warns of a document that PyYAML refuses, or reads as another value than Mosaic.
 *
 * @param value the value that Mosaic reads from the text
 */
export function findReadingDifferences(source: string, value: JsonValue): readonly TreeDiagnostic[] {
  const read = composeDocument(source);
  if (read.kind === "refused") return read.refusals.map((refusal) => describeRefusal(source, refusal));
  if (read.node === undefined) return [];
  const { differences, refusals } = compareReading(value, read.node);
  return [
    ...refusals.map((refusal) => describeRefusal(source, refusal)),
    ...differences.map((difference) => describeDifference(source, difference)),
  ];
}

function describeRefusal(source: string, refusal: Refusal): TreeDiagnostic {
  const { offset, reason, hint } = findRefusalCause(source, refusal);
  const message = describeRefusedFile("PyYAML", reason);
  return { severity: "warning", code: "yaml-refused-elsewhere", offset, path: [], message, hint };
}

function describeDifference(source: string, difference: ReadingDifference): TreeDiagnostic {
  const texts =
    difference.kind === "scalar"
      ? describeScalar(source, difference)
      : describeStructure(source, difference.offset);
  return { severity: "warning", ...texts, path: difference.path };
}

interface DifferenceCause {
  readonly offset: number;
  readonly reason: LocalizedText;
  readonly hint: LocalizedText;
}

/** Finds the part that the author has to change. It may be before the offset at which the reader stops. */
function findRefusalCause(source: string, refusal: Refusal): DifferenceCause {
  const { code, offset, from } = refusal;
  const { message: reason, hint } = PARSE_REFUSAL_MESSAGES[code];
  if (!STRUCTURAL_REFUSALS.has(code)) return { offset, reason, hint };
  const cause = findCharacterCause(source, 0, Math.max(offset, from) + 1);
  if (cause !== undefined) return cause;
  const character = source.charAt(offset);
  if (code === "flow-form" && character === "?") return describeQuestionMark(offset);
  if (code === "flow-form" && character === ":") return describeFlowColon(source, offset);
  return { offset, reason, hint };
}

/** Refusals whose cause may be an ambiguous character before the offset, such as a line break of YAML 1.1. */
const STRUCTURAL_REFUSALS: ReadonlySet<Refusal["code"]> = new Set([
  "alias-unknown",
  "block-form",
  "directive",
  "document",
  "flow-form",
  "key-colon",
  "key-unhashable",
  "place",
  "quotes",
  "recursion",
  "token-start",
]);

/** A character that ends a line only in YAML 1.1, or a byte order mark inside the text. */
const AMBIGUOUS_CHARACTER = /[\u0085\u2028\u2029]|(?<!^)\ufeff/;

/**
 * Finds, between two offsets of a text, the first character on which readers differ.
 *
 * @param reader the subject of the reason, followed by a space; empty if the caller adds the name PyYAML
 */
function findCharacterCause(
  source: string,
  start = 0,
  end = source.length,
  reader: LocalizedText = { en: "it ", pt: "ele " },
): DifferenceCause | undefined {
  const found = AMBIGUOUS_CHARACTER.exec(source.slice(start, end));
  if (found === null || start + found.index === 0) return undefined;
  const digits = found[0].charCodeAt(0).toString(16).padStart(4, "0");
  const name = `U+${digits.toUpperCase()}`;
  const reason =
    found[0] === "\ufeff"
      ? {
          en: `${reader.en}reads ${name} as part of the text`,
          pt: `${reader.pt}lê ${name} como parte do texto`,
        }
      : { en: `${reader.en}ends a line at ${name}`, pt: `${reader.pt}termina uma linha em ${name}` };
  const hint = {
    en: `remove the character, or write "\\u${digits}" in double quotes`,
    pt: `remova o caractere, ou escreva "\\u${digits}" entre aspas duplas`,
  };
  return { offset: start + found.index, reason, hint };
}

function describeQuestionMark(offset: number): DifferenceCause {
  return {
    offset,
    reason: {
      en: "a ? in brackets or braces begins a key",
      pt: "um ? entre colchetes ou chaves começa uma chave",
    },
    hint: {
      en: "quote the text that the ? belongs to",
      pt: "ponha entre aspas o texto a que o ? pertence",
    },
  };
}

function describeFlowColon(source: string, offset: number): DifferenceCause {
  const before = source.slice(0, offset);
  const start = Math.max(before.lastIndexOf(","), before.lastIndexOf("{"), before.lastIndexOf("[")) + 1;
  const key = before.slice(start).trim();
  if (key === "") {
    return {
      offset,
      reason: {
        en: "a : in brackets or braces begins a value",
        pt: "um : entre colchetes ou chaves começa um valor",
      },
      hint: {
        en: "quote the text that the : belongs to",
        pt: "ponha entre aspas o texto a que o : pertence",
      },
    };
  }
  const reason = /\n[^\n]*\S/.test(key)
    ? {
        en: "a key in brackets or braces spans more than one line",
        pt: "uma chave entre colchetes ou chaves ocupa mais de uma linha",
      }
    : {
        en: "a key in brackets or braces is longer than 1024 characters, or the colon here does not begin a value",
        pt: "uma chave entre colchetes ou chaves tem mais de 1024 caracteres, ou os dois-pontos não começam um valor aqui",
      };
  const hint = {
    en: "write the key on one line, in at most 1024 characters, or quote the text",
    pt: "escreva a chave em uma linha, com no máximo 1024 caracteres, ou ponha o texto entre aspas",
  };
  return { offset, reason, hint };
}

function describeScalar(source: string, difference: ScalarDifference): ReaderMessage {
  const { node, reading } = difference;
  const code = "yaml-ambiguous";
  const { offset } = node;
  if (reading.type === "refused") {
    const message = describeRefusedFile("PyYAML", reading.reason);
    return { code: "yaml-refused-elsewhere", offset, message, hint: createQuoteHint(node) };
  }
  const cause = findScalarCause(source, difference);
  if (cause !== undefined) {
    const { reason, hint } = cause;
    const message = { en: `PyYAML ${reason.en}`, pt: `PyYAML ${reason.pt}` };
    return { code, offset: cause.offset, message, hint };
  }
  const text = shortenForMessage(node.text);
  const shown =
    reading.type === "text"
      ? { en: `the text ${text}`, pt: `o texto ${text}` }
      : describeYaml11Scalar(reading);
  const message = { en: `PyYAML reads ${shown.en} here`, pt: `PyYAML lê aqui ${shown.pt}` };
  return { code, offset, message, hint: createQuoteHint(node) };
}

function createQuoteHint({ text, tag }: ScalarDifference["node"]): LocalizedText {
  const shown = shortenForMessage(text);
  if (tag === undefined) return createQuoteOrRewriteHint(shown);
  return {
    en: `remove the tag, and quote the value if it is text: ${shown}`,
    pt: `remova a tag, e ponha o valor entre aspas, se é texto: ${shown}`,
  };
}

const SHOWN_LENGTH_MAX = 40;

/** Returns the beginning of a string as JSON, without control characters. */
function shortenForMessage(text: string): string {
  return JSON.stringify(excerptText(text, SHOWN_LENGTH_MAX)).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Finds why PyYAML reads other content from a string than Mosaic. In the message, the reason follows the name
 * PyYAML.
 */
function findScalarCause(source: string, { node, ours }: ScalarDifference): DifferenceCause | undefined {
  const { offset, end, hasHalves, style, text } = node;
  if (hasHalves) {
    const at = offset + Math.max(source.slice(offset, end).search(/\\[uU](?:0000)?[dD][89a-fA-F]/), 0);
    return {
      offset: at,
      reason: {
        en: "reads these escapes as two halves of a character, which UTF-8 cannot represent",
        pt: "lê estas sequências como duas metades de um caractere, que UTF-8 não pode representar",
      },
      hint: {
        en: "write the character itself, or one escape \\U with eight digits",
        pt: "escreva o próprio caractere, ou uma só sequência \\U com oito dígitos",
      },
    };
  }
  const character = findCharacterCause(source, offset, end, sameInEachLanguage(""));
  if (character !== undefined) return character;
  if (style === "block" && ours === `${text}\n`) {
    return {
      offset,
      reason: {
        en: "adds no line break at the end of this text, because the file does not end with one",
        pt: "não acrescenta uma quebra de linha ao fim deste texto, porque o arquivo não termina com uma",
      },
      hint: { en: "end the file with a line break", pt: "termine o arquivo com uma quebra de linha" },
    };
  }
  return undefined;
}

function describeStructure(source: string, offset: number): ReaderMessage {
  const code = "yaml-ambiguous";
  const cause = findCharacterCause(source);
  if (cause !== undefined) {
    const { reason } = cause;
    const message = {
      en: `PyYAML reads other fields here: ${reason.en}`,
      pt: `PyYAML lê aqui outros campos: ${reason.pt}`,
    };
    return { code, offset: cause.offset, message, hint: cause.hint };
  }
  const character = source.charAt(offset);
  if (character === "?") {
    const { reason, hint } = describeQuestionMark(offset);
    const message = {
      en: `PyYAML reads an object here: ${reason.en}`,
      pt: `PyYAML lê aqui um objeto: ${reason.pt}`,
    };
    return { code, offset, message, hint };
  }
  const message = {
    en: "PyYAML reads a different kind of value here",
    pt: "PyYAML lê aqui um valor de outro tipo",
  };
  const hint = {
    en: "quote the texts here, or write each value on a line of its own",
    pt: "ponha os textos daqui entre aspas, ou escreva cada valor em uma linha própria",
  };
  return { code, offset, message, hint };
}
