/** The environment as `process.env` gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of a setting with a list, in lower case, and their synonyms. */
export interface Choice {
  readonly values: readonly string[];
  readonly synonyms?: Readonly<Record<string, string>>;
}

/**
 * A value of the list in any case, or one of its synonyms, in the spelling of the list. Any other value stays
 * unchanged, for a message to show.
 */
export function canonicalChoice({ values, synonyms = {} }: Choice, text: string): string {
  const plain = text.toLowerCase();
  if (values.includes(plain)) return plain;
  return Object.hasOwn(synonyms, plain) ? (synonyms[plain] ?? text) : text;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** A URL with its scheme in lower case, which all programs understand: `REDISS://` must not lose its TLS. */
export function lowerCaseScheme(url: string): string {
  return url.replace(SCHEME, (scheme) => scheme.toLowerCase());
}

/**
 * The text between quotation marks: `docker --env-file` and systemd's `Environment=` keep them, a shell does
 * not.
 */
export function isQuoted(text: string): boolean {
  return /^(["']).*\1$/s.test(text);
}
