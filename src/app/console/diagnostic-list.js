import { html, nothing } from "./lib/lit-html.js";
import { countFindings, drawBadge } from "./parts.js";

/**
 * @typedef {import("./texts.js").PageTexts} PageTexts
 * @typedef {import("./api.js").Finding} Finding
 * @typedef {"error" | "warning"} Severity
 */

const SEVERITIES = /** @type {const} */ ({ error: ["bad", "error"], warning: ["warn", "warning"] });

/**
 * Lists diagnostics by file. The severity is shown by a word, a sign and a colour, and the list can be filtered by
 * severity.
 *
 * @param {import("./context.js").Context} context
 */
export function createDiagnosticList(context) {
  /** @type {Severity | undefined} the severity that is shown; undefined for both */
  let only;

  /** @param {readonly Finding[]} all */
  function drawFilter(all) {
    const { t, counted } = context.words();
    const errors = all.filter(({ severity }) => severity === "error").length;
    if (errors === 0 || errors === all.length) {
      only = undefined;
      return nothing;
    }
    /** @param {Severity | undefined} severity @param {string} text */
    const choice = (severity, text) => html`
      <button type="button" aria-pressed=${severity === only} @click=${() => {
        only = severity;
        context.update();
      }}>${text}</button>`;
    return html`
      <div class="filter" role="group" aria-label=${t("severity")}>
        ${choice(undefined, t("allSeverities"))} ${choice("error", counted(errors, "Error"))}
        ${choice("warning", counted(all.length - errors, "Warning"))}
      </div>`;
  }

  /**
   * @param {readonly Finding[]} all
   * @param {number} total including those that were not sent
   */
  return (all, total) => {
    const words = context.words();
    const filter = drawFilter(all);
    const shown = all.filter(({ severity }) => only === undefined || severity === only);
    const byFile = Map.groupBy(shown, ({ file }) => file);
    return html`
      ${filter}
      <div class="findings">
        ${[...byFile].map(
          ([file, ofFile]) => html`
            <section>
              <h2 class="file"><code>${file}</code> <span class="count">${countFindings(words, ofFile, ofFile.length)}</span></h2>
              <ol role="list">${ofFile.map((finding) => drawFinding(words, finding))}</ol>
            </section>`,
        )}
      </div>
      ${total > all.length ? html`<p>${words.t("moreFindings", { count: words.format.number(total - all.length) })}</p>` : nothing}`;
  };
}

/** @param {PageTexts} words @param {Finding} finding */
function drawFinding({ t }, { file, line, column, severity, code, message, hint, frame }) {
  const [kind, word] = SEVERITIES[severity];
  return html`
    <li class=${severity}>
      <p class="place">${drawBadge(kind, t(word))} <code>${file}:${line}:${column}</code>${code === undefined ? nothing : html` <code class="code">${code}</code>`}</p>
      <p>${message}</p>
      <p class="hint"><span>${t("hint")}:</span> ${hint}</p>
      ${frame === undefined ? nothing : html`<pre tabindex="0" aria-label=${t("linesOf", { file })}>${frame}</pre>`}
    </li>`;
}
