import { html, nothing } from "./lib/lit-html.js";
import { drawBadge } from "./parts.js";

/** @typedef {import("./context.js").Context} Context */

const PANEL_ID = "admin-token";

/**
 * The button in the header, and the panel that it opens: the token is entered once for all pages.
 *
 * @param {Context} context
 */
export function drawTokenPanel({ words, preferences, update, tokenChanged }) {
  const { t } = words();
  const isSet = preferences.hasToken();

  /** @param {string} token */
  function setToken(token) {
    preferences.setToken(token);
    document.getElementById(PANEL_ID)?.hidePopover();
    tokenChanged();
    update();
  }

  /** @param {SubmitEvent} event */
  function onSubmit(event) {
    event.preventDefault();
    const field = document.getElementById("token");
    if (!(field instanceof HTMLInputElement)) return;
    if (field.value.trim() === "") field.focus();
    else setToken(field.value);
  }

  return html`
    <button type="button" class="token-button" popovertarget=${PANEL_ID}>${t("token")} ${isSet ? drawBadge("good", t("tokenSet")) : nothing}</button>
    <form id=${PANEL_ID} popover class="panel token" @submit=${onSubmit} @toggle=${focusField}>
      <div class="field">
        <label for="token">${t("tokenLabel")}</label>
        <input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-hint" .value=${preferences.token()}>
        <p id="token-hint" class="hint">${t("tokenHint")}</p>
      </div>
      <div class="actions">
        <button type="submit" class="primary">${t("useToken")}</button>
        ${isSet ? html`<button type="button" class="quiet" @click=${() => setToken("")}>${t("forgetToken")}</button>` : nothing}
      </div>
    </form>`;
}

/** @param {ToggleEvent} event */
function focusField({ newState }) {
  if (newState === "open") document.getElementById("token")?.focus();
}

/**
 * The notice that a page shows while the token is not set.
 *
 * @param {Context} context
 * @param {string} text what the token would show
 */
export function drawTokenNotice({ words }, text) {
  return html`<div class="notice"><p>${text} <button type="button" class="quiet" popovertarget=${PANEL_ID}>${words().t("enterToken")}</button></p></div>`;
}
