import { shortHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { countFindings, failureText, findingList, refusalText } from "./parts.js";
import { viewHref } from "./routes.js";
import { callAsAdmin, tokenForm } from "./token-field.js";

/**
 * @typedef {import("./api.js").Outcome} Outcome
 *
 * @typedef {object} Reloaded
 * @property {string} hash
 * @property {string | null} previousHash
 * @property {{ readonly added: readonly string[], readonly changed: readonly string[], readonly removed: readonly string[] }} changes
 * @property {readonly ViewChanges[]} [details] absent from an older replica
 * @property {number} items
 * @property {boolean} published
 * @property {Parameters<typeof findingList>[1]} [warnings] absent from an older replica
 * @property {number} [warningsTotal]
 *
 * @typedef {object} ViewChanges
 * @property {string} entity
 * @property {number} total
 * @property {readonly { readonly kind: "added" | "changed" | "removed", readonly pointer: string, readonly before?: string,
 *   readonly after?: string }[]} changes
 */

/** The most views of each kind of change that are listed; the rest is counted. */
const NAMES_MAX = 200;

/**
 * Makes the fleet read its catalog again, and shows the result.
 *
 * @param {import("./context.js").Context} context
 */
export function createReloadPage(context) {
  /** @type {Outcome | undefined} */
  let outcome;
  let busy = false;
  /** @type {string | undefined} when the last shown refusal happened */
  let refusedAt;
  /** The refusal of a reload from this page arrives twice: as its response, and as an event. */
  let isOwnDue = false;

  async function reload() {
    busy = true;
    isOwnDue = true;
    outcome = undefined;
    context.update();
    outcome = await callAsAdmin(context, "admin/views/reload", "POST");
    busy = false;
    if (outcome.kind !== "problem" || outcome.problem.code?.startsWith("catalog_") !== true) isOwnDue = false;
    context.update();
  }

  function drawDone() {
    const { t, counted } = context.words();
    if (busy) return html`<p>${t("reloading")}…</p>`;
    if (outcome?.kind !== "ok") return nothing;
    const reloaded = /** @type {Reloaded} */ (outcome.json());
    const {
      hash,
      previousHash,
      changes,
      details = [],
      items,
      published,
      warnings = [],
      warningsTotal = warnings.length,
    } = reloaded;
    const words = context.words();
    return html`
      <div class="notice good">
        <p>${t("reloaded", { views: counted(items, "View") })} <code title=${hash}>${shortHash(hash)}</code></p>
        ${hash === previousHash ? html`<p>${t("noChange")}</p>` : nothing}
        ${published ? nothing : html`<p>${t("notPublished")}</p>`}
      </div>
      ${warnings.length === 0 ? nothing : html`<section><h2>${t("reloadWarnings")}</h2>${findingList(words, warnings, warningsTotal)}</section>`}
      ${drawChanges(t("added"), changes.added, true)} ${drawChanges(t("changed"), changes.changed, true)} ${details.map(drawDetails)}
      ${drawChanges(t("removed"), changes.removed, false)}`;
  }

  /** @param {string} title @param {readonly string[]} entities @param {boolean} exist */
  function drawChanges(title, entities, exist) {
    const { format } = context.words();
    if (entities.length === 0) return nothing;
    const named = entities.slice(0, NAMES_MAX);
    return html`
      <section>
      <h2>${title} <span class="count">${format.number(entities.length)}</span></h2>
      <ul class="entities" role="list">
        ${named.map((entity) => html`<li>${exist ? html`<a href=${viewHref(entity)}>${entity}</a>` : html`<del>${entity}</del>`}</li>`)}
        ${entities.length > named.length ? html`<li>…</li>` : nothing}
      </ul>
      </section>`;
  }

  /** @param {ViewChanges} view */
  function drawDetails({ entity, changes, total }) {
    const { t, format } = context.words();
    const left = total - changes.length;
    return html`
      <details class="differences">
        <summary><code>${entity}</code> <span class="count">${format.number(total)}</span></summary>
        <ul role="list">
          ${changes.map(
            ({ kind, pointer, before, after }) => html`
              <li><b>${t(kind)}</b> <code>${pointer}</code>
                ${before === undefined ? nothing : html`<del>${before}</del>`}
                ${after === undefined ? nothing : html`<ins>${after}</ins>`}
              </li>`,
          )}
          ${left > 0 ? html`<li>${t("moreChanges", { count: format.number(left) })}</li>` : nothing}
        </ul>
      </details>`;
  }

  function drawFailure() {
    const words = context.words();
    if (busy || outcome === undefined || outcome.kind === "ok") return nothing;
    const diagnostics = outcome.kind === "problem" ? outcome.problem.diagnostics : undefined;
    if (diagnostics === undefined || outcome.kind !== "problem") {
      return html`<div role="alert" class="notice bad"><p>${failureText(words, outcome)}</p></div>`;
    }
    const total = outcome.problem.diagnosticsTotal ?? diagnostics.length;
    return html`
      <div role="alert" class="notice bad"><p>${words.t("errorInvalid", { findings: countFindings(words, diagnostics, total) })}</p></div>
      ${findingList(words, diagnostics, total)}`;
  }

  /** A refusal that this page did not cause, such as that of a file an author has just saved. */
  function drawRefusal() {
    const words = context.words();
    const state = context.state();
    const refusal = state?.refusal;
    if (state === undefined || !refusal || busy || outcome !== undefined) return nothing;
    return html`
      <div role="alert" class="notice bad"><p>${refusalText(words, { ...state, refusal })}</p></div>
      ${findingList(words, refusal.findings, refusal.findingsTotal)}`;
  }

  return {
    title: () => context.words().t("reload"),
    enter() {
      outcome = undefined;
      isOwnDue = false;
      refusedAt = context.state()?.refusal?.at;
    },

    /**
     * A later save is news, the reload from this page is not. @param {import("./live.js").LiveState} state
     */
    stateChanged({ refusal }) {
      if (refusal?.at === refusedAt) return;
      refusedAt = refusal?.at;
      if (refusal !== null && isOwnDue) isOwnDue = false;
      else if (!busy && (refusal !== null || outcome?.kind === "problem")) outcome = undefined;
    },

    draw() {
      const { t } = context.words();
      return html`
        <h1 tabindex="-1">${t("reload")}</h1>
        <p class="lead">${t("reloadLead")}</p>
        ${tokenForm(context, { button: t("reloadButton"), busy, submit: reload })}
        <div role="status" class="result">${drawDone()}</div>
        ${drawFailure()} ${drawRefusal()}`;
    },
  };
}
