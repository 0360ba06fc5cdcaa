import { drawTokenNotice } from "./admin-token.js";
import { callAsAdmin, createSingleFlight } from "./api.js";
import { shortenHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { drawBadge, drawFailureNotice, drawOutage, drawReplicaName } from "./parts.js";
import { drawReplicas } from "./replica-table.js";
import { drawSelf } from "./self-state.js";

/** @typedef {import("./replica-table.js").Fleet} Fleet */

/** The page polls while it is visible: ages grow between events, and a dead replica sends no event. */
const REFRESH_MS = 5000;

/** Whether there is a shared cache that could not be read. @param {Fleet} fleet */
function isCutOff({ self, shared, replicas, lastSeen, outage }) {
  const own = replicas.find(({ id }) => id === self);
  return (
    !shared &&
    (lastSeen !== undefined || outage !== undefined || (own !== undefined && own.cache.backend !== "local"))
  );
}

/**
 * The fleet page: the replicas and their catalogs. Without a token it shows this replica only.
 *
 * @param {import("./context.js").Context} context
 * @returns {import("./context.js").Page}
 */
export function createFleetPage(context) {
  /** @type {Fleet | undefined} */
  let fleet;
  /** @type {import("./api.js").Failure | undefined} */
  let failure;
  let isOpen = false;
  let changesSeen = 0;
  /** @type {number | undefined} */
  let timer;

  const { request: load, isBusy } = createSingleFlight(async () => {
    if (!isOpen || !context.preferences.hasToken()) return;
    clearTimeout(timer);
    context.update();
    const outcome = await callAsAdmin(context, "admin/replicas", "GET");
    failure = outcome.kind === "ok" ? undefined : outcome;
    if (outcome.kind === "ok") fleet = /** @type {Fleet} */ (outcome.json());
    else if (outcome.kind === "problem") fleet = undefined;
    if (isOpen && outcome.kind !== "problem") timer = setTimeout(loadIfSeen, REFRESH_MS);
    context.update();
  });

  function loadIfSeen() {
    if (document.visibilityState === "visible") void load();
    else timer = setTimeout(loadIfSeen, REFRESH_MS);
  }

  /** @param {Fleet["replicas"]} replicas @param {NonNullable<Fleet["lost"]>} lost */
  function concernsOf(replicas, lost) {
    const { t, format } = context.words();
    const refused = replicas.filter(({ disk }) => disk !== undefined).length;
    return [
      ...(lost.length === 0 ? [] : [t("vanished", { count: format.number(lost.length) })]),
      ...(refused === 0 ? [] : [`${t("diskRefusedShort")}: ${format.number(refused)}`]),
    ];
  }

  function summary() {
    const { t, counted, format } = context.words();
    if (fleet === undefined) return nothing;
    const { diverging, replicas, lost = [] } = fleet;
    if (isCutOff(fleet)) return drawBadge("warn", t("fleetUnknown"));
    const all = counted(replicas.length, "Replica");
    if (diverging === 0) {
      const known = replicas.length === 1 ? all : t("agree", { replicas: all });
      const concerns = concernsOf(replicas, lost);
      return drawBadge(concerns.length === 0 ? "good" : "warn", [known, ...concerns].join("; "));
    }
    const key = diverging === 1 ? "divergesOne" : "diverge";
    return drawBadge("warn", t(key, { count: format.number(diverging), replicas: all }));
  }

  /** @param {NonNullable<Fleet["lost"]>} lost */
  function drawLost(lost) {
    const { t, format } = context.words();
    if (lost.length === 0) return nothing;
    return html`
      <div class="notice warn">
        <ul class="lost" role="list">${lost.map(({ since, ...replica }) => html`<li>${drawReplicaName(replica)} ${t("lostSince", { time: format.time(since) })}</li>`)}</ul>
        <p><b>${t("wayOut")}:</b> ${t("actFleetLost")}</p>
      </div>`;
  }

  function drawFleet() {
    const words = context.words();
    const { t } = words;
    if (!context.preferences.hasToken() || fleet === undefined) return nothing;
    return html`
      ${
        isCutOff(fleet)
          ? html`<p role="alert" class="notice warn">${t("fleetOutage")} ${fleet.outage === undefined ? nothing : drawOutage(words, fleet.outage)}</p>`
          : fleet.shared
            ? nothing
            : html`<p class="hint">${t("fleetLocal")}</p>`
      }
      ${drawLost(fleet.lost ?? [])}
      ${fleet.diverging > 0 ? html`<p>${t("fleetDivergence")}</p>` : nothing}
      ${fleet.hash === null ? nothing : html`<p class="hint">${t("published")} <code title=${fleet.hash}>${shortenHash(fleet.hash)}</code></p>`}
      ${drawReplicas(words, fleet)}`;
  }

  return {
    title: () => context.words().t("fleet"),

    enter() {
      isOpen = true;
      changesSeen = context.state()?.fleetChanges ?? 0;
      failure = undefined;
      void load();
    },

    tokenChanged() {
      fleet = undefined;
      failure = undefined;
      void load();
    },

    leave() {
      isOpen = false;
      clearTimeout(timer);
    },

    /** @param {import("./live.js").LiveState} state */
    stateChanged({ fleetChanges }) {
      if (fleetChanges !== changesSeen && fleet !== undefined) void load();
      changesSeen = fleetChanges;
    },

    draw() {
      const words = context.words();
      const { t } = words;
      const hasToken = context.preferences.hasToken();
      return html`
        <div class="title">
          <h1 tabindex="-1">${t("fleet")}</h1>
          <p role="status" class="summary">${hasToken ? summary() : nothing}</p>
        </div>
        ${drawFailureNotice(words, failure)}
        ${drawFleet()}
        ${hasToken && fleet !== undefined ? nothing : drawSelf(words, context.state())}
        ${hasToken ? html`<button type="button" class="quiet" aria-busy=${isBusy()} @click=${load}>${t("refreshFleet")}</button>` : drawTokenNotice(context, t("fleetToken"))}`;
    },
  };
}
