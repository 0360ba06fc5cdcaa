import { indentOf, type Line, lineAt } from "./find-slips.ts";
import type { BetterPlace } from "./find-unclosed.ts";

/** The most lines that are inspected above a misaligned one. */
const LINES_ABOVE_MAX = 200;

/** The open constructs of the lines above: a possible indent, and what begins there. */
interface Indent {
  readonly columns: number;
  readonly name: string;
  /** Whether a `-` is there. */
  readonly isItem: boolean;
}

/** A line that does not fit the lines above it: its indentation, and possible ones. */
export function findMisalignment(source: string, offset: number): BetterPlace | undefined {
  const line = lineAt(source, offset);
  const indent = indentOf(line.text);
  const text = line.text.slice(indent);
  if (text === "" || text.startsWith("#")) return undefined;
  const above = indentsAbove(source, line);
  const [deepest] = above;
  if (deepest === undefined || (indent > deepest.columns && opensBelow(source, line))) return undefined;
  const at = above.findIndex(({ columns }) => columns === indent);
  const found = at === -1 ? unlike(above, indent) : misfit(above, at, /^-(?:\s|$)/.test(text));
  return found && { offset: line.start + indent, ...found };
}

/** The same for the line below, which the parser reports at the value above it. */
export function findMisalignmentBelow(source: string, offset: number): BetterPlace | undefined {
  const end = source.indexOf("\n", offset);
  return end === -1 ? undefined : findMisalignment(source, end + 1);
}

type Words = Pick<BetterPlace, "hint" | "message">;

function unlike(above: readonly Indent[], indent: number): Words {
  const message =
    indent === 0
      ? "this line is not indented, as nothing above it is"
      : `this line is indented by ${blanks(indent)}, as nothing above it is`;
  return { message, hint: indentAs(above) };
}

function misfit(above: readonly Indent[], at: number, isItem: boolean): Words | undefined {
  const fitting = above[at] as Indent;
  if (isItem && !fitting.isItem) {
    const message = `this line begins with a -, and stands where keys stand, like ${fitting.name}`;
    return { message, hint: "indent it deeper than the key that it belongs to" };
  }
  if (isItem || !fitting.isItem) return undefined;
  const others = [...above.slice(0, at), ...above.slice(at + 1)];
  const message = "this line stands where each line begins with a -, and has none";
  const way = others.length === 0 ? "take the - above it away" : indentAs(others);
  return { message, hint: `begin it with "- ", or ${way}` };
}

/** Two suggestions at most: the deepest are the likeliest. */
function indentAs(places: readonly Indent[]): string {
  const [first, second] = places;
  if (first === undefined || first.columns === 0) return "do not indent it";
  const other =
    second === undefined
      ? ""
      : second.columns === 0
        ? ", or not at all"
        : `, or by ${blanks(second.columns)}, like ${second.name}`;
  return `indent it by ${blanks(first.columns)}, like ${first.name}${other}`;
}

function blanks(count: number): string {
  return count === 1 ? "1 blank" : `${count} blanks`;
}

/** Whether the line above is a key or a `-` without a value: a deeper line may follow it. */
function opensBelow(source: string, { start }: Line): boolean {
  return (
    /(?:^|[\s:])[-:?][ \t]*(?:#.*)?$/.test(lineAt(source, start - 1).text) ||
    /:[ \t]*(?:#.*)?$/.test(lineAt(source, start - 1).text)
  );
}

const OPENING = /^((?: *- +)* *)(-(?= |$)|[^\s#:"'[{][^\s:]{0,60})/;

/** The deepest first. */
function indentsAbove(source: string, { start }: Line): readonly Indent[] {
  const found: Indent[] = [];
  const add = (indent: Indent): void => {
    if (indent.columns < (found.at(-1)?.columns ?? Number.POSITIVE_INFINITY)) found.push(indent);
  };
  let end = start - 1;
  for (let count = 0; count < LINES_ABOVE_MAX && end >= 0; count++) {
    const { start: lineStart, text } = lineAt(source, end);
    end = lineStart - 1;
    const [, dashes = "", name] = OPENING.exec(text) ?? [];
    if (name === undefined || text.startsWith("---")) continue;
    const isItem = dashes.includes("-") || name === "-";
    if (isItem && /:(?:\s|$)/.test(text.slice(dashes.length)))
      add({ columns: dashes.length, name, isItem: false });
    add({ columns: indentOf(text), name: isItem ? `the - before ${name}` : name, isItem });
    if (indentOf(text) === 0) break;
  }
  return found;
}
