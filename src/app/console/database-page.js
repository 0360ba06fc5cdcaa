import { drawTokenNotice } from "./admin-token.js";
import { callAsAdmin, createSingleFlight } from "./api.js";
import { html, nothing } from "./lib/lit-html.js";
import { drawBadge, drawCodeLabels, drawEnglishText, drawFailureNotice } from "./parts.js";
import { createViewHref } from "./routes.js";

/**
 * @typedef {object} ColumnDiff
 * @property {string} entity
 * @property {"absent" | "different" | "same" | "unreadable"} state
 * @property {readonly string[]} missingInDatabase
 * @property {readonly string[]} missingInCatalog
 * @property {string} [detail]
 *
 * @typedef {{ readonly status: "different" | "same", readonly views: readonly ColumnDiff[] }} DatabaseDiff
 */

const VIEW_STATES = /** @type {const} */ ({
  different: ["bad", "columnsDiffer"],
  absent: ["warn", "viewAbsent"],
  unreadable: ["warn", "viewUnreadable"],
  same: ["good", "columnsSame"],
});

/**
 * The database page: compares the columns of each view with those of the database.
 *
 * @param {import("./context.js").Context} context
 * @returns {import("./context.js").Page}
 */
export function createDatabasePage(context) {
  /** @type {DatabaseDiff | undefined} */
  let diff;
  /** When the shown comparison was answered. */
  let comparedAt = "";
  /** @type {import("./api.js").Failure | undefined} */
  let failure;

  const { request: load, isBusy } = createSingleFlight(async () => {
    if (!context.preferences.hasToken()) return;
    context.update();
    const outcome = await callAsAdmin(context, "admin/views/diff", "GET");
    failure = outcome.kind === "ok" ? undefined : outcome;
    if (outcome.kind === "ok") {
      diff = /** @type {DatabaseDiff} */ (outcome.json());
      comparedAt = new Date().toISOString();
    }
    context.update();
  });

  function summary() {
    const { t, counted } = context.words();
    if (diff === undefined) return nothing;
    const wrong = diff.views.filter(({ state }) => state === "different").length;
    const absent = diff.views.filter(({ state }) => state === "absent").length;
    if (wrong > 0) return drawBadge("bad", t("databaseDiffers", { views: counted(wrong, "View") }));
    if (absent > 0) return drawBadge("warn", t("databaseLacks", { views: counted(absent, "View") }));
    return drawBadge("good", t("databaseAgrees"));
  }

  /** @param {ColumnDiff} view */
  function drawView({ entity, state, missingInDatabase, missingInCatalog, detail }) {
    const { t } = context.words();
    const [kind, text] = VIEW_STATES[state];
    return html`
      <li class="compared ${kind}">
        <p><a class="mono" href=${createViewHref(entity)}>${entity}</a> ${drawBadge(kind, t(text))}</p>
        ${detail === undefined ? nothing : html`<p class="hint">${drawEnglishText(detail)}</p>`}
        ${missingInDatabase.length === 0 ? nothing : html`<div><span class="hint">${t("onlyCatalog")}</span>${drawCodeLabels(missingInDatabase)}</div>`}
        ${missingInCatalog.length === 0 ? nothing : html`<div><span class="hint">${t("onlyDatabase")}</span>${drawCodeLabels(missingInCatalog)}</div>`}
      </li>`;
  }

  function drawDiff() {
    if (diff === undefined) return nothing;
    const { t, format } = context.words();
    const order = Object.keys(VIEW_STATES);
    const views = diff.views.toSorted(
      (left, right) => order.indexOf(left.state) - order.indexOf(right.state),
    );
    return html`
      <p class="hint"><time datetime=${comparedAt}>${t("comparedAt", { time: format.time(comparedAt) })}</time></p>
      <ul class="comparison" role="list" aria-label=${t("views")}>${views.map(drawView)}</ul>`;
  }

  return {
    title: () => context.words().t("database"),
    enter: () => void load(),
    tokenChanged: () => void load(),
    draw() {
      const words = context.words();
      const { t } = words;
      const hasToken = context.preferences.hasToken();
      return html`
        <div class="title">
          <h1 tabindex="-1">${t("database")}</h1>
          <p role="status" class="summary">${hasToken ? summary() : nothing}</p>
        </div>
        <p class="lead">${t("databaseLead")}</p>
        ${drawFailureNotice(words, failure)}
        ${hasToken ? html`<button type="button" class="quiet" aria-busy=${isBusy()} @click=${load}>${t("compareAgain")}</button>` : drawTokenNotice(context, t("databaseToken"))}
        ${hasToken ? drawDiff() : nothing}`;
    },
  };
}
