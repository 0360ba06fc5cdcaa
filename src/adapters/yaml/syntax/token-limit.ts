/** Maximum number of tokens of one file: 1.5 times the tokens of a megabyte of views like the samples. */
export const TOKENS_MAX = 400_000;

/** Maximum number of tokens of one character: the lexer adds control tokens around it. */
const CHARACTER_TOKENS_MAX = 3;

/** Whether a text is so long that it may have too many tokens. */
export function mayHaveTooManyTokens(source: string): boolean {
  return source.length * CHARACTER_TOKENS_MAX > TOKENS_MAX;
}
