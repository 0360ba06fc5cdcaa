import { html, nothing } from "./lib/lit-html.js";

/**
 * @typedef {import("./texts.js").PageTexts} PageTexts
 *
 * @typedef {object} ShownView a view as authored: optional fields may be left empty
 * @property {string | null} [description]
 * @property {readonly string[]} identifiers
 * @property {readonly (string | Readonly<Record<string, unknown>>)[]} columns
 * @property {string | null} [default_date_field]
 * @property {readonly (string | { readonly name: string })[] | null} [order_by_whitelist]
 * @property {Ask | null} [ask]
 *
 * @typedef {object} Ask
 * @property {readonly string[] | null} [intents]
 * @property {readonly string[] | null} [keywords]
 * @property {Readonly<Record<string, readonly string[] | string | null>> | null} [synonyms]
 * @property {readonly string[] | null} [latest_words]
 * @property {Readonly<Record<string, number | string | readonly (number | string)[] | null>> | null} [weights]
 * @property {number | null} [top_k]
 */

/** The fields that have their own column in the table. */
const FIELDS_WITH_COLUMN = new Set(["name", "description", "alias"]);

/**
 * The columns of a view as a table that becomes cards on a narrow screen.
 *
 * @param {PageTexts} words
 * @param {ShownView} view
 */
export function drawColumns(words, view) {
  const { t, counted } = words;
  /** @type {readonly Readonly<Record<string, unknown>>[]} */
  const columns = view.columns.map((column) => (typeof column === "string" ? { name: column } : column));
  const has = (/** @type {string} */ field) =>
    columns.some((column) => (column[field] ?? undefined) !== undefined);
  const withAlias = has("alias");
  const withDescription = has("description");
  return html`
    <section aria-labelledby="columns">
      <h2 id="columns">${t("columns")} <span class="count">${counted(columns.length, "Column")}</span></h2>
      <table class="cards" role="table" aria-labelledby="columns">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${t("column")}</th>
            ${withAlias ? html`<th role="columnheader" scope="col">${t("alias")}</th>` : nothing}
            ${withDescription ? html`<th role="columnheader" scope="col">${t("description")}</th>` : nothing}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${columns.map(
            (column) => html`
              <tr role="row">
                <th role="rowheader" scope="row"><code>${column.name}</code>${drawMarks(words, view, column)}</th>
                ${withAlias ? html`<td role="cell">${column.alias ?? ""}</td>` : nothing}
                ${withDescription ? html`<td role="cell" class="text">${column.description ?? ""}</td>` : nothing}
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
}

/**
 * Draws the roles of a column in its view, and those of its fields that are not in {@link FIELDS_WITH_COLUMN}.
 *
 * @param {PageTexts} words
 * @param {ShownView} view
 * @param {Readonly<Record<string, unknown>>} column
 */
function drawMarks({ t }, view, column) {
  const roles = [
    view.identifiers.includes(String(column.name)) ? t("identifier") : undefined,
    view.default_date_field === column.name ? t("dateField") : undefined,
  ].filter((role) => role !== undefined);
  const others = Object.entries(column)
    .filter(([field, value]) => !FIELDS_WITH_COLUMN.has(field) && value !== null)
    .map(([field, value]) =>
      (field === "type" || field === "unit") && typeof value !== "object"
        ? String(value)
        : `${field}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  return html`<span class="marks">${roles.map((role) => html`<em>${role}</em>`)}${others.map((text) => html`<span>${text}</span>`)}</span>`;
}
