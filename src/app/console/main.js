import { createCatalogLoader } from "./catalog-loader.js";
import { createCatalogPage } from "./catalog-page.js";
import { createFleetPage } from "./fleet-page.js";
import { html, render } from "./lib/lit-html.js";
import { followService } from "./live.js";
import { createPreferences } from "./preferences.js";
import { createReloadPage } from "./reload-page.js";
import { parseRoute } from "./routes.js";
import { drawShell } from "./shell.js";
import { createTickersPage } from "./tickers-page.js";
import { createViewPage } from "./view-page.js";
import { wordsOf } from "./words.js";

/**
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./context.js").Page} Page
 */

const AGES_MS = 10_000;
const root = /** @type {HTMLElement} */ (document.getElementById("console"));
const preferences = createPreferences();
/** @type {import("./live.js").LiveState | undefined} */
let state;
let toldAtMs = Date.now();
/** @type {import("./live.js").Connection} */
let connection = "connecting";
let announcement = "";
let words = wordsOf(preferences.language());
let isDue = false;
let route = parseRoute(location.hash);
/** For links only: the browser's own buttons restore the scroll position. */
let byLink = false;
/** @type {Map<string, number>} how far each address was scrolled */
const scrolled = new Map();
let address = location.hash;

/** @type {Context} */
const context = {
  words() {
    if (words.language !== preferences.language()) words = wordsOf(preferences.language());
    return words;
  },
  preferences,
  state: () => state,
  toldAtMs: () => toldAtMs,
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

const loader = createCatalogLoader((catalog) => pages.catalog.loaded(catalog));
const pages = {
  catalog: createCatalogPage(context, loader),
  view: createViewPage(context),
  fleet: createFleetPage(context),
  tickers: createTickersPage(context),
  reload: createReloadPage(context),
  unknown: {
    title: () => context.words().t("notFound"),
    enter: () => undefined,
    draw: () =>
      html`<h1 tabindex="-1">${context.words().t("notFound")}</h1><p><a href="#/">${context.words().t("allViews")}</a></p>`,
  },
};

/** @returns {Page} */
function currentPage() {
  return pages[route.kind];
}

function draw() {
  isDue = false;
  const page = currentPage();
  document.title = `${page.title()} · Mosaic`;
  render(drawShell(context, { route, connection, announcement, page: page.draw() }), root);
}

function enter() {
  if (route.kind === "catalog") pages.catalog.enter(route.query);
  else if (route.kind === "view") pages.view.enter(route.entity);
  else pages[route.kind].enter();
}

function navigate() {
  const left = route;
  currentPage().leave?.();
  route = parseRoute(location.hash);
  address = location.hash;
  announcement = "";
  enter();
  draw();
  const isBack = !byLink;
  byLink = false;
  scrollTo(0, isBack ? (scrolled.get(address) ?? 0) : 0);
  // The visible rows there are rendered before the focus moves.
  draw();
  const cameFrom =
    isBack && route.kind === "catalog" && left.kind === "view" ? pages.catalog.linkTo(left.entity) : null;
  (cameFrom ?? root.querySelector("h1"))?.focus({ preventScroll: true });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
  event.preventDefault();
  if (route.kind !== "catalog") {
    byLink = true;
    location.hash = "#/";
    addEventListener("hashchange", focusSearch, { once: true });
  } else focusSearch();
}

function focusSearch() {
  const field = document.getElementById("search");
  if (field instanceof HTMLInputElement) field.select();
}

history.scrollRestoration = "manual";
addEventListener("hashchange", navigate);
addEventListener("click", ({ target, defaultPrevented, ctrlKey, metaKey, shiftKey }) => {
  const link = target instanceof Element ? target.closest("a") : null;
  // Modified clicks and links to other tabs are not handled here.
  if (link !== null)
    byLink = !(defaultPrevented || ctrlKey || metaKey || shiftKey) && link.hash !== location.hash;
});
addEventListener("keydown", onKey);
addEventListener("resize", context.update);
addEventListener(
  "scroll",
  () => {
    if (location.hash === address || route.kind === "catalog") scrolled.set(location.hash, scrollY);
    if (route.kind === "catalog") context.update();
  },
  { passive: true },
);
preferences.onSystemTheme(context.update);
// Ages grow.
setInterval(context.update, AGES_MS);

enter();
draw();
followService({
  onState(told) {
    const before = state?.components.catalog;
    state = told;
    const { catalog } = told.components;
    if (catalog.state === "active") {
      loader.want(catalog.hash);
      const isNew = before?.state === "active" && before.hash !== catalog.hash;
      if (isNew)
        context.announce(
          context.words().t("updated", { views: context.words().counted(catalog.views, "View") }),
        );
    }
    toldAtMs = Date.now();
    currentPage().stateChanged?.(told);
    context.update();
  },
  onConnection(now) {
    connection = now;
    context.update();
  },
});
