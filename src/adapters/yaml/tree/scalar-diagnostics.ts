import { INTEGER_DIGITS_MAX, type JsonPathStep } from "../../../domain/json/json-value.ts";
import { findYaml11Difference } from "../../../domain/view/yaml11-reading.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import { excerptText } from "../../../lib/visible-text.ts";
import {
  createQuoteHint,
  createQuoteOrRewriteHint,
  describeRefusedFile,
  describeUnknownTag,
  KEY_NOT_TEXT_TEXTS,
  type MessageAndHint,
} from "../syntax/common-words.ts";
import { describeTemplate, TEMPLATE_PATTERN } from "../syntax/find-slips.ts";
import type { TreeDiagnostic, YamlNode, YamlScalar } from "./yaml-node.ts";

type PlainScalarDiagnostic = Pick<TreeDiagnostic, "code" | "hint" | "message" | "offset">;

/** Fields with text for people, in which an author may intend `#` as a part of the value. */
const FREE_TEXT_FIELD =
  /^(?:description|columns\/\d+\/(?:description|alias|unit)|ask\/(?:intents|keywords|latest_words)\/\d+|ask\/synonyms\/.+)$/;

const SHOWN_LENGTH_MAX = 60;

/** Warns of a plain scalar that a comment may cut off, or that may contain a list item by mistake. */
export function findPlainScalarWarnings(
  source: string,
  { offset: start, plainEnd: end = start }: YamlScalar,
  path: readonly JsonPathStep[],
): readonly PlainScalarDiagnostic[] {
  const cutOff = source[end] === " " ? findCutOffText(source, start, end) : undefined;
  const isJoined = source.indexOf("\n", start) < end;
  const joined = isJoined ? findJoinedItem(source, start, end) : undefined;
  if (cutOff === undefined && joined === undefined) return NO_DIAGNOSTICS;
  const found = [FREE_TEXT_FIELD.test(path.join("/")) ? cutOff : undefined, joined];
  return found.filter((diagnostic) => diagnostic !== undefined);
}

const NO_DIAGNOSTICS: readonly PlainScalarDiagnostic[] = [];

/**
 * Finds a `#` after one space. Formatters put two spaces before a comment, so the author may have meant this
 * `#` as part of the value.
 */
function findCutOffText(source: string, start: number, end: number): PlainScalarDiagnostic | undefined {
  if (source[end] !== " " || source[end + 1] !== "#") return undefined;
  const [rest = ""] = /^[^\r\n]*/.exec(source.slice(end, end + SHOWN_LENGTH_MAX)) ?? [];
  const text = source.slice(Math.max(start, end - SHOWN_LENGTH_MAX), end);
  const shown = JSON.stringify(`${text}${rest}`.replace(/\s+/g, " "));
  return {
    code: "text-cut",
    offset: end + 1,
    message: {
      en: "the text ends here: a # after a space begins a comment",
      pt: "o texto termina aqui: um # depois de um espaço começa um comentário",
    },
    hint: {
      en: `if # belongs to the text, quote it: ${shown}; if # begins a comment, put two spaces before it`,
      pt: `se # faz parte do texto, ponha-o entre aspas: ${shown}; se # começa um comentário, deixe dois espaços antes dele`,
    },
  };
}

/** Finds a line that looks like a list item, but continues the scalar of the line above. */
function findJoinedItem(source: string, start: number, end: number): PlainScalarDiagnostic | undefined {
  const text = source.slice(start, end);
  const found = /\n[ \t]*(-(?:[ \t]+|(?=[\p{L}_]))\S*)/u.exec(text);
  const [all = "", item = ""] = found ?? [];
  if (found === null || item === "") return undefined;
  const shown = JSON.stringify(item.slice(0, SHOWN_LENGTH_MAX));
  const offset = start + found.index + all.length - item.length;
  return {
    code: "line-joined",
    offset,
    message: {
      en: `${shown} continues the text of the line above`,
      pt: `${shown} continua o texto da linha acima`,
    },
    hint: {
      en: "align the - with that of the other items, or quote the text",
      pt: "alinhe o - com o dos outros itens, ou ponha o texto entre aspas",
    },
  };
}

/** Describes a template `{{ … }}` at an offset: the parser reads it as an object in an object. */
export function describeTemplateAt(source: string, offset: number): MessageAndHint | undefined {
  const from = source.startsWith("{{", offset - 1) ? offset - 1 : offset;
  const found = TEMPLATE_PATTERN.exec(source.slice(from, from + SHOWN_LENGTH_MAX * 4));
  return found?.index === 0 ? describeTemplate(found[0]) : undefined;
}

type NodeDiagnostic = Pick<TreeDiagnostic, "code"> & MessageAndHint;

/** Finds the reason why the value of a scalar cannot be part of a view. */
export function findScalarError({ value, text }: YamlScalar): NodeDiagnostic | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) {
    const shown = JSON.stringify(text);
    const message = {
      en: `JSON cannot represent ${shown} as a number`,
      pt: `JSON não consegue representar ${shown} como número`,
    };
    const hint = {
      en: "write a finite number, or quote it as text",
      pt: "escreva um número finito, ou ponha entre aspas como texto",
    };
    return { code: "number-range", message, hint };
  }
  if (typeof value === "bigint" && text.length > INTEGER_DIGITS_MAX) {
    const message = {
      en: `the whole number has more than ${INTEGER_DIGITS_MAX} digits`,
      pt: `o número inteiro tem mais de ${INTEGER_DIGITS_MAX} dígitos`,
    };
    const hint = { en: "quote it as text", pt: "ponha entre aspas, como texto" };
    return { code: "number-range", message, hint };
  }
  if (typeof value === "string" && !value.isWellFormed()) {
    const message = {
      en: "the text contains half of a surrogate pair",
      pt: "o texto contém metade de um par substituto",
    };
    const hint = { en: "write the whole character", pt: "escreva o caractere inteiro" };
    return { code: "text-encoding", message, hint };
  }
  return undefined;
}

/** Finds a difference between YAML 1.1 and YAML 1.2 for a plain scalar. */
export function findScalarAmbiguity(text: string): NodeDiagnostic | undefined {
  const difference = findYaml11Difference(text);
  if (difference === undefined) return undefined;
  const shown = excerptText(text, SHOWN_LENGTH_MAX);
  if (difference.kind === "refused") {
    const message = describeRefusedFile("PyYAML", difference.reason);
    return { code: "yaml-refused-elsewhere", message, hint: createQuoteHint(JSON.stringify(shown)) };
  }
  const { reading } = difference;
  const message = {
    en: `YAML 1.1 readers read ${shown} as ${reading.en}`,
    pt: `leitores de YAML 1.1 leem ${shown} como ${reading.pt}`,
  };
  return { code: "yaml-ambiguous", message, hint: createQuoteOrRewriteHint(JSON.stringify(shown)) };
}

/** Describes a node that cannot be the key of an object. */
export function describeInvalidKey(source: string, key: YamlNode | null): NodeDiagnostic {
  const template = describeTemplateAt(source, key?.offset ?? 0);
  if (template !== undefined) return { code: "yaml-syntax", ...template };
  if (key?.kind !== "scalar") return { code: "key-type", ...KEY_NOT_TEXT_TEXTS };
  if (key.text === "")
    return {
      code: "key-type",
      message: { en: "a key is empty", pt: "uma chave está vazia" },
      hint: { en: "write the key before the colon", pt: "escreva a chave antes dos dois-pontos" },
    };
  const shown = JSON.stringify(key.text);
  return {
    code: "key-type",
    message: { en: `the key ${shown} is not text`, pt: `a chave ${shown} não é texto` },
    hint: { en: `quote it: ${shown}`, pt: `ponha entre aspas: ${shown}` },
  };
}

const REMOVE_ONE_HINT: LocalizedText = {
  en: "remove or rename one of the two",
  pt: "remova ou renomeie uma das duas",
};
const MERGE_BOTH_HINT: LocalizedText = {
  en: "write one << with a list, such as <<: [*first, *second]; if both have the same key, *first counts",
  pt: "escreva um só << com os dois em uma lista, como <<: [*primeiro, *segundo]; entre chaves iguais, vale a do primeiro",
};

/** @param isMerge whether the key is a merge key: both objects are meant */
export function describeDuplicateKey(key: JsonPathStep | undefined, isMerge = false): NodeDiagnostic {
  const shown = JSON.stringify(key);
  const message = {
    en: `the key ${shown} appears twice in one object`,
    pt: `a chave ${shown} aparece duas vezes em um objeto`,
  };
  return { code: "duplicate-key", message, hint: isMerge ? MERGE_BOTH_HINT : REMOVE_ONE_HINT };
}

/** Describes a merge key that is used as a value, by its tag or by an alias. */
export function describeMergeValue(
  source: string,
  scalar: YamlScalar,
): NodeDiagnostic & Pick<TreeDiagnostic, "offset"> {
  const tag = scalar.isTagged ? source.lastIndexOf("!!", scalar.offset) : -1;
  if (tag !== -1) return { ...describeUnknownTag('"!!merge"'), offset: tag };
  const message = {
    en: 'the merge key "<<" cannot be a value',
    pt: 'a chave de mesclagem "<<" não pode ser um valor',
  };
  return { code: "yaml-syntax", message, hint: createQuoteHint('"<<"'), offset: scalar.offset };
}
