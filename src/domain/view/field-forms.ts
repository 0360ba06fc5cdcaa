import type { JsonPathStep } from "../json/json-value.ts";

/** The required form of a typed field, and an example. */
export interface FieldForm {
  readonly expected: string;
  readonly example: string;
}

/** By the field's path, with `*` for any key or index. */
const FIELD_FORMS: Readonly<Record<string, FieldForm>> = {
  entity: { expected: "text", example: "entity: view_fiis_info" },
  description: { expected: "text", example: 'description: "What one row of the view is"' },
  identifiers: { expected: "a list of column names", example: "identifiers: [ticker]" },
  "identifiers/*": { expected: "a column name", example: "identifiers: [ticker]" },
  default_date_field: { expected: "a column name", example: "default_date_field: payment_date" },
  order_by_whitelist: { expected: "a list of column names", example: "order_by_whitelist: [ticker]" },
  "order_by_whitelist/*": { expected: "a column name", example: "order_by_whitelist: [ticker]" },
  "order_by_whitelist/*/name": { expected: "a column name", example: "order_by_whitelist: [ticker]" },
  columns: { expected: "a list of at least one column", example: "columns: [ticker, close_price]" },
  "columns/*": { expected: "a column name or an object with a name", example: "- name: ticker" },
  "columns/*/name": { expected: "a column name", example: "name: ticker" },
  "columns/*/description": { expected: "text", example: 'description: "Trading code at B3"' },
  "columns/*/alias": { expected: "text", example: "alias: cotação" },
  "columns/*/type": { expected: "text", example: "type: numeric" },
  "columns/*/unit": { expected: "text", example: "unit: R$" },
  ask: { expected: "an object", example: "ask: {keywords: [dividendos]}" },
  "ask/intents": { expected: "a list of texts", example: "intents: [dividendos]" },
  "ask/intents/*": { expected: "text", example: "intents: [dividendos]" },
  "ask/keywords": { expected: "a list of texts", example: "keywords: [rendimento]" },
  "ask/keywords/*": { expected: "text", example: "keywords: [rendimento]" },
  "ask/synonyms": { expected: "an object of lists", example: "synonyms: {rendimento: [provento]}" },
  "ask/synonyms/*": { expected: "a list of texts", example: "rendimento: [provento]" },
  "ask/synonyms/*/*": { expected: "text", example: "rendimento: [provento]" },
  "ask/latest_words": { expected: "a list of texts", example: "latest_words: [último]" },
  "ask/latest_words/*": { expected: "text", example: "latest_words: [último]" },
  "ask/weights": { expected: "an object of numbers", example: "weights: {keywords: 1.0}" },
  "ask/weights/*": { expected: "a number", example: "keywords: 1.0" },
  "ask/weights/*/*": { expected: "a number", example: "keywords: 1.0" },
  "ask/top_k": { expected: "a whole number of at least 1", example: "top_k: 5" },
};

const UNNAMED_FORM: FieldForm = { expected: "what the view schema says", example: "columns: [ticker]" };

/** The form of the field at a path of a view. */
export function fieldForm(path: readonly JsonPathStep[]): FieldForm {
  const namedDepth =
    path[0] === "columns" || path[0] === "order_by_whitelist" ? 2 : path[0] === "ask" ? 1 : 0;
  const key = path.map((step, depth) => (depth === 0 || depth === namedDepth ? step : "*")).join("/");
  return FIELD_FORMS[key] ?? UNNAMED_FORM;
}
