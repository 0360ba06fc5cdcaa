import { diffWordsWithSpace } from "./lib/libesm/diff/word.js";
import { html, nothing } from "./lib/lit-html.js";
import { createViewHref } from "./routes.js";

/**
 * @typedef {object} CatalogChanges
 * @property {readonly string[]} added
 * @property {readonly string[]} changed
 * @property {readonly string[]} removed
 *
 * @typedef {object} ViewChanges
 * @property {string} entity
 * @property {number} total
 * @property {readonly { readonly kind: "added" | "changed" | "removed", readonly pointer: string, readonly before?: string,
 *   readonly after?: string }[]} changes
 */

/** Maximum number of listed views for each kind of change; the others are counted. */
const NAMES_MAX = 200;
/** With more views than this, the changes are collapsed at first. */
const OPEN_MAX = 10;
/**
 * Maximum number of edits: each removed and each added word is one. Texts with more are shown without marks,
 * because a comparison would take long and help little.
 */
const EDITS_MAX = 400;

/**
 * Lists the views that differ between two catalogs, and where they differ.
 *
 * @param {import("./texts.js").PageTexts} words
 * @param {CatalogChanges} changes
 * @param {readonly ViewChanges[]} details
 * @param {boolean} areServed whether the added views can be opened already
 */
export function drawCatalogChanges(words, changes, details, areServed) {
  const { t } = words;
  const areOpen = details.length <= OPEN_MAX;
  return html`
    ${drawNames(words, t("added"), changes.added, areServed)} ${drawNames(words, t("changed"), changes.changed, true)}
    ${details.map((view) => drawView(words, view, areOpen))}
    ${drawNames(words, t("removed"), changes.removed, !areServed)}`;
}

/**
 * @param {import("./texts.js").PageTexts} words
 * @param {string} title
 * @param {readonly string[]} entities
 * @param {boolean} exist
 */
function drawNames({ format }, title, entities, exist) {
  if (entities.length === 0) return nothing;
  const named = entities.slice(0, NAMES_MAX);
  return html`
    <section>
      <h2>${title} <span class="count">${format.number(entities.length)}</span></h2>
      <ul class="entities" role="list">
        ${named.map((entity) => html`<li>${exist ? html`<a href=${createViewHref(entity)}>${entity}</a>` : html`<del>${entity}</del>`}</li>`)}
        ${entities.length > named.length ? html`<li>…</li>` : nothing}
      </ul>
    </section>`;
}

/**
 * @param {import("./texts.js").PageTexts} words
 * @param {ViewChanges} view
 * @param {boolean} isOpen
 */
function drawView({ t, format }, { entity, changes, total }, isOpen) {
  const left = total - changes.length;
  return html`
    <details class="differences" ?open=${isOpen}>
      <summary><code>${entity}</code> <span class="count">${format.number(total)}</span></summary>
      <ul role="list">
        ${changes.map(
          ({ kind, pointer, before, after }) => html`
            <li><p><b>${t(kind)}</b> <code>${pointer}</code></p><div class="sides">${drawChange(before, after)}</div></li>`,
        )}
        ${left > 0 ? html`<li>${t("moreChanges", { count: format.number(left) })}</li>` : nothing}
      </ul>
    </details>`;
}

/**
 * Shows a text before and after a change, side by side, and marks the words that differ.
 *
 * @param {string | undefined} before
 * @param {string | undefined} after
 */
function drawChange(before, after) {
  if (before === undefined) return html`<ins class="side">${after}</ins>`;
  if (after === undefined) return html`<del class="side">${before}</del>`;
  const pieces = diffWordsWithSpace(before, after, { maxEditLength: EDITS_MAX });
  if (pieces === undefined) return html`<del class="side">${before}</del><ins class="side">${after}</ins>`;
  const left = pieces.filter(({ added }) => !added);
  const right = pieces.filter(({ removed }) => !removed);
  return html`
    <del class="side">${left.map(({ removed, value }) => (removed ? html`<mark>${value}</mark>` : value))}</del>
    <ins class="side">${right.map(({ added, value }) => (added ? html`<mark>${value}</mark>` : value))}</ins>`;
}
