import { html, nothing, svg } from "./lib/lit-html.js";

/**
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} text what the chart shows, in words: for all users, not only for screen readers
 * @property {readonly (number | null)[]} values the oldest first; null is a gap
 * @property {number} [limit] a value that is marked by a line
 * @property {"bars" | "line"} form
 * @property {"bad" | "plain"} tone
 */

const WIDTH = 240;
const HEIGHT = 48;

/**
 * Draws a small chart of the last hour, with a description in words below it.
 *
 * @param {Chart} chart
 */
export function drawChart({ title, text, values, limit, form, tone }) {
  const known = values.filter((value) => value !== null);
  const max = Math.max(limit ?? 0, ...known);
  const y = (/** @type {number} */ value) => (max === 0 ? HEIGHT : HEIGHT - (value / max) * (HEIGHT - 2));
  return html`
    <figure class="chart">
      <figcaption><b>${title}</b> <span class="meaning">${text}</span></figcaption>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true" class=${tone}>
        <line class="base" x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT} />
        ${limit === undefined ? nothing : svg`<line class="limit" x1="0" x2=${WIDTH} y1=${y(limit)} y2=${y(limit)} />`}
        ${form === "line" ? svg`<path class="line" d=${createLinePath(values, y)} /><path class="dots" d=${createDotsPath(values, y)} />` : svg`<path class="bars" d=${createBarsPath(values, y)} />`}
      </svg>
    </figure>`;
}

/**
 * @param {readonly (number | null)[]} values
 * @param {(value: number) => number} y
 */
function createLinePath(values, y) {
  const step = stepBetweenValues(values);
  return values
    .map((value, index) => {
      if (value === null) return "";
      const command = (values[index - 1] ?? null) === null ? "M" : "L";
      return `${command}${roundToTenth(index * step)} ${roundToTenth(y(value))}`;
    })
    .join("");
}

/**
 * Marks the newest value, and each value between two gaps, which no line shows. Each mark is a line without length:
 * its round cap makes it a dot.
 *
 * @param {readonly (number | null)[]} values
 * @param {(value: number) => number} y
 */
function createDotsPath(values, y) {
  const step = stepBetweenValues(values);
  const newest = values.findLastIndex((value) => value !== null);
  return values
    .map((value, index) => {
      const isAlone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
      if (value === null || (index !== newest && !isAlone)) return "";
      return `M${roundToTenth(index * step)} ${roundToTenth(y(value))}h0`;
    })
    .join("");
}

/** @param {readonly unknown[]} values */
function stepBetweenValues(values) {
  return WIDTH / Math.max(1, values.length - 1);
}

/**
 * @param {readonly (number | null)[]} values
 * @param {(value: number) => number} y
 */
function createBarsPath(values, y) {
  const step = WIDTH / Math.max(1, values.length);
  return values
    .map((value, index) =>
      value === null || value === 0
        ? ""
        : `M${roundToTenth(index * step)} ${HEIGHT}V${roundToTenth(y(value))}h${roundToTenth(step * 0.8)}V${HEIGHT}z`,
    )
    .join("");
}

/** @param {number} value */
function roundToTenth(value) {
  return Math.round(value * 10) / 10;
}
