import { callAsAdmin, sendRequest } from "./api.js";
import { drawActivity } from "./charts.js";
import { shortenHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { drawBadge, drawEnglishText, drawFailureNotice, drawOutage, drawReplicaName } from "./parts.js";

/**
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./live.js").LiveState} LiveState
 * @typedef {import("./live.js").CheckName} CheckName
 * @typedef {import("./live.js").Check} Check
 * @typedef {import("./texts.js").TextKey} TextKey
 * @typedef {import("./replica-table.js").Fleet} Fleet
 * @typedef {import("./history-page.js").HistoryEntry} HistoryEntry
 * @typedef {import("./charts.js").Activity} Activity
 */

/** The checks, in the order of the page. @type {readonly CheckName[]} */
const CHECKS = ["catalog", "disk", "signature", "fleet", "cache", "tickers", "database"];

/** For each check and code: what the code means, and what to do about it. @type {Readonly<Record<string, readonly [TextKey, TextKey?]>>} */
const CHECK_TEXTS = {
  "catalog active": ["checkCatalogActive"],
  "catalog absent": ["checkCatalogAbsent", "actCatalogAbsent"],
  "disk same": ["checkDiskSame"],
  "disk differs": ["checkDiskDiffers", "actDiskDiffers"],
  "disk refused": ["checkDiskRefused", "actDiskRefused"],
  "disk refused-elsewhere": ["checkDiskRefusedElsewhere", "actDiskRefusedElsewhere"],
  "disk unknown": ["checkDiskUnknown"],
  "signature off": ["checkSignatureOff"],
  "signature verified": ["checkSignatureVerified"],
  "signature unsigned": ["checkSignatureUnsigned", "actSignatureUnsigned"],
  "signature untrusted": ["checkSignatureUntrusted", "actSignatureUntrusted"],
  "signature absent": ["checkSignatureAbsent"],
  "fleet local": ["checkFleetLocal"],
  "fleet agrees": ["checkFleetAgrees"],
  "fleet diverges": ["checkFleetDiverges", "actFleetDiverges"],
  "fleet lost": ["checkFleetLost", "actFleetLost"],
  "fleet foreign": ["checkFleetForeign", "actFleetForeign"],
  "fleet unseen": ["checkFleetUnseen", "actFleetUnseen"],
  "fleet unsubscribed": ["checkFleetUnsubscribed", "actFleetUnsubscribed"],
  "cache local": ["checkCacheLocal"],
  "cache up": ["checkCacheUp"],
  "cache damaged": ["checkCacheDamaged", "actCacheDamaged"],
  "cache down": ["checkCacheDown", "actCacheDown"],
  "tickers fresh": ["checkTickersFresh"],
  "tickers expired": ["checkTickersExpired"],
  "tickers stale": ["checkTickersStale", "actTickersStale"],
  "tickers absent": ["checkTickersAbsent", "actTickersAbsent"],
  "database up": ["checkDatabaseUp"],
  "database down": ["checkDatabaseDown", "actDatabaseDown"],
  "database unknown": ["checkDatabaseUnknown"],
};

/** The page with more about each check. @type {Readonly<Record<CheckName, string>>} */
const PAGE_BY_CHECK = {
  catalog: "#/catalog",
  disk: "#/reload",
  signature: "#/history",
  fleet: "#/fleet",
  cache: "#/fleet",
  tickers: "#/tickers",
  database: "#/database",
};

const CHECK_RESULTS = /** @type {const} */ ({
  fail: ["bad", "statusFail"],
  warn: ["warn", "statusWarn"],
  pass: ["good", "statusPass"],
});
/** Results that pass because nothing was checked. @type {Readonly<Record<string, readonly ["idle", TextKey]>>} */
const NEUTRAL_CODES = {
  "disk unknown": ["idle", "statusUnknown"],
  "signature absent": ["idle", "statusUnknown"],
  "signature off": ["idle", "statusOff"],
  "database unknown": ["idle", "statusUnknown"],
};
const REFRESH_MS = 30_000;

/**
 * The overview page: the result of each check, since when, and what to do about it; and charts of the last hour.
 *
 * @param {Context} context
 * @returns {import("./context.js").Page}
 */
export function createOverviewPage(context) {
  /** @type {Activity | undefined} */
  let activity;
  /** @type {Fleet | undefined} */
  let fleet;
  /** Why the replicas cannot be shown. @type {import("./api.js").Failure | undefined} */
  let failure;
  /** The newest entry first; loaded only while the disk differs. @type {readonly HistoryEntry[]} */
  let history = [];
  /** @type {number | undefined} */
  let timer;

  async function load() {
    clearTimeout(timer);
    timer = setTimeout(loadIfSeen, REFRESH_MS);
    const outcome = await sendRequest("console/activity");
    if (outcome.kind === "ok") activity = /** @type {Activity} */ (outcome.json());
    context.update();
  }

  function loadIfSeen() {
    if (document.visibilityState === "visible") void load();
    else timer = setTimeout(loadIfSeen, REFRESH_MS);
  }

  /** Loads the replicas, and the history while the disk differs: both need the token. */
  async function loadFleet() {
    const outcome = context.preferences.hasToken()
      ? await callAsAdmin(context, "admin/replicas", "GET")
      : undefined;
    // A refused token is deleted. Later calls have no token, and must not remove the shown failure.
    if (outcome !== undefined) failure = outcome.kind === "problem" ? outcome : undefined;
    fleet = outcome?.kind === "ok" ? /** @type {Fleet} */ (outcome.json()) : undefined;
    context.update();
    const isDiffering = context.state()?.checks?.disk.code === "differs";
    const answer = fleet && isDiffering ? await callAsAdmin(context, "admin/history", "GET") : undefined;
    history = answer?.kind === "ok" ? /** @type {{ entries: HistoryEntry[] }} */ (answer.json()).entries : [];
    context.update();
  }

  /** @param {LiveState} state */
  function headline({ checks }) {
    const { t, format } = context.words();
    if (checks === undefined) return nothing;
    const wrong = CHECKS.filter((name) => checks[name].status !== "pass");
    // An expired list of tickers is no fault, so the time in `allWell` is not the time of the expiry.
    const lasting = wrong.length === 0 ? CHECKS.filter((name) => checks[name].code !== "expired") : wrong;
    const since = lasting.map((name) => checks[name].since).sort();
    const time = format.time((wrong.length === 0 ? since.at(-1) : since[0]) ?? "");
    if (wrong.length === 0) return drawBadge("good", t("allWell", { time }));
    const count = format.number(wrong.length);
    const isBad = wrong.some((name) => checks[name].status === "fail");
    return drawBadge(
      isBad ? "bad" : "warn",
      t(wrong.length === 1 ? "attentionOne" : "attention", { count, time }),
    );
  }

  /** @param {CheckName} name @param {Check} check @param {LiveState} state */
  function drawCheck(name, check, state) {
    const { t, counted, format, reason: reasonText } = context.words();
    const { status, code, since, reason, count } = check;
    const page = code === "refused-elsewhere" ? PAGE_BY_CHECK.fleet : PAGE_BY_CHECK[name];
    const [what, act] = CHECK_TEXTS[`${name} ${code}`] ?? [];
    const seconds = Math.max(0, (Date.now() - Date.parse(since)) / 1000);
    const values = {
      count: format.number(count ?? 0),
      views: counted(count ?? 0, "View"),
      replicas: counted(count ?? 0, "Replica"),
      tickers: counted(count ?? 0, "Ticker"),
    };
    const [kind, word] = NEUTRAL_CODES[`${name} ${code}`] ?? CHECK_RESULTS[status];
    return html`
      <li class="check ${kind}">
        <h2><a href=${page}>${t(name)}</a></h2>
        ${drawBadge(kind, t(word))}
        <p class="what">${what === undefined ? code : t(what, values)} ${reason === undefined ? nothing : html`<span class="reason">${t("because", { reason: reasonText(reason) })}</span>`}</p>
        <p class="since"><time datetime=${since}>${t("sinceAgo", { time: format.time(since), age: format.age(seconds) })}</time></p>
        ${status === "pass" ? nothing : drawCause(name, state)}
        ${status === "pass" || act === undefined ? nothing : html`<p class="act"><b>${t("wayOut")}:</b> ${t(act)} <a href=${page}>${t("details")}</a></p>`}
      </li>`;
  }

  /** The cause of a check that does not pass, as far as it is known here. @param {CheckName} name @param {LiveState} state */
  function drawCause(name, { refusal, reasons, components }) {
    if (name === "cache" && components.cache.state === "down")
      return html`<p class="cause">${drawOutage(context.words(), fleet?.outage ?? components.cache)}</p>`;
    if (name === "catalog")
      return reasons.length === 0
        ? nothing
        : html`<p class="cause">${drawEnglishText(reasons.join("; "))}</p>`;
    if (name === "fleet") return drawReplicas();
    if (name !== "disk") return nothing;
    return html`${drawPublisher()}${refusal ? drawRefusal(refusal) : nothing}${drawRefusedDisks()}`;
  }

  /** The other replica that published the served catalog: its disk is probably newer than the disk here. */
  function drawPublisher() {
    const { t, format } = context.words();
    const catalog = context.state()?.components.catalog;
    if (catalog?.state !== "active") return nothing;
    const entry = history.find(({ kind, to }) => kind === "published" && to === catalog.hash);
    if (entry === undefined || entry.replica === fleet?.self) return nothing;
    return html`<p class="cause">${t("diskReplaced", { replica: entry.name ?? entry.replica, time: format.time(entry.at) })}</p>`;
  }

  /** @param {import("./live.js").Refusal} refusal */
  function drawRefusal({ findings, findingsTotal }) {
    const { t, format } = context.words();
    const [first] = findings.filter(({ severity }) => severity === "error");
    if (first === undefined) return nothing;
    const more = findingsTotal - 1;
    return html`<p class="cause"><code>${first.file}:${first.line}:${first.column}</code> ${first.message}; ${first.hint}${more > 0 ? html` <span class="count">${t("moreChanges", { count: format.number(more) })}</span>` : nothing}</p>`;
  }

  /** The replicas, besides this one, whose catalog on disk is refused. */
  function drawRefusedDisks() {
    const { t, format, reason } = context.words();
    const isElsewhere = context.state()?.checks?.disk.code === "refused-elsewhere";
    if (fleet === undefined)
      return isElsewhere ? html`<p class="cause hint">${t("namesNeedToken")}</p>` : nothing;
    const { self, replicas } = fleet;
    const refused = replicas.flatMap(({ id, name, disk }) =>
      disk === undefined || id === self ? [] : { id, name, disk },
    );
    if (refused.length === 0) return nothing;
    return html`
      <ul class="cause" role="list">
        ${refused.map(({ disk, ...replica }) => html`<li>${drawReplicaName(replica)} ${t("diskRefusedSince", { reason: reason(disk.reason), time: format.time(disk.since) })}</li>`)}
      </ul>`;
  }

  function drawReplicas() {
    const { t, format } = context.words();
    if (fleet === undefined) return html`<p class="cause hint">${t("namesNeedToken")}</p>`;
    const wrong = fleet.replicas.filter(({ divergent }) => divergent);
    const unseen = fleet.lastSeen?.replicas ?? [];
    return html`
      <ul class="cause" role="list">
        ${wrong.map(({ catalog, ...replica }) => html`<li>${drawReplicaName(replica)} ${t("diverges")} <code>${catalog === null ? "–" : shortenHash(catalog.hash)}</code></li>`)}
        ${(fleet.lost ?? []).map(({ since, ...replica }) => html`<li>${drawReplicaName(replica)} ${t("lostSince", { time: format.time(since) })}</li>`)}
        ${unseen.map((replica) => html`<li>${drawReplicaName(replica)} ${t("unseenNow")}</li>`)}
      </ul>`;
  }

  return {
    title: () => context.words().t("overview"),
    enter() {
      failure = undefined;
      void load();
      void loadFleet();
    },
    leave: () => clearTimeout(timer),
    tokenChanged() {
      failure = undefined;
      void loadFleet();
    },
    stateChanged: () => void loadFleet(),

    draw() {
      const { t } = context.words();
      const state = context.state();
      const checks = state?.checks;
      return html`
        <div class="title">
          <h1 tabindex="-1">${t("overview")}</h1>
          <p role="status" class="summary">${state === undefined ? nothing : headline(state)}</p>
        </div>
        ${drawFailureNotice(context.words(), failure)}
        ${state === undefined || checks === undefined ? html`<p class="loading">${t("connecting")}…</p>` : html`<ul class="checks" role="list">${CHECKS.map((name) => drawCheck(name, checks[name], state))}</ul>`}
        ${activity === undefined ? nothing : drawActivity(context, activity)}`;
    },
  };
}
