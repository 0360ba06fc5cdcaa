import { drawTokenPanel } from "./admin-token.js";
import { shortenHash } from "./format.js";
import { html, nothing, svg } from "./lib/lit-html.js";
import { describeRefusal, drawBadge, drawEnglishText } from "./parts.js";
import { LANGUAGES } from "./preferences.js";
import { drawStatusBadge } from "./self-state.js";

/**
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./live.js").Connection} Connection
 * @typedef {import("./routes.js").Route} Route
 */

const LINKS = /** @type {const} */ ([
  "overview",
  "catalog",
  "fleet",
  "history",
  "tickers",
  "database",
  "reload",
]);

const LOGO = svg`<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" class="logo"><rect x="2" y="2" width="9" height="9" rx="2"/><rect x="13" y="2" width="9" height="9" rx="2"/><rect x="2" y="13" width="9" height="9" rx="2"/><rect x="13" y="13" width="9" height="9" rx="2"/></svg>`;
const MOON = svg`<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" class="icon"><path d="M20.5 14.5A8.5 8.5 0 0 1 9.5 3.5a8.5 8.5 0 1 0 11 11Z"/></svg>`;

/**
 * The frame of every page.
 *
 * @param {Context} context
 * @param {object} shown
 * @param {Route} shown.route
 * @param {Connection} shown.connection
 * @param {unknown} shown.page
 * @param {string} shown.announcement
 */
export function drawShell(context, { route, connection, page, announcement }) {
  const words = context.words();
  const { t } = words;
  return html`
    <a class="skip" href="#main" @click=${skipToContent}>${t("skip")}</a>
    <header class="bar">
      <a class="brand" href="#/">${LOGO}<span>Mosaic</span></a>
      <nav aria-label=${t("navigation")}>
        ${LINKS.map((kind) => html`<a href=${kind === "overview" ? "#/" : `#/${kind}`} aria-current=${ariaCurrentOf(kind, route)}>${t(kind)}</a>`)}
      </nav>
      ${drawPreferences(context)}
    </header>
    ${drawState(context, connection)}
    <div class="notices">${drawNotices(context, route, connection)}</div>
    <p aria-live="polite" class="unseen">${announcement}</p>
    <main id="main" tabindex="-1">${page}</main>
    <footer><a href="docs">${t("api")}</a> <a href="metrics">${t("metrics")}</a></footer>`;
}

/** The address after `#` is the route, so the skip link must not set it to "main". @param {Event} event */
function skipToContent(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** @param {(typeof LINKS)[number]} kind @param {Route} route */
function ariaCurrentOf(kind, route) {
  if (kind === route.kind) return "page";
  return kind === "catalog" && route.kind === "view" ? "true" : nothing;
}

/** @param {Context} context */
function drawPreferences(context) {
  const { words, preferences, setLanguage, update } = context;
  const { t, language } = words();
  const isDark = preferences.isDark();
  /** @param {(typeof LANGUAGES)[number][0]} code @param {string} name @param {boolean} pressed */
  const languageButton = (code, name, pressed) => {
    return html`<button type="button" lang=${code} data-short=${code} aria-pressed=${pressed} @click=${() => setLanguage(code)}><span>${name}</span></button>`;
  };
  return html`
    <div class="preferences">
      ${drawTokenPanel(context)}
      <div role="group" aria-label=${t("language")} class="languages">
        ${LANGUAGES.map(([code, name]) => languageButton(code, name, code === language))}
      </div>
      <button type="button" class="theme" aria-label=${t("darkMode")} title=${t("darkMode")} aria-pressed=${isDark}
        @click=${() => {
          preferences.setDark(!isDark);
          update();
        }}>${MOON}</button>
    </div>`;
}

/** A summary of what is served here. @param {Context} context @param {Connection} connection */
function drawState(context, connection) {
  const words = context.words();
  const { t, counted, reason } = words;
  const state = context.state();
  if (connection === "unreachable" || state === undefined) {
    return html`<p class="state">${drawBadge("idle", `${t("connecting")}…`)}</p>`;
  }
  const { catalog, cache } = state.components;
  return html`
    <p class="state">
      ${drawStatusBadge(words, state)}
      ${catalog.state === "absent" ? nothing : html`<span>${counted(catalog.views, "View")}</span><code title=${catalog.hash}>${shortenHash(catalog.hash)}</code>`}
      <span class="wide">${t("cache")}: ${cache.state === "up" ? t("cacheUp", { backend: cache.backend }) : t("cacheDown", { backend: cache.backend, reason: reason(cache.reason ?? "") })}</span>
      ${connection === "live" ? html`<span class="live">${t("live")}</span>` : nothing}
    </p>`;
}

/**
 * Current problems, shown on every page; a refusal has its own place on the reload page.
 *
 * @param {Context} context
 * @param {Route} route
 * @param {Connection} connection
 */
function drawNotices(context, route, connection) {
  const words = context.words();
  const { t } = words;
  const state = context.state();
  if (connection === "unreachable") return html`<p role="alert" class="notice bad">${t("unreachable")}</p>`;
  const refusal = route.kind === "reload" ? null : (state?.refusal ?? null);
  return html`
    ${connection === "polling" ? html`<p aria-live="polite" class="notice warn">${t("polling")}</p>` : nothing}
    ${state?.status === "not_ready" ? html`<div role="alert" class="notice bad"><p>${t("notReady")}: ${drawEnglishText(state.reasons.join("; "))}</p></div>` : nothing}
    ${
      state === undefined || refusal === null
        ? nothing
        : html`<p role="alert" class="notice warn">${describeRefusal(words, { ...state, refusal })} <a href="#/reload">${t("refusedMore")}</a></p>`
    }`;
}
