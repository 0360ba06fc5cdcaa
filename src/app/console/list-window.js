/**
 * @typedef {object} ListPosition
 * @property {number} count how many rows the list has
 * @property {number} rowHeight in pixels
 * @property {number} top how far the top of the screen is below the top of the list, in pixels; negative above it
 * @property {number} height of the screen, in pixels
 */

/** Rows beyond either edge of the screen, so that Tab and fast scrolling find them there. */
const SPARE_ROWS = 6;

/**
 * The rows of a long list to render: those on the screen and a few around them.
 *
 * @param {ListPosition} place
 * @returns {{ readonly first: number, readonly end: number }} from `first` up to, without, `end`
 */
export function listWindow({ count, rowHeight, top, height }) {
  const onScreen = Math.floor(top / rowHeight);
  const first = clamp(onScreen - SPARE_ROWS, count);
  const end = clamp(Math.ceil((top + height) / rowHeight) + SPARE_ROWS, count);
  return { first, end: Math.max(first, end) };
}

/**
 * The rows to draw: those of the window, and the focused one wherever it is, since removing its row would remove the
 * focus.
 *
 * @param {{ readonly first: number, readonly end: number }} window
 * @param {number | undefined} focused
 * @returns {readonly number[]} ascending
 */
export function rowsOf({ first, end }, focused) {
  const rows = Array.from({ length: end - first }, (_, index) => first + index);
  if (focused === undefined || (focused >= first && focused < end)) return rows;
  return focused < first ? [focused, ...rows] : [...rows, focused];
}

/**
 * The row that a key moves the focus to.
 *
 * @param {string} key as a keyboard event names it
 * @param {{ readonly from: number, readonly count: number, readonly page: number }} list
 * @returns {number | undefined} undefined for other keys; -1 above the first row
 */
export function rowAfterKey(key, { from, count, page }) {
  switch (key) {
    case "ArrowDown":
      return clamp(from + 1, count - 1);
    case "ArrowUp":
      return from - 1;
    case "PageDown":
      return clamp(from + page, count - 1);
    case "PageUp":
      return clamp(from - page, count - 1);
    case "Home":
      return 0;
    case "End":
      return Math.max(0, count - 1);
    default:
      return undefined;
  }
}

/**
 * @param {number} index
 * @param {number} max
 */
function clamp(index, max) {
  return Math.max(0, Math.min(index, max));
}
