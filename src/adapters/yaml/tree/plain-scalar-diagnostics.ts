import type { JsonPathStep } from "../../../domain/json/json-value.ts";
import type { Words } from "../syntax/common-words.ts";
import { TEMPLATE, templateWords } from "../syntax/find-slips.ts";
import type { TreeDiagnostic, YamlScalar } from "./yaml-node.ts";

type PlainScalarDiagnostic = Pick<TreeDiagnostic, "code" | "hint" | "message" | "offset">;

/** Fields for people, where `#` may be intended as a part of the value. */
const FREE_TEXT =
  /^(?:description|columns\/\d+\/(?:description|alias|unit)|ask\/(?:intents|keywords|latest_words)\/\d+|ask\/synonyms\/.+)$/;

const SHOWN_LENGTH_MAX = 60;

/** What may be missing from a plain scalar, or may have been added to it. */
export function plainScalarDiagnostics(
  source: string,
  { offset: start, plainEnd: end = start }: YamlScalar,
  path: readonly JsonPathStep[],
): readonly PlainScalarDiagnostic[] {
  const cut = source[end] === " " ? findCut(source, start, end) : undefined;
  const isJoined = source.indexOf("\n", start) < end;
  const joined = isJoined ? findJoined(source, start, end) : undefined;
  if (cut === undefined && joined === undefined) return NONE;
  const found = [FREE_TEXT.test(path.join("/")) ? cut : undefined, joined];
  return found.filter((diagnostic) => diagnostic !== undefined);
}

const NONE: readonly PlainScalarDiagnostic[] = [];

/** One space before `#` looks like part of the value; two are what formatters put before a comment. */
function findCut(source: string, start: number, end: number): PlainScalarDiagnostic | undefined {
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
      en: `quote it if # belongs to it: ${shown}, or put two spaces before the comment`,
      pt: `ponha entre aspas, se # faz parte dele: ${shown}, ou deixe dois espaços antes do comentário`,
    },
  };
}

/** A line that looks like an item of a list, and continues the scalar above it. */
function findJoined(source: string, start: number, end: number): PlainScalarDiagnostic | undefined {
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
      en: `${shown} goes on with the text of the line above`,
      pt: `${shown} continua o texto da linha acima`,
    },
    hint: {
      en: "align the - with that of the other items, or quote the text",
      pt: "alinhe o - com o dos outros itens, ou ponha o texto entre aspas",
    },
  };
}

/** The message for `{{ … }}` that was parsed as an object in an object. */
export function templateAt(source: string, offset: number): Words | undefined {
  const from = source.startsWith("{{", offset - 1) ? offset - 1 : offset;
  const found = TEMPLATE.exec(source.slice(from, from + SHOWN_LENGTH_MAX * 4));
  return found?.index === 0 ? templateWords(found[0]) : undefined;
}
