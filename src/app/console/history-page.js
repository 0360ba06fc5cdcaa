import { drawTokenNotice } from "./admin-token.js";
import { callAsAdmin, createSingleFlight } from "./api.js";
import { shortenHash } from "./format.js";
import { html, nothing } from "./lib/lit-html.js";
import { drawBadge, drawFailureNotice, drawReplicaName } from "./parts.js";
import { createViewHref } from "./routes.js";

/**
 * @typedef {object} HistoryEntry
 * @property {string} at
 * @property {string} replica
 * @property {string} [name]
 * @property {"activated" | "published" | "refused" | "reloaded" | "repaired"} kind
 * @property {"preload" | "reconcile" | "reload" | null} trigger
 * @property {string | null} from
 * @property {string | null} to
 * @property {number} added
 * @property {number} changed
 * @property {number} removed
 * @property {readonly string[]} views
 * @property {string | null} reason
 * @property {string} [requestId]
 * @property {{ readonly total: number, readonly first?: { readonly file: string, readonly line: number, readonly column: number, readonly code: string } }} [errors]
 *
 * @typedef {object} HistoryAnswer
 * @property {boolean} shared
 * @property {readonly HistoryEntry[]} entries
 * @property {readonly { readonly replica: string, readonly at: string }[]} [departed] absent from an older replica
 * @property {readonly string[]} [absent] views of the entries that are not served; not sent by an older replica
 *
 * @typedef {import("./replica-table.js").Fleet} Fleet
 */

/**
 * Number of colours of lanes. The catalogs get the colours in turn, the oldest first, and keep them while the page is
 * open.
 */
const COLOR_COUNT = 6;

/**
 * The history page: a lane for each replica, coloured by the catalog that it served, and a list of the events.
 *
 * @param {import("./context.js").Context} context
 * @returns {import("./context.js").Page}
 */
export function createHistoryPage(context) {
  /** @type {HistoryAnswer | undefined} */
  let history;
  /** When each replica outside the present fleet was last seen. @type {ReadonlyMap<string, number>} */
  let seenMs = new Map();
  /** The position of each catalog in the order of colours; the history forgets its oldest catalogs. @type {Map<string, number>} */
  const positions = new Map();
  /** @type {import("./api.js").Failure | undefined} */
  let failure;

  const { request: load } = createSingleFlight(async () => {
    if (!context.preferences.hasToken()) return;
    // The history comes second: if the list misses a replica, the history may have its last heartbeat.
    const listed = await callAsAdmin(context, "admin/replicas", "GET");
    const outcome = listed.kind === "ok" ? await callAsAdmin(context, "admin/history", "GET") : listed;
    failure = outcome.kind === "ok" ? undefined : outcome;
    if (outcome.kind === "ok" && listed.kind === "ok") {
      history = /** @type {HistoryAnswer} */ (outcome.json());
      seenMs = findLastSeen(history, /** @type {Fleet} */ (listed.json()), Date.now());
    }
    context.update();
  });

  /** @param {HistoryAnswer} known */
  function drawHistory({ shared, entries }) {
    const { t } = context.words();
    if (entries.length === 0) return html`<p>${t("historyEmpty")}</p>`;
    return html`
      ${shared ? nothing : html`<p class="notice warn">${t("historyLocal")}</p>`}
      ${drawLanes(context.words(), createLanes(entries, Date.now(), seenMs), positions)}
      <ol class="events" role="list" aria-label=${t("history")}>${entries.map(drawEntry)}</ol>`;
  }

  /** What was refused, and what is served instead. @param {HistoryEntry} entry */
  function drawRefusal({ from, reason, errors }) {
    const { t, counted, reason: reasonText } = context.words();
    const { total = 0, first } = errors ?? {};
    return html`
      <p>
        ${reasonText(reason ?? "")}${first === undefined ? nothing : html`; <code>${first.file}:${first.line}:${first.column}</code> ${first.code}`}${total === 0 ? nothing : `, ${counted(total, "Error")}`}.
        ${from === null ? t("nothingServed") : html`${t("stillServed")} <code title=${from}>${shortenHash(from)}</code>`}
      </p>`;
  }

  /**
   * Draws the name of a view, as a link if the view can be opened.
   *
   * @param {string} view
   * @param {"Added" | "Changed" | "Removed"} noun
   */
  function drawName(view, noun) {
    const isAbsent = history?.absent?.includes(view) ?? noun === "Removed";
    return isAbsent
      ? html`<code>${view}</code>`
      : html`<a class="mono" href=${createViewHref(view)}>${view}</a>`;
  }

  /** @param {HistoryEntry} entry */
  function drawChange({ from, to, added, changed, removed, views, reason }) {
    const { t, counted, format, reason: reasonText } = context.words();
    // An entry names the changed views first, then the added and the removed ones.
    const groups = /** @type {const} */ ([
      ["Added", added, views.slice(changed, changed + added)],
      ["Changed", changed, views.slice(0, changed)],
      ["Removed", removed, views.slice(changed + added)],
    ]);
    const shown = groups.filter(([, count]) => count > 0);
    const hashes = [...new Set([from, to])].filter((hash) => hash !== null);
    return html`
      <p>
        ${hashes.map((hash, index) => html`${index === 0 ? nothing : " → "}<code title=${hash}>${shortenHash(hash)}</code>`)}
        ${shown.map(([noun, count, names], place) => html`${place === 0 ? " " : "; "}<span class="group">${counted(count, noun)}${names.map((name, index) => html`${index === 0 ? ": " : ", "}${drawName(name, noun)}`)}${names.length === 0 || count === names.length ? nothing : ` ${t("moreChanges", { count: format.number(count - names.length) })}`}</span>`)}
        ${reason === null ? nothing : html`<span class="reason">${t("because", { reason: reasonText(reason) })}</span>`}
      </p>`;
  }

  /** @param {HistoryEntry} entry */
  function drawEntry(entry) {
    const { t, format } = context.words();
    const { at, replica, name, kind, trigger, requestId } = entry;
    const [tone, word] = EVENT_KINDS[kind];
    return html`
      <li>
        <time datetime=${at}>${format.time(at)}</time> ${drawBadge(tone, t(word))} <span>${drawReplicaName({ id: replica, name })}</span>
        ${trigger === null ? nothing : html`<span class="count">${t(TRIGGER_TEXTS[trigger])}</span>`}
        ${kind === "refused" ? drawRefusal(entry) : drawChange(entry)}
        ${requestId === undefined ? nothing : html`<details><summary>${t("details")}</summary>${t("requestId")} <code>${requestId}</code></details>`}
      </li>`;
  }

  return {
    title: () => context.words().t("history"),
    enter: () => void load(),
    tokenChanged: () => void load(),
    stateChanged: () => void load(),
    draw() {
      const words = context.words();
      const { t } = words;
      const hasToken = context.preferences.hasToken();
      return html`
        <h1 tabindex="-1">${t("history")}</h1>
        <p class="lead">${t("historyLead")}</p>
        ${drawFailureNotice(words, failure)}
        ${hasToken ? nothing : drawTokenNotice(context, t("historyToken"))}
        ${hasToken && history !== undefined ? drawHistory(history) : nothing}`;
    },
  };
}

const EVENT_KINDS = /** @type {const} */ ({
  activated: ["good", "eventActivated"],
  published: ["good", "eventPublished"],
  refused: ["warn", "eventRefused"],
  reloaded: ["idle", "eventReloaded"],
  repaired: ["good", "eventRepaired"],
});

const TRIGGER_TEXTS = /** @type {const} */ ({
  preload: "byPreload",
  reconcile: "byReconcile",
  reload: "byReload",
});

/**
 * @typedef {object} Lane
 * @property {string} replica
 * @property {string | undefined} name
 * @property {readonly { readonly hash: string, readonly start: number, readonly end: number }[]} spans in fractions of the covered time
 * @property {readonly { readonly kind: HistoryEntry["kind"], readonly at: number }[]} marks
 * @property {{ readonly ms: number, readonly at: number } | undefined} gone when and where in the lane it was last seen; undefined for a live replica
 */

/**
 * Finds when each replica with entries, but outside the present fleet, was last seen: at its last entry, at
 * its departure, or when the fleet last listed it, whichever is the latest.
 *
 * @param {HistoryAnswer} history
 * @param {Fleet} fleet
 * @param {number} nowMs
 */
function findLastSeen({ entries, departed = [] }, { replicas, lastSeen: before }, nowMs) {
  const live = new Set(replicas.map(({ id }) => id));
  const goneMs = new Map(departed.map(({ replica, at }) => [replica, Date.parse(at)]));
  for (const { id } of before?.replicas ?? []) goneMs.set(id, nowMs - (before?.ageSeconds ?? 0) * 1000);
  /** @type {Map<string, number>} */
  const seen = new Map();
  for (const { replica, at } of entries) {
    if (live.has(replica)) continue;
    const ms = Math.max(Date.parse(at), goneMs.get(replica) ?? 0);
    seen.set(replica, Math.max(ms, seen.get(replica) ?? 0));
  }
  return seen;
}

/**
 * Computes which catalog each replica served when, in fractions of the time that the history covers.
 *
 * @param {readonly HistoryEntry[]} entries the newest first
 * @param {number} nowMs
 * @param {ReadonlyMap<string, number>} seenMs when replicas outside the present fleet were last seen
 * @returns {{ readonly lanes: readonly Lane[], readonly startMs: number, readonly hashes: readonly string[] }}
 */
function createLanes(entries, nowMs, seenMs) {
  const oldest = entries.toReversed();
  const startMs = Math.min(nowMs - 1, ...entries.map(({ at }) => Date.parse(at)));
  const place = (/** @type {number} */ ms) => Math.max(0, Math.min(1, (ms - startMs) / (nowMs - startMs)));
  const lanes = [...Map.groupBy(oldest, ({ replica }) => replica)].map(([replica, own]) => {
    const endMs = Math.min(nowMs, seenMs.get(replica) ?? nowMs);
    const gone = seenMs.has(replica) ? { ms: endMs, at: place(endMs) } : undefined;
    const served = own.filter(({ kind, to }) => kind === "activated" && to !== null);
    const spans = served.map(({ to, at }, index) => ({
      hash: to ?? "",
      start: place(Date.parse(at)),
      end: place(index + 1 < served.length ? Date.parse(served[index + 1]?.at ?? "") : endMs),
    }));
    const marks = own
      .filter(({ kind }) => kind !== "activated")
      .map(({ kind, at }) => ({ kind, at: place(Date.parse(at)) }));
    return { replica, name: own.at(-1)?.name, spans, marks, gone };
  });
  const hashes = [
    ...new Set(oldest.flatMap(({ kind, to }) => (kind === "activated" && to !== null ? [to] : []))),
  ];
  return { lanes, startMs, hashes };
}

/**
 * @param {import("./texts.js").PageTexts} words
 * @param {ReturnType<typeof createLanes>} timeline
 * @param {Map<string, number>} positions of the catalogs in the order of colours; gets the new ones
 */
function drawLanes({ t, format }, { lanes, startMs, hashes }, positions) {
  // An unknown catalog before a known one: only now has the page received older entries, so the colours begin again.
  const firstNew = hashes.findIndex((hash) => !positions.has(hash));
  if (firstNew >= 0 && firstNew < hashes.findLastIndex((hash) => positions.has(hash))) positions.clear();
  for (const hash of hashes) if (!positions.has(hash)) positions.set(hash, positions.size);
  const percent = (/** @type {number} */ part) => `${Math.round(part * 10_000) / 100}%`;
  const timeOf = (/** @type {number} */ ms) => format.time(new Date(ms).toISOString());
  const color = (/** @type {string} */ hash) => `hash-${(positions.get(hash) ?? 0) % COLOR_COUNT}`;
  const kinds = new Set(lanes.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  return html`
    <figure class="lanes">
      <figcaption>${t("lanesText", { time: timeOf(startMs) })}</figcaption>
      ${lanes.map(
        ({ replica, name, spans, marks, gone }) => html`
          <div class="lane">
            <span>${drawReplicaName({ id: replica, name })}${gone === undefined ? nothing : html` <small>${t("goneSince", { time: timeOf(gone.ms) })}</small>`}</span>
            <div class="track" aria-hidden="true">
              ${spans.map(({ hash, start, end }) => html`<span class=${color(hash)} title=${hash} .style=${`left:${percent(start)};width:${percent(end - start)}`}></span>`)}
              ${gone === undefined ? nothing : html`<span class="gone" .style=${`left:${percent(gone.at)};width:${percent(1 - gone.at)}`}></span>`}
              ${marks.map(({ kind, at }) => html`<i class=${kind} title=${t(EVENT_KINDS[kind][1])} .style=${`left:${percent(at)}`}></i>`)}
            </div>
          </div>`,
      )}
      <ul class="legend" role="list">${hashes.slice(-COLOR_COUNT).map((hash) => html`<li><span class=${color(hash)}></span><code>${shortenHash(hash)}</code></li>`)}${[...kinds].map((kind) => html`<li><i class=${kind}></i>${t(EVENT_KINDS[kind][1])}</li>`)}</ul>
    </figure>`;
}
