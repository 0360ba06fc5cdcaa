import { diffWordsWithSpace } from "./lib/libesm/diff/word.js";
import { html } from "./lib/lit-html.js";

/**
 * Maximum number of edits: each removed and each added word is one. Texts with more are shown without marks,
 * because a comparison would take long and help little.
 */
const EDITS_MAX = 400;

/**
 * Shows a text before and after a change, side by side, and marks the words that differ.
 *
 * @param {string | undefined} before
 * @param {string | undefined} after
 */
export function drawChange(before, after) {
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
