/**
 * A view as the service tells it to the search.
 *
 * @typedef {object} CatalogItem
 * @property {string} entity
 * @property {string} description
 * @property {readonly string[]} identifiers
 * @property {readonly string[]} columns
 * @property {readonly string[]} aliases
 * @property {readonly string[]} words
 */

/**
 * A view that was found, and what it was found by when that is not to be seen in its row.
 *
 * @typedef {object} Hit
 * @property {number} index its place in the catalog
 * @property {string | undefined} by a column, an alias or a word
 */

/**
 * @typedef {object} Entry
 * @property {string} entity
 * @property {string} shown
 * @property {string} hidden
 */

/** Stands between texts that are searched as one: nobody types it. */
const SEPARATOR = "\n";

/**
 * Lower case without accents: what a text is compared by.
 *
 * @param {string} text
 */
export function foldText(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
}

/** @param {string} query */
export function queryWords(query) {
  return [...new Set(foldText(query).split(/\s+/).filter(Boolean))];
}

/** Makes a search over views that come one part after the other, in any order. */
export function createSearchIndex() {
  /** @type {(Entry | undefined)[]} */
  const entries = [];
  /** @type {(CatalogItem | undefined)[]} */
  const items = [];

  /** @param {CatalogItem} item @returns {Entry} */
  const entryOf = ({ entity, description, columns, aliases, words }) => ({
    entity: foldText(entity),
    shown: foldText(entity + SEPARATOR + description),
    hidden: foldText([...columns, ...aliases, ...words].join(SEPARATOR)),
  });

  return {
    /**
     * @param {number} start the place of the first one in the catalog
     * @param {readonly CatalogItem[]} part
     */
    add(start, part) {
      for (const [offset, item] of part.entries()) {
        items[start + offset] = item;
        entries[start + offset] = entryOf(item);
      }
    },

    /** @param {number} index */
    item: (index) => items[index],

    /**
     * The views that have every word of the query somewhere, the best first: by entity, then by what their row shows.
     *
     * @param {string} query not blank
     * @returns {readonly Hit[]}
     */
    search(query) {
      const words = queryWords(query);
      /** @type {Hit[][]} */
      const ranked = [[], [], [], []];
      for (const [index, entry] of entries.entries()) {
        const item = items[index];
        if (entry === undefined || item === undefined) continue;
        const rank = rankOf(entry, words);
        if (rank === undefined) continue;
        ranked[rank]?.push({ index, by: rank < 3 ? undefined : foundBy(item, entry, words) });
      }
      return ranked.flat();
    },
  };
}

/**
 * @param {Entry} entry
 * @param {readonly string[]} words
 * @returns {0 | 1 | 2 | 3 | undefined} the lower the better; undefined when a word is missing
 */
function rankOf({ entity, shown, hidden }, words) {
  if (!words.every((word) => shown.includes(word) || hidden.includes(word))) return undefined;
  if (words.length === 1 && entity === words[0]) return 0;
  if (words.every((word) => entity.includes(word))) return 1;
  return words.every((word) => shown.includes(word)) ? 2 : 3;
}

/**
 * @param {CatalogItem} item
 * @param {Entry} entry
 * @param {readonly string[]} words
 */
function foundBy({ columns, aliases, words: asked }, { shown }, words) {
  const unseen = words.find((word) => !shown.includes(word)) ?? "";
  return [...columns, ...aliases, ...asked].find((text) => foldText(text).includes(unseen));
}
