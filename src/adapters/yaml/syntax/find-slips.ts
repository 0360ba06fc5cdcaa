import { hintToWrite, UNUSUAL_SPACES } from "../../../domain/view/view-hints.ts";
import type { Words } from "./common-words.ts";
import type { BetterPlace } from "./find-unclosed.ts";

/**
 * Typical mistakes in the line at which the parser failed, where the line itself reveals them: an unfilled
 * template, an unusual space, a missing one after `-`, text without indentation, an indentation that matches
 * no line above.
 */
export function findSlip(source: string, offset: number): BetterPlace | undefined {
  const line = lineAt(source, offset);
  return (
    findTemplate(line) ??
    findStrangeBlank(line.text, line.start) ??
    findMissingBlank(line) ??
    findBareText(source, line)
  );
}

const SHOWN_LENGTH_MAX = 60;

/** `{{ … }}` and `{% … %}`, which are no YAML unless they are quoted. */
export const TEMPLATE = /\{\{[^{}\n]{0,200}\}\}|\{%[^\n]{0,200}?%\}/;

/** The diagnostic about a template. */
export function templateWords(template: string): Words {
  const shown = template.length > SHOWN_LENGTH_MAX ? `${template.slice(0, SHOWN_LENGTH_MAX)}…` : template;
  const quoted = JSON.stringify(shown);
  return {
    message: {
      en: `the template ${shown} has not been filled in, and is no YAML without quotes`,
      pt: `o modelo ${shown} não foi preenchido, e não é YAML sem aspas`,
    },
    hint: {
      en: `fill it in before the file is saved, or quote it: ${quoted}`,
      pt: `preencha-o antes de salvar o arquivo, ou ponha entre aspas: ${quoted}`,
    },
  };
}

function findTemplate({ start, text }: Line): BetterPlace | undefined {
  const found = TEMPLATE.exec(text);
  if (found === null) return undefined;
  // Within quotes it is part of a string.
  if ((text.slice(0, found.index).match(/["']/g)?.length ?? 0) % 2 === 1) return undefined;
  return { offset: start + found.index, ...templateWords(found[0]) };
}

const STRANGE = `[${[...UNUSUAL_SPACES.keys()].join("")}]`;
/** Matches a space in the indentation, or after the `-` or the colon before a value. */
const STRANGE_PLACE = new RegExp(`^((?: *- +)* *(?:-|[^\\s"'#:,[{}\\]]{1,100}:)?)(${STRANGE})`, "mu");

/** A space character that YAML reads as a letter, where it requires an ordinary one. */
export function findStrangeBlank(text: string, start = 0): BetterPlace | undefined {
  const found = STRANGE_PLACE.exec(text);
  const [, before = "", blank = ""] = found ?? [];
  const name = UNUSUAL_SPACES.get(blank);
  if (found === null || name === undefined) return undefined;
  const message = {
    en: `${name.en} is here, where YAML requires an ordinary space`,
    pt: `aqui há ${name.pt}, onde o YAML pede um espaço comum`,
  };
  const hint = { en: "replace it by an ordinary space", pt: "troque por um espaço comum" };
  return { offset: start + found.index + before.length, message, hint };
}

function findMissingBlank({ start, text }: Line): BetterPlace | undefined {
  const [, indent = "", item = ""] = /^([ ]*)-([^\s-][^\s:]*)$/u.exec(text.trimEnd()) ?? [];
  if (item === "" || /^[\d.]+$/.test(item)) return undefined;
  const message = { en: "a space is missing after the -", pt: "falta um espaço depois do -" };
  const hint = hintToWrite(`- ${item.slice(0, SHOWN_LENGTH_MAX)}`);
  return { offset: start + indent.length, message, hint };
}

const BLOCK_BEGINS = /:[ \t]+[|>][-+\d]*[ \t]*(?:#.*)?$/;
/** A block with an explicit indentation indicator. */
const BLOCK_INDENT = /:[ \t]+[|>][-+]?([1-9])[-+]?[ \t]*(?:#.*)?$/;
const TEXT_BEGINS = /:[ \t]+[^\s|>#"'[{&*!].*$/;

/** A key whose value is on the lines below it. */
const VALUE_BELOW = /:[ \t]*(?:#.*)?$/;
/** Maximum number of lines searched upwards. */
const LINES_ABOVE_MAX = 200;

/**
 * A line that continues the scalar of a key above it, or is that key's value, and is not indented deeper than the
 * key.
 */
function findBareText(source: string, line: Line): BetterPlace | undefined {
  const { start, text } = line;
  if (text.trim() === "" || /^ *\t/.test(text)) return undefined;
  const owner = findOwner(source, line);
  if (owner === undefined) return undefined;
  const offset = start + indentOf(text);
  const isPlain = !/^ *-|:/.test(text);
  const [, stated] = BLOCK_INDENT.exec(owner.text) ?? [];
  if (stated !== undefined && isPlain) {
    return {
      offset,
      message: {
        en: `the text that begins with | or > states an indentation of ${stated}, and this line has less`,
        pt: `o texto que começa com | ou > declara um recuo de ${stated}, e esta linha tem menos`,
      },
      hint: {
        en: `indent the lines of the text ${stated} spaces deeper than its key, or remove the ${stated}`,
        pt: `recue as linhas do texto ${stated} espaços a mais que sua chave, ou remova o ${stated}`,
      },
    };
  }
  if (BLOCK_BEGINS.test(owner.text) && (owner.isNext || isPlain)) return { offset, ...OF_TEXT_ABOVE };
  if (VALUE_BELOW.test(owner.text) && owner.isNext && (isPlain || /^ *["'[{]/.test(text))) {
    return {
      offset,
      message: {
        en: "this line is the value of the key above it, and is not indented deeper than that key",
        pt: "esta linha é o valor da chave acima dela, e não está mais recuada que essa chave",
      },
      hint: {
        en: "indent the value deeper than its key, or write it after the colon",
        pt: "recue o valor mais que sua chave, ou escreva-o depois dos dois-pontos",
      },
    };
  }
  if (!TEXT_BEGINS.test(owner.text) || !isPlain) return undefined;
  return {
    offset,
    message: {
      en: "this line is no key, and no part of the text above it: it is not indented deeper than its key",
      pt: "esta linha não é chave nem parte do texto acima dela: não está mais recuada que a chave do texto",
    },
    hint: {
      en: `${OF_TEXT_ABOVE.hint.en}, or write it as "key: value"`,
      pt: `${OF_TEXT_ABOVE.hint.pt}, ou escreva como "chave: valor"`,
    },
  };
}

const OF_TEXT_ABOVE: Words = {
  message: {
    en: "this line belongs to the text above it, and is not indented deeper than its key",
    pt: "esta linha pertence ao texto acima dela, e não está mais recuada que a chave do texto",
  },
  hint: {
    en: "indent the lines of the text deeper than its key",
    pt: "recue as linhas do texto mais que sua chave",
  },
};

/** The line above whose key is not indented less than this line, and whose value extends to here. */
function findOwner(
  source: string,
  { start, text }: Line,
): { readonly text: string; readonly isNext: boolean } | undefined {
  const indent = indentOf(text);
  let isNext = true;
  let contentIndent = Number.POSITIVE_INFINITY;
  let end = start - 1;
  for (let count = 0; count < LINES_ABOVE_MAX && end >= 0; count++) {
    const above = lineAt(source, end);
    end = above.start - 1;
    if (above.text.trim() === "") continue;
    const keyIndent = /^ *(?:- +)*/.exec(above.text)?.[0].length ?? 0;
    const opensValue = BLOCK_BEGINS.test(above.text) || TEXT_BEGINS.test(above.text);
    if ((opensValue || (isNext && VALUE_BELOW.test(above.text))) && keyIndent < contentIndent)
      return keyIndent < indent && !isBelowStated(above.text, keyIndent, indent)
        ? undefined
        : { text: above.text, isNext };
    isNext = false;
    contentIndent = Math.min(contentIndent, indentOf(above.text));
    if (contentIndent <= indent) return undefined;
  }
  return undefined;
}

function isBelowStated(above: string, keyIndent: number, indent: number): boolean {
  const [, stated] = BLOCK_INDENT.exec(above) ?? [];
  return stated !== undefined && indent < keyIndent + Number(stated);
}

/** A line of a source: its offset, and its text without the line break. */
export interface Line {
  readonly start: number;
  readonly text: string;
}

/** The line that an offset lies in. */
export function lineAt(source: string, offset: number): Line {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const end = source.indexOf("\n", start);
  return { start, text: source.slice(start, end === -1 ? undefined : end).replace(/\r$/, "") };
}

export function indentOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
