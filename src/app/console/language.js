/** @typedef {import("./format.js").Language} Language */

/** @type {readonly (readonly [Language, string])[]} */
export const LANGUAGES = [
  ["en", "English"],
  ["pt", "Português"],
];

/**
 * The previous choice, else the first supported language of the browser, else English.
 *
 * @param {string | undefined} chosen
 * @param {readonly string[]} preferred such as `navigator.languages`
 * @returns {Language}
 */
export function chooseLanguage(chosen, preferred) {
  const wanted = [chosen ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-", 1)[0]);
  const found = wanted.map((tag) => LANGUAGES.find(([language]) => language === tag)?.[0]);
  return found.find((language) => language !== undefined) ?? "en";
}
