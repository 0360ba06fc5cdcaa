/** Characters that end a line in YAML 1.1, but not in YAML 1.2; and a byte order mark inside the text. */
const STRANGE = /[\u0085\u2028\u2029]|(?<!^)\ufeff/;

/** A character on which readers differ. */
export interface StrangeCharacter {
  readonly offset: number;
  /** Such as `U+2028`. */
  readonly name: string;
  readonly isBreak: boolean;
}

/** The first such character between two offsets of a text. */
export function findStrangeCharacter(
  source: string,
  start = 0,
  end = source.length,
): StrangeCharacter | undefined {
  const found = STRANGE.exec(source.slice(start, end));
  if (found === null || start + found.index === 0) return undefined;
  const code = found[0].charCodeAt(0);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { offset: start + found.index, name, isBreak: found[0] !== "\ufeff" };
}
