/** The languages of messages for authors of views. */
export const LANGUAGES = ["en", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Finds a supported language by its code; undefined for an unknown one. */
export function findLanguage(given: string): Language | undefined {
  return LANGUAGES.find((known) => known === given);
}

/** The language of the user's locale: Portuguese, or English for all other locales. */
export function readLocaleLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  // POSIX: the first of these variables that is not empty decides.
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || "";
  return /^pt(?:[_.@-]|$)/i.test(locale) ? "pt" : "en";
}

export type LocalizedText = Readonly<Record<Language, string>>;

/** Completes a text: one without translations is used for every language. */
export function toLocalizedText(text: LocalizedText | string): LocalizedText {
  return typeof text === "string" ? sameInEachLanguage(text) : text;
}

/** A text that is the same in each language, such as YAML. */
export function sameInEachLanguage(text: string): LocalizedText {
  return { en: text, pt: text };
}
