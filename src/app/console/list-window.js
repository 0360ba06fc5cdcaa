/**
 * @typedef {object} ListPosition
 * @property {number} count how many rows the list has
 * @property {number} rowHeight in pixels
 * @property {number} top pixels from the top of the list down to the top of the screen; negative if the list begins lower
 * @property {number} height of the screen, in pixels
 */

/** Number of rows that are rendered beyond each edge of the screen, for Tab and fast scrolling. */
const SPARE_ROWS = 6;

/**
 * Computes the range of rows of a long list to render: those on the screen and a few around them.
 *
 * @param {ListPosition} place
 * @returns {{ readonly first: number, readonly end: number }} `end` is the first row that is not rendered
 */
export function findVisibleRows({ count, rowHeight, top, height }) {
  const onScreen = Math.floor(top / rowHeight);
  const first = clamp(onScreen - SPARE_ROWS, count);
  const end = clamp(Math.ceil((top + height) / rowHeight) + SPARE_ROWS, count);
  return { first, end: Math.max(first, end) };
}

/**
 * Computes the rows to draw: those of the range, and the focused row wherever it is, because the focus would be lost
 * with its row.
 *
 * @param {{ readonly first: number, readonly end: number }} window
 * @param {number | undefined} focused
 * @returns {readonly number[]} ascending
 */
export function listRows({ first, end }, focused) {
  const rows = Array.from({ length: end - first }, (_, index) => first + index);
  if (focused === undefined || (focused >= first && focused < end)) return rows;
  return focused < first ? [focused, ...rows] : [...rows, focused];
}

/**
 * Computes the row to which a key moves the focus.
 *
 * @param {string} key as a keyboard event names it
 * @param {{ readonly from: number, readonly count: number, readonly page: number }} list
 * @returns {number | undefined} undefined if the key does not move the focus; -1 if it moves up from the first row
 */
export function findRowAfterKey(key, { from, count, page }) {
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
