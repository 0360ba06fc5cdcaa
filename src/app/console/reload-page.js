import { drawTokenNotice } from "./admin-token.js";
import { callReload, createLatestAnswerFilter } from "./api.js";
import { createDiagnosticList } from "./diagnostic-list.js";
import { shortenHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { countFindings, describeRefusal, drawFailureNotice } from "./parts.js";
import { drawCatalogChanges } from "./view-changes.js";

/**
 * @typedef {import("./api.js").Outcome} Outcome
 *
 * @typedef {object} Reloaded
 * @property {string} hash
 * @property {string | null} previousHash
 * @property {import("./view-changes.js").CatalogChanges} changes
 * @property {readonly import("./view-changes.js").ViewChanges[]} [details] absent from an older replica
 * @property {number} items
 * @property {boolean} published
 * @property {{ readonly at: string, readonly replica: string }} [replaced]
 * @property {true} [cacheDown] only in a preview, while the shared cache is away
 * @property {readonly import("./api.js").Finding[]} [warnings] absent from an older replica
 * @property {number} [warningsTotal]
 *
 * @typedef {"preview" | "reload"} Action
 */

/**
 * The reload page: when the page is opened, it shows what a reload would change. Buttons repeat this preview, or
 * reload.
 *
 * @param {import("./context.js").Context} context
 * @returns {import("./context.js").Page}
 */
export function createReloadPage(context) {
  const drawDiagnostics = createDiagnosticList(context);
  /** @type {{ readonly action: Action, readonly outcome: Outcome } | undefined} */
  let done;
  /** @type {Action | undefined} */
  let busy;
  /** Drops the outcome of a preview during which a reload or another preview starts. */
  const latestRun = createLatestAnswerFilter();
  /** @type {string | undefined} when the last shown refusal happened */
  let refusedAt;

  /** @param {Action} action */
  async function run(action) {
    if (busy === "reload" || busy === action) return;
    busy = action;
    done = undefined;
    context.update();
    const requested = action === "preview" ? context.readEarlyPreview() : undefined;
    const outcome = await latestRun(requested ?? callReload(context, action));
    // Without a token, no other run replaces this one.
    if (outcome === undefined || busy !== action) return;
    busy = undefined;
    done = { action, outcome };
    context.update();
  }

  /** Starts a preview if there is a token. The answer of one that is running may be outdated, and is dropped. */
  function previewIfAllowed() {
    if (busy === "preview") busy = undefined;
    if (context.preferences.hasToken()) void run("preview");
  }

  function drawDone() {
    const { t } = context.words();
    if (busy !== undefined) return html`<p>${t(busy === "preview" ? "previewing" : "reloading")}…</p>`;
    if (done?.outcome.kind !== "ok") return nothing;
    return drawResult(/** @type {Reloaded} */ (done.outcome.json()), done.action === "preview");
  }

  /** @param {Reloaded} result @param {boolean} isPreview */
  function drawResult(result, isPreview) {
    const words = context.words();
    const { t, counted, format } = words;
    const {
      hash,
      previousHash,
      changes,
      details = [],
      items,
      published,
      replaced,
      cacheDown,
      warnings = [],
    } = result;
    const title = t(isPreview ? "previewed" : "reloaded", { views: counted(items, "View") });
    return html`
      <div class="notice good">
        <p>${title} <code title=${hash}>${shortenHash(hash)}</code></p>
        ${hash === previousHash ? html`<p>${t("noChange")}</p>` : nothing}
        ${published || isPreview ? nothing : html`<p>${t("notPublished")}</p>`}
      </div>
      ${replaced === undefined ? nothing : html`<p class="notice warn">${t("previewReplaced", { replica: replaced.replica, time: format.time(replaced.at) })}</p>`}
      ${cacheDown ? html`<p class="notice warn">${t("previewCacheDown")}</p>` : nothing}
      ${warnings.length === 0 ? nothing : html`<section><h2>${t("reloadWarnings")}</h2>${drawDiagnostics(warnings, result.warningsTotal ?? warnings.length)}</section>`}
      ${drawCatalogChanges(words, changes, details, !isPreview)}`;
  }

  function drawFailure() {
    const words = context.words();
    const outcome = done?.outcome;
    if (busy !== undefined || outcome === undefined || outcome.kind === "ok") return nothing;
    const diagnostics = outcome.kind === "problem" ? outcome.problem.diagnostics : undefined;
    if (diagnostics === undefined || outcome.kind !== "problem") return drawFailureNotice(words, outcome);
    const total = outcome.problem.diagnosticsTotal ?? diagnostics.length;
    return html`
      <div role="alert" class="notice warn"><p>${words.t("errorInvalid", { findings: countFindings(words, diagnostics, total) })}</p></div>
      ${drawDiagnostics(diagnostics, total)}`;
  }

  /** A refusal that this page did not cause, such as that of a file an author has just saved. */
  function drawRefusal() {
    const words = context.words();
    const state = context.state();
    const refusal = state?.refusal;
    if (state === undefined || !refusal || busy !== undefined || done !== undefined) return nothing;
    return html`
      <div role="alert" class="notice warn"><p>${describeRefusal(words, { ...state, refusal })}</p></div>
      ${drawDiagnostics(refusal.findings, refusal.findingsTotal)}`;
  }

  /** Whether the page shows this refusal already: it arrives as the response and as an event. @param {import("./live.js").Refusal} refusal */
  function isShown({ reason, findings, findingsTotal }) {
    if (done?.outcome.kind !== "problem") return false;
    const { code, reason: ownReason, diagnostics = [], diagnosticsTotal = 0 } = done.outcome.problem;
    const expected = ownReason ?? (code === "catalog_invalid" ? "invalid-catalog" : "source-");
    if (!reason.startsWith(expected) || findingsTotal !== diagnosticsTotal) return false;
    return findings.every(({ file, line, column, message }, index) => {
      const own = diagnostics[index];
      return (
        own?.file.endsWith(file) && own.line === line && own.column === column && own.message === message
      );
    });
  }

  function drawActions() {
    const { t } = context.words();
    if (!context.preferences.hasToken()) return drawTokenNotice(context, t("reloadToken"));
    return html`
      <div class="actions">
        <button type="button" class="quiet" aria-busy=${busy === "preview"} @click=${() => run("preview")}>${t("previewButton")}</button>
        <button type="button" class="primary" aria-busy=${busy === "reload"} @click=${() => run("reload")}>${t("reloadButton")}</button>
      </div>`;
  }

  return {
    title: () => context.words().t("reload"),
    enter() {
      done = undefined;
      refusedAt = context.state()?.refusal?.at;
      previewIfAllowed();
    },
    tokenChanged: previewIfAllowed,

    /**
     * A preview or a failure may have texts in the old language: a new preview replaces it. A successful reload stays.
     */
    languageChanged() {
      if (busy === "preview" || done?.action === "preview" || done?.outcome.kind === "problem")
        previewIfAllowed();
    },

    /** A later refusal replaces the result, unless the result is that refusal. */
    stateChanged({ refusal }) {
      if (refusal?.at === refusedAt) return;
      refusedAt = refusal?.at;
      if (refusal !== null && isShown(refusal)) return;
      if (busy === undefined && (refusal !== null || done?.outcome.kind === "problem")) done = undefined;
    },

    draw() {
      const { t } = context.words();
      return html`
        <h1 tabindex="-1">${t("reload")}</h1>
        <p class="lead">${t("reloadLead")}</p>
        ${drawActions()}
        <div role="status" class="result">${drawDone()}</div>
        ${drawFailure()} ${drawRefusal()}`;
    },
  };
}
