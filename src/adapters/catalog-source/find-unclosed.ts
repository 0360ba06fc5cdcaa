import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from "yaml";

/** A better place for what the parser found, and words for it. */
export interface BetterPlace {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** What is not closed, by how the parser names its end. */
const CLOSINGS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  '"quote': ["the text in double quotes", 'add " where it ends'],
  "'quote": ["the text in single quotes", "add ' where it ends"],
  "]": ["the list in brackets", "add ] where it ends, and indent all its lines, the ] too"],
  "}": ["the object in braces", "add } where it ends, and indent all its lines, the } too"],
};

const UNCLOSED = /^(?:Missing closing (.quote)|Flow (?:sequence|map) .*end with a ([\]}]))/;

/**
 * Makes the reader of problems with quotes and brackets that are not closed: the parser says where it gave up looking,
 * often many lines below the one that an author has to mend.
 */
export function createUnclosedFinder(document: Document): (problem: YAMLError) => BetterPlace | undefined {
  let starts: Starts | undefined;
  return ({ message, pos }) => {
    const [, quote, bracket] = UNCLOSED.exec(message) ?? [];
    const words = CLOSINGS[quote ?? bracket ?? ""];
    if (words === undefined) return undefined;
    starts ??= findStarts(document);
    const offset = (quote === undefined ? starts.brackets : starts.quotes).get(pos[0]);
    const [what, hint] = words;
    if (offset === undefined) return { offset: pos[0], message: `${what} has no end`, hint };
    return { offset, message: `${what} that begins here has no end`, hint };
  };
}

/** Where quotes, and lists or objects in brackets, begin, by where they end. */
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
    // Of several that end at one place the outermost comes first, and closing it is what is left to do.
    if (starts !== undefined && !starts.has(end)) starts.set(end, start);
  };
  try {
    visit(document, { Node: (_key, node) => note(node as Node) });
  } catch (error) {
    // A text that nests that deep has other problems than where its brackets begin.
    if (!(error instanceof RangeError)) throw error;
  }
  return { quotes, brackets };
}
