import { createFormat } from "./format.js";

/**
 * @typedef {import("./format.js").Language} Language
 * @typedef {import("./format.js").Format} Format
 * @typedef {import("./texts-en.js").Texts} Texts
 * @typedef {{ [Key in keyof Texts]: Texts[Key] extends string ? Key : never }[keyof Texts]} TextKey
 */

/** @type {Readonly<Record<Language, () => Promise<Texts>>>} */
const TEXTS_BY_LANGUAGE = {
  en: async () => (await import("./texts-en.js")).ENGLISH,
  pt: async () => (await import("./texts-pt.js")).PORTUGUESE,
};

/**
 * All texts of the pages in one language.
 *
 * @typedef {object} PageTexts
 * @property {Language} language
 * @property {Format} format
 * @property {(key: TextKey, values?: Readonly<Record<string, string>>) => string} t
 * @property {(code: string) => string} reason the text of a cause, by the code that the log and the metrics have
 * @property {(code: string) => string} fault what a fault of the shared cache means
 * @property {(code: string) => string | undefined} problem what a problem's code means
 * @property {(count: number, noun: "Added" | "Changed" | "Column" | "Error" | "Finding" | "Removed" | "Replica" | "Ticker" | "View" | "Warning") => string} counted
 */

/**
 * Loads the texts of one language only.
 *
 * @param {Language} language
 * @returns {Promise<PageTexts>}
 */
export async function loadTexts(language) {
  const texts = await TEXTS_BY_LANGUAGE[language]();
  const format = createFormat(language);
  /** @type {Readonly<Record<"faults" | "problems" | "reasons", Readonly<Record<string, string>>>>} */
  const { faults, problems, reasons } = texts;
  return {
    language,
    format,
    t: (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole),
    reason: (code) => (Object.hasOwn(reasons, code) ? `${code}: ${reasons[code]}` : code),
    fault: (code) => (Object.hasOwn(faults, code) ? `${code}: ${faults[code]}` : code),
    problem: (code) => (Object.hasOwn(problems, code) ? problems[code] : undefined),
    counted: (count, noun) => format.counted(count, texts[`noun${noun}`]),
  };
}
