/** PyYAML refuses a key of more than 1,024 characters: longer lines are left to the comparison. */
const LINE_LENGTH_MAX = 1_000;
/** A tab, and characters that some readers treat as line ends, or ignore. */
const STRANGE = /[\t\u0085\u2028\u2029\ufeff]/;

/**
 * True when each line of the text has a form that every reader parses the same way: keys, items, texts, lists
 * and objects of one line, `|` and `>`. On such a text PyYAML differs only in the resolution of plain scalars
 * (`no`, `012`).
 *
 * It spares most files the comparison with PyYAML, at a small part of its cost. After false, the comparison
 * has to be made.
 */
export function hasPlainForm(source: string): boolean {
  if (STRANGE.test(source)) return false;
  const lines = source.split("\n");
  const scan: LineScan = { columns: [], deeper: "anything", block: undefined };
  for (const [index, written] of lines.entries()) {
    const line = written.endsWith("\r") ? written.slice(0, -1) : written;
    if (line === "---" && index === 0) continue;
    if (line.length > LINE_LENGTH_MAX || !takeLine(scan, line)) return false;
  }
  // The end of the file truncates the text of a block that has no final line break.
  return scan.block === undefined || lines.at(-1) === "";
}

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

/**
 * Most lines: a dash at most, then a key at most, then one plain text at most, all of them of ordinary
 * characters. It takes a fraction of the time of {@link LINE}.
 */
const SIMPLE_LINE =
  /^( *)(- )?(?:([\w.\u00a1-\u1fff]+):(?: |$))?([\w$(/\u00a1-\u1fff][^\s:#\u2000-\uffff]*(?: [^\s:#\u2000-\uffff]+)*)?$/;

/** Takes a simple line outside a block; undefined for any other. */
function takeSimple(scan: LineScan, line: string): boolean | undefined {
  const found = scan.block === undefined ? SIMPLE_LINE.exec(line) : null;
  if (found === null) return undefined;
  const [, { length: indent } = "", dash = "", key, plain] = found;
  if (key === undefined && (dash === "" || plain === undefined)) return undefined;
  const isDeeper = indent > (scan.columns.at(-1) ?? -1);
  if (isDeeper ? scan.deeper !== "anything" : !isColumn(scan, indent)) return false;
  if (dash !== "") openColumn(scan, indent);
  if (key !== undefined) openColumn(scan, indent + dash.length);
  scan.deeper = plain === undefined ? "anything" : "text";
  return true;
}

function takeLine(scan: LineScan, line: string): boolean {
  const simple = takeSimple(scan, line);
  if (simple !== undefined) return simple;
  const indent = line.search(/[^ ]/);
  if (scan.block !== undefined) {
    const place = placeInBlock(scan.block, line, { indent, parent: scan.columns.at(-1) ?? -1 });
    if (place !== "after") return place === "inside";
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
