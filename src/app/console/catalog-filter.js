/**
 * @typedef {import("./search-index.js").CatalogItem} CatalogItem
 *
 * @typedef {object} CatalogFilter
 * @property {string} group the common beginning of the names; empty for all views
 * @property {keyof typeof FACETS} facet
 * @property {keyof typeof ORDERS} order
 */

/** Filters by what authors look for in a catalog. */
export const FACETS = {
  all: () => true,
  /** @param {CatalogItem} item */
  noDescription: ({ description }) => description === "",
  /** @param {CatalogItem} item */
  noWords: ({ words }) => words.length === 0,
  /** @param {CatalogItem} item */
  noIdentifiers: ({ identifiers }) => identifiers.length === 0,
};

/** @type {Readonly<Record<string, ((left: CatalogItem, right: CatalogItem) => number) | undefined>>} */
export const ORDERS = {
  // The order of the search, else by name.
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

/** Maximum number of groups in the list: the largest. */
const GROUPS_MAX = 50;

/**
 * The first two words of a name, such as `view_fiis` of `view_fiis_prices` and `sales.view` of `sales.view_a`.
 *
 * @param {string} entity
 */
function groupOf(entity) {
  return /^[^._]*[._][^._]+(?=[._])/.exec(entity)?.[0] ?? "";
}

/**
 * The groups of at least two views, by name.
 *
 * @param {Iterable<CatalogItem>} items
 * @returns {readonly { readonly name: string, readonly count: number }[]}
 */
export function groupsOf(items) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { entity } of items) {
    const name = groupOf(entity);
    if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .flatMap(([name, count]) => (count < 2 ? [] : [{ name, count }]))
    .sort((left, right) => right.count - left.count)
    .slice(0, GROUPS_MAX)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * The indexes of the views that pass a filter, in its order.
 *
 * @param {CatalogFilter} filter
 * @param {readonly number[]} indexes
 * @param {(index: number) => CatalogItem | undefined} itemAt
 */
export function filterIndexes({ group, facet, order }, indexes, itemAt) {
  const passes = FACETS[facet];
  const found = indexes.flatMap((index) => {
    const item = itemAt(index);
    if (item === undefined || !passes(item)) return [];
    return group === "" || groupOf(item.entity) === group ? [{ index, item }] : [];
  });
  const compare = ORDERS[order];
  if (compare !== undefined) found.sort((left, right) => compare(left.item, right.item));
  return found.map(({ index }) => index);
}
