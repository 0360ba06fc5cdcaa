/**
 * Languages besides Python whose YAML readers a view can be checked for: Psych (Ruby), PECL yaml (PHP), yaml (R),
 * SnakeYAML (Java) and go-yaml (Go).
 */
export const READER_LANGUAGES = ["ruby", "php", "r", "java", "go"] as const;
export type ReaderLanguage = (typeof READER_LANGUAGES)[number];

/** Parses names that are separated by commas, in any case and order; undefined unless all are known. */
export function parseReaderLanguages(text: string): readonly ReaderLanguage[] | undefined {
  const names = new Set(text.split(",").map((name) => name.trim().toLowerCase()));
  const languages = READER_LANGUAGES.filter((known) => names.has(known));
  return names.size === languages.length ? languages : undefined;
}
