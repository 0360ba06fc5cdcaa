/** A line of a source: its offset, and its text without the line break. */
export interface Line {
  readonly start: number;
  readonly text: string;
}

/** The line that an offset lies in. */
export function lineAt(source: string, offset: number): Line {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const end = source.indexOf("\n", start);
  return { start, text: source.slice(start, end === -1 ? undefined : end).replace(/\r$/, "") };
}

/** The number of spaces at the start of a line. */
export function indentOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}
