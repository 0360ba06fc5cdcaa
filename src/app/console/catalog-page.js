import {
  COMPARISONS_BY_ORDER,
  FACET_FILTERS,
  filterIndexes,
  isFiltered,
  listGroups,
  NO_FILTER,
} from "./catalog-filter.js";
import { createCatalogLoader } from "./catalog-loader.js";
import { repeat } from "./lib/directives/repeat.js";
import { html, nothing } from "./lib/lit-html.js";
import { createListWindow } from "./list-window.js";
import { createCatalogHref, createViewHref } from "./routes.js";
import { markMatches, queryWords } from "./search-index.js";

/**
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./catalog-loader.js").LoadedCatalog} LoadedCatalog
 */

const VIEWS_ID = "views";

/** The address is updated after this pause in typing, because browsers limit the rate of updates. */
const ADDRESS_PAUSE_MS = 300;

/**
 * The catalog: a search, and the list of the views that it finds.
 *
 * @param {Context} context
 * @returns {import("./context.js").Page}
 */
export function createCatalogPage(context) {
  const loader = createCatalogLoader(show);
  /** @type {LoadedCatalog | undefined} */
  let catalog;
  let query = "";
  let filter = NO_FILTER;
  /** @type {ReturnType<typeof listGroups>} */
  let groups = [];
  /** @type {readonly number[] | undefined} the indexes of the found views; undefined without a search and a filter */
  let hits;
  /** @type {number | undefined} */
  let typing;

  const count = () => hits?.length ?? catalog?.total ?? 0;
  const isSearching = () => query.trim() !== "";
  const list = createListWindow(context, {
    id: VIEWS_ID,
    count,
    bar: () => document.querySelector(".search-bar"),
    leave: () => document.getElementById("search")?.focus(),
  });

  function search() {
    const index = catalog?.index;
    const isNarrowed = isSearching() || isFiltered(filter);
    if (isNarrowed) loader.wantAll();
    hits = isNarrowed ? [] : undefined;
    if (!isNarrowed || index === undefined) return;
    const found = isSearching() ? index.search(query) : index.places();
    hits = isFiltered(filter) ? filterIndexes(filter, found, index.item) : found;
  }

  /** @param {Partial<typeof NO_FILTER>} change */
  function setFilter(change) {
    filter = { ...filter, ...change };
    list.forgetFocus();
    search();
    context.update();
  }

  /**
   * Reads all views, because the groups are counted over all of them; called when the list of groups gets
   * the focus.
   */
  function wantGroups() {
    loader.wantAll();
    readGroups();
  }

  function readGroups() {
    if (catalog === undefined || catalog.read < catalog.total) return;
    const { index } = catalog;
    groups = listGroups(index.places().flatMap((place) => index.item(place) ?? []));
    context.update();
  }

  /** Writes the query to the address, so that a link, a reload and the back button keep it. */
  function writeAddress() {
    if (typing === undefined) return;
    clearTimeout(typing);
    typing = undefined;
    history.replaceState(null, "", createCatalogHref(query));
  }

  /** @param {string} typed */
  function setQuery(typed) {
    query = typed;
    list.forgetFocus();
    search();
    clearTimeout(typing);
    typing = setTimeout(writeAddress, ADDRESS_PAUSE_MS);
    context.update();
  }

  /** @param {KeyboardEvent} event */
  function onSearchKey(event) {
    if (count() === 0) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      list.focus(0);
    }
    const item = itemAt(0);
    if (event.key !== "Enter" || !isSearching() || item === undefined) return;
    writeAddress();
    location.hash = createViewHref(item.entity);
  }

  /** @param {number} row */
  const itemAt = (row) => catalog?.index.item(hits?.[row] ?? row);

  function summary() {
    const { t, counted, format } = context.words();
    if (catalog === undefined)
      return context.state()?.components.catalog.state === "absent" ? t("catalogMissing") : t("loading");
    const views = counted(catalog.total, "View");
    const found =
      hits === undefined
        ? t("resultsAll", { views })
        : t("resultsFound", { count: format.number(hits.length), views });
    if (catalog.read >= catalog.total) return found;
    const reading = { count: format.number(catalog.read), total: format.number(catalog.total) };
    // Growing counts are not announced, because they would only disturb users of screen readers.
    return hits === undefined
      ? found
      : html`${found}<span aria-hidden="true"> · ${t("loadingSome", reading)}</span>`;
  }

  /** @param {number} row @param {number} height @param {readonly string[]} words */
  function drawRow(row, height, words) {
    const { t, counted } = context.words();
    const item = itemAt(row);
    const place = `height:${height}px;transform:translateY(${row * height}px)`;
    /** @param {string} text */
    const marked = (text) =>
      words.length === 0
        ? text
        : markMatches(text, words).map(({ text: piece, found }) =>
            found ? html`<mark>${piece}</mark>` : piece,
          );
    const by = hits === undefined ? undefined : catalog?.index.foundBy(hits[row] ?? -1, words);
    return html`
      <div class="row" role="listitem" data-row=${row} aria-setsize=${count()} aria-posinset=${row + 1} .style=${place}>
        ${
          item === undefined
            ? html`<span class="pending" tabindex="-1">…</span>`
            : html`
              <a class="entity" href=${createViewHref(item.entity)}>${marked(item.entity)}</a>
              <span class="count">${counted(item.columns.length, "Column")}</span>
              <p>${by === undefined ? nothing : html`<span class="by">${t("aliasMatch", { text: by })}</span> `}${marked(item.description)}</p>`
        }
      </div>`;
  }

  /** @param {LoadedCatalog} loaded */
  function show(loaded) {
    const isFirst = catalog?.hash !== loaded.hash;
    catalog = loaded;
    if (catalog.read >= catalog.total) readGroups();
    search();
    // Without a search or a filter, a part is drawn only if a visible row waits for a part.
    if (!isFirst && hits === undefined && !document.querySelector(`#${VIEWS_ID} .pending`)) return;
    list.drawLoaded();
  }

  function drawFilter() {
    const { t, format } = context.words();
    /** @param {Event} event */
    const value = ({ target }) => /** @type {HTMLSelectElement} */ (target).value;
    /** @param {string} name @param {string} label */
    const option = (name, label) => html`<option value=${name}>${label}</option>`;
    return html`
      <div class="narrow">
        <span><label for="group">${t("group")}</label> <select id="group" .value=${filter.group} @focus=${wantGroups} @change=${(/** @type {Event} */ event) => setFilter({ group: value(event) })}>
          ${option("", t("allViews"))}
          ${groups.map(({ name, count: size }) => option(name, `${name} (${format.number(size)})`))}
        </select></span>
        <span><label for="facet">${t("show")}</label> <select id="facet" .value=${filter.facet} @change=${(/** @type {Event} */ event) => setFilter({ facet: /** @type {keyof typeof FACET_FILTERS} */ (value(event)) })}>
          ${Object.keys(FACET_FILTERS).map((name) => option(name, t(FACET_TEXTS[/** @type {keyof typeof FACET_FILTERS} */ (name)])))}
        </select></span>
        <span><label for="order">${t("order")}</label> <select id="order" .value=${filter.order} @change=${(/** @type {Event} */ event) => setFilter({ order: /** @type {keyof typeof COMPARISONS_BY_ORDER} */ (value(event)) })}>
          ${Object.keys(COMPARISONS_BY_ORDER).map((name) => option(name, t(/** @type {import("./texts.js").TextKey} */ (ORDER_TEXTS[name]))))}
        </select></span>
      </div>`;
  }

  /** @param {import("./live.js").LiveState | undefined} state */
  function wantActive(state) {
    const active = state?.components.catalog;
    if (active?.state === "active") loader.want(active.hash);
  }

  /** The link of a view, when its row is rendered. @param {string} entity */
  function linkOfView(entity) {
    const link = document.querySelector(`#${VIEWS_ID} a[href="${CSS.escape(createViewHref(entity))}"]`);
    return link instanceof HTMLElement ? link : undefined;
  }

  return {
    title: () => context.words().t("catalog"),

    enter(route) {
      loader.open();
      wantActive(context.state());
      query = route.kind === "catalog" ? route.query : "";
      list.forgetFocus();
      search();
    },

    stateChanged: wantActive,

    linkTo: (route) => (route.kind === "view" ? linkOfView(route.entity) : undefined),

    draw() {
      const { t } = context.words();
      const { height, shown, rows } = list.measure();
      if (hits === undefined) loader.lookAt(shown);
      const words = isSearching() ? queryWords(query) : [];
      return html`
        <h1 tabindex="-1" class="unseen">${t("catalog")}</h1>
        <div class="search-bar">
          <label for="search" class="unseen">${t("search")}</label>
          <input id="search" type="search" autocomplete="off" spellcheck="false" placeholder=${t("searchHint")} title=${t("noResultsHint")}
            aria-controls=${VIEWS_ID} aria-keyshortcuts="/" .value=${query}
            @input=${(/** @type {InputEvent} */ event) => setQuery(/** @type {HTMLInputElement} */ (event.target).value)}
            @blur=${writeAddress}
            @keydown=${onSearchKey}>
          <kbd aria-hidden="true">/</kbd>
          <p role="status" class="summary">${summary()}</p>
        </div>
        ${drawFilter()}
        <div id=${VIEWS_ID} class="views" role="list" aria-label=${t("views")} .style=${`height:${count() * height}px`}
          @keydown=${list.onKeydown} @focusin=${list.onFocusin} @focusout=${list.forgetFocus}>
          ${repeat(
            rows,
            (row) => itemAt(row)?.entity ?? row,
            (row) => drawRow(row, height, words),
          )}
        </div>
        ${
          hits?.length === 0 && catalog !== undefined && catalog.read >= catalog.total
            ? html`<div class="empty">${isSearching() ? html`<p>${t("noResults")}</p><p>${t("noResultsHint")}</p>` : html`<p>${t("noMatch")}</p>`}</div>`
            : nothing
        }`;
    },
  };
}

const FACET_TEXTS = /** @type {const} */ ({
  all: "showAll",
  noDescription: "withoutDescription",
  noWords: "withoutWords",
  noIdentifiers: "withoutIdentifiers",
});

/** @type {Readonly<Record<string, import("./texts.js").TextKey>>} */
const ORDER_TEXTS = {
  relevance: "byName",
  mostColumns: "mostColumns",
  fewestColumns: "fewestColumns",
};
