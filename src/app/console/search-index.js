/**
 * A view as the service sends it for the search.
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
 * @typedef {object} Entry
 * @property {string} entity
 * @property {string} shown
 * @property {string} hidden
 */

/** Separates strings that are searched together; users cannot type it. */
const SEPARATOR = "\n";

/** The rank of a view that lacks a word. */
const NOT_FOUND = 4;

/**
 * Converts a text to lower case without accents, for comparisons.
 *
 * @param {string} text
 */
export function foldText(text) {
  const isAscii = !/[\u0080-\uffff]/.test(text);
  return (isAscii ? text : text.normalize("NFD").replace(/\p{M}+/gu, "")).toLowerCase();
}

/** @param {string} query */
export function queryWords(query) {
  return [...new Set(foldText(query).split(/\s+/).filter(Boolean))];
}

/** Makes a search over views that arrive in parts, in any order. */
export function createSearchIndex() {
  /** The texts to search of each view, made at the first search, because filters and groups do not need them. @type {(Entry | undefined)[]} */
  const entries = [];
  /** @type {(CatalogItem | undefined)[]} */
  const items = [];

  /**
   * Caches the ranks of the last query: when a part arrives, the query runs again, and ranks only the new views.
   */
  let last = { query: "", words: queryWords(""), ranks: /** @type {(number | undefined)[]} */ ([]) };

  /** @param {CatalogItem} item @returns {Entry} */
  const entryOf = ({ entity, description, columns, aliases, words }) => ({
    entity: foldText(entity),
    shown: foldText(entity + SEPARATOR + description),
    hidden: foldText([...columns, ...aliases, ...words].join(SEPARATOR)),
  });

  /** @param {number} index */
  function entryAt(index) {
    const item = items[index];
    if (item === undefined) return undefined;
    const entry = entries[index] ?? entryOf(item);
    entries[index] = entry;
    return entry;
  }

  return {
    /**
     * @param {number} start the index in the catalog of the part's first view
     * @param {readonly CatalogItem[]} part
     */
    add(start, part) {
      for (const [offset, item] of part.entries()) {
        items[start + offset] = item;
        entries[start + offset] = undefined;
        last.ranks[start + offset] = undefined;
      }
    },

    /** @param {number} index */
    item: (index) => items[index],

    /** The indexes of the views that are known. */
    places: () => [...items.keys()].filter((index) => items[index] !== undefined),

    /**
     * Finds the views that have every word of the query. First come those with all words in the entity, an
     * exact match before the others, then those with all words in the entity or the description, which the
     * rows show.
     *
     * @param {string} query not blank
     * @returns {readonly number[]} their indexes in the catalog
     */
    search(query) {
      if (query !== last.query) last = { query, words: queryWords(query), ranks: [] };
      const { words, ranks } = last;
      /** @type {number[][]} */
      const ranked = [[], [], [], []];
      for (const index of items.keys()) {
        const entry = entryAt(index);
        if (entry === undefined) continue;
        const rank = ranks[index] ?? rankEntry(entry, words) ?? NOT_FOUND;
        ranks[index] = rank;
        ranked[rank]?.push(index);
      }
      return ranked.flat();
    },

    /**
     * The column, alias or word by which a view was found; undefined if the view's row shows all words of the query.
     *
     * @param {number} index
     * @param {readonly string[]} words of the query
     */
    foundBy(index, words) {
      const item = items[index];
      const unseen = words.find((word) => entryAt(index)?.shown.includes(word) === false);
      if (item === undefined || unseen === undefined) return undefined;
      return [...item.columns, ...item.aliases, ...item.words].find((text) =>
        foldText(text).includes(unseen),
      );
    },
  };
}

/**
 * @param {Entry} entry
 * @param {readonly string[]} words
 * @returns {0 | 1 | 2 | 3 | undefined} the lower the better; undefined when a word is missing
 */
function rankEntry({ entity, shown, hidden }, words) {
  if (!words.every((word) => shown.includes(word) || hidden.includes(word))) return undefined;
  if (words.length === 1 && entity === words[0]) return 0;
  if (words.every((word) => entity.includes(word))) return 1;
  return words.every((word) => shown.includes(word)) ? 2 : 3;
}

/**
 * Splits a text into matches of a search and the parts between them.
 *
 * @param {string} text
 * @param {readonly string[]} words as `foldText` returns them
 * @returns {readonly { readonly text: string, readonly found: boolean }[]} matches and other parts; joined, they are the text
 */
export function markMatches(text, words) {
  const { folded, origin } = foldWithOrigin(text);
  const isFound = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      isFound.fill(1, origin[at], origin[at + word.length] ?? text.length);
    }
  }
  /** @type {{ text: string, found: boolean }[]} */
  const pieces = [];
  let start = 0;
  for (let end = 1; end <= text.length; end++) {
    if (end < text.length && isFound[end] === isFound[start]) continue;
    pieces.push({ text: text.slice(start, end), found: isFound[start] === 1 });
    start = end;
  }
  return pieces;
}

/**
 * Folds a text character by character, and returns for each index of the result the index of its character in the text.
 *
 * @param {string} text
 */
function foldWithOrigin(text) {
  let folded = "";
  /** @type {number[]} */
  const origin = [];
  let at = 0;
  for (const character of text) {
    const piece = foldText(character);
    for (let unit = 0; unit < piece.length; unit++) origin.push(at);
    folded += piece;
    at += character.length;
  }
  return { folded, origin };
}
