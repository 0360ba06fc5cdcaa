import { createLatestAnswerFilter, encodePathSegment, sendRequest } from "./api.js";
import { html, nothing } from "./lib/lit-html.js";
import { describeFailure, drawCodeLabels, findSuggestedNames } from "./parts.js";
import { describeTickers, readCurrentTickers } from "./self-state.js";

/**
 * @typedef {import("./api.js").Outcome} Outcome
 * @typedef {{ readonly tickers: readonly string[], readonly basis: "list" | "shape", readonly stale: boolean }} Extraction
 */

/**
 * The list of tickers, and the tickers that typed text contains.
 *
 * @param {import("./context.js").Context} context
 * @returns {import("./context.js").Page}
 */
export function createTickersPage(context) {
  /** @type {readonly string[]} */
  let tickers = [];
  /** @type {{ readonly asked: string, readonly outcome: Outcome } | undefined} */
  let checked;
  /** @type {Outcome | undefined} */
  let extracted;

  const latestList = createLatestAnswerFilter();
  const latestCheck = createLatestAnswerFilter();
  const latestExtraction = createLatestAnswerFilter();

  async function load() {
    const outcome = await latestList(sendRequest("tickers"));
    if (outcome?.kind === "ok")
      ({ tickers } = /** @type {{ readonly tickers: readonly string[] }} */ (outcome.json()));
    context.update();
  }

  /** @param {SubmitEvent} event */
  async function check(event) {
    event.preventDefault();
    const asked = typedInto("ticker").trim();
    if (asked === "") return document.getElementById("ticker")?.focus();
    const outcome = await latestCheck(sendRequest(`tickers/${encodePathSegment(asked)}`));
    if (outcome === undefined) return;
    checked = { asked, outcome };
    context.update();
  }

  /** @param {SubmitEvent} event */
  async function extract(event) {
    event.preventDefault();
    const body = { text: typedInto("text") };
    const outcome = await latestExtraction(sendRequest("tickers/extract", { method: "POST", body }));
    if (outcome === undefined) return;
    extracted = outcome;
    context.update();
  }

  /** @param {string} id */
  function typedInto(id) {
    const field = document.getElementById(id);
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : "";
  }

  function drawChecked() {
    const words = context.words();
    if (checked === undefined) return nothing;
    const { asked, outcome } = checked;
    if (outcome.kind === "ok") {
      const { ticker, stale } = /** @type {{ ticker: string, stale: boolean }} */ (outcome.json());
      return html`<p><q>${asked}</q> ${words.t("normalizedTo")} <strong class="mono">${ticker}</strong></p>${stale ? html`<p class="hint">${words.t("stale")}</p>` : nothing}`;
    }
    if (outcome.kind !== "problem" || outcome.status !== 404)
      return html`<p><q>${asked}</q>: ${describeFailure(words, outcome)}</p>`;
    const names = findSuggestedNames(outcome.problem.hint);
    const hint =
      names.length === 0
        ? words.t("tickerForm")
        : words.t("didYouMean", { names: words.format.alternatives(names) });
    return html`<p><q>${asked}</q>: ${words.t("unknownTicker")}</p><p class="hint">${hint}</p>`;
  }

  function drawExtracted() {
    const words = context.words();
    const { t } = words;
    if (extracted === undefined) return nothing;
    if (extracted.kind !== "ok") return html`<p>${describeFailure(words, extracted)}</p>`;
    const { tickers: found, basis, stale } = /** @type {Extraction} */ (extracted.json());
    return html`
      ${found.length === 0 ? html`<p>${t("noneFound")}</p>` : html`<p>${t("found")}:</p>${drawCodeLabels(found)}`}
      <p class="hint">${t("basis")}: ${t(basis === "shape" ? "basisShape" : "basisList")}${stale ? html`; ${t("stale")}` : nothing}</p>`;
  }

  function drawState() {
    const words = context.words();
    const known = readCurrentTickers(context);
    if (known !== undefined) return describeTickers(words, known);
    return words.t(context.state() === undefined ? "connecting" : "tickersAbsent");
  }

  return {
    title: () => context.words().t("tickers"),
    enter: load,

    /** @param {import("./live.js").LiveState} state */
    stateChanged({ components: { tickers: known } }) {
      if (known.state !== "absent" && known.count !== tickers.length) void load();
    },

    draw() {
      const { t } = context.words();
      return html`
        <h1 tabindex="-1">${t("tickers")}</h1>
        <p class="lead">${t("tickersLead")}</p>
        <p class="state-line">${drawState()}</p>
        <div class="pair">
          <form class="panel" @submit=${check}>
            <div class="field">
              <label for="ticker">${t("ticker")}</label>
              <input id="ticker" type="text" autocomplete="off" spellcheck="false" autocapitalize="characters" aria-describedby="ticker-hint">
              <p id="ticker-hint" class="hint">${t("tickerHint")}</p>
            </div>
            <button type="submit" class="primary">${t("check")}</button>
            <div role="status" class="result">${drawChecked()}</div>
          </form>
          <form class="panel" @submit=${extract}>
            <div class="field">
              <label for="text">${t("text")}</label>
              <textarea id="text" rows="4" aria-describedby="text-hint"></textarea>
              <p id="text-hint" class="hint">${t("extractHint")}</p>
            </div>
            <button type="submit" class="primary">${t("extract")}</button>
            <div role="status" class="result">${drawExtracted()}</div>
          </form>
        </div>
        ${tickers.length === 0 ? nothing : html`<details><summary>${t("allTickers")}</summary><p class="tickers mono">${tickers.join(" ")}</p></details>`}`;
    },
  };
}
