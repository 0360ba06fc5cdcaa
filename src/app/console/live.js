import { sendRequest } from "./api.js";

/**
 * The state of the service, as its event stream sends it.
 *
 * @typedef {object} LiveState
 * @property {"ready" | "degraded" | "not_ready"} status
 * @property {readonly string[]} reasons
 * @property {readonly ("database_down" | "disk_differs" | "disk_refused" | "fleet_diverges" | "fleet_foreign")[]} [warnings] what is wrong although the replica is ready
 * @property {Components} components
 * @property {Checks | undefined} [checks] absent from an older replica
 * @property {Refusal | null} refusal
 * @property {number} fleetChanges
 *
 * @typedef {object} Check
 * @property {"fail" | "pass" | "warn"} status
 * @property {string} code
 * @property {string} since
 * @property {string} [reason]
 * @property {number} [count]
 *
 * @typedef {"cache" | "catalog" | "database" | "disk" | "fleet" | "signature" | "tickers"} CheckName
 * @typedef {Readonly<Record<CheckName, Check>>} Checks
 *
 * @typedef {object} Components
 * @property {{ readonly state: "active", readonly hash: string, readonly source: "cache" | "disk", readonly views: number,
 *   readonly activatedAt: string } | { readonly state: "absent" }} catalog
 * @property {{ readonly backend: string, readonly state: "down" | "up", readonly reason?: string,
 *   readonly fault?: string, readonly breaker: string }} cache
 * @property {{ readonly state: "down" | "unknown" | "up", readonly reason?: string }} database
 * @property {{ readonly state: "expired" | "fresh" | "stale", readonly source: "cache" | "database", readonly count: number,
 *   readonly ageSeconds: number } | { readonly state: "absent" }} tickers
 *
 * @typedef {object} Refusal
 * @property {string} at
 * @property {string} reason
 * @property {readonly import("./api.js").Finding[]} findings
 * @property {number} findingsTotal
 */

/**
 * `polling`: the service answers, but sends no events, for example because its limit of subscribers is reached.
 *
 * @typedef {"connecting" | "live" | "polling" | "unreachable"} Connection
 */

const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 8000;
/**
 * If no event comes for this long, `healthz` is requested, because a service that hangs keeps its connections open.
 */
const SILENCE_MS = 20_000;
const ANSWER_MS = 5000;

/**
 * Follows the service by its events, else by polling, while the page is visible.
 *
 * @param {object} listener
 * @param {() => string} listener.language that of the diagnostics
 * @param {(state: LiveState) => void} listener.onState
 * @param {(connection: Connection) => void} listener.onConnection
 */
export function followService({ language, onState, onConnection }) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {number | undefined} */
  let timer;
  /** @type {number | undefined} */
  let silence;
  let retryMs = RETRY_MS_MIN;

  function open() {
    close();
    const opened = new EventSource(new URL(`events?lang=${language()}`, document.baseURI));
    source = opened;
    awaitSilence();
    opened.addEventListener("state", ({ data }) => {
      retryMs = RETRY_MS_MIN;
      awaitSilence();
      onConnection("live");
      onState(JSON.parse(data));
    });
    opened.addEventListener("error", () => {
      // The browser reconnects by itself, but not after an answer that is no event stream.
      close();
      void askInstead();
    });
  }

  function awaitSilence() {
    clearTimeout(silence);
    silence = setTimeout(askWhetherItLives, SILENCE_MS);
  }

  async function askWhetherItLives() {
    const asked = source;
    const outcome = await sendRequest("healthz", { signal: AbortSignal.timeout(ANSWER_MS) });
    if (asked === undefined || asked !== source) return;
    if (outcome.kind !== "unreachable") return awaitSilence();
    close();
    void askInstead();
  }

  async function askInstead() {
    timer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    const outcome = await sendRequest("readyz", { signal: AbortSignal.timeout(ANSWER_MS) });
    if (source?.readyState === EventSource.OPEN) return;
    if (outcome.kind === "unreachable") return onConnection("unreachable");
    onConnection("polling");
    const isReady = outcome.kind === "ok";
    const {
      components,
      reasons = [],
      warnings = [],
      checks,
      ...told
    } = /** @type {Partial<LiveState>} */ (isReady ? outcome.json() : outcome.problem);
    if (components === undefined) return;
    const status = (isReady ? told.status : undefined) ?? "not_ready";
    onState({ refusal: null, fleetChanges: 0, components, checks, reasons, warnings, status });
  }

  function close() {
    clearTimeout(timer);
    clearTimeout(silence);
    source?.close();
    source = undefined;
  }

  // Hidden tabs disconnect, because a browser opens only six HTTP/1.1 connections to a service.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return close();
    retryMs = RETRY_MS_MIN;
    open();
  });
  // A tab that is opened in the background connects when it is shown.
  if (document.visibilityState !== "hidden") open();
  return {
    /** Reconnects, to get the state in the chosen language. */
    reopen() {
      if (document.visibilityState !== "hidden") open();
    },
  };
}
