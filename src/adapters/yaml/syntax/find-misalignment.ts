import { type LocalizedText, sameInEachLanguage } from "../../../lib/language.ts";
import { describeSpaces, type MessageAndHint } from "./common-words.ts";
import { findLineAt, measureIndent, type SourceLine } from "./find-slips.ts";
import type { ErrorCause } from "./find-unclosed.ts";

/** Maximum number of lines that are inspected above a misaligned line. */
const LINES_ABOVE_MAX = 200;

/** An indentation at which a list or an object of the lines above can continue. */
interface OpenIndent {
  readonly columns: number;
  /** The key or the item that begins at this indentation, as messages name it. */
  readonly name: LocalizedText;
  /** Whether a `-` begins at this indentation. */
  readonly isItem: boolean;
}

/**
 * Checks whether the line at an offset fits an open list or object above it. If not, suggests indentations that fit.
 */
export function findMisalignment(source: string, offset: number): ErrorCause | undefined {
  const line = findLineAt(source, offset);
  const indent = measureIndent(line.text);
  const text = line.text.slice(indent);
  if (text === "" || text.startsWith("#")) return undefined;
  const above = listOpenIndents(source, line);
  const [deepest] = above;
  if (deepest === undefined || (indent > deepest.columns && canBeNestedValue(source, line))) return undefined;
  const index = above.findIndex(({ columns }) => columns === indent);
  const found =
    index === -1
      ? describeWrongIndent(above, indent)
      : describeWrongForm(above, index, /^-(?:\s|$)/.test(text));
  return found && { offset: line.start + indent, ...found };
}

/** Checks the line after an offset: the parser reports a misaligned line at the end of the value before it. */
export function findMisalignmentBelow(source: string, offset: number): ErrorCause | undefined {
  const end = source.indexOf("\n", offset);
  return end === -1 ? undefined : findMisalignment(source, end + 1);
}

function describeWrongIndent(above: readonly OpenIndent[], indent: number): MessageAndHint {
  const message =
    indent === 0
      ? {
          en: "this line is not indented, but the list or object above it is",
          pt: "esta linha não está recuada, mas a lista ou o objeto acima dela está",
        }
      : {
          en: `this line is indented by ${describeSpaces(indent).en}, but no list or object here has that indentation`,
          pt: `esta linha está recuada com ${describeSpaces(indent).pt}, mas nenhuma lista ou objeto daqui tem esse recuo`,
        };
  return { message, hint: suggestIndents(above) };
}

/** Describes a line that begins with `-` where keys are, or without `-` where items are. */
function describeWrongForm(
  above: readonly OpenIndent[],
  index: number,
  isItem: boolean,
): MessageAndHint | undefined {
  const fitting = above[index] as OpenIndent;
  if (isItem && !fitting.isItem) {
    return {
      message: {
        en: `this line begins with -, but lines with this indentation are keys, such as ${fitting.name.en}`,
        pt: `esta linha começa com -, mas as linhas com este recuo são chaves, como ${fitting.name.pt}`,
      },
      hint: {
        en: "indent it deeper than the key that it belongs to",
        pt: "recue-a mais que a chave a que pertence",
      },
    };
  }
  if (isItem || !fitting.isItem) return undefined;
  const others = [...above.slice(0, index), ...above.slice(index + 1)];
  const message = {
    en: 'this line has no "-", but the other lines with this indentation begin with "-"',
    pt: 'esta linha não tem "-", mas as outras linhas com este recuo começam com "-"',
  };
  const alternative =
    others.length === 0 ? { en: "remove the - above it", pt: "tire o - acima dela" } : suggestIndents(others);
  return {
    message,
    hint: { en: `begin it with "- ", or ${alternative.en}`, pt: `comece-a com "- ", ou ${alternative.pt}` },
  };
}

/** Suggests at most two indentations. The deepest come first, because they are the most likely. */
function suggestIndents(indents: readonly OpenIndent[]): LocalizedText {
  const [first, second] = indents;
  if (first === undefined || first.columns === 0) return { en: "do not indent it", pt: "não a recue" };
  const other = second === undefined ? { en: "", pt: "" } : suggestOtherIndent(second);
  const [{ name }, by] = [first, describeSpaces(first.columns)];
  return {
    en: `indent it by ${by.en}, like ${name.en}${other.en}`,
    pt: `recue-a com ${by.pt}, como ${name.pt}${other.pt}`,
  };
}

function suggestOtherIndent({ columns, name }: OpenIndent): LocalizedText {
  if (columns === 0) return { en: ", or do not indent it", pt: ", ou não a recue" };
  const by = describeSpaces(columns);
  return { en: `, or by ${by.en}, like ${name.en}`, pt: `, ou com ${by.pt}, como ${name.pt}` };
}

/** Whether a line may be a nested value: the line above it is a key or a `-` without a value. */
function canBeNestedValue(source: string, { start }: SourceLine): boolean {
  return /(?:(?:^|[\s:])[-?]|:)[ \t]*(?:#.*)?$/.test(findLineAt(source, start - 1).text);
}

/** Matches the indentation and the dashes of a line, then its first word. */
const FIRST_WORD = /^((?: *- +)* *)(-(?= |$)|[^\s#:"'[{][^\s:]{0,60})/;

/** Lists the indentations at which a list or an object of the lines above can continue, the deepest first. */
function listOpenIndents(source: string, { start }: SourceLine): readonly OpenIndent[] {
  const found: OpenIndent[] = [];
  const add = (indent: OpenIndent): void => {
    if (indent.columns < (found.at(-1)?.columns ?? Number.POSITIVE_INFINITY)) found.push(indent);
  };
  let end = start - 1;
  for (let count = 0; count < LINES_ABOVE_MAX && end >= 0; count++) {
    const { start: lineStart, text } = findLineAt(source, end);
    end = lineStart - 1;
    const [, dashes = "", name] = FIRST_WORD.exec(text) ?? [];
    if (name === undefined || text.startsWith("---")) continue;
    const isItem = dashes.includes("-") || name === "-";
    if (isItem && /:(?:\s|$)/.test(text.slice(dashes.length)))
      add({ columns: dashes.length, name: sameInEachLanguage(name), isItem: false });
    const shown = isItem
      ? { en: `the - before ${name}`, pt: `o - antes de ${name}` }
      : sameInEachLanguage(name);
    add({ columns: measureIndent(text), name: shown, isItem });
    if (measureIndent(text) === 0) break;
  }
  return found;
}
