import { after, type Row } from "./row.ts";

export const FIELD_ROWS: readonly Row[] = [
  {
    name: "an empty file",
    yaml: "",
    diagnostics: [
      "1:1: error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "blank lines",
    yaml: "\n\n  \n",
    diagnostics: [
      "1:1: error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "a comment alone",
    yaml: "# hi\n",
    diagnostics: [
      "1:1: error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "an empty document",
    yaml: "---\n...\n",
    diagnostics: [
      "1:1: error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "null",
    yaml: "~",
    diagnostics: [
      "1:1: error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "a text",
    yaml: "hello\n",
    diagnostics: [
      "1:1: error: the file contains text, but a view must be an object; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "a number",
    yaml: "1\n",
    diagnostics: [
      "1:1: error: the file contains the whole number 1, but a view must be an object; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "a list",
    yaml: "- a\n",
    diagnostics: [
      "1:1: error: the file contains a list, but a view must be an object; write the view's fields at the top level, such as columns: [ticker] [view-type]",
    ],
  },
  {
    name: "an empty object",
    yaml: "{}\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
      '1:1: error: "columns" is missing; add columns: [ticker, close_price] [field-missing at /columns]',
    ],
  },
  {
    name: "no columns",
    yaml: "identifiers: [a]\n",
    diagnostics: [
      '1:1: error: "columns" is missing; add columns: [ticker, close_price] [field-missing at /columns]',
    ],
  },
  {
    name: "no identifiers",
    yaml: "columns: [a]\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
    ],
  },
  {
    name: "empty columns and identifiers",
    yaml: "columns: []\nidentifiers: []\n",
    diagnostics: [
      '1:10: error: "columns" must be a list of at least one column, got an empty list; write columns: [ticker, close_price] [field-invalid at /columns]',
    ],
  },
  {
    name: "columns and identifiers without a value",
    yaml: "columns:\nidentifiers:\n",
    diagnostics: [
      '1:9: error: "columns" must be a list of at least one column, got nothing; write columns: [ticker, close_price] [field-invalid at /columns]',
      '2:13: error: "identifiers" must be a list of column names, got nothing; write identifiers: [ticker] [field-invalid at /identifiers]',
    ],
  },
  {
    name: "columns and identifiers of other types",
    yaml: "columns: {a: 1}\nidentifiers: a\n",
    diagnostics: [
      '1:10: error: "columns" must be a list of at least one column, got an object; write a list: - a [field-invalid at /columns]',
      '2:14: error: "identifiers" must be a list of column names, got text; write identifiers: [ticker] [field-invalid at /identifiers]',
    ],
  },
  {
    name: "wrong columns and identifiers",
    yaml: "columns: [1, '', {}, {name: 1}, {name: a, description: 1, alias: [a]}, [a], null]\nidentifiers: [1, '', {a: 1}]\n",
    diagnostics: [
      '1:11: error: "columns/0" must be a column name or an object with a name, got the whole number 1; write - name: ticker [field-invalid at /columns/0]',
      '1:14: error: "columns/1" must be a column name or an object with a name, got empty text; write - name: ticker [field-invalid at /columns/1]',
      '1:18: error: "columns/2/name" is missing; add name: ticker [field-missing at /columns/2/name]',
      '1:29: error: "columns/3/name" must be a column name, got the whole number 1; write name: ticker [field-invalid at /columns/3/name]',
      '1:56: error: "columns/4/description" must be text, got the whole number 1; write description: "Trading code at B3" [field-invalid at /columns/4/description]',
      '1:66: error: "columns/4/alias" must be text, got a list; write alias: cotação [field-invalid at /columns/4/alias]',
      '1:72: error: "columns/5" must be a column name or an object with a name, got a list; write - name: ticker [field-invalid at /columns/5]',
      '1:77: error: "columns/6" must be a column name or an object with a name, got nothing; write - name: ticker [field-invalid at /columns/6]',
      '2:15: error: "identifiers/0" must be a column name, got the whole number 1; write identifiers: [ticker] [field-invalid at /identifiers/0]',
      '2:18: error: "identifiers/1" must be a column name, got empty text; write identifiers: [ticker] [field-invalid at /identifiers/1]',
      '2:22: error: "identifiers/2" must be a column name, got an object; write identifiers: [ticker] [field-invalid at /identifiers/2]',
    ],
  },
  {
    name: "wrong texts",
    yaml: after("description: [a]\ndefault_date_field: 3\norder_by_whitelist: {a: 1}\n"),
    diagnostics: [
      '3:14: error: "description" must be text, got a list; write description: "What one row of the view is" [field-invalid at /description]',
      '4:21: error: "default_date_field" must be a column name, got the whole number 3; write default_date_field: payment_date [field-invalid at /default_date_field]',
      '5:21: error: "order_by_whitelist" must be a list of column names, got an object; write order_by_whitelist: [ticker] [field-invalid at /order_by_whitelist]',
    ],
  },
  {
    name: "a wrong order-by name",
    yaml: after("order_by_whitelist: [a, 1.5, true]\n"),
    diagnostics: [
      '3:25: error: "order_by_whitelist/1" must be a column name, got the number 1.5; write order_by_whitelist: [ticker] [field-invalid at /order_by_whitelist/1]',
      '3:30: error: "order_by_whitelist/2" must be a column name, got the boolean true; write order_by_whitelist: [ticker] [field-invalid at /order_by_whitelist/2]',
    ],
  },
  {
    name: "wrong members of ask",
    yaml: after(
      "ask:\n  intents: x\n  keywords: [1]\n  synonyms: {a: b, c: [1]}\n  latest_words: 3\n  weights: {k: x}\n  top_k: 0\n",
    ),
    diagnostics: [
      '4:12: error: "ask/intents" must be a list of texts, got text; write intents: [dividendos] [field-invalid at /ask/intents]',
      '5:14: error: "ask/keywords/0" must be text, got the whole number 1; write keywords: [rendimento] [field-invalid at /ask/keywords/0]',
      '6:24: error: "ask/synonyms/c/0" must be text, got the whole number 1; write rendimento: [provento] [field-invalid at /ask/synonyms/c/0]',
      '7:17: error: "ask/latest_words" must be a list of texts, got the whole number 3; write latest_words: [último] [field-invalid at /ask/latest_words]',
      '8:16: error: "ask/weights/k" must be a number, got text; write keywords: 1.0 [field-invalid at /ask/weights/k]',
      '9:10: error: "ask/top_k" must be a whole number of at least 1, got the whole number 0; write top_k: 5 [field-invalid at /ask/top_k]',
    ],
  },
  {
    name: "ask as a list",
    yaml: after("ask: [a]\n"),
    diagnostics: [
      '3:6: error: "ask" must be an object, got a list; write ask: {keywords: [dividendos]} [field-invalid at /ask]',
    ],
  },
  {
    name: "ask as a text",
    yaml: after("ask: dividendos\n"),
    diagnostics: [
      '3:6: error: "ask" must be an object, got text; write ask: {keywords: [dividendos]} [field-invalid at /ask]',
    ],
  },
  {
    name: "wrong types of all of ask",
    yaml: after("ask: {synonyms: [a], weights: [1], top_k: '5'}\n"),
    diagnostics: [
      '3:17: error: "ask/synonyms" must be an object of lists, got a list; write synonyms: {rendimento: [provento]} [field-invalid at /ask/synonyms]',
      '3:31: error: "ask/weights" must be an object of numbers, got a list; write weights: {keywords: 1.0} [field-invalid at /ask/weights]',
      '3:43: error: "ask/top_k" must be a whole number of at least 1, got text; write top_k: 5 [field-invalid at /ask/top_k]',
    ],
  },
  {
    name: "a fraction as top_k",
    yaml: after("ask: {top_k: 1.5}\n"),
    diagnostics: [
      '3:14: error: "ask/top_k" must be a whole number of at least 1, got the number 1.5; write top_k: 5 [field-invalid at /ask/top_k]',
    ],
  },
  {
    name: "a negative top_k",
    yaml: after("ask: {top_k: -1}\n"),
    diagnostics: [
      '3:14: error: "ask/top_k" must be a whole number of at least 1, got the whole number -1; write top_k: 5 [field-invalid at /ask/top_k]',
    ],
  },
  {
    name: "a wrong column that an alias gives",
    yaml: "x: &c [1]\ncolumns: *c\nidentifiers: [a]\n",
    diagnostics: [
      '2:10: error: "columns/0" must be a column name or an object with a name, got the whole number 1; write - name: ticker [field-invalid at /columns/0]',
    ],
  },
  {
    name: "a missing field that a merge gives",
    yaml: "x: &x {identifiers: 1}\n<<: *x\ncolumns: [a]\n",
    diagnostics: [
      '1:1: error: "identifiers" must be a list of column names, got the whole number 1; write identifiers: [ticker] [field-invalid at /identifiers]',
    ],
  },
];
