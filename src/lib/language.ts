/** The languages of messages for authors of views. */
export const LANGUAGES = ["en", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in each language. */
export type Text = Readonly<Record<Language, string>>;

/** A text that is the same in each language, such as YAML. */
export function sameText(text: string): Text {
  return { en: text, pt: text };
}
