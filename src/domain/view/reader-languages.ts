/**
 * Languages besides Python for whose YAML readers a view can be checked: Psych, PECL yaml, R's yaml,
 * SnakeYAML, go-yaml.
 */
export const READER_LANGUAGES = ["ruby", "php", "r", "java", "go"] as const;
export type ReaderLanguage = (typeof READER_LANGUAGES)[number];
