import { html, nothing } from "./lib/lit-html.js";

/**
 * @typedef {import("./texts.js").PageTexts} PageTexts
 * @typedef {import("./api.js").Finding} Finding
 * @typedef {import("./api.js").Failure} Failure
 */

/**
 * Draws words as labels, which wrap.
 *
 * @param {readonly string[]} texts
 */
export function drawLabels(texts) {
  return html`<ul class="chips" role="list">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/**
 * Draws column names or tickers as labels, which wrap.
 *
 * @param {readonly string[]} names
 */
export function drawCodeLabels(names) {
  return html`<ul class="chips" role="list">${names.map((name) => html`<li><code>${name}</code></li>`)}</ul>`;
}

/**
 * Draws a state by a sign and a word, and not only by its colour.
 *
 * @param {"bad" | "good" | "warn" | "idle"} kind
 * @param {unknown} text
 */
export function drawBadge(kind, text) {
  return html`<span class="badge ${kind}">${text}</span>`;
}

/**
 * Draws the name by which people know a replica, and its id.
 *
 * @param {{ readonly id: string, readonly name?: string | undefined }} replica
 */
export function drawReplicaName({ id, name }) {
  return html`${name === undefined ? nothing : html`<b>${name}</b> `}<code>${id}</code>`;
}

/**
 * Draws names with their values; a name without a value is left out.
 *
 * @param {readonly (readonly [name: string, value: unknown])[]} rows
 */
export function drawFacts(rows) {
  const known = rows.filter(([, value]) => value !== undefined && value !== null && value !== nothing);
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/**
 * Counts errors and warnings in words. If the service did not send all diagnostics, only their number is given.
 *
 * @param {PageTexts} words
 * @param {readonly Finding[]} findings
 * @param {number} total
 */
export function countFindings({ counted }, findings, total) {
  if (total > findings.length) return counted(total, "Finding");
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  return [errors > 0 && counted(errors, "Error"), warnings > 0 && counted(warnings, "Warning")]
    .filter(Boolean)
    .join(", ");
}

/**
 * The names that a hint of the service suggests, such as "Did you mean HGLG11 or HGLG12?".
 *
 * @param {string} [hint]
 */
export function findSuggestedNames(hint = "") {
  return [...hint.matchAll(/\b[a-z]\w*(?:\.\w+)*\b(?=(?: or \w+)*\?)/gi)].map(([name]) => name);
}

/**
 * Draws a text of the service, which is in English on every page.
 *
 * @param {string} text
 */
export function drawEnglishText(text) {
  return html`<span lang="en">${text}</span>`;
}

/**
 * Explains why a request failed: with a text of the console if the code is known, and the detail of the service.
 *
 * @param {PageTexts} words
 * @param {Failure} outcome
 */
export function describeFailure({ t, format, reason: reasonText, problem: problemText }, outcome) {
  if (outcome.kind === "unreachable") return t("errorUnreachable");
  const { status, problem, retrySeconds } = outcome;
  if (status === 401) return t("errorWrongToken");
  if (status === 429) return t("errorTooMany", { seconds: format.age(retrySeconds ?? 60) });
  const { code = "", detail, reason } = problem;
  const what = reason === undefined ? (problemText(code) ?? String(status)) : reasonText(reason);
  const text = t(status === 503 ? "errorBusy" : "errorOther", { problem: what });
  return detail === undefined ? text : html`${text} ${drawEnglishText(detail)}`;
}

/**
 * Draws the failure of a page's last request.
 *
 * @param {PageTexts} words
 * @param {Failure | undefined} failure
 */
export function drawFailureNotice(words, failure) {
  return (
    failure && html`<div role="alert" class="notice bad"><p>${describeFailure(words, failure)}</p></div>`
  );
}

/**
 * Why the shared cache does not answer. `address` is defined only with the admin token.
 *
 * @param {PageTexts} words
 * @param {import("./replica-table.js").Outage} outage
 */
export function drawOutage({ fault: faultText, reason: reasonText }, { fault, reason = "", address }) {
  const cause = fault === undefined ? reasonText(reason) : faultText(fault);
  return html`${address === undefined ? nothing : html`<code>${address}</code> `}${cause}`;
}

/**
 * Describes the refusal of a catalog by its reason or the number of diagnostics, and what is served.
 *
 * @param {PageTexts} words
 * @param {import("./live.js").LiveState & { readonly refusal: import("./live.js").Refusal }} state
 */
export function describeRefusal(words, { refusal, components }) {
  const { at, reason, findings, findingsTotal } = refusal;
  const { t, format } = words;
  const time = format.time(at);
  const served = t(components.catalog.state === "absent" ? "nothingServed" : "servedOn");
  if (findingsTotal === 0) return `${t("refusedAt", { reason: words.reason(reason), time })} ${served}`;
  return `${t("refusedFindings", { time, findings: countFindings(words, findings, findingsTotal) })} ${served}`;
}

/**
 * Copies a text to the clipboard; if `navigator.clipboard` is not permitted, by the deprecated `execCommand`.
 *
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    const active = document.activeElement;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    if (active instanceof HTMLElement) active.focus();
  }
}
