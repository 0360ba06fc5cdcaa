import { createWriteHint, UNUSUAL_SPACES } from "../../../domain/view/view-hints.ts";
import { excerptText } from "../../../lib/visible-text.ts";
import { describeSpaces, type MessageAndHint } from "./common-words.ts";
import type { ErrorCause } from "./find-unclosed.ts";

/**
 * Finds a typical mistake in the line at which the parser failed: a template that is not filled in, an unusual
 * space, a missing space after `-`, or a text that is not indented deeper than its key.
 */
export function findCommonMistake(source: string, offset: number): ErrorCause | undefined {
  const line = findLineAt(source, offset);
  return (
    findTemplate(line) ??
    findUnusualSpace(line.text, line.start) ??
    findMissingSpace(line) ??
    findUnindentedText(source, line)
  );
}

const SHOWN_LENGTH_MAX = 60;

/**
 * Matches the expressions `{{ … }}` and `{% … %}` of templates. Without quotes, YAML refuses a value that
 * begins with such an expression, or reads it as an object.
 */
export const TEMPLATE_PATTERN = /\{\{[^{}\n]{0,200}\}\}|\{%[^\n]{0,200}?%\}/;

export function describeTemplate(template: string): MessageAndHint {
  const shown = excerptText(template, SHOWN_LENGTH_MAX);
  const quoted = JSON.stringify(shown);
  return {
    message: {
      en: `the template ${shown} is not filled in, and YAML does not read it as text without quotes`,
      pt: `o modelo ${shown} não está preenchido, e sem aspas o YAML não o lê como texto`,
    },
    hint: {
      en: `fill it in before the file is saved, or quote it: ${quoted}`,
      pt: `preencha-o antes de salvar o arquivo, ou ponha entre aspas: ${quoted}`,
    },
  };
}

function findTemplate({ start, text }: SourceLine): ErrorCause | undefined {
  const found = TEMPLATE_PATTERN.exec(text);
  if (found === null) return undefined;
  // A template in quotes is part of a string.
  if ((text.slice(0, found.index).match(/["']/g)?.length ?? 0) % 2 === 1) return undefined;
  return { offset: start + found.index, ...describeTemplate(found[0]), isWithinLine: true };
}

const UNUSUAL_SPACE = `[${[...UNUSUAL_SPACES.keys()].join("")}]`;
/** Matches an unusual space in the indentation, after a `-`, or after the colon of a key. */
const MISPLACED_SPACE = new RegExp(`^((?: *- +)* *(?:-|[^\\s"'#:,[{}\\]]{1,100}:)?)(${UNUSUAL_SPACE})`, "mu");

/** Finds a space character that is no space to YAML, in a position that requires an ordinary space. */
export function findUnusualSpace(text: string, start = 0): ErrorCause | undefined {
  const found = MISPLACED_SPACE.exec(text);
  const [, before = "", space = ""] = found ?? [];
  const name = UNUSUAL_SPACES.get(space);
  if (found === null || name === undefined) return undefined;
  const message = {
    en: `there is ${name.en} where YAML requires an ordinary space`,
    pt: `há ${name.pt} onde o YAML exige um espaço comum`,
  };
  const hint = { en: "replace it with an ordinary space", pt: "troque por um espaço comum" };
  return { offset: start + found.index + before.length, message, hint };
}

function findMissingSpace({ start, text }: SourceLine): ErrorCause | undefined {
  const [, indent = "", item = ""] = /^([ ]*)-([^\s-][^\s:]*)$/u.exec(text.trimEnd()) ?? [];
  if (item === "" || /^[\d.]+$/.test(item)) return undefined;
  const message = { en: "a space is missing after the -", pt: "falta um espaço depois do -" };
  const hint = createWriteHint(`- ${item.slice(0, SHOWN_LENGTH_MAX)}`);
  return { offset: start + indent.length, message, hint };
}

/** A key whose value is a block scalar. */
const BLOCK_SCALAR_VALUE_PATTERN = /:[ \t]+[|>][-+\d]*[ \t]*(?:#.*)?$/;
/** A key whose block scalar has an indentation indicator. */
const INDENTATION_INDICATOR = /:[ \t]+[|>][-+]?([1-9])[-+]?[ \t]*(?:#.*)?$/;
/** A key whose value is a plain scalar. */
const PLAIN_SCALAR_VALUE_PATTERN = /:[ \t]+[^\s|>#"'[{&*!].*$/;
/** A key whose value is on the lines below it. */
const KEY_WITHOUT_VALUE = /:[ \t]*(?:#.*)?$/;
/** Maximum number of lines that are searched above a line. */
const LINES_ABOVE_MAX = 200;

/**
 * Finds a line that the author meant as the value of a key above it, or as a part of that value, but did not indent
 * deeper than the key.
 */
function findUnindentedText(source: string, line: SourceLine): ErrorCause | undefined {
  const { start, text } = line;
  if (text.trim() === "" || /^ *\t/.test(text)) return undefined;
  const keyLine = findKeyAbove(source, line);
  if (keyLine === undefined) return undefined;
  const offset = start + measureIndent(text);
  const isPlain = !/^ *-|:/.test(text);
  const [, indicated] = INDENTATION_INDICATOR.exec(keyLine.text) ?? [];
  if (indicated !== undefined && isPlain) {
    const by = describeSpaces(Number(indicated));
    return {
      offset,
      message: {
        en: `this line is not indented enough: the ${indicated} after | or > requires ${by.en} more than the indentation of the key`,
        pt: `esta linha tem recuo de menos: o ${indicated} depois de | ou > exige ${by.pt} a mais que a chave`,
      },
      hint: {
        en: `indent the lines of the text ${by.en} deeper than its key, or remove the ${indicated}`,
        pt: `recue as linhas do texto ${by.pt} a mais que sua chave, ou remova o ${indicated}`,
      },
    };
  }
  if (BLOCK_SCALAR_VALUE_PATTERN.test(keyLine.text) && (keyLine.isNext || isPlain))
    return { offset, ...UNINDENTED_LINE_TEXTS };
  if (KEY_WITHOUT_VALUE.test(keyLine.text) && keyLine.isNext && (isPlain || /^ *["'[{]/.test(text))) {
    return {
      offset,
      message: {
        en: "this line is the value of the key above it, but is not indented deeper than that key",
        pt: "esta linha é o valor da chave acima dela, mas não está mais recuada que essa chave",
      },
      hint: {
        en: "indent the value deeper than its key, or write it after the colon",
        pt: "recue o valor mais que sua chave, ou escreva-o depois dos dois-pontos",
      },
    };
  }
  if (!PLAIN_SCALAR_VALUE_PATTERN.test(keyLine.text) || !isPlain) return undefined;
  return {
    offset,
    message: {
      en: "this line is neither a key nor part of the text above it: it is not indented deeper than the key of that text",
      pt: "esta linha não é chave nem parte do texto acima dela: não está mais recuada que a chave desse texto",
    },
    hint: {
      en: `${UNINDENTED_LINE_TEXTS.hint.en}, or write it as "key: value"`,
      pt: `${UNINDENTED_LINE_TEXTS.hint.pt}, ou escreva como "chave: valor"`,
    },
  };
}

const UNINDENTED_LINE_TEXTS: MessageAndHint = {
  message: {
    en: "this line belongs to the text above it, but is not indented deeper than the key of that text",
    pt: "esta linha pertence ao texto acima dela, mas não está mais recuada que a chave desse texto",
  },
  hint: {
    en: "indent the lines of the text deeper than its key",
    pt: "recue as linhas do texto mais que sua chave",
  },
};

/**
 * Finds the line above with the key that this line's text belongs to. Returns undefined if this line is indented deep
 * enough for that key.
 */
function findKeyAbove(
  source: string,
  { start, text }: SourceLine,
): { readonly text: string; readonly isNext: boolean } | undefined {
  const indent = measureIndent(text);
  let isNext = true;
  let contentIndent = Number.POSITIVE_INFINITY;
  let end = start - 1;
  for (let count = 0; count < LINES_ABOVE_MAX && end >= 0; count++) {
    const above = findLineAt(source, end);
    end = above.start - 1;
    if (above.text.trim() === "") continue;
    const keyIndent = /^ *(?:- +)*/.exec(above.text)?.[0].length ?? 0;
    const opensValue =
      BLOCK_SCALAR_VALUE_PATTERN.test(above.text) || PLAIN_SCALAR_VALUE_PATTERN.test(above.text);
    if ((opensValue || (isNext && KEY_WITHOUT_VALUE.test(above.text))) && keyIndent < contentIndent)
      return keyIndent < indent && !isLessThanIndicated(above.text, keyIndent, indent)
        ? undefined
        : { text: above.text, isNext };
    isNext = false;
    contentIndent = Math.min(contentIndent, measureIndent(above.text));
    if (contentIndent <= indent) return undefined;
  }
  return undefined;
}

/** Whether a line is indented less than the indentation indicator of the key above it requires. */
function isLessThanIndicated(above: string, keyIndent: number, indent: number): boolean {
  const [, indicated] = INDENTATION_INDICATOR.exec(above) ?? [];
  return indicated !== undefined && indent < keyIndent + Number(indicated);
}

/** A line of a file: its offset, and its text without the line break. */
export interface SourceLine {
  readonly start: number;
  readonly text: string;
}

export function findLineAt(source: string, offset: number): SourceLine {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const end = source.indexOf("\n", start);
  return { start, text: source.slice(start, end === -1 ? undefined : end).replace(/\r$/, "") };
}

export function measureIndent(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
