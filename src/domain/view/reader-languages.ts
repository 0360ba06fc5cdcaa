/**
 * Languages besides Python whose YAML readers a view can be checked for: Psych (Ruby), PECL yaml (PHP), yaml (R),
 * SnakeYAML (Java) and go-yaml (Go).
 */
export const READER_LANGUAGES = ["ruby", "php", "r", "java", "go"] as const;
export type ReaderLanguage = (typeof READER_LANGUAGES)[number];
