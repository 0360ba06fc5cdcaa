import { call } from "./api.js";
import { shortHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { badge, facts, failureText } from "./parts.js";
import { drawReplicas } from "./replica-table.js";
import { drawSelf } from "./self-state.js";
import { tokenForm } from "./token-field.js";

/** @typedef {import("./replica-table.js").Fleet} Fleet */

/** Ages grow, and replicas that die say nothing: asked again while somebody looks. */
const REFRESH_MS = 5000;

/**
 * Who serves what: this replica for anybody, all of them with the token.
 *
 * @param {import("./context.js").Context} context
 */
export function createFleetPage(context) {
  /** @type {Fleet | undefined} */
  let fleet;
  /** @type {Exclude<import("./api.js").Outcome, { kind: "ok" }> | undefined} */
  let failure;
  let busy = false;
  let changesSeen = 0;
  /** @type {number | undefined} */
  let timer;

  async function load() {
    const token = context.preferences.token();
    if (token === "" || busy) return;
    clearTimeout(timer);
    busy = true;
    context.update();
    const outcome = await call("admin/replicas", { token });
    busy = false;
    failure = outcome.kind === "ok" ? undefined : outcome;
    if (outcome.kind === "ok") fleet = outcome.json();
    // What was wrong is not tried again by itself: wrong tokens are limited.
    else if (outcome.kind === "problem") fleet = undefined;
    if (outcome.kind === "unreachable" || outcome.kind === "ok") timer = setTimeout(loadIfSeen, REFRESH_MS);
    context.update();
  }

  function loadIfSeen() {
    if (document.visibilityState === "visible") void load();
    else timer = setTimeout(loadIfSeen, REFRESH_MS);
  }

  function summary() {
    const { t, counted, format } = context.words();
    if (fleet === undefined) return nothing;
    const { diverging, replicas } = fleet;
    const all = counted(replicas.length, "Replica");
    if (diverging === 0) return badge("good", t("agree", { replicas: all }));
    const key = diverging === 1 ? "divergesOne" : "diverge";
    return badge("bad", t(key, { count: format.number(diverging), replicas: all }));
  }

  function drawFleet() {
    const words = context.words();
    const { t } = words;
    if (context.preferences.token() === "" || fleet === undefined) return nothing;
    return html`
      ${fleet.shared ? nothing : html`<p class="hint">${t("fleetLocal")}</p>`}
      ${fleet.diverging > 0 ? html`<p>${t("fleetDivergence")}</p>` : nothing}
      ${fleet.hash === null ? nothing : facts([[t("hash"), html`<code title=${fleet.hash}>${shortHash(fleet.hash)}</code>`]])}
      ${drawReplicas(words, fleet)}`;
  }

  return {
    title: () => context.words().t("fleet"),
    enter: load,
    leave: () => clearTimeout(timer),

    /** @param {import("./live.js").LiveState} state */
    stateChanged({ fleetChanges }) {
      if (fleetChanges !== changesSeen && fleet !== undefined) void load();
      changesSeen = fleetChanges;
    },

    draw() {
      const words = context.words();
      const { t } = words;
      const hasToken = context.preferences.token() !== "";
      return html`
        <div class="title">
          <h1 tabindex="-1">${t("fleet")}</h1>
          <p role="status" class="summary">${hasToken ? summary() : nothing}</p>
        </div>
        ${failure !== undefined && hasToken ? html`<div role="alert" class="notice bad"><p>${failureText(words, failure)}</p></div>` : nothing}
        ${drawFleet()}
        ${hasToken && fleet !== undefined ? nothing : drawSelf(words, context.state())}
        ${hasToken && fleet !== undefined ? nothing : html`<p>${t("fleetToken")}</p>`}
        ${tokenForm(context, { button: t("refreshFleet"), busy, submit: load })}`;
    },
  };
}
