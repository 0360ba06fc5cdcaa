/** @typedef {"en" | "pt"} Language */

/** @type {Readonly<Record<Language, string>>} */
const LOCALES = { en: "en", pt: "pt-BR" };

const TIME_UNITS = /** @type {const} */ ([
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
]);

/**
 * Makes the formatters of numbers, ages and times for a language.
 *
 * @param {Language} language
 */
export function createFormat(language) {
  const locale = LOCALES[language];
  const numbers = new Intl.NumberFormat(locale);
  const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const lists = new Intl.ListFormat(locale, { type: "disjunction" });
  const plurals = new Intl.PluralRules(locale);

  return {
    /** @param {number} value */
    number: (value) => numbers.format(value),

    /** @param {readonly string[]} names */
    alternatives: (names) => lists.format(names),

    /**
     * @param {number} count
     * @param {{ readonly one: string, readonly other: string }} noun
     */
    counted: (count, { one, other }) =>
      `${numbers.format(count)} ${plurals.select(count) === "one" ? one : other}`,

    /**
     * @param {number} seconds
     * @returns {string} in the largest whole unit, such as "3 min", with a no-break space
     */
    age(seconds) {
      const [unit, size] = TIME_UNITS.find(([, length]) => seconds >= length) ?? ["second", 1];
      const style = {
        style: /** @type {const} */ ("unit"),
        unit,
        unitDisplay: /** @type {const} */ ("short"),
      };
      return new Intl.NumberFormat(locale, style).format(Math.floor(seconds / size)).replace(" ", "\u00a0");
    },

    /**
     * @param {string} iso
     * @returns {string} the text itself when it is no time
     */
    time(iso) {
      const date = new Date(iso);
      return Number.isNaN(date.getTime()) ? iso : times.format(date);
    },
  };
}

/** @typedef {ReturnType<typeof createFormat>} Format */

/** Number of shown characters of a hash, enough to distinguish two of them. */
const HASH_DIGITS = 12;

/** @param {string} hash */
export function shortenHash(hash) {
  return hash.slice(0, HASH_DIGITS);
}
