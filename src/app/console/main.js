import { preferences, readEarlyPreview } from "./early-preview.js";
import { html, render } from "./lib/lit-html.js";
import { followService } from "./live.js";
import { createCatalogHref, parseRoute } from "./routes.js";
import { drawShell } from "./shell.js";
import { loadTexts } from "./texts.js";

/**
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./context.js").Page} Page
 * @typedef {import("./routes.js").Route} Route
 */

const AGE_UPDATE_MS = 10_000;
const root = /** @type {HTMLElement} */ (document.getElementById("console"));
let route = parseRoute(location.hash);
/** @type {import("./live.js").LiveState | undefined} */
let state;
let receivedAtMs = Date.now();
/** @type {import("./live.js").Connection} */
let connection = "connecting";
let announcement = "";
const texts = loadTexts(preferences.language());
/** Set before anything is drawn. @type {import("./texts.js").PageTexts} */
let words;
let isDue = false;
/** Whether a link led to the page, which is then shown from its top; else at its last scroll position. */
let isByLink = false;
/** Whether the search field gets the focus as soon as the catalog page is shown. */
let isSearchDue = false;
/** @type {Map<string, number>} how far each address was scrolled */
const scrollPositions = new Map();
let address = location.hash;

/** @type {Context} */
const context = {
  words: () => words,
  preferences,
  async setLanguage(language) {
    const chosen = await loadTexts(language);
    preferences.setLanguage(language);
    words = chosen;
    service.reopen();
    currentPage().languageChanged?.();
    context.update();
  },
  tokenChanged: () => currentPage().tokenChanged?.(),
  readEarlyPreview,
  state: () => state,
  receivedAtMs: () => receivedAtMs,
  update() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => isDue && draw());
  },
  flush: draw,
  announce(text) {
    announcement = text;
    context.update();
  },
};

/**
 * The files that only one page needs. They are requested together with the module of the page, because a
 * later request would cost one more round trip.
 */
const IMPORTS_BY_PAGE = /** @type {Readonly<Partial<Record<Route["kind"], readonly string[]>>>} */ ({
  overview: ["charts.js"],
  catalog: [
    ...["catalog-filter.js", "catalog-loader.js", "list-window.js", "search-index.js"],
    ...["lib/directive-helpers.js", "lib/directive.js", "lib/directives/repeat.js"],
  ],
  view: ["json-text.js", "view-columns.js", "yaml-text.js"],
  fleet: ["replica-table.js"],
  reload: [
    ...["diagnostic-list.js", "view-changes.js"],
    ...["lib/libesm/diff/base.js", "lib/libesm/diff/word.js", "lib/libesm/util/string.js"],
  ],
});

/** The pages by route. The module of a page is loaded when the page is first shown. */
const LOADERS = {
  overview: async () => (await import("./overview-page.js")).createOverviewPage(context),
  catalog: async () => (await import("./catalog-page.js")).createCatalogPage(context),
  view: async () => (await import("./view-page.js")).createViewPage(context),
  fleet: async () => (await import("./fleet-page.js")).createFleetPage(context),
  history: async () => (await import("./history-page.js")).createHistoryPage(context),
  tickers: async () => (await import("./tickers-page.js")).createTickersPage(context),
  database: async () => (await import("./database-page.js")).createDatabasePage(context),
  reload: async () => (await import("./reload-page.js")).createReloadPage(context),
  unknown: async () => unknownPage,
};

/** @type {Page} */
const unknownPage = {
  title: () => words.t("notFound"),
  draw: () =>
    html`<h1 tabindex="-1">${words.t("notFound")}</h1><p><a href="#/">${words.t("overview")}</a></p>`,
};

/** Shown while the module of a page is loaded, and if that fails. @type {Page} */
const emptyPage = {
  title: () => words.t("loading"),
  draw: () =>
    html`<h1 tabindex="-1" class="loading">${words.t(connection === "unreachable" ? "pageMissing" : "loading")}</h1>`,
};

/** @type {Map<Route["kind"], Page>} */
const pages = new Map();
/** Concurrent openings of a page share one fetch. @type {Map<Route["kind"], Promise<Page>>} */
const fetchedPages = new Map();

function currentPage() {
  return pages.get(route.kind) ?? emptyPage;
}

/** @param {Route["kind"]} kind @returns {Promise<Page>} */
function loadPage(kind) {
  for (const name of IMPORTS_BY_PAGE[kind] ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(name, import.meta.url).href;
    document.head.append(link);
  }
  return LOADERS[kind]();
}

/** @returns {Promise<Page | undefined>} undefined when the module of the page cannot be loaded */
async function openPage(/** @type {Route["kind"]} */ kind) {
  const fetching = fetchedPages.get(kind) ?? loadPage(kind);
  fetchedPages.set(kind, fetching);
  try {
    const page = await fetching;
    pages.set(kind, page);
    return page;
  } catch {
    fetchedPages.delete(kind);
    return undefined;
  }
}

function draw() {
  isDue = false;
  const page = currentPage();
  document.title = `${page.title()} · Mosaic`;
  render(drawShell(context, { route, connection, announcement, page: page.draw() }), root);
}

/**
 * Shows the page of a route as soon as its module is loaded. Until then the previous page stays visible,
 * unless a draw in between shows `emptyPage`.
 *
 * @param {Route} [left] the previous route; absent at the first page, which does not move the focus
 */
async function showPage(left) {
  const wanted = route;
  const page = await openPage(wanted.kind);
  // The user has moved on to another page.
  if (route !== wanted) return;
  page?.enter?.(wanted);
  draw();
  if (left !== undefined) moveToPage(page, left);
  if (isSearchDue) focusSearch();
}

/** @param {Page | undefined} page @param {Route} left */
function moveToPage(page, left) {
  const isBack = !isByLink;
  isByLink = false;
  scrollTo(0, isBack ? (scrollPositions.get(address) ?? 0) : 0);
  // The rows at the restored position must be rendered before the focus moves.
  draw();
  const cameFrom = isBack ? page?.linkTo?.(left) : undefined;
  (cameFrom ?? root.querySelector("h1"))?.focus({ preventScroll: true });
}

function navigate() {
  const left = route;
  pages.get(left.kind)?.leave?.();
  // Drops an unused preview: it would be outdated when the user comes back.
  readEarlyPreview();
  route = parseRoute(location.hash);
  address = location.hash;
  announcement = "";
  void showPage(left);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
  event.preventDefault();
  if (focusSearch()) return;
  isByLink = true;
  isSearchDue = true;
  location.hash = createCatalogHref("");
}

/** @returns {boolean} whether there is a field to search in */
function focusSearch() {
  const field = document.getElementById("search");
  if (!(field instanceof HTMLInputElement)) return false;
  isSearchDue = false;
  field.select();
  return true;
}

void openPage(route.kind);
words = await texts;
// The address may have changed while the texts were loading, and no listener noticed it.
route = parseRoute(location.hash);
address = location.hash;
history.scrollRestoration = "manual";
addEventListener("hashchange", navigate);
addEventListener("click", ({ target, defaultPrevented, ctrlKey, metaKey, shiftKey }) => {
  const link = target instanceof Element ? target.closest("a") : null;
  // A modified click, or a link to the current address, does not change the page.
  if (link !== null)
    isByLink = !(defaultPrevented || ctrlKey || metaKey || shiftKey) && link.hash !== location.hash;
});
addEventListener("keydown", onKey);
addEventListener("resize", context.update);
addEventListener(
  "scroll",
  () => {
    if (location.hash === address || route.kind === "catalog") scrollPositions.set(location.hash, scrollY);
    if (route.kind === "catalog") context.update();
  },
  { passive: true },
);
preferences.onSystemTheme(context.update);
// Draws the page again, because its ages grow.
setInterval(context.update, AGE_UPDATE_MS);

draw();
void showPage();
const service = followService({
  language: preferences.language,
  onState(received) {
    const before = state?.components.catalog;
    state = received;
    const { catalog } = received.components;
    const isNew = catalog.state === "active" && before?.state === "active" && before.hash !== catalog.hash;
    if (isNew) context.announce(words.t("updated", { views: words.counted(catalog.views, "View") }));
    receivedAtMs = Date.now();
    currentPage().stateChanged?.(received);
    context.update();
  },
  onConnection(now) {
    const isBack = connection === "unreachable" && now !== "unreachable";
    connection = now;
    if (isBack && !pages.has(route.kind)) void showPage();
    context.update();
  },
});
