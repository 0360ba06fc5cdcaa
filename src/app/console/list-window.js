/** The height of a row in units of the text size. */
const ROW_REM = 5;

/**
 * @typedef {object} LongList
 * @property {string} id of the list's element; its rows carry their number as `data-row`
 * @property {() => number} count how many rows the list has
 * @property {() => Element | null} bar what covers the top of the screen
 * @property {() => void} leave moves the focus to what is above the list
 */

/**
 * The rows of a long list that are rendered, and the one that has the focus: the arrow keys, Page Up, Page Down, Home
 * and End move it.
 *
 * @param {Pick<import("./context.js").Context, "update" | "flush">} context
 * @param {LongList} list
 */
export function createListWindow(context, { id, count, bar, leave }) {
  /** @type {number | undefined} */
  let focused;

  const list = () => document.getElementById(id);
  const rowHeight = () => ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

  /** @param {number} row */
  function focusLink(row) {
    /** @type {HTMLElement | null | undefined} */
    const link = list()?.querySelector(`[data-row="${row}"] :is(a, .pending)`);
    link?.focus({ preventScroll: true });
  }

  /** @param {number} row */
  function focus(row) {
    if (row < 0) return leave();
    focused = row;
    const height = rowHeight();
    const top = (list()?.getBoundingClientRect().top ?? 0) + row * height;
    const barEnd = bar()?.getBoundingClientRect().bottom ?? 0;
    if (top < barEnd) scrollBy(0, top - barEnd - height / 2);
    else if (top + height > innerHeight) scrollBy(0, top + height * 1.5 - innerHeight);
    context.flush();
    focusLink(row);
  }

  /** @param {KeyboardEvent} event */
  function onKeydown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || focused === undefined) return;
    const page = Math.max(1, Math.floor(innerHeight / rowHeight()) - 2);
    const row = findRowAfterKey(event.key, { from: focused, count: count(), page });
    if (row === undefined) return;
    event.preventDefault();
    focus(row);
  }

  /** @param {FocusEvent} event */
  function onFocusin({ target }) {
    const row = /** @type {HTMLElement} */ (target).closest("[data-row]")?.getAttribute("data-row");
    focused = row == null ? undefined : Number(row);
  }

  function forgetFocus() {
    focused = undefined;
  }

  /** The rows to draw now: `shown` is the range around the screen, `rows` has the focused row too. */
  function measure() {
    const height = rowHeight();
    const top = -(list()?.getBoundingClientRect().top ?? 0);
    const shown = findVisibleRows({ count: count(), rowHeight: height, top, height: innerHeight });
    const kept = focused !== undefined && focused < count() ? focused : undefined;
    return { height, shown, rows: listRows(shown, kept) };
  }

  /** Draws rows whose content has been loaded. If a row without content had the focus, its new link gets the focus. */
  function drawLoaded() {
    const held = document.activeElement?.matches(".pending") ? focused : undefined;
    if (held === undefined) return context.update();
    context.flush();
    focusLink(held);
  }

  return { focus, forgetFocus, measure, drawLoaded, onKeydown, onFocusin };
}

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
