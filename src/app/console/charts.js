import { html, nothing, svg } from "./lib/lit-html.js";
import { readCurrentTickers } from "./self-state.js";

/**
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} text what the chart shows, in words: for all users, not only for screen readers
 * @property {readonly (number | null)[]} values the oldest first; null is a gap
 * @property {number} [limit] a value that is marked by a line
 * @property {"bars" | "line"} form
 * @property {"bad" | "plain"} tone
 *
 * @typedef {object} Activity the last hour in slots of equal length, the oldest first
 * @property {number} slotSeconds
 * @property {readonly number[]} requests
 * @property {readonly number[]} errors
 * @property {readonly (number | null)[]} p99Ms
 * @property {readonly number[]} cacheDownSeconds
 * @property {readonly (number | null)[]} tickersAgeSeconds
 * @property {number} tickersTtlSeconds
 */

const WIDTH = 240;
const HEIGHT = 48;

/**
 * Draws the charts of the last hour.
 *
 * @param {import("./context.js").Context} context
 * @param {Activity} activity
 */
export function drawActivity(context, activity) {
  const { t, format } = context.words();
  const { slotSeconds, requests, errors, p99Ms, cacheDownSeconds, tickersAgeSeconds, tickersTtlSeconds } =
    activity;
  const rates = requests.map((count) => count / slotSeconds);
  const decimal = (/** @type {number} */ value) => format.number(Number(value.toPrecision(2)));
  const failed = errors.reduce((sum, count) => sum + count, 0);
  const downSeconds = cacheDownSeconds.reduce((sum, seconds) => sum + seconds, 0);
  const slowest = Math.max(0, ...p99Ms.filter((value) => value !== null));
  // The list may be newer than the last slot of `activity`.
  const ageSeconds = readCurrentTickers(context)?.ageSeconds;
  return html`
    <section aria-labelledby="last-hour">
      <h2 id="last-hour">${t("lastHour")}</h2>
      <div class="charts">
        ${drawChart({ title: t("requestRate"), values: rates, form: "line", tone: "plain", text: t("rateText", { now: decimal(rates.at(-1) ?? 0), max: decimal(Math.max(0, ...rates)) }) })}
        ${drawChart({ title: t("failures"), values: errors, form: "bars", tone: "bad", text: failed === 0 ? t("failuresNone") : t("failuresText", { count: format.number(failed) }) })}
        ${drawChart({ title: t("slowest"), values: p99Ms, form: "line", tone: "plain", text: slowest === 0 ? t("noRequests") : t("slowestText", { ms: decimal(slowest) }) })}
        ${drawChart({ title: t("cacheDowntime"), values: cacheDownSeconds, limit: slotSeconds, form: "bars", tone: "bad", text: downSeconds === 0 ? t("cacheNeverDown") : t("cacheDownFor", { age: format.age(downSeconds) }) })}
        ${drawChart({ title: t("tickersAge"), values: tickersAgeSeconds, limit: tickersTtlSeconds, form: "line", tone: "plain", text: ageSeconds === undefined ? t("tickersAbsent") : t("tickersAgeText", { age: format.age(ageSeconds), ttl: format.age(tickersTtlSeconds) }) })}
      </div>
    </section>`;
}

/**
 * Draws a small chart of the last hour, with a description in words below it.
 *
 * @param {Chart} chart
 */
function drawChart({ title, text, values, limit, form, tone }) {
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
