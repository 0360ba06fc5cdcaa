import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from "yaml";
import type { LocalizedText } from "../../../lib/language.ts";
import type { Words } from "./common-words.ts";

/** A better offset for the parser's error, and a message for it. */
export interface BetterPlace extends Words {
  readonly offset: number;
  /** Up to here, other errors of the parser are consequences. */
  readonly until?: number;
}

/** The unclosed construct, by the parser's name of its end. */
const CLOSINGS: Readonly<Record<string, Closing>> = {
  '"quote': {
    what: { en: "the text in double quotes", pt: "o texto entre aspas duplas" },
    thing: { en: "text", pt: "do texto" },
    hint: { en: 'add " where it ends', pt: 'acrescente " onde ele termina' },
  },
  "'quote": {
    what: { en: "the text in single quotes", pt: "o texto entre aspas simples" },
    thing: { en: "text", pt: "do texto" },
    hint: { en: "add ' where it ends", pt: "acrescente ' onde ele termina" },
  },
  "]": {
    what: { en: "the list in brackets", pt: "a lista entre colchetes" },
    thing: { en: "list", pt: "da lista" },
    hint: {
      en: "add ] where it ends, and indent all its lines, the ] too",
      pt: "acrescente ] onde ela termina, e recue todas as suas linhas, a do ] também",
    },
  },
  "}": {
    what: { en: "the object in braces", pt: "o objeto entre chaves" },
    thing: { en: "object", pt: "do objeto" },
    hint: {
      en: "add } where it ends, and indent all its lines, the } too",
      pt: "acrescente } onde ele termina, e recue todas as suas linhas, a do } também",
    },
  },
};

interface Closing {
  readonly what: LocalizedText;
  readonly thing: LocalizedText;
  readonly hint: LocalizedText;
}

const UNCLOSED = /^(?:Missing closing (.quote)|Flow (?:sequence|map) .*end with a ([\]}]))/;

/**
 * Makes the detector of unclosed quotes and brackets: the parser reports the offset where it failed, often many lines
 * below the one that an author has to fix.
 */
export function createUnclosedFinder(
  document: Document,
  source: string,
): (problem: YAMLError) => BetterPlace | undefined {
  let starts: Starts | undefined;
  return ({ message, pos }) => {
    const [, quote, bracket] = UNCLOSED.exec(message) ?? [];
    const words = CLOSINGS[quote ?? bracket ?? ""];
    if (words === undefined) return undefined;
    starts ??= findStarts(document);
    const offset = (quote === undefined ? starts.brackets : starts.quotes).get(pos[0]);
    const { what, hint } = words;
    if (offset === undefined) {
      const message = { en: `${what.en} has no end`, pt: `${what.pt} não tem fim` };
      return { offset: pos[0], message, hint };
    }
    const begun = {
      en: `${what.en} that begins here has no end`,
      pt: `${what.pt} que começa aqui não tem fim`,
    };
    return findUnindented(source, offset, words) ?? { offset, message: begun, hint };
  };
}

/**
 * A closed string or list with lines that are not indented deeper than its key: to YAML they are not part of it.
 */
function findUnindented(source: string, offset: number, words: Closing): BetterPlace | undefined {
  const end = findEnd(source, offset);
  if (end === undefined) return undefined;
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const indent = /^ *(?:- +)*/.exec(source.slice(lineStart, offset))?.[0].length ?? 0;
  const lines = /\n( *)(\t*)(?=[^\s])/g;
  lines.lastIndex = offset;
  for (let found = lines.exec(source); found !== null && found.index < end; found = lines.exec(source)) {
    const [, blanks = "", tabs = ""] = found;
    if (blanks.length > indent) continue;
    return { offset: found.index + 1 + blanks.length, ...unindented(words, tabs !== ""), until: end };
  }
  return undefined;
}

function unindented({ what, thing }: Closing, hasTab: boolean): Words {
  const how = hasTab
    ? { en: "is indented with a tab", pt: "está recuada com um tab" }
    : { en: "is not indented deeper than its key", pt: "não está mais recuada que a chave" };
  return {
    message: {
      en: `this line belongs to ${what.en} that begins above, and ${how.en}`,
      pt: `esta linha faz parte de algo que começa acima, ${what.pt}, e ${how.pt}`,
    },
    hint: {
      en: `indent the lines of the ${thing.en} deeper than its key${hasTab ? ", with spaces" : ""}`,
      pt: `recue as linhas ${thing.pt} mais que a chave${hasTab ? ", com espaços" : ""}`,
    },
  };
}

/** Matches a complete quoted string, from its opening quote. */
const QUOTED: Readonly<Record<string, RegExp>> = { '"': /"(?:[^"\\]|\\[\s\S])*"/y, "'": /'(?:[^']|'')*'/y };
const PAIRS: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/** The probable end of a construct that was opened at an offset: what follows cannot be its content. */
function findEnd(source: string, offset: number): number | undefined {
  const opening = source.charAt(offset);
  const closing = PAIRS[opening];
  const end = closing === undefined ? endOfQuoted(source, offset) : endOfBrackets(source, offset, closing);
  return end !== undefined && endsThere(source, end) ? end : undefined;
}

function endOfQuoted(source: string, offset: number): number | undefined {
  const pattern = QUOTED[source.charAt(offset)];
  if (pattern === undefined) return undefined;
  pattern.lastIndex = offset;
  return pattern.test(source) ? pattern.lastIndex - 1 : undefined;
}

function endOfBrackets(source: string, offset: number, closing: string): number | undefined {
  const opening = source.charAt(offset);
  let depth = 0;
  for (let at = offset; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === opening) depth += 1;
    if (character === closing) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function endsThere(source: string, at: number): boolean {
  const rest = source.slice(at + 1, at + 1_000);
  // Within brackets others may follow.
  return /^[\]}, \t]*(?:[ \t]#[^\n]*)?(?:\r?\n|$)/.test(rest) || /^[ \t]*[,\]}]/.test(rest);
}

/** The starts of quotes, lists and objects in brackets, by their ends. */
interface Starts {
  readonly quotes: ReadonlyMap<number, number>;
  readonly brackets: ReadonlyMap<number, number>;
}

function findStarts(document: Document): Starts {
  const quotes = new Map<number, number>();
  const brackets = new Map<number, number>();
  const note = (node: Node): void => {
    const [start, end] = node.range ?? [];
    if (start === undefined || end === undefined) return;
    const isQuoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
    const starts = isQuoted ? quotes : isCollection(node) && node.flow === true ? brackets : undefined;
    // Of several constructs with one end the outermost comes first: closing it is the remaining step.
    if (starts !== undefined && !starts.has(end)) starts.set(end, start);
  };
  try {
    visit(document, { Node: (_key, node) => note(node as Node) });
  } catch (error) {
    // At that depth, the offsets of the brackets are not the main problem.
    if (!(error instanceof RangeError)) throw error;
  }
  return { quotes, brackets };
}
