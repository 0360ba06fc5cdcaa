import type { LocalizedText } from "../../lib/language.ts";
import type { JsonPathStep } from "../json/json-value.ts";

/** The required form of a typed field, and an example. */
export interface FieldForm {
  readonly expected: LocalizedText;
  readonly example: string;
}

const TEXT_NOUN: LocalizedText = { en: "text", pt: "texto" };
const TEXT_LIST_NOUN: LocalizedText = { en: "a list of texts", pt: "uma lista de textos" };
const NUMBER_NOUN: LocalizedText = { en: "a number", pt: "um número" };
const COLUMN_NOUN: LocalizedText = { en: "a column name", pt: "o nome de uma coluna" };
const COLUMN_LIST_NOUN: LocalizedText = { en: "a list of column names", pt: "uma lista de nomes de colunas" };

/** The forms, by the path of the field; `*` is any key or index. */
const FIELD_FORMS: Readonly<Record<string, FieldForm>> = {
  entity: { expected: TEXT_NOUN, example: "entity: view_fiis_info" },
  description: { expected: TEXT_NOUN, example: 'description: "What one row of the view is"' },
  identifiers: { expected: COLUMN_LIST_NOUN, example: "identifiers: [ticker]" },
  "identifiers/*": { expected: COLUMN_NOUN, example: "identifiers: [ticker]" },
  default_date_field: { expected: COLUMN_NOUN, example: "default_date_field: payment_date" },
  order_by_whitelist: { expected: COLUMN_LIST_NOUN, example: "order_by_whitelist: [ticker]" },
  "order_by_whitelist/*": { expected: COLUMN_NOUN, example: "order_by_whitelist: [ticker]" },
  "order_by_whitelist/*/name": { expected: COLUMN_NOUN, example: "order_by_whitelist: [ticker]" },
  columns: {
    expected: { en: "a list of at least one column", pt: "uma lista de pelo menos uma coluna" },
    example: "columns: [ticker, close_price]",
  },
  "columns/*": {
    expected: {
      en: "a column name or an object with a name",
      pt: "o nome de uma coluna ou um objeto com um nome",
    },
    example: "- name: ticker",
  },
  "columns/*/name": { expected: COLUMN_NOUN, example: "name: ticker" },
  "columns/*/description": { expected: TEXT_NOUN, example: 'description: "Trading code at B3"' },
  "columns/*/alias": { expected: TEXT_NOUN, example: "alias: cotação" },
  "columns/*/type": { expected: TEXT_NOUN, example: "type: numeric" },
  "columns/*/unit": { expected: TEXT_NOUN, example: "unit: R$" },
  ask: { expected: { en: "an object", pt: "um objeto" }, example: "ask: {keywords: [dividendos]}" },
  "ask/intents": { expected: TEXT_LIST_NOUN, example: "intents: [dividendos]" },
  "ask/intents/*": { expected: TEXT_NOUN, example: "intents: [dividendos]" },
  "ask/keywords": { expected: TEXT_LIST_NOUN, example: "keywords: [rendimento]" },
  "ask/keywords/*": { expected: TEXT_NOUN, example: "keywords: [rendimento]" },
  "ask/synonyms": {
    expected: { en: "an object of lists", pt: "um objeto de listas" },
    example: "synonyms: {rendimento: [provento]}",
  },
  "ask/synonyms/*": { expected: TEXT_LIST_NOUN, example: "rendimento: [provento]" },
  "ask/synonyms/*/*": { expected: TEXT_NOUN, example: "rendimento: [provento]" },
  "ask/latest_words": { expected: TEXT_LIST_NOUN, example: "latest_words: [último]" },
  "ask/latest_words/*": { expected: TEXT_NOUN, example: "latest_words: [último]" },
  "ask/weights": {
    expected: { en: "an object of numbers", pt: "um objeto de números" },
    example: "weights: {keywords: 1.0}",
  },
  "ask/weights/*": { expected: NUMBER_NOUN, example: "keywords: 1.0" },
  "ask/weights/*/*": { expected: NUMBER_NOUN, example: "keywords: 1.0" },
  "ask/top_k": {
    expected: { en: "a whole number of at least 1", pt: "um número inteiro de pelo menos 1" },
    example: "top_k: 5",
  },
};

const OTHER_FORM: FieldForm = {
  expected: { en: "a value that the view schema accepts", pt: "um valor que o esquema da view aceita" },
  example: "columns: [ticker]",
};

export function findFieldForm(path: readonly JsonPathStep[]): FieldForm {
  const namedDepth =
    path[0] === "columns" || path[0] === "order_by_whitelist" ? 2 : path[0] === "ask" ? 1 : 0;
  const key = path.map((step, depth) => (depth === 0 || depth === namedDepth ? step : "*")).join("/");
  return FIELD_FORMS[key] ?? OTHER_FORM;
}
