/** A position in a text, line and column from 1; columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Matches the line breaks of YAML. */
export const LINE_BREAK = /\r\n|\n|\r/;
const LINES_BEFORE = 2;
const LINES_AFTER = 1;
/** Maximum length of the shown part of a line, and of its part before the position; both in UTF-16 units. */
const LINE_LENGTH_MAX = 100;
const LENGTH_BEFORE_COLUMN_MAX = 60;

/**
 * Shows a position of a text with the lines around it and a marker below it.
 *
 * Replaces characters that a terminal interprets or does not show: control characters, marks of writing direction and
 * halves of surrogate pairs. A tab becomes an arrow.
 *
 * @returns lines without a line break at the end; undefined if the text does not have the line
 */
export function createCodeFrame(text: string, { line, column }: TextPlace): string | undefined {
  const lines = selectLinesAround(text, line);
  const marked = lines?.get(line);
  if (lines === undefined || marked === undefined) return undefined;
  const from = Math.max(0, Math.min(column - 1, marked.length) - LENGTH_BEFORE_COLUMN_MAX);
  const numberWidth = String(Math.max(...lines.keys())).length;
  const gutter = (mark: string, label: string): string => `${mark} ${label.padStart(numberWidth)} |`;
  return [...lines]
    .flatMap(([number, content]) => {
      const shown = makeVisible(clipLine(content, from));
      if (number !== line) return [prefixGutter(gutter(" ", String(number)), shown)];
      const before = (from > 0 ? "…" : "") + content.slice(from, column - 1);
      const indent = " ".repeat(measureDisplayWidth(makeVisible(before)));
      return [prefixGutter(gutter(">", String(number)), shown), `${gutter(" ", "")} ${indent}^`];
    })
    .join("\n");
}

function prefixGutter(gutter: string, shown: string): string {
  return shown === "" ? gutter : `${gutter} ${shown}`;
}

/** Returns a line and the lines around it, by line number; without empty lines at the end of the text. */
function selectLinesAround(text: string, line: number): ReadonlyMap<number, string> | undefined {
  const all = text.split(LINE_BREAK, line + LINES_AFTER);
  if (line > all.length) return undefined;
  const first = Math.max(1, line - LINES_BEFORE);
  const shown = all.slice(first - 1).map((content, index) => [first + index, content] as const);
  while (shown.length > 0 && shown.at(-1)?.[1] === "" && (shown.at(-1)?.[0] ?? 0) > line) shown.pop();
  return new Map(shown);
}

function clipLine(content: string, from: number): string {
  const end = from + LINE_LENGTH_MAX;
  const head = from > 0 && content.length > 0 ? "…" : "";
  const tail = content.length > end ? "…" : "";
  return `${head}${content.slice(from, end)}${tail}`;
}

const INVISIBLE_CHARACTER = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function makeVisible(text: string): string {
  return text.replaceAll("\t", "→").replace(INVISIBLE_CHARACTER, (character) => {
    const unit = character.charCodeAt(0);
    return unit < 0x20 ? String.fromCharCode(0x2400 + unit) : "\ufffd";
  });
}

const COMBINING_MARK = /^\p{M}$/u;
const WIDE_CHARACTER =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** The approximate width of a text in terminal cells. */
function measureDisplayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += COMBINING_MARK.test(character) ? 0 : WIDE_CHARACTER.test(character) ? 2 : 1;
  return width;
}
