import { diffWordsWithSpace } from "./lib/libesm/diff/word.js";
import { html } from "./lib/lit-html.js";

/** Texts that differ in more words are shown whole: a comparison word by word would take long and show little. */
const EDITS_MAX = 400;

/**
 * A text before and after a change, side by side, with the words that differ marked.
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
