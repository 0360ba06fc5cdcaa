import { call } from "./api.js";
import { html, nothing } from "./lib/lit-html.js";

/**
 * Calls an admin route. A refused token is deleted: sent again automatically, it would use up the allowed
 * attempts.
 *
 * @param {import("./context.js").Context} context
 * @param {string} path
 * @param {"GET" | "POST"} method
 */
export async function callAsAdmin({ preferences }, path, method) {
  const token = preferences.token();
  const outcome = await call(path, { method, token });
  const isRefused = outcome.kind === "problem" && (outcome.status === 401 || outcome.status === 429);
  if (isRefused && preferences.token() === token) preferences.setToken("");
  return outcome;
}

/**
 * The field for the admin token, and the button of the action that needs it.
 *
 * @param {import("./context.js").Context} context
 * @param {object} form
 * @param {string} form.button
 * @param {boolean} form.busy
 * @param {() => void} form.submit called when a token is present
 */
export function tokenForm({ words, preferences, update }, { button, busy, submit }) {
  const { t } = words();

  /** @param {SubmitEvent} event */
  function onSubmit(event) {
    event.preventDefault();
    const field = document.getElementById("token");
    if (field instanceof HTMLInputElement) preferences.setToken(field.value);
    if (preferences.token() === "") field?.focus();
    else if (!busy) submit();
    update();
  }

  function forget() {
    preferences.setToken("");
    update();
    document.getElementById("token")?.focus();
  }

  return html`
    <form class="token" @submit=${onSubmit}>
      <div class="field">
        <label for="token">${t("token")}</label>
        <input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-hint" .value=${preferences.token()}>
        <p id="token-hint" class="hint">${t("tokenHint")}</p>
      </div>
      <div class="actions">
        <button type="submit" class="primary" aria-busy=${busy}>${button}</button>
        ${preferences.token() === "" ? nothing : html`<button type="button" class="quiet" @click=${forget}>${t("forgetToken")}</button>`}
      </div>
    </form>`;
}
