import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from "yaml";
import type { LocalizedText } from "../../../lib/language.ts";
import type { MessageAndHint } from "./common-words.ts";

/** The cause of a parser error: its offset, a message and a hint. */
export interface ErrorCause extends MessageAndHint {
  readonly offset: number;
  /** The parser's errors up to this offset are consequences of this cause. */
  readonly consequencesEnd?: number;
  /** Whether the error spoils only its line: the parser reads the next lines correctly. */
  readonly isWithinLine?: boolean;
}

/** The constructs that may be unclosed, by the missing end that the parser's message names. */
const CONSTRUCTS: Readonly<Record<string, ClosedConstruct>> = {
  '"quote': {
    name: { en: "the text in double quotes", pt: "o texto entre aspas duplas" },
    noun: { en: "text", pt: "do texto" },
    hint: { en: 'add " where the text ends', pt: 'acrescente " onde o texto termina' },
  },
  "'quote": {
    name: { en: "the text in single quotes", pt: "o texto entre aspas simples" },
    noun: { en: "text", pt: "do texto" },
    hint: { en: "add ' where the text ends", pt: "acrescente ' onde o texto termina" },
  },
  "]": {
    name: { en: "the list in brackets", pt: "a lista entre colchetes" },
    noun: { en: "list", pt: "da lista" },
    hint: {
      en: "add ] where the list ends, and indent all its lines, also the line with the ]",
      pt: "acrescente ] onde a lista termina, e recue todas as suas linhas, também a do ]",
    },
  },
  "}": {
    name: { en: "the object in braces", pt: "o objeto entre chaves" },
    noun: { en: "object", pt: "do objeto" },
    hint: {
      en: "add } where the object ends, and indent all its lines, also the line with the }",
      pt: "acrescente } onde o objeto termina, e recue todas as suas linhas, também a do }",
    },
  },
};

interface ClosedConstruct {
  readonly name: LocalizedText;
  /** The first noun of `name`; in Portuguese with its preposition: `do texto`. */
  readonly noun: LocalizedText;
  readonly hint: LocalizedText;
}

const UNCLOSED_MESSAGE = /^(?:Missing closing (.quote)|Flow (?:sequence|map) .*end with a ([\]}]))/;

/**
 * Makes a function that finds the start of an unclosed quoted scalar or flow collection. The parser reports the offset
 * at which it failed, which is often many lines below.
 */
export function createUnclosedFinder(
  document: Document,
  source: string,
): (error: YAMLError) => ErrorCause | undefined {
  let starts: ConstructStarts | undefined;
  return ({ message, pos }) => {
    const [, quote, bracket] = UNCLOSED_MESSAGE.exec(message) ?? [];
    const construct = CONSTRUCTS[quote ?? bracket ?? ""];
    if (construct === undefined) return undefined;
    starts ??= findConstructStarts(document);
    const offset = (quote === undefined ? starts.brackets : starts.quotes).get(pos[0]);
    const { name, hint } = construct;
    if (offset === undefined) {
      const message = { en: `${name.en} has no end`, pt: `${name.pt} não tem fim` };
      return { offset: pos[0], message, hint };
    }
    const begun = {
      en: `${name.en} that begins here has no end`,
      pt: `${name.pt} que começa aqui não tem fim`,
    };
    return findUnindentedLine(source, offset, construct) ?? { offset, message: begun, hint };
  };
}

/**
 * Finds, inside a quoted scalar or flow collection, the first line that is not indented deeper than the key of the
 * value. To YAML, such a line is not part of the value, so the value has no end.
 */
function findUnindentedLine(
  source: string,
  offset: number,
  construct: ClosedConstruct,
): ErrorCause | undefined {
  const end = findEnd(source, offset);
  if (end === undefined) return undefined;
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const indent = /^ *(?:- +)*/.exec(source.slice(lineStart, offset))?.[0].length ?? 0;
  const lines = /\n( *)(\t*)(?=[^\s])/g;
  lines.lastIndex = offset;
  for (let found = lines.exec(source); found !== null && found.index < end; found = lines.exec(source)) {
    const [, spaces = "", tabs = ""] = found;
    if (spaces.length > indent) continue;
    return {
      offset: found.index + 1 + spaces.length,
      ...describeUnindentedLine(construct, tabs !== ""),
      consequencesEnd: end,
    };
  }
  return undefined;
}

function describeUnindentedLine({ name, noun }: ClosedConstruct, hasTab: boolean): MessageAndHint {
  const how = hasTab
    ? { en: "is indented with a tab", pt: "está recuada com um tab" }
    : {
        en: `is not indented deeper than the key of that ${noun.en}`,
        pt: `não está mais recuada que a chave ${noun.pt}`,
      };
  return {
    message: {
      en: `this line belongs to ${name.en} that begins above, but ${how.en}`,
      // Portuguese contracts "de o" to "do", and "de a" to "da".
      pt: `esta linha faz parte d${name.pt} que começa acima, mas ${how.pt}`,
    },
    hint: {
      en: `indent the lines of the ${noun.en} deeper than its key${hasTab ? ", with spaces" : ""}`,
      pt: `recue as linhas ${noun.pt} mais que a chave${hasTab ? ", com espaços" : ""}`,
    },
  };
}

/** Matches a complete quoted scalar, from its opening quote. */
const QUOTED_PATTERNS: Readonly<Record<string, RegExp>> = {
  '"': /"(?:[^"\\]|\\[\s\S])*"/y,
  "'": /'(?:[^']|'')*'/y,
};
const CLOSING_BRACKETS: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/**
 * Finds the end of the construct that begins at an offset; undefined if the text after that end cannot follow a
 * construct.
 */
function findEnd(source: string, offset: number): number | undefined {
  const opening = source.charAt(offset);
  const closing = CLOSING_BRACKETS[opening];
  const end =
    closing === undefined ? findQuotedEnd(source, offset) : findBracketsEnd(source, offset, closing);
  return end !== undefined && isPlausibleEnd(source, end) ? end : undefined;
}

function findQuotedEnd(source: string, offset: number): number | undefined {
  const pattern = QUOTED_PATTERNS[source.charAt(offset)];
  if (pattern === undefined) return undefined;
  pattern.lastIndex = offset;
  return pattern.test(source) ? pattern.lastIndex - 1 : undefined;
}

function findBracketsEnd(source: string, offset: number, closing: string): number | undefined {
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

function isPlausibleEnd(source: string, at: number): boolean {
  const rest = source.slice(at + 1, at + 1_000);
  // If the construct is itself inside brackets, a comma or a closing bracket may follow.
  return /^[\]}, \t]*(?:[ \t]#[^\n]*)?(?:\r?\n|$)/.test(rest) || /^[ \t]*[,\]}]/.test(rest);
}

/** The offsets at which quoted scalars and flow collections begin, by the offset after their end. */
interface ConstructStarts {
  readonly quotes: ReadonlyMap<number, number>;
  readonly brackets: ReadonlyMap<number, number>;
}

function findConstructStarts(document: Document): ConstructStarts {
  const quotes = new Map<number, number>();
  const brackets = new Map<number, number>();
  const addNode = (node: Node): void => {
    const [start, end] = node.range ?? [];
    if (start === undefined || end === undefined) return;
    const isQuoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
    const starts = isQuoted ? quotes : isCollection(node) && node.flow === true ? brackets : undefined;
    // Of several constructs with the same end, the outermost comes first: it is the one to close.
    if (starts !== undefined && !starts.has(end)) starts.set(end, start);
  };
  try {
    visit(document, { Node: (_key, node) => addNode(node as Node) });
  } catch (error) {
    // Deep nesting exhausts the stack, and has a diagnostic of its own.
    if (!(error instanceof RangeError)) throw error;
  }
  return { quotes, brackets };
}
