/** Maximum number of tokens of one file: 1.5 times the tokens of a megabyte of views like the samples. */
export const TOKENS_MAX = 400_000;

/** A character makes at most this many tokens: the marks around it are tokens too. */
const CHARACTER_TOKENS_MAX = 3;

/** Whether a text is long enough for its tokens to be counted. */
export function mayHaveTooManyTokens(source: string): boolean {
  return source.length * CHARACTER_TOKENS_MAX > TOKENS_MAX;
}
