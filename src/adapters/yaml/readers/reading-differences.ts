import type { JsonPathStep, JsonValue } from "../../../domain/json/json-value.ts";
import { describeYaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import { type MessageAndHint, quoteOrAgree, refusedBy } from "../syntax/common-words.ts";
import type { TreeDiagnostic } from "../tree/yaml-node.ts";
import { compareReading, type ReadingDifference } from "./compare-reading.ts";
import { composeDocument } from "./compose-document.ts";
import { PARSE_REFUSAL_MESSAGES } from "./parse-refusal-messages.ts";
import { readPyyamlScalar } from "./read-pyyaml-scalar.ts";
import type { ReaderDialect } from "./reader-dialect.ts";
import type { Refusal } from "./reader-node.ts";

type Scalar = Extract<ReadingDifference, { readonly kind: "scalar" }>;

interface ReaderWords extends MessageAndHint {
  readonly code: TreeDiagnostic["code"];
  readonly offset: number;
}

/**
 * Warns of a document that another reader refuses, or reads as another value than Mosaic.
 *
 * @param value what Mosaic reads from the text
 */
export function readingDifferences(
  source: string,
  value: JsonValue,
  dialect: ReaderDialect,
): readonly TreeDiagnostic[] {
  const read = composeDocument(source, dialect);
  if (read.kind === "refused")
    return read.refusals.map((refusal) => refusalDiagnostic(source, dialect, refusal));
  if (read.node === undefined) return [];
  const { differences, refusals } = compareReading(value, read.node, { readScalar: readPyyamlScalar });
  return [
    ...refusals.map((refusal) => refusalDiagnostic(source, dialect, refusal)),
    ...differences.map((difference) => differenceDiagnostic(source, dialect, difference)),
  ];
}

function diagnostic(
  { code, offset, message, hint }: ReaderWords,
  path: readonly JsonPathStep[],
): TreeDiagnostic {
  return { severity: "warning", code, offset, path, message, hint };
}

function refusalDiagnostic(source: string, { name }: ReaderDialect, refusal: Refusal): TreeDiagnostic {
  const { offset, reason, hint } = refusalCause(source, refusal);
  const message = refusedBy(name, reason);
  return diagnostic({ code: "yaml-refused-elsewhere", offset, message, hint }, []);
}

interface Cause {
  readonly offset: number;
  readonly reason: LocalizedText;
  readonly hint: LocalizedText;
}

/** The part that an author has to change, which may be before the offset at which a reader stops. */
function refusalCause(source: string, refusal: Refusal): Cause {
  const { code, offset, from } = refusal;
  const { message: reason, hint } = PARSE_REFUSAL_MESSAGES[code];
  if (!STRUCTURAL.has(code)) return { offset, reason, hint };
  const strange = strangeCause(source, 0, Math.max(offset, from) + 1);
  if (strange !== undefined) return strange;
  const character = source.charAt(offset);
  if (code === "flow-form" && character === "?") return questionMark(offset);
  if (code === "flow-form" && character === ":") return flowColon(source, offset);
  return { offset, reason, hint };
}

/** A structural error of a reader may come from a line break that only this reader recognizes. */
const STRUCTURAL: ReadonlySet<Refusal["code"]> = new Set([
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

function strangeCause(source: string, start?: number, end?: number): Cause | undefined {
  const strange = findStrangeCharacter(source, start, end);
  if (strange === undefined) return undefined;
  const { offset, name, isBreak } = strange;
  const reason = isBreak
    ? { en: `it ends a line at ${name}`, pt: `ele termina uma linha em ${name}` }
    : { en: `it reads ${name} as part of the text`, pt: `ele lê ${name} como parte do texto` };
  return { offset, reason, hint: escapeHint(name) };
}

/** @param name such as `U+2028` */
function escapeHint(name: string): LocalizedText {
  const written = `"\\u${name.slice(2).toLowerCase()}"`;
  return {
    en: `remove the character, or write ${written} in double quotes`,
    pt: `remova o caractere, ou escreva ${written} entre aspas duplas`,
  };
}

function questionMark(offset: number): Cause {
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

function flowColon(source: string, offset: number): Cause {
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
        en: "a key in brackets or braces is longer than 1024 characters, or a colon begins no value here",
        pt: "uma chave entre colchetes ou chaves tem mais de 1024 caracteres, ou os dois-pontos não começam um valor aqui",
      };
  const hint = {
    en: "write the key on one line, in at most 1024 characters, or quote the text",
    pt: "escreva a chave em uma linha, com no máximo 1024 caracteres, ou ponha o texto entre aspas",
  };
  return { offset, reason, hint };
}

function differenceDiagnostic(
  source: string,
  dialect: ReaderDialect,
  difference: ReadingDifference,
): TreeDiagnostic {
  const words =
    difference.kind === "scalar"
      ? scalarWords(source, dialect, difference)
      : structureWords(source, dialect, difference.offset);
  return diagnostic(words, difference.path);
}

function scalarWords(source: string, { name }: ReaderDialect, difference: Scalar): ReaderWords {
  const { node, reading } = difference;
  const code = "yaml-ambiguous";
  const { offset } = node;
  if (reading.type === "refused") {
    const message = refusedBy(name, reading.reason);
    return { code: "yaml-refused-elsewhere", offset, message, hint: quoteHint(node) };
  }
  const cause = scalarCause(source, difference);
  if (cause !== undefined) {
    const { reason, hint } = cause;
    const message = { en: `${name} ${reason.en}`, pt: `${name} ${reason.pt}` };
    return { code, offset: cause.offset, message, hint };
  }
  const text = excerpt(node.text);
  const shown =
    reading.type === "text"
      ? { en: `the text ${text}`, pt: `o texto ${text}` }
      : describeYaml11Scalar(reading);
  const message = { en: `${name} reads ${shown.en} here`, pt: `${name} lê aqui ${shown.pt}` };
  return { code, offset, message, hint: quoteHint(node) };
}

function quoteHint({ text, tag }: Scalar["node"]): LocalizedText {
  const shown = excerpt(text);
  if (tag === undefined) return quoteOrAgree(shown);
  return {
    en: `remove the tag, and quote the value if it is text: ${shown}`,
    pt: `remova a tag, e ponha o valor entre aspas, se é texto: ${shown}`,
  };
}

const SHOWN_LENGTH_MAX = 40;

/** The start of a string as JSON, with no control character for a terminal. */
function excerpt(text: string): string {
  const cut = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Why a scalar that is a string to both readers has different content, as a phrase that follows the reader's name.
 */
function scalarCause(source: string, { node, ours }: Scalar): Cause | undefined {
  const { offset, end, hasHalves, style, text } = node;
  if (hasHalves) {
    const at = offset + Math.max(source.slice(offset, end).search(/\\[uU](?:0000)?[dD][89a-fA-F]/), 0);
    return {
      offset: at,
      reason: {
        en: "reads halves of a character from these escapes, which no UTF-8 text can contain",
        pt: "lê destas sequências metades de um caractere, que nenhum texto em UTF-8 pode conter",
      },
      hint: {
        en: "write the character itself, or one \\U with eight digits",
        pt: "escreva o próprio caractere, ou um \\U com oito dígitos",
      },
    };
  }
  const strange = findStrangeCharacter(source, offset, end);
  if (strange !== undefined) {
    const { name, isBreak, offset: at } = strange;
    const reason = isBreak
      ? { en: `ends a line at ${name}`, pt: `termina uma linha em ${name}` }
      : { en: `reads ${name} as part of the text`, pt: `lê ${name} como parte do texto` };
    return { offset: at, reason, hint: escapeHint(name) };
  }
  if (style === "block" && ours === `${text}\n`) {
    return {
      offset,
      reason: {
        en: "reads this text without its last line break: the file ends inside it",
        pt: "lê este texto sem sua última quebra de linha: o arquivo termina dentro dele",
      },
      hint: { en: "end the file with a line break", pt: "termine o arquivo com uma quebra de linha" },
    };
  }
  return undefined;
}

function structureWords(source: string, { name }: ReaderDialect, offset: number): ReaderWords {
  const code = "yaml-ambiguous";
  const strange = strangeCause(source);
  if (strange !== undefined) {
    const { reason } = strange;
    const message = {
      en: `${name} reads other fields here: ${reason.en}`,
      pt: `${name} lê aqui outros campos: ${reason.pt}`,
    };
    return { code, offset: strange.offset, message, hint: strange.hint };
  }
  const character = source.charAt(offset);
  if (character === "?") {
    const { reason, hint } = questionMark(offset);
    const message = {
      en: `${name} reads an object here: ${reason.en}`,
      pt: `${name} lê aqui um objeto: ${reason.pt}`,
    };
    return { code, offset, message, hint };
  }
  const message = {
    en: `${name} reads a different kind of value here`,
    pt: `${name} lê aqui um valor de outra forma`,
  };
  const hint = {
    en: "quote the texts here, or write each value on a line of its own",
    pt: "ponha os textos daqui entre aspas, ou escreva cada valor em uma linha própria",
  };
  return { code, offset, message, hint };
}

/** Characters that end a line in YAML 1.1, but not in YAML 1.2; and a byte order mark inside the text. */
const STRANGE = /[\u0085\u2028\u2029]|(?<!^)\ufeff/;

/** A character on which readers differ. */
interface StrangeCharacter {
  readonly offset: number;
  /** Such as `U+2028`. */
  readonly name: string;
  readonly isBreak: boolean;
}

/** The first such character between two offsets of a text. */
function findStrangeCharacter(source: string, start = 0, end = source.length): StrangeCharacter | undefined {
  const found = STRANGE.exec(source.slice(start, end));
  if (found === null || start + found.index === 0) return undefined;
  const code = found[0].charCodeAt(0);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { offset: start + found.index, name, isBreak: found[0] !== "\ufeff" };
}
