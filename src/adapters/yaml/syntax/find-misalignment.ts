import { type LocalizedText, untranslated } from "../../../lib/language.ts";
import type { Words } from "./common-words.ts";
import { indentOf, type Line, lineAt } from "./find-slips.ts";
import type { BetterPlace } from "./find-unclosed.ts";

/** Maximum number of lines inspected above a misaligned one. */
const LINES_ABOVE_MAX = 200;

/** The open constructs of the lines above: a possible indent, and what begins there. */
interface Indent {
  readonly columns: number;
  readonly name: LocalizedText;
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

/** Checks the line after an offset: the parser reports a misaligned line at the end of the value before it. */
export function findMisalignmentBelow(source: string, offset: number): BetterPlace | undefined {
  const end = source.indexOf("\n", offset);
  return end === -1 ? undefined : findMisalignment(source, end + 1);
}

function unlike(above: readonly Indent[], indent: number): Words {
  const message =
    indent === 0
      ? {
          en: "this line is not indented, as nothing above it is",
          pt: "esta linha não está recuada, como nenhuma acima dela",
        }
      : {
          en: `this line is indented by ${blanks(indent).en}, as nothing above it is`,
          pt: `esta linha está recuada por ${blanks(indent).pt}, como nenhuma acima dela`,
        };
  return { message, hint: indentAs(above) };
}

function misfit(above: readonly Indent[], at: number, isItem: boolean): Words | undefined {
  const fitting = above[at] as Indent;
  if (isItem && !fitting.isItem) {
    return {
      message: {
        en: `this line begins with a - where keys are expected, like ${fitting.name.en}`,
        pt: `esta linha começa com -, e está onde ficam chaves, como ${fitting.name.pt}`,
      },
      hint: {
        en: "indent it deeper than the key that it belongs to",
        pt: "recue-a mais que a chave a que pertence",
      },
    };
  }
  if (isItem || !fitting.isItem) return undefined;
  const others = [...above.slice(0, at), ...above.slice(at + 1)];
  const message = {
    en: "this line has no -, but each line beside it begins with one",
    pt: "esta linha está onde cada linha começa com -, e não tem um",
  };
  const way =
    others.length === 0 ? { en: "remove the - above it", pt: "tire o - acima dela" } : indentAs(others);
  return {
    message,
    hint: { en: `begin it with "- ", or ${way.en}`, pt: `comece-a com "- ", ou ${way.pt}` },
  };
}

/** Two suggestions at most: the deepest are the likeliest. */
function indentAs(places: readonly Indent[]): LocalizedText {
  const [first, second] = places;
  if (first === undefined || first.columns === 0) return { en: "do not indent it", pt: "não a recue" };
  const other = second === undefined ? { en: "", pt: "" } : otherIndent(second);
  const [{ name }, by] = [first, blanks(first.columns)];
  return {
    en: `indent it by ${by.en}, like ${name.en}${other.en}`,
    pt: `recue-a por ${by.pt}, como ${name.pt}${other.pt}`,
  };
}

function otherIndent({ columns, name }: Indent): LocalizedText {
  if (columns === 0) return { en: ", or not at all", pt: ", ou não a recue" };
  const by = blanks(columns);
  return { en: `, or by ${by.en}, like ${name.en}`, pt: `, ou por ${by.pt}, como ${name.pt}` };
}

function blanks(count: number): LocalizedText {
  return count === 1 ? { en: "1 space", pt: "1 espaço" } : { en: `${count} spaces`, pt: `${count} espaços` };
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
      add({ columns: dashes.length, name: untranslated(name), isItem: false });
    const shown = isItem ? { en: `the - before ${name}`, pt: `o - antes de ${name}` } : untranslated(name);
    add({ columns: indentOf(text), name: shown, isItem });
    if (indentOf(text) === 0) break;
  }
  return found;
}
