import type { JsonPathStep, JsonValue } from "../../../domain/json/json-value.ts";
import { describeYaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import type { TreeDiagnostic } from "../tree/tree-diagnostic.ts";
import { compareReading, type ReadingDifference } from "./compare-reading.ts";
import { composeDocument } from "./compose-document.ts";
import { readPyyamlScalar } from "./read-scalar.ts";
import type { ReaderDialect } from "./reader-dialect.ts";
import type { Refusal, RefusalCode } from "./reader-node.ts";

type Scalar = Extract<ReadingDifference, { readonly kind: "scalar" }>;

interface ReaderWords {
  readonly code: TreeDiagnostic["code"];
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/**
 * Warns of a text that another reader refuses, or reads as another value than Mosaic.
 *
 * @param value what Mosaic reads from the text
 */
export function readerDiagnostics(
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
  const message = `${name} cannot read this file: ${reason}`;
  return diagnostic({ code: "yaml-refused-elsewhere", offset, message, hint }, []);
}

interface Cause {
  readonly offset: number;
  readonly reason: string;
  readonly hint: string;
}

/** The part that an author has to change, which may be before the place at which a reader stops. */
function refusalCause(source: string, refusal: Refusal): Cause {
  const { code, offset, from } = refusal;
  const [reason, hint] = REFUSAL_WORDS[code];
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
  const written = `\\u${name.slice(2).toLowerCase()}`;
  return {
    offset,
    reason: isBreak ? `it ends a line at ${name}` : `it reads ${name} as part of the text`,
    hint: `remove the character, or write "${written}" in double quotes`,
  };
}

function questionMark(offset: number): Cause {
  return {
    offset,
    reason: "a ? in brackets or braces begins a key",
    hint: "quote the text that the ? belongs to",
  };
}

function flowColon(source: string, offset: number): Cause {
  const before = source.slice(0, offset);
  const start = Math.max(before.lastIndexOf(","), before.lastIndexOf("{"), before.lastIndexOf("[")) + 1;
  const key = before.slice(start).trim();
  if (key === "") {
    const reason = "a : in brackets or braces begins a value";
    return { offset, reason, hint: "quote the text that the : belongs to" };
  }
  const reason = /\n[^\n]*\S/.test(key)
    ? "a key in brackets or braces stands on more than one line"
    : "a key in brackets or braces is longer than 1024 characters, or a colon begins no value here";
  return { offset, reason, hint: "write the key on one line, in at most 1024 characters, or quote the text" };
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
    const message = `${name} cannot read this file: ${reading.reason}`;
    return { code: "yaml-refused-elsewhere", offset, message, hint: quoteHint(node) };
  }
  const cause = scalarCause(source, difference);
  if (cause !== undefined)
    return { code, offset: cause.offset, message: `${name} ${cause.reason}`, hint: cause.hint };
  const shown = reading.type === "text" ? `the text ${excerpt(node.text)}` : describeYaml11Scalar(reading);
  const message = `${name} reads ${shown} here`;
  return { code, offset, message, hint: quoteHint(node) };
}

function quoteHint({ text, tag }: Scalar["node"]): string {
  if (tag !== undefined) return `remove the tag, and quote the value if it is text: ${excerpt(text)}`;
  return `quote it if it is text: ${excerpt(text)}, or write it so that all readers agree`;
}

const SHOWN_LENGTH_MAX = 40;

/** The start of a text as JSON, with no control character for a terminal. */
function excerpt(text: string): string {
  const cut = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Why a text that is a text to both has another content, in words that follow the reader's name. */
function scalarCause(source: string, { node, ours }: Scalar): Cause | undefined {
  const { offset, end, hasHalves, style, text } = node;
  if (hasHalves) {
    const at = offset + Math.max(source.slice(offset, end).search(/\\[uU](?:0000)?[dD][89a-fA-F]/), 0);
    const reason = "reads halves of a character from these escapes, which no UTF-8 text can hold";
    return { offset: at, reason, hint: "write the character itself, or one \\U with eight digits" };
  }
  const strange = findStrangeCharacter(source, offset, end);
  if (strange !== undefined) {
    const { name, isBreak, offset: at } = strange;
    const reason = isBreak ? `ends a line at ${name}` : `reads ${name} as part of the text`;
    const hint = `remove the character, or write "\\u${name.slice(2).toLowerCase()}" in double quotes`;
    return { offset: at, reason, hint };
  }
  if (style === "block" && ours === `${text}\n`) {
    const reason = "reads this text without its last line break: the file ends inside it";
    return { offset, reason, hint: "end the file with a line break" };
  }
  return undefined;
}

function structureWords(source: string, { name }: ReaderDialect, offset: number): ReaderWords {
  const code = "yaml-ambiguous";
  const strange = strangeCause(source);
  if (strange !== undefined) {
    const message = `${name} reads other fields here: ${strange.reason}`;
    return { code, offset: strange.offset, message, hint: strange.hint };
  }
  const character = source.charAt(offset);
  if (character === "?") {
    const { reason, hint } = questionMark(offset);
    return { code, offset, message: `${name} reads an object here: ${reason}`, hint };
  }
  const message = `${name} reads a value of another form here`;
  return { code, offset, message, hint: "quote the texts here, or write each value on a line of its own" };
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

/** Why a reader refuses a file, after "cannot read this file:", and what to write instead. */
const REFUSAL_WORDS: Readonly<Record<RefusalCode, readonly [reason: string, hint: string]>> = {
  "alias-unknown": ["the alias refers to no anchor before it", "write the value out instead of the alias"],
  "anchor-name": [
    "the name of the anchor has more than letters from A to Z, digits, _ and -",
    "rename the anchor and its aliases",
  ],
  "anchor-repeated": ["the anchor is defined a second time", "give the second anchor a name of its own"],
  "block-form": [
    "the line does not belong to the list or object that is open here",
    "align it with the lines of the same list or object, or quote the text",
  ],
  "block-header": [
    "something else than + or -, a digit from 1 to 9 and a comment follows the | or >",
    "remove it",
  ],
  character: ["the file holds a byte order mark inside its text", "remove the mark"],
  date: ["the date is in no calendar", "quote it if it is text"],
  directive: ["the line that begins with % is not one that it knows", "remove the line"],
  document: ["it finds a second document in it", "put each view into a file of its own"],
  escape: [
    "the escape in double quotes is not one that it knows",
    "write the character itself, or use single quotes",
  ],
  "flow-form": [
    "the list or object in brackets has something else here than a comma or its end",
    "quote the text",
  ],
  "key-colon": [
    "the text begins where a key must stand, and no colon follows it on its line",
    'quote the text, or write it as "key: value"',
  ],
  "key-unhashable": ["a list or an object is used as a key", "use text"],
  "merge-value": ['the merge key "<<" has no object to merge', 'refer to an anchored object, or quote "<<"'],
  number: ["the text is no number", "quote it if it is text"],
  place: [
    "a key, a value or an item of a list begins where none can stand",
    "write it on a line of its own, or quote the text",
  ],
  quotes: ["the text in quotes has no end", "add the quote where it ends"],
  recursion: ["a value holds itself", "write out what is meant"],
  tab: ["a tab stands here", "replace the tab by spaces"],
  tag: ["it does not know the tag, or the tag does not fit its value", "remove the tag"],
  "token-start": ["no text can begin with this character", "quote the text"],
};
