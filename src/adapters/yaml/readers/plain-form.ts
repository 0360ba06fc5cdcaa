/** PyYAML refuses a key of more than 1,024 characters: longer lines are left to the comparison. */
const LINE_LENGTH_MAX = 1_000;
/** A tab, and characters that some readers treat as line ends, or ignore. */
const STRANGE = /[\t\u0085\u2028\u2029\ufeff]/;

/**
 * True when each line of the document has a form that every reader parses the same way: keys, items, scalars, lists
 * and objects of one line, `|` and `>`. On such a document PyYAML differs only in the resolution of plain scalars
 * (`no`, `012`).
 *
 * It spares most files the comparison with PyYAML, at a small part of its cost. If false, compare with PyYAML.
 */
export function hasPlainForm(source: string): boolean {
  if (STRANGE.test(source)) return false;
  const scan: LineScan = { columns: [], deeper: "anything", block: undefined };
  for (let start = 0; start <= source.length; ) {
    const found = source.indexOf("\n", start);
    const next = found === -1 ? source.length : found;
    const end = source.charCodeAt(next - 1) === CARRIAGE_RETURN && next > start ? next - 1 : next;
    if (end - start > LINE_LENGTH_MAX) return false;
    const isMarker = start === 0 && end === 3 && source.startsWith("---");
    if (!isMarker && !takeLine(scan, source, { start, end })) return false;
    start = next + 1;
  }
  // A block scalar at the end of the file without a line break loses its last line break.
  return scan.block === undefined || source === "" || source.endsWith("\n");
}

const CARRIAGE_RETURN = 0x0d;

interface LineScan {
  /** The keys and dashes that the next line may continue, the outermost first. */
  readonly columns: number[];
  /** The allowed form of a line that is indented deeper than the last of them. */
  deeper: "anything" | "nothing" | "text";
  block: TextBlock | undefined;
}

/** The lines after a `|` or `>`. */
interface TextBlock {
  readonly isFolded: boolean;
  /** Undefined before the first line. */
  indent: number | undefined;
}

const START = "(?:[-+.]?[0-9]|[\\w$(/\\u00a1-\\ufffd])";
const WORD = "(?:[^\\s:]|:(?=\\S))+";
const PLAIN = `(?=${START})${WORD}(?: +(?!#)${WORD})*`;
const FLOW_WORD = "[^\\s:,?[\\]{}#]+";
const FLOW_PLAIN = `(?=${START})${FLOW_WORD}(?: +${FLOW_WORD})*`;
const QUOTED = `"(?:[^"\\\\]|\\\\["\\\\nt])*"|'(?:[^']|'')*'`;
const ITEM = `(?:${FLOW_PLAIN}|${QUOTED})`;
const PAIR = `${ITEM}: +${ITEM}`;
const LIST = `\\[ ?(?:${ITEM}(?: ?, ?${ITEM})*)? ?\\]`;
const OBJECT = `\\{ ?(?:${PAIR}(?: ?, ?${PAIR})*)? ?\\}`;
const VALUE = `(?<block>[|>])-?|(?<plain>${PLAIN})|(?<closed>${QUOTED}|${LIST}|${OBJECT})`;
/** Dashes, then one more dash, or a key and a value; either may be missing. */
const LINE = new RegExp(
  `^(?<dashes>(?:- +)*)(?:(?<dash>-)|(?:(?<key>${ITEM}:)(?: +|$))?(?:${VALUE})?)(?<comment> *(?<= )#.*)? *$`,
);

/** A line without its line break. */
interface Line {
  readonly start: number;
  readonly end: number;
}

const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;

/**
 * Takes a simple line outside a block: a dash at most, then a key at most, then one plain scalar at most, all of them
 * of ordinary characters. Most lines are: it takes a fraction of the time of {@link LINE}.
 *
 * @returns undefined for any other line
 */
function takeSimple(scan: LineScan, source: string, { start, end }: Line): boolean | undefined {
  if (scan.block !== undefined) return undefined;
  let at = start;
  while (source.charCodeAt(at) === SPACE) at += 1;
  const indent = at - start;
  const isItem = source.charCodeAt(at) === DASH && source.charCodeAt(at + 1) === SPACE && at + 1 < end;
  if (isItem) at += 2;
  const text = afterKey(source, at, end);
  const isPair = text > at;
  if (!isPlainScalar(source, text, end) || !(isPair || (isItem && text < end))) return undefined;
  const isDeeper = indent > (scan.columns.at(-1) ?? -1);
  if (isDeeper ? scan.deeper !== "anything" : !isColumn(scan, indent)) return false;
  if (isItem) openColumn(scan, indent);
  if (isPair) openColumn(scan, at - start);
  scan.deeper = text === end ? "anything" : "text";
  return true;
}

/** The offset after a key of ordinary characters, its colon and a space; without one, the same offset. */
function afterKey(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && isKeyCharacter(source.charCodeAt(at))) at += 1;
  if (at === from || at === end || source.charCodeAt(at) !== COLON) return from;
  if (at + 1 === end) return end;
  return source.charCodeAt(at + 1) === SPACE ? at + 2 : from;
}

/** Whether the rest of a line is nothing, or words of ordinary characters with a space between two. */
function isPlainScalar(source: string, from: number, end: number): boolean {
  if (from >= end) return true;
  const first = source.charCodeAt(from);
  if (!(isKeyCharacter(first) || first === 0x24 || first === 0x28 || first === 0x2f) || first === 0x2e)
    return false;
  for (let at = from; at < end; at++) {
    const code = source.charCodeAt(at);
    if (code === SPACE ? at + 1 === end || source.charCodeAt(at + 1) === SPACE : !isWordCharacter(code))
      return false;
  }
  return true;
}

/** Letters, digits, `_` and `.`, and letters beyond ASCII. */
function isKeyCharacter(code: number): boolean {
  if (code > 0x7f) return code > 0xa0 && code < 0x2000;
  return (
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x2e
  );
}

/** Everything but spaces, `:`, `#` and the characters from U+2000. */
function isWordCharacter(code: number): boolean {
  if (code <= 0x7f) return code > SPACE && code !== COLON && code !== 0x23;
  return code < 0x2000 && code !== 0xa0 && code !== 0x1680;
}

function takeLine(scan: LineScan, source: string, place: Line): boolean {
  const simple = takeSimple(scan, source, place);
  if (simple !== undefined) return simple;
  const line = source.slice(place.start, place.end);
  const indent = line.search(/[^ ]/);
  if (scan.block !== undefined) {
    const where = placeInBlock(scan.block, line, { indent, parent: scan.columns.at(-1) ?? -1 });
    if (where !== "after") return where === "inside";
    scan.block = undefined;
  }
  if (indent === -1) return true;
  if (line.charAt(indent) !== "#") return takeContent(scan, line.slice(indent), indent);
  if (scan.deeper === "text") scan.deeper = "nothing";
  return true;
}

function placeInBlock(
  block: TextBlock,
  line: string,
  { indent, parent }: { readonly indent: number; readonly parent: number },
): "after" | "inside" | "unsure" {
  if (block.indent === undefined) {
    if (indent <= parent) return "unsure";
    block.indent = indent;
  }
  if (line === "") return "inside";
  if (indent === -1) return "unsure";
  if (indent <= parent) return "after";
  if (block.isFolded) return indent === block.indent && !line.endsWith(" ") ? "inside" : "unsure";
  return indent >= block.indent ? "inside" : "unsure";
}

function takeContent(scan: LineScan, text: string, indent: number): boolean {
  const groups = LINE.exec(text)?.groups;
  if (groups === undefined) return false;
  const { dashes = "", dash, key, block, plain, closed, comment } = groups;
  const isDeeper = indent > (scan.columns.at(-1) ?? -1);
  const afterText = comment === undefined ? "text" : "nothing";
  if (dashes === "" && dash === undefined && key === undefined) {
    if (plain === undefined || !isDeeper || scan.deeper === "nothing") return false;
    scan.deeper = afterText;
    return true;
  }
  if (isDeeper ? scan.deeper !== "anything" : !isColumn(scan, indent)) return false;
  for (const { index } of `${dashes}${dash ?? ""}`.matchAll(/-/g)) openColumn(scan, indent + index);
  if (key !== undefined) openColumn(scan, indent + dashes.length);
  scan.deeper = plain !== undefined ? afterText : closed !== undefined ? "nothing" : "anything";
  if (block === undefined) return true;
  scan.block = { isFolded: block === ">", indent: undefined };
  scan.deeper = "nothing";
  return comment === undefined;
}

/** Returns to the lists and objects that a line of this indentation can belong to. */
function isColumn({ columns }: LineScan, indent: number): boolean {
  while ((columns.at(-1) ?? -1) > indent) columns.pop();
  return columns.at(-1) === indent;
}

function openColumn({ columns }: LineScan, column: number): void {
  if (column > (columns.at(-1) ?? -1)) columns.push(column);
}
