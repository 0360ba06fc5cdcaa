/** Maximum length of a plain line. PyYAML refuses a key of more than 1,024 characters. */
const LINE_LENGTH_MAX = 1_000;
/** A tab, or a character that some readers treat as a line break, or ignore. */
const AMBIGUOUS_CHARACTER = /[\t\u0085\u2028\u2029\ufeff]/;

/**
 * Whether each line of a document has a form that every reader parses in the same way: a key, an item, a scalar, a list
 * or an object on one line, or `|` and `>` with their lines. PyYAML can then differ only in the types of plain scalars,
 * such as `no` and `012`.
 *
 * Most files have this form. They need no comparison with PyYAML, which takes much longer than this check.
 */
export function hasPlainForm(source: string): boolean {
  if (AMBIGUOUS_CHARACTER.test(source)) return false;
  const scan: LineScan = { columns: [], deeper: "anything", block: undefined };
  for (let start = 0; start <= source.length; ) {
    const found = source.indexOf("\n", start);
    const next = found === -1 ? source.length : found;
    const end = source.charCodeAt(next - 1) === CARRIAGE_RETURN && next > start ? next - 1 : next;
    if (end - start > LINE_LENGTH_MAX) return false;
    const isMarker = start === 0 && end === 3 && source.startsWith("---");
    if (!isMarker && !checkAnyLine(scan, source, { start, end })) return false;
    start = next + 1;
  }
  // A block scalar at the end of the file must end with a line break: without it, PyYAML's value has no final line
  // break.
  return scan.block === undefined || source === "" || source.endsWith("\n");
}

const CARRIAGE_RETURN = 0x0d;

interface LineScan {
  /** The columns of the open keys and dashes, which the next line may continue; the outermost first. */
  readonly columns: number[];
  /** The allowed form of a line that is indented deeper than the last of {@link LineScan.columns}. */
  deeper: "anything" | "nothing" | "text";
  block: TextBlock | undefined;
}

/** The lines after a `|` or `>`. */
interface TextBlock {
  readonly isFolded: boolean;
  /** The indentation of the first line; undefined before that line. */
  indent: number | undefined;
}

const SCALAR_START = "(?:[-+.]?[0-9]|[\\w$(/\\u00a1-\\ufffd])";
const SCALAR_WORD = "(?:[^\\s:]|:(?=\\S))+";
const PLAIN_SCALAR = `(?=${SCALAR_START})${SCALAR_WORD}(?: +(?!#)${SCALAR_WORD})*`;
const FLOW_WORD = "[^\\s:,?[\\]{}#]+";
const FLOW_PLAIN = `(?=${SCALAR_START})${FLOW_WORD}(?: +${FLOW_WORD})*`;
const QUOTED = `"(?:[^"\\\\]|\\\\["\\\\nt])*"|'(?:[^']|'')*'`;
const FLOW_ITEM = `(?:${FLOW_PLAIN}|${QUOTED})`;
const FLOW_PAIR = `${FLOW_ITEM}: +${FLOW_ITEM}`;
const FLOW_LIST = `\\[ ?(?:${FLOW_ITEM}(?: ?, ?${FLOW_ITEM})*)? ?\\]`;
const FLOW_OBJECT = `\\{ ?(?:${FLOW_PAIR}(?: ?, ?${FLOW_PAIR})*)? ?\\}`;
const VALUE = `(?<block>[|>])-?|(?<plain>${PLAIN_SCALAR})|(?<closed>${QUOTED}|${FLOW_LIST}|${FLOW_OBJECT})`;
/** Matches a line: dashes, then either a last dash without a value, or a key and a value. Each part is optional. */
const LINE_PATTERN = new RegExp(
  `^(?<dashes>(?:- +)*)(?:(?<dash>-)|(?:(?<key>${FLOW_ITEM}:)(?: +|$))?(?:${VALUE})?)(?<comment> *(?<= )#.*)? *$`,
);

/** A line without its line break. */
interface LineRange {
  readonly start: number;
  readonly end: number;
}

const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;

/**
 * Checks a simple line outside a block scalar: an optional dash, an optional key and an optional plain scalar of
 * ordinary characters. Most lines are simple, and this check takes a fraction of the time of {@link LINE_PATTERN}.
 *
 * @returns whether the line has a plain form; undefined if the line is not simple
 */
function checkSimpleLine(scan: LineScan, source: string, { start, end }: LineRange): boolean | undefined {
  if (scan.block !== undefined) return undefined;
  let at = start;
  while (source.charCodeAt(at) === SPACE) at += 1;
  const indent = at - start;
  const isItem = source.charCodeAt(at) === DASH && source.charCodeAt(at + 1) === SPACE && at + 1 < end;
  if (isItem) at += 2;
  const valueStart = skipKey(source, at, end);
  const hasKey = valueStart > at;
  if (!isPlainScalar(source, valueStart, end) || !(hasKey || (isItem && valueStart < end))) return undefined;
  const isDeeper = indent > (scan.columns.at(-1) ?? -1);
  if (isDeeper ? scan.deeper !== "anything" : !removeDeeperColumns(scan, indent)) return false;
  if (isItem) recordColumn(scan, indent);
  if (hasKey) recordColumn(scan, at - start);
  scan.deeper = valueStart === end ? "anything" : "text";
  return true;
}

/** Returns the offset after a key of ordinary characters, its colon and a space; without a key, the same offset. */
function skipKey(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && isKeyCharacter(source.charCodeAt(at))) at += 1;
  if (at === from || at === end || source.charCodeAt(at) !== COLON) return from;
  if (at + 1 === end) return end;
  return source.charCodeAt(at + 1) === SPACE ? at + 2 : from;
}

/** Whether the rest of a line is empty, or consists of words of ordinary characters with single spaces between them. */
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

/**
 * Whether a character is a letter, a digit, `_` or `.`; from U+00A1 to U+1FFF, all characters count as
 * letters.
 */
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

/**
 * Whether a character is anything except a kind of space, a character below U+0020, `:`, `#` or a character
 * from U+2000.
 */
function isWordCharacter(code: number): boolean {
  if (code <= 0x7f) return code > SPACE && code !== COLON && code !== 0x23;
  return code < 0x2000 && code !== 0xa0 && code !== 0x1680;
}

function checkAnyLine(scan: LineScan, source: string, place: LineRange): boolean {
  const simple = checkSimpleLine(scan, source, place);
  if (simple !== undefined) return simple;
  const line = source.slice(place.start, place.end);
  const indent = line.search(/[^ ]/);
  if (scan.block !== undefined) {
    const where = locateInBlock(scan.block, line, { indent, parent: scan.columns.at(-1) ?? -1 });
    if (where !== "after") return where === "inside";
    scan.block = undefined;
  }
  if (indent === -1) return true;
  if (line.charAt(indent) !== "#") return checkContent(scan, line.slice(indent), indent);
  if (scan.deeper === "text") scan.deeper = "nothing";
  return true;
}

function locateInBlock(
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

function checkContent(scan: LineScan, text: string, indent: number): boolean {
  const groups = LINE_PATTERN.exec(text)?.groups;
  if (groups === undefined) return false;
  const { dashes = "", dash, key, block, plain, closed, comment } = groups;
  const isDeeper = indent > (scan.columns.at(-1) ?? -1);
  const nextForm = comment === undefined ? "text" : "nothing";
  if (dashes === "" && dash === undefined && key === undefined) {
    if (plain === undefined || !isDeeper || scan.deeper === "nothing") return false;
    scan.deeper = nextForm;
    return true;
  }
  if (isDeeper ? scan.deeper !== "anything" : !removeDeeperColumns(scan, indent)) return false;
  for (const { index } of `${dashes}${dash ?? ""}`.matchAll(/-/g)) recordColumn(scan, indent + index);
  if (key !== undefined) recordColumn(scan, indent + dashes.length);
  scan.deeper = plain !== undefined ? nextForm : closed !== undefined ? "nothing" : "anything";
  if (block === undefined) return true;
  scan.block = { isFolded: block === ">", indent: undefined };
  scan.deeper = "nothing";
  return comment === undefined;
}

/** Closes the columns to the right of an indentation; returns whether a column at the indentation is open. */
function removeDeeperColumns({ columns }: LineScan, indent: number): boolean {
  while ((columns.at(-1) ?? -1) > indent) columns.pop();
  return columns.at(-1) === indent;
}

function recordColumn({ columns }: LineScan, column: number): void {
  if (column > (columns.at(-1) ?? -1)) columns.push(column);
}
