import type { JsonPathStep, JsonValue } from "../../src/domain/json/json-value.ts";

/** A value that a typed field cannot have, what the message says of it behind `must be`, and the hint behind `write`. */
export interface WrongViewField {
  readonly path: readonly JsonPathStep[];
  readonly value: JsonValue;
  readonly message: string;
  readonly hint: string;
}

/** Every typed field of a view that has them all. */
export const WRONG_VIEW_FIELDS: readonly WrongViewField[] = [
  { path: ["entity"], value: 5n, message: "text, got the whole number 5", hint: "entity: view_fiis_info" },
  {
    path: ["description"],
    value: [],
    message: "text, got an empty list",
    hint: 'description: "What one row of the view is"',
  },
  {
    path: ["identifiers"],
    value: "ticker",
    message: "a list of column names, got text",
    hint: "identifiers: [ticker]",
  },
  {
    path: ["identifiers", 1],
    value: "",
    message: "a column name, got empty text",
    hint: "identifiers: [ticker]",
  },
  {
    path: ["default_date_field"],
    value: ["price_date"],
    message: "a column name, got a list",
    hint: "default_date_field: payment_date",
  },
  {
    path: ["order_by_whitelist"],
    value: "*",
    message: "a list of column names, got text",
    hint: "order_by_whitelist: [ticker]",
  },
  {
    path: ["order_by_whitelist", 0],
    value: true,
    message: "a column name, got the boolean true",
    hint: "order_by_whitelist: [ticker]",
  },
  {
    path: ["columns"],
    value: [],
    message: "a list of at least one column, got an empty list",
    hint: "columns: [ticker, close_price]",
  },
  {
    path: ["columns"],
    value: { ticker: "text" },
    message: "a list of at least one column, got an object",
    hint: "a list: - {name: ticker, alias: text}",
  },
  {
    path: ["columns", 2],
    value: 1.5,
    message: "a column name or an object with a name, got the number 1.5",
    hint: "- name: ticker",
  },
  {
    path: ["columns", 0],
    value: ["ticker"],
    message: "a column name or an object with a name, got a list",
    hint: "- name: ticker",
  },
  { path: ["columns", 1, "name"], value: "", message: "a column name, got empty text", hint: "name: ticker" },
  {
    path: ["columns", 1, "description"],
    value: {},
    message: "text, got an object",
    hint: 'description: "Trading code at B3"',
  },
  {
    path: ["columns", 1, "alias"],
    value: false,
    message: "text, got the boolean false",
    hint: "alias: cotação",
  },
  {
    path: ["ask"],
    value: [],
    message: "an object, got an empty list",
    hint: "ask: {keywords: [dividendos]}",
  },
  { path: ["ask"], value: "x", message: "an object, got text", hint: "ask: {keywords: [dividendos]}" },
  {
    path: ["ask", "intents"],
    value: "x",
    message: "a list of texts, got text",
    hint: "intents: [dividendos]",
  },
  {
    path: ["ask", "intents", 0],
    value: 12n,
    message: "text, got the whole number 12",
    hint: "intents: [dividendos]",
  },
  {
    path: ["ask", "keywords"],
    value: {},
    message: "a list of texts, got an object",
    hint: "keywords: [rendimento]",
  },
  {
    path: ["ask", "keywords", 0],
    value: null,
    message: "text, got nothing",
    hint: "keywords: [rendimento]",
  },
  {
    path: ["ask", "synonyms"],
    value: ["a"],
    message: "an object of lists, got a list",
    hint: "synonyms: {rendimento: [provento]}",
  },
  {
    path: ["ask", "synonyms", "preço"],
    value: {},
    message: "a list of texts, got an object",
    hint: "rendimento: [provento]",
  },
  {
    path: ["ask", "synonyms", "preço", 1],
    value: -0.5,
    message: "text, got the number -0.5",
    hint: "rendimento: [provento]",
  },
  {
    path: ["ask", "latest_words"],
    value: 1n,
    message: "a list of texts, got the whole number 1",
    hint: "latest_words: [último]",
  },
  {
    path: ["ask", "latest_words", 0],
    value: "",
    message: "text, got empty text",
    hint: "latest_words: [último]",
  },
  {
    path: ["ask", "weights"],
    value: [1n],
    message: "an object of numbers, got a list",
    hint: "weights: {keywords: 1.0}",
  },
  {
    path: ["ask", "weights", "keywords"],
    value: "um",
    message: "a number, got text",
    hint: "keywords: 1.0",
  },
  {
    path: ["ask", "top_k"],
    value: 0n,
    message: "a whole number of at least 1, got the whole number 0",
    hint: "top_k: 5",
  },
  {
    path: ["ask", "top_k"],
    value: 5,
    message: "a whole number of at least 1, got the number 5.0",
    hint: "top_k: 5",
  },
];
