import { html, nothing } from "./lib/lit-html.js";

/**
 * @typedef {import("./words.js").Words} Words
 * @typedef {import("./api.js").Finding} Finding
 */

/**
 * Words in little boxes, in one line or as many as they need.
 *
 * @param {readonly string[]} texts
 */
export function chips(texts) {
  return html`<ul class="chips" role="list">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/**
 * A state, told by a sign and a word and not by its colour alone.
 *
 * @param {"bad" | "good" | "warn" | "idle"} kind
 * @param {unknown} text
 */
export function badge(kind, text) {
  return html`<span class="badge ${kind}">${text}</span>`;
}

/**
 * Names and what they stand for; those without a value are left out.
 *
 * @param {readonly (readonly [name: string, value: unknown])[]} rows
 */
export function facts(rows) {
  const known = rows.filter(([, value]) => value !== undefined && value !== null && value !== nothing);
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/**
 * What is wrong with the files of a catalog.
 *
 * @param {Words} words
 * @param {readonly Finding[]} findings
 * @param {number} total how many there are, with those that were not sent
 */
export function findingList({ t, format }, findings, total) {
  return html`
    <ol class="findings">
      ${findings.map(
        ({ file, line, column, severity, message, hint }) => html`
          <li class=${severity}>
            <p class="place"><code>${file}:${line}:${column}</code></p>
            <p>${message}</p>
            <p class="hint"><span>${t("hint")}:</span> ${hint}</p>
          </li>`,
      )}
    </ol>
    ${total > findings.length ? html`<p>${t("moreFindings", { count: format.number(total - findings.length) })}</p>` : nothing}`;
}

/**
 * Why a request failed, in the words of the console where it knows them.
 *
 * @param {Words} words
 * @param {Exclude<import("./api.js").Outcome, { kind: "ok" }>} outcome
 */
export function failureText({ t, format }, outcome) {
  if (outcome.kind === "unreachable") return t("errorUnreachable");
  const { status, problem, retrySeconds } = outcome;
  if (status === 401) return t("errorWrongToken");
  if (status === 429) return t("errorTooMany", { seconds: format.age(retrySeconds ?? 60) });
  const detail = problem.detail ?? String(status);
  return t(status === 503 ? "errorBusy" : "errorOther", { detail });
}

/**
 * That a catalog was not taken, and why.
 *
 * @param {Words} words
 * @param {import("./live.js").Refusal} refusal
 */
export function refusalText({ t, counted, format }, { at, reason, findingsTotal }) {
  const time = format.time(at);
  if (findingsTotal === 0) return t("refusedAt", { reason, time });
  return t("refusedFindings", { time, findings: counted(findingsTotal, "Finding") });
}

/**
 * Puts a text on the clipboard; where a page may not, the old way still works.
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
