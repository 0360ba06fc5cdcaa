/**
 * @typedef {import("./search-index.js").CatalogItem} CatalogItem
 *
 * @typedef {object} CatalogFilter
 * @property {string} group the common beginning of the names; empty for all views
 * @property {keyof typeof FACET_FILTERS} facet
 * @property {keyof typeof COMPARISONS_BY_ORDER} order
 */

export const FACET_FILTERS = {
  all: () => true,
  /** @param {CatalogItem} item */
  noDescription: ({ description }) => description === "",
  /** @param {CatalogItem} item */
  noWords: ({ words }) => words.length === 0,
  /** @param {CatalogItem} item */
  noIdentifiers: ({ identifiers }) => identifiers.length === 0,
};

/** @type {Readonly<Record<string, ((left: CatalogItem, right: CatalogItem) => number) | undefined>>} */
export const COMPARISONS_BY_ORDER = {
  // By relevance; without a search, by name.
  relevance: undefined,
  mostColumns: (left, right) => right.columns.length - left.columns.length,
  fewestColumns: (left, right) => left.columns.length - right.columns.length,
};

/** @type {CatalogFilter} */
export const NO_FILTER = { group: "", facet: "all", order: "relevance" };

/** @param {CatalogFilter} filter */
export function isFiltered({ group, facet, order }) {
  return group !== "" || facet !== "all" || order !== "relevance";
}

/** Maximum number of listed groups; the largest are kept. */
const GROUPS_MAX = 50;

/**
 * The first two words of a name, such as `sales.view` of `sales.view_a`; empty if there is no third word.
 *
 * @param {string} entity
 */
function findGroup(entity) {
  return /^[^._]*[._][^._]+(?=[._])/.exec(entity)?.[0] ?? "";
}

/**
 * The groups of at least two views, by name.
 *
 * @param {Iterable<CatalogItem>} items
 * @returns {readonly { readonly name: string, readonly count: number }[]}
 */
export function listGroups(items) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { entity } of items) {
    const name = findGroup(entity);
    if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .flatMap(([name, count]) => (count < 2 ? [] : [{ name, count }]))
    .sort((left, right) => right.count - left.count)
    .slice(0, GROUPS_MAX)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * Returns the indexes of the views that pass a filter, in the order of the filter.
 *
 * @param {CatalogFilter} filter
 * @param {readonly number[]} indexes
 * @param {(index: number) => CatalogItem | undefined} itemAt
 */
export function filterIndexes({ group, facet, order }, indexes, itemAt) {
  const passes = FACET_FILTERS[facet];
  const matches = indexes.flatMap((index) => {
    const item = itemAt(index);
    if (item === undefined || !passes(item)) return [];
    return group === "" || findGroup(item.entity) === group ? [{ index, item }] : [];
  });
  const compare = COMPARISONS_BY_ORDER[order];
  if (compare !== undefined) matches.sort((left, right) => compare(left.item, right.item));
  return matches.map(({ index }) => index);
}
