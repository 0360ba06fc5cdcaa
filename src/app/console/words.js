import { createFormat } from "./format.js";
import { ENGLISH } from "./texts-en.js";
import { PORTUGUESE } from "./texts-pt.js";

/**
 * @typedef {import("./format.js").Language} Language
 * @typedef {import("./format.js").Format} Format
 * @typedef {import("./texts-en.js").Texts} Texts
 * @typedef {{ [Key in keyof Texts]: Texts[Key] extends string ? Key : never }[keyof Texts]} TextKey
 */

/** @type {Readonly<Record<Language, Texts>>} */
const TEXTS = { en: ENGLISH, pt: PORTUGUESE };

/**
 * All texts of the pages in one language.
 *
 * @typedef {object} Words
 * @property {Language} language
 * @property {Format} format
 * @property {(key: TextKey, values?: Readonly<Record<string, string>>) => string} t
 * @property {(count: number, noun: "Column" | "Error" | "Finding" | "Replica" | "Ticker" | "View" | "Warning") => string} counted
 */

/** @param {Language} language @returns {Words} */
export function wordsOf(language) {
  const texts = TEXTS[language];
  const format = createFormat(language);
  return {
    language,
    format,
    t: (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole),
    counted: (count, noun) => format.counted(count, texts[`noun${noun}`]),
  };
}
