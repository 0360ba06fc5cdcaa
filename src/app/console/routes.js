/** Pages whose address has no query and no name. */
const PLAIN_ROUTES = /** @type {const} */ (["fleet", "history", "tickers", "database", "reload"]);

/**
 * The route in the part of the address after `#`.
 *
 * @typedef {{ readonly kind: "catalog", readonly query: string } | { readonly kind: "view", readonly entity: string }
 *   | { readonly kind: (typeof PLAIN_ROUTES)[number] | "overview" | "unknown" }} Route
 */

/**
 * @param {string} hash as in `location.hash`: empty, or with its `#`
 * @returns {Route}
 */
export function parseRoute(hash) {
  const [path = "", search] = splitOnce(hash.replace(/^#/, ""), "?");
  const query = new URLSearchParams(search).get("q") ?? "";
  if (path === "/catalog") return { kind: "catalog", query };
  // Old links to a search have the address of the overview: they still lead to the catalog.
  if (path === "" || path === "/") return query === "" ? { kind: "overview" } : { kind: "catalog", query };
  const plain = PLAIN_ROUTES.find((kind) => path === `/${kind}`);
  if (plain !== undefined) return { kind: plain };
  const entity = path.startsWith("/views/") ? decodeSegment(path.slice("/views/".length)) : undefined;
  return entity ? { kind: "view", entity } : { kind: "unknown" };
}

/**
 * @param {string} text
 * @param {string} separator
 */
function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/**
 * @param {string} text
 * @returns {string | undefined} undefined for a truncated escape
 */
function decodeSegment(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** @param {string} entity */
export function createViewHref(entity) {
  return `#/views/${encodeURIComponent(entity)}`;
}

/** @param {string} query what is searched for */
export function createCatalogHref(query) {
  return query === "" ? "#/catalog" : `#/catalog?${new URLSearchParams({ q: query })}`;
}
