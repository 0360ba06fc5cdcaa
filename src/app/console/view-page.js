import { createLatestAnswerFilter, encodePathSegment, sendRequest } from "./api.js";
import { formatJson } from "./json-text.js";
import { html, nothing } from "./lib/lit-html.js";
import {
  copyText,
  describeFailure,
  drawCodeLabels,
  drawFacts,
  drawLabels,
  findSuggestedNames,
} from "./parts.js";
import { createViewHref } from "./routes.js";
import { drawColumns } from "./view-columns.js";
import { toYaml } from "./yaml-text.js";

/**
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./view-columns.js").ShownView} ShownView
 * @typedef {{ readonly text: string, readonly hash: string, readonly view: ShownView }} LoadedView
 */

const FORMS = /** @type {const} */ (["JSON", "YAML"]);
/** Larger views are shown as the service sends them, because formatting them would block the browser. */
const LAYOUT_LENGTH_MAX = 1_000_000;

/**
 * The page of a view: its columns, its words for questions, and its definition.
 *
 * @param {Context} context
 * @returns {import("./context.js").Page}
 */
export function createViewPage(context) {
  let entity = "";
  /** @type {(typeof FORMS)[number]} */
  let form = "JSON";
  /** @type {LoadedView | undefined} */
  let loaded;
  /** @type {import("./api.js").Failure | undefined} */
  let failure;
  /** @type {string | undefined} */
  let shownHash;
  /** @type {string | undefined} */
  let copied;
  const latestView = createLatestAnswerFilter();
  let laidOutLast = { text: "", form: "", laidOut: "" };

  async function load() {
    const outcome = await latestView(sendRequest(`views/${encodePathSegment(entity)}`));
    // During this request, the user has opened another view, or this view was requested again.
    if (outcome === undefined) return;
    failure = outcome.kind === "ok" ? undefined : outcome;
    loaded =
      outcome.kind === "ok"
        ? {
            text: outcome.text,
            // The ETag of a compressed answer has a suffix after the hash.
            hash: /^"([0-9a-f]{64})/.exec(outcome.etag ?? "")?.[1] ?? "",
            view: /** @type {ShownView} */ (outcome.json()),
          }
        : undefined;
    context.update();
  }

  /** @param {string} what @param {string} text */
  async function copy(what, text) {
    await copyText(text);
    copied = what;
    context.announce(context.words().t("copied"));
    context.update();
  }

  /** @param {string} what @param {string} label @param {() => string} text */
  function copyButton(what, label, text) {
    const { t } = context.words();
    return html`<button type="button" class="quiet" @click=${() => copy(what, text())}>${label}${copied === what ? html`<span class="done" aria-hidden="true"> ${t("copied")}</span>` : nothing}</button>`;
  }

  /** @param {KeyboardEvent} event */
  function onTabKey({ key }) {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    form = form === "JSON" ? "YAML" : "JSON";
    context.flush();
    document.getElementById(`tab-${form}`)?.focus();
  }

  /**
   * Keeps the last result, because every draw needs it, and formatting a large text takes a tenth of a second.
   *
   * @param {string} text the JSON of a view
   */
  function layOut(text) {
    if (laidOutLast.text !== text || laidOutLast.form !== form) {
      const isLarge = text.length > LAYOUT_LENGTH_MAX;
      const laidOut = isLarge ? text : form === "JSON" ? formatJson(text) : toYaml(text);
      laidOutLast = { text, form, laidOut };
    }
    return laidOutLast.laidOut;
  }

  /** @param {LoadedView} shown */
  function drawDefinition({ text }) {
    const { t } = context.words();
    const laidOut = () => layOut(text);
    return html`
      <section aria-labelledby="definition">
        <div class="section-head">
          <h2 id="definition">${t("definition")}</h2>
          <div class="tabs" role="tablist" aria-labelledby="definition" @keydown=${onTabKey}>
            ${FORMS.map(
              (name) => html`<button type="button" role="tab" id="tab-${name}" aria-controls="definition-text"
                aria-selected=${name === form} tabindex=${name === form ? 0 : -1}
                @click=${() => {
                  form = name;
                  context.update();
                }}>${name}</button>`,
            )}
          </div>
          ${copyButton("definition", t("copyDefinition"), laidOut)}
        </div>
        <pre id="definition-text" role="tabpanel" aria-labelledby="tab-${form}" tabindex="0">${laidOut()}</pre>
      </section>`;
  }

  /** @param {ShownView} view */
  function drawAsk({ ask }) {
    const { t } = context.words();
    if (ask === undefined || ask === null) return nothing;
    const { intents, keywords, synonyms, latest_words: latest, weights, top_k: topK, ...others } = ask;
    const synonymList =
      synonyms &&
      html`<ul class="synonyms" role="list">${Object.entries(synonyms).map(([word, others]) => html`<li><b>${word}</b> ${[others ?? []].flat().join(", ")}</li>`)}</ul>`;
    const pairs =
      weights && Object.entries(weights).map(([name, weight]) => `${name} ${weight ?? ""}`.trim());
    return html`
      <section aria-labelledby="ask">
        <h2 id="ask">${t("askAbout")}</h2>
        ${drawFacts([
          [t("intents"), intents && drawLabels(intents)],
          [t("keywords"), keywords && drawLabels(keywords)],
          [t("synonyms"), synonymList],
          [t("latestWords"), latest && drawLabels(latest)],
          [t("weights"), pairs && drawLabels(pairs)],
          [t("topK"), topK ?? undefined],
          ...Object.entries(others).map(
            ([name, value]) => /** @type {const} */ ([name, JSON.stringify(value)]),
          ),
        ])}
      </section>`;
  }

  /** @param {LoadedView} shown */
  function drawView(shown) {
    const { t } = context.words();
    const { view, hash } = shown;
    const { description, identifiers, default_date_field: dateField, order_by_whitelist: orderBy } = view;
    return html`
      ${description === undefined || description === null ? nothing : html`<p class="lead">${description}</p>`}
      ${drawFacts([
        [t("identifiers"), drawCodeLabels(identifiers)],
        [t("dateField"), dateField && html`<code>${dateField}</code>`],
        [
          t("orderBy"),
          orderBy && drawCodeLabels(orderBy.map((item) => (typeof item === "string" ? item : item.name))),
        ],
        [t("hash"), html`<code class="hash">${hash}</code> ${copyButton("hash", t("copyHash"), () => hash)}`],
      ])}
      ${drawColumns(context.words(), view)} ${drawAsk(view)} ${drawDefinition(shown)}`;
  }

  function drawFailure() {
    const words = context.words();
    if (failure === undefined) return html`<p class="loading">${words.t("loading")}…</p>`;
    const isMissing = failure.kind === "problem" && failure.status === 404;
    const text = isMissing ? words.t("unknownView", { entity }) : describeFailure(words, failure);
    return html`<div role="alert" class="notice bad"><p>${text}</p>${isMissing ? html`<p>${drawSuggestion(failure)}</p>` : nothing}</div>`;
  }

  /** @param {import("./api.js").Failure} failed */
  function drawSuggestion(failed) {
    const { t } = context.words();
    const [name] = findSuggestedNames(failed.kind === "problem" ? failed.problem.hint : undefined);
    if (name === undefined) return t("unknownViewHint");
    const [before, after] = t("didYouMean").split("{names}");
    return html`${before}<a href=${createViewHref(name)}>${name}</a>${after}`;
  }

  return {
    title: () => entity,

    enter(route) {
      const asked = route.kind === "view" ? route.entity : "";
      if (asked !== entity) {
        loaded = undefined;
        failure = undefined;
      }
      entity = asked;
      copied = undefined;
      shownHash = activeHash(context.state());
      void load();
    },

    /** @param {import("./live.js").LiveState} state */
    stateChanged(state) {
      const hash = activeHash(state);
      // A failed request is repeated at every event of the service, because the view may exist by then.
      if (failure !== undefined || hash !== shownHash) void load();
      shownHash = hash;
    },

    draw() {
      const { t } = context.words();
      return html`
        <p class="back"><a href="#/catalog">← ${t("allViews")}</a></p>
        <div class="title">
          <h1 tabindex="-1" class="mono">${entity}</h1>
          ${copyButton("link", t("copyLink"), () => location.href)}
        </div>
        ${loaded === undefined ? drawFailure() : drawView(loaded)}`;
    },
  };
}

/** @param {import("./live.js").LiveState | undefined} state */
function activeHash(state) {
  const catalog = state?.components.catalog;
  return catalog?.state === "active" ? catalog.hash : undefined;
}
