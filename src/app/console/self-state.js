import { html, nothing } from "./lib/lit-html.js";
import { drawBadge, drawEnglishText, drawFacts } from "./parts.js";

/**
 * @typedef {import("./texts.js").PageTexts} PageTexts
 * @typedef {import("./live.js").LiveState} LiveState
 */

/**
 * @param {PageTexts} words
 * @param {LiveState} state
 */
export function drawStatusBadge({ t }, { status, warnings = [], checks }) {
  if (status === "not_ready") return drawBadge("bad", t("notReady"));
  const isDegraded = status === "degraded";
  const text = t(isDegraded ? "degraded" : "ready");
  const hasConcern = Object.values(checks ?? {}).some((check) => check.status !== "pass");
  if (warnings.length === 0) return drawBadge(isDegraded || hasConcern ? "warn" : "good", text);
  const problems = warnings.map((warning) => t(WARNINGS[warning])).join(", ");
  return drawBadge("warn", t("readyBut", { ready: text, problems }));
}

const WARNINGS = /** @type {const} */ ({
  database_down: "databaseDown",
  disk_differs: "diskDiffers",
  disk_refused: "diskRefused",
  fleet_diverges: "fleetDiverges",
  fleet_foreign: "fleetForeign",
});

/**
 * The public state of this replica.
 *
 * @param {PageTexts} words
 * @param {LiveState | undefined} state
 */
export function drawSelf(words, state) {
  const { t, counted, format, reason: reasonText } = words;
  if (state === undefined) return html`<p class="loading">${t("connecting")}…</p>`;
  const { catalog, cache, tickers } = state.components;
  const source =
    catalog.state === "active" && t(catalog.source === "disk" ? "sharedFromDisk" : "sharedFromCache");
  const isUp = cache.state === "up";
  const { backend, reason = "" } = cache;
  return html`
    <section aria-labelledby="self" class="panel">
      <h2 id="self">${t("selfTitle")} ${drawStatusBadge(words, state)}</h2>
      ${state.reasons.length === 0 ? nothing : html`<ul class="reasons" role="list">${state.reasons.map((text) => html`<li>${drawEnglishText(text)}</li>`)}</ul>`}
      ${drawFacts([
        [
          t("catalog"),
          catalog.state === "absent"
            ? t("catalogMissing")
            : html`${counted(catalog.views, "View")} ${source}, ${t("activeSince", { time: format.time(state.checks?.catalog.since ?? catalog.activatedAt) })}`,
        ],
        [t("hash"), catalog.state === "absent" ? undefined : html`<code class="hash">${catalog.hash}</code>`],
        [
          t("cache"),
          drawBadge(
            isUp ? "good" : "warn",
            isUp ? t("cacheUp", { backend }) : t("cacheDown", { backend, reason: reasonText(reason) }),
          ),
        ],
        [t("tickers"), tickers.state === "absent" ? t("tickersAbsent") : describeTickers(words, tickers)],
      ])}
    </section>`;
}

const TICKER_STATES = /** @type {const} */ ({
  expired: "tickersExpired",
  fresh: "tickersFresh",
  stale: "tickersStale",
});

/**
 * The tickers with their present age: the age that the service sent, plus the time since then. Undefined without a list
 * of tickers.
 *
 * @param {import("./context.js").Context} context
 */
export function readCurrentTickers(context) {
  const tickers = context.state()?.components.tickers;
  if (tickers === undefined || tickers.state === "absent") return undefined;
  const elapsedMs = Math.max(0, Date.now() - context.receivedAtMs());
  return { ...tickers, ageSeconds: tickers.ageSeconds + elapsedMs / 1000 };
}

/**
 * @param {PageTexts} words
 * @param {Exclude<LiveState["components"]["tickers"], { state: "absent" }>} tickers
 */
export function describeTickers({ t, counted, format }, { count, source, state, ageSeconds }) {
  const from = t(source === "cache" ? "sharedFromCache" : "sharedFromDatabase");
  const kind = state === "fresh" ? "good" : state === "stale" ? "warn" : "idle";
  return html`${counted(count, "Ticker")} ${from}, ${t("loaded", { age: format.age(ageSeconds) })} ${drawBadge(kind, t(TICKER_STATES[state]))}`;
}
