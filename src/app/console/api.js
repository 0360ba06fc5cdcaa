/**
 * The result of a request.
 *
 * @typedef {{ readonly kind: "ok", readonly text: string, readonly etag: string | undefined, json(): unknown }
 *   | { readonly kind: "problem", readonly status: number, readonly problem: Problem, readonly retrySeconds: number | undefined }
 *   | { readonly kind: "unreachable" }} Outcome
 *
 * @typedef {Exclude<Outcome, { kind: "ok" }>} Failure
 */

/**
 * @typedef {object} Problem
 * @property {string} [code]
 * @property {string} [detail]
 * @property {string} [reason] why a catalog was refused
 * @property {string} [hint]
 * @property {readonly string[]} [reasons]
 * @property {import("./live.js").Components} [components]
 * @property {readonly Finding[]} [diagnostics]
 * @property {number} [diagnosticsTotal]
 */

/**
 * @typedef {object} Finding
 * @property {string} file
 * @property {number} line
 * @property {number} column
 * @property {"error" | "warning"} severity
 * @property {string} [code] an older replica sends none
 * @property {string} [frame] the lines of the file; only for requests with the token
 * @property {string} message
 * @property {string} hint
 */

/**
 * @typedef {object} CallOptions
 * @property {string} [method]
 * @property {string} [token]
 * @property {unknown} [body]
 * @property {AbortSignal} [signal]
 */

/**
 * Encodes a name for a path. Browsers resolve a name of one or two dots as a folder, even escaped. With a space
 * appended, the name does not exist, and the service reports that.
 *
 * @param {string} name
 */
export function encodePathSegment(name) {
  return encodeURIComponent(/^\.{1,2}$/.test(name) ? `${name} ` : name);
}

/** How long to wait for an answer: long enough for the reload of a large catalog. */
const TIMEOUT_MS = 60_000;

/**
 * Sends a request to this service.
 *
 * @param {string} path relative to the console's page, so that it works behind a proxy's path
 * @param {CallOptions} [options]
 * @returns {Promise<Outcome>}
 */
export async function sendRequest(path, { method = "GET", token, body, signal } = {}) {
  try {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(new URL(path, document.baseURI), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    const value = parseJson(text);
    // A proxy may answer with a page of its own, such as a login page.
    if (response.ok && value !== undefined)
      return { kind: "ok", text, etag: response.headers.get("etag") ?? undefined, json: () => value };
    const retry = Number(response.headers.get("retry-after") ?? Number.NaN);
    const retrySeconds = Number.isFinite(retry) ? retry : undefined;
    return {
      kind: "problem",
      status: response.status,
      problem: /** @type {Problem} */ (value ?? {}),
      retrySeconds,
    };
  } catch {
    // `fetch` also rejects a token with characters that headers must not have. Such a token counts as wrong.
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
      return { kind: "problem", status: 401, problem: {}, retrySeconds: undefined };
    }
    return { kind: "unreachable" };
  }
}

/**
 * Makes a function that waits for the answer of a request. The answer is undefined if a later request was passed to the
 * function in the meantime: answers may arrive in another order.
 */
export function createLatestAnswerFilter() {
  let requests = 0;
  return async (/** @type {Promise<Outcome>} */ request) => {
    requests += 1;
    const own = requests;
    const outcome = await request;
    return own === requests ? outcome : undefined;
  };
}

/**
 * Makes a function that runs a task, one run at a time. Calls during a run request one more run after it,
 * because the current run may have missed a change.
 *
 * @param {() => Promise<void>} task does not reject
 */
export function createSingleFlight(task) {
  let isBusy = false;
  let isDue = false;
  async function request() {
    isDue = isBusy;
    if (isBusy) return;
    isBusy = true;
    await task();
    isBusy = false;
    if (isDue) void request();
  }
  return { request, isBusy: () => isBusy };
}

/**
 * Calls an admin route. A refused token is deleted, because sending it again automatically would use up the
 * allowed attempts.
 *
 * @param {Pick<import("./context.js").Context, "preferences">} context
 * @param {string} path
 * @param {"GET" | "POST"} method
 */
export async function callAsAdmin({ preferences }, path, method) {
  const token = preferences.token();
  const outcome = await sendRequest(path, { method, token });
  const isRefused = outcome.kind === "problem" && [401, 429].includes(outcome.status);
  if (isRefused && preferences.token() === token) preferences.setToken("");
  return outcome;
}

/**
 * Requests a reload or its preview, with diagnostics in the language of the page. A preview changes nothing.
 *
 * @param {Pick<import("./context.js").Context, "preferences">} context
 * @param {"preview" | "reload"} action
 */
export function callReload(context, action) {
  const query = new URLSearchParams({ lang: context.preferences.language() });
  if (action === "preview") query.set("dryRun", "true");
  return callAsAdmin(context, `admin/views/reload?${query}`, "POST");
}

/** @param {string} text @returns {unknown} undefined for invalid JSON */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
