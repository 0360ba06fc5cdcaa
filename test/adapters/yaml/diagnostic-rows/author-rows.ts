import { after, type Row } from "./row.ts";

/** What people wrote, with the number of the report: everything at once, forms that others take, and doubts. */
export const AUTHOR_ROWS: readonly Row[] = [
  {
    name: "C1: a number that is none, a key twice, a key that is no text, and wrong fields",
    yaml: "columns: []\nask: {weights: {keywords: .nan}}\n1: x\nx: 1\nx: {2: .inf}\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
      '1:10: error: "columns" must be a list of at least one column, got an empty list; write columns: [ticker, close_price] [field-invalid at /columns]',
      '2:27: error: JSON cannot represent ".nan" as a number; write a finite number, or quote it as text [number-range at /ask/weights/keywords]',
      '3:1: error: the key "1" is not text; quote it: "1" [key-type]',
      '5:1: error: the key "x" appears twice in one object; remove or rename one of the two [duplicate-key at /x]',
      '5:5: error: the key "2" is not text; quote it: "2" [key-type at /x]',
      '5:8: error: JSON cannot represent ".inf" as a number; write a finite number, or quote it as text [number-range at /x]',
    ],
  },
  {
    name: "C1: an unknown tag, and wrong fields",
    yaml: "columns: !cols []\nidentifiers: !ids a\nask: {top_k: !!int x, keywords: 1}\n",
    diagnostics: [
      '1:10: error: the tag "!cols" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
      '1:16: error: "columns" must be a list of at least one column, got an empty list; write columns: [ticker, close_price] [field-invalid at /columns]',
      '2:14: error: the tag "!ids" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
      '2:19: error: "identifiers" must be a list of column names, got text; write identifiers: [ticker] [field-invalid at /identifiers]',
      '3:14: error: the tag "!!int" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
      '3:20: error: "ask/top_k" must be a whole number of at least 1, got text; write top_k: 5 [field-invalid at /ask/top_k]',
      '3:33: error: "ask/keywords" must be a list of texts, got the whole number 1; write keywords: [rendimento] [field-invalid at /ask/keywords]',
    ],
  },
  {
    name: "C1: a control character, and a missing field",
    yaml: "columns: [a]\ndescription: a\u0007b\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
      '2:15: error: the file contains the control character U+0007; remove it, or write "\\u0007" in double quotes [text-encoding]',
    ],
  },
  {
    name: "C1: two documents, and a missing field",
    yaml: "columns: [a]\n---\nx: 1\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
      "2:1: error: the file contains more than one document; put each view into a file of its own [yaml-syntax]",
    ],
  },
  {
    name: "C1: an alias of nothing, and a wrong field",
    yaml: "columns: *c\nidentifiers: a\n",
    diagnostics: [
      "1:10: error: there is no anchor with this name before the alias; define the anchor before the alias, or write the value itself [yaml-syntax at /columns]",
      '2:14: error: "identifiers" must be a list of column names, got text; write identifiers: [ticker] [field-invalid at /identifiers]',
    ],
  },
  {
    name: "C1: a merge of text that may have held the name, and a wrong field",
    yaml: "columns: [{<<: x}]\nidentifiers: a\n",
    diagnostics: [
      '1:16: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /columns/0]',
      '2:14: error: "identifiers" must be a list of column names, got text; write identifiers: [ticker] [field-invalid at /identifiers]',
    ],
  },
  {
    name: "C5: no identifiers",
    yaml: "columns: [a]\nidentifiers: []\n",
    diagnostics: [
      '2:14: warning: "identifiers" names no column; name the columns that identify a row [identifiers-empty at /identifiers]',
    ],
    json: '{"columns": ["a"], "identifiers": []}',
  },
  {
    name: "C5: a text that a comment cuts off",
    yaml: after("description: Cota # em reais\n"),
    diagnostics: [
      '3:19: warning: the text ends here: a # after a space begins a comment; if # belongs to the text, quote it: "Cota # em reais"; if # begins a comment, put two spaces before it [text-cut at /description]',
    ],
    json: '{"columns": ["a"], "description": "Cota", "identifiers": ["a"]}',
  },
  {
    name: "C5: words that a comment cuts off",
    yaml: "columns:\n  - name: a\n    alias: Cota # em reais\nidentifiers: [a]\nask:\n  keywords:\n    - cota # do fundo\n",
    diagnostics: [
      '3:17: warning: the text ends here: a # after a space begins a comment; if # belongs to the text, quote it: "Cota # em reais"; if # begins a comment, put two spaces before it [text-cut at /columns/0/alias]',
      '7:12: warning: the text ends here: a # after a space begins a comment; if # belongs to the text, quote it: "cota # do fundo"; if # begins a comment, put two spaces before it [text-cut at /ask/keywords/0]',
    ],
    json: '{"ask": {"keywords": ["cota"]}, "columns": [{"alias": "Cota", "name": "a"}], "identifiers": ["a"]}',
  },
  {
    name: "C5: comments that cut nothing off",
    yaml: "columns:\n  - a # the code\n  - name: b # the price\n    description: Preço  # in reais\nidentifiers: [a] # one\nask: {top_k: 5} # five\n",
    json: '{"ask": {"top_k": 5}, "columns": ["a", {"description": "Preço", "name": "b"}], "identifiers": ["a"]}',
  },
  {
    name: "C5: a word twice",
    yaml: after("ask:\n  keywords: [cota, preço, cota]\n"),
    diagnostics: [
      '4:27: warning: "ask/keywords" lists "cota" twice; remove one of the two [item-repeated at /ask/keywords/2]',
    ],
    json: '{"ask": {"keywords": ["cota", "preço", "cota"]}, "columns": ["a"], "identifiers": ["a"]}',
  },
  {
    name: "C5: a weight of no kind",
    yaml: after("ask:\n  weights: {keyword: 1.0, tone: 2}\n"),
    diagnostics: [
      '4:13: warning: unknown weight "keyword"; did you mean keywords? [weight-unknown at /ask/weights/keyword]',
      '4:27: warning: unknown weight "tone"; use one of intents, keywords, synonyms, latest_words [weight-unknown at /ask/weights/tone]',
    ],
    json: '{"ask": {"weights": {"keyword": 1.0, "tone": 2}}, "columns": ["a"], "identifiers": ["a"]}',
  },
  {
    name: "C5: an identifier in another case",
    yaml: "columns: [ticker]\nidentifiers: [Ticker]\n",
    diagnostics: [
      '2:15: warning: "identifiers" names "Ticker", which is not a column of this view; write ticker if you mean that column, or add the column [column-unknown at /identifiers/0]',
    ],
    json: '{"columns": ["ticker"], "identifiers": ["Ticker"]}',
  },
  {
    name: "C5: a date field that is nearly a column",
    yaml: "columns: [ticker, payment_date]\nidentifiers: [ticker]\ndefault_date_field: paymentdate\n",
    diagnostics: [
      '3:21: warning: "default_date_field" names "paymentdate", which is not a column of this view; write payment_date if you mean that column, or add the column [column-unknown at /default_date_field]',
    ],
    json: '{"columns": ["ticker", "payment_date"], "default_date_field": "paymentdate", "identifiers": ["ticker"]}',
  },
  {
    name: "C7: optional fields that are empty",
    yaml: after("description:\nask:\n  keywords:\n  synonyms: {cota: }\n  weights: {keywords: }\n"),
    diagnostics: [
      '3:1: warning: "description" is empty; remove it, or write description: "What one row of the view is" [field-empty at /description]',
      '5:3: warning: "ask/keywords" is empty; remove it, or write keywords: [rendimento] [field-empty at /ask/keywords]',
      '6:14: warning: "ask/synonyms/cota" is empty; remove it, or write rendimento: [provento] [field-empty at /ask/synonyms/cota]',
      '7:13: warning: "ask/weights/keywords" is empty; remove it, or write keywords: 1.0 [field-empty at /ask/weights/keywords]',
    ],
    json: '{"ask": {"keywords": null, "synonyms": {"cota": null}, "weights": {"keywords": null}}, "columns": ["a"], "description": null, "identifiers": ["a"]}',
  },
  {
    name: "C7: forms that Python takes",
    yaml: after(
      "order_by_whitelist: [{name: a}]\nask:\n  synonyms: {x: y}\n  weights: {keywords: ['1'], synonyms: [2.0], intents: '0.5'}\n",
    ),
    diagnostics: [
      '3:22: warning: "order_by_whitelist/0" is an object, but readers expect a column name; write - a [field-form at /order_by_whitelist/0]',
      '5:17: warning: "ask/synonyms/x" is text, but readers expect a list of texts; write x: ["y"] [field-form at /ask/synonyms/x]',
      '6:23: warning: "ask/weights/keywords" is a list, but readers expect a number; write keywords: 1 [field-form at /ask/weights/keywords]',
      '6:40: warning: "ask/weights/synonyms" is a list, but readers expect a number; write synonyms: 2.0 [field-form at /ask/weights/synonyms]',
      '6:56: warning: "ask/weights/intents" is text, but readers expect a number; write intents: 0.5 [field-form at /ask/weights/intents]',
    ],
    json: '{"ask": {"synonyms": {"x": "y"}, "weights": {"intents": "0.5", "keywords": ["1"], "synonyms": [2.0]}}, "columns": ["a"], "identifiers": ["a"], "order_by_whitelist": [{"name": "a"}]}',
  },
  {
    name: "C7: forms that nobody takes",
    yaml: after(
      "order_by_whitelist: [{nome: a}]\nask:\n  synonyms: {x: 1}\n  weights: {keywords: ['um'], synonyms: [1, 2], intents: []}\n",
    ),
    diagnostics: [
      '3:22: error: "order_by_whitelist/0/name" is missing; add order_by_whitelist: [ticker] [field-missing at /order_by_whitelist/0/name]',
      '5:17: error: "ask/synonyms/x" must be a list of texts, got the whole number 1; write rendimento: [provento] [field-invalid at /ask/synonyms/x]',
      '6:24: error: "ask/weights/keywords/0" must be a number, got text; write keywords: 1.0 [field-invalid at /ask/weights/keywords/0]',
      '6:41: error: "ask/weights/synonyms" must be a number, got a list; write keywords: 1.0 [field-invalid at /ask/weights/synonyms]',
      '6:58: error: "ask/weights/intents" must be a number, got an empty list; write keywords: 1.0 [field-invalid at /ask/weights/intents]',
    ],
  },
  {
    name: "C7: needed fields that are empty",
    yaml: "columns:\nidentifiers:\n",
    diagnostics: [
      '1:9: error: "columns" must be a list of at least one column, got nothing; write columns: [ticker, close_price] [field-invalid at /columns]',
      '2:13: error: "identifiers" must be a list of column names, got nothing; write identifiers: [ticker] [field-invalid at /identifiers]',
    ],
  },
  {
    name: "C10: a missing field and the misspelt one",
    yaml: "colums: [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:1: error: "columns" is missing; if "colums" is that field, rename it to columns [field-missing at /columns]',
    ],
  },
  {
    name: "C10: fields by their Portuguese names",
    yaml: "Descrição: a\ncolunas: [a]\nidentificadores: [a]\nperguntas: {}\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; if "identificadores" is that field, rename it to identifiers [field-missing at /identifiers]',
      '1:1: error: "columns" is missing; if "colunas" is that field, rename it to columns [field-missing at /columns]',
      '1:1: warning: unknown field "Descrição"; did you mean description? [field-misspelt at /Descrição]',
      '4:1: warning: unknown field "perguntas"; did you mean ask? [field-misspelt at /perguntas]',
    ],
  },
  {
    name: "C10: fields of columns and questions by their Portuguese names",
    yaml: `identifiers: [b]
columns: [{name: b, tipo: text, descricao: c, unidade: d, apelido: e}, {nome: f, alias: g}]
ask: {Palavras chave: [b], sinônimos: {}, pesos: {}, intenções: [c], top_k: 1}
`,
    diagnostics: [
      '2:21: warning: unknown field "tipo"; did you mean type? [field-misspelt at /columns/0/tipo]',
      '2:33: warning: unknown field "descricao"; did you mean description? [field-misspelt at /columns/0/descricao]',
      '2:47: warning: unknown field "unidade"; did you mean unit? [field-misspelt at /columns/0/unidade]',
      '2:59: warning: unknown field "apelido"; did you mean alias? [field-misspelt at /columns/0/apelido]',
      '2:72: error: "columns/1/name" is missing; if "nome" is that field, rename it to name [field-missing at /columns/1/name]',
      '3:7: warning: unknown field "Palavras chave"; did you mean keywords? [field-misspelt at /ask/Palavras chave]',
      '3:28: warning: unknown field "sinônimos"; did you mean synonyms? [field-misspelt at /ask/sinônimos]',
      '3:43: warning: unknown field "pesos"; did you mean weights? [field-misspelt at /ask/pesos]',
      '3:54: warning: unknown field "intenções"; did you mean intents? [field-misspelt at /ask/intenções]',
    ],
  },
  {
    name: "C10: a Portuguese name beside the field itself",
    yaml: after("description: a\ndescrição: b\n"),
    json: '{"columns": ["a"], "description": "a", "descrição": "b", "identifiers": ["a"]}',
  },
  {
    name: "C10: a missing field that is misspelt twice",
    yaml: "columns: [a]\nidentifier: [a]\nidentifers: [a]\n",
    diagnostics: [
      '1:1: error: "identifiers" is missing; if "identifier" is that field, rename it to identifiers [field-missing at /identifiers]',
      '3:1: warning: unknown field "identifers"; did you mean identifiers? [field-misspelt at /identifers]',
    ],
  },
  {
    name: "C11: the tag !!merge on a value",
    yaml: after("x: !!merge <<\n"),
    diagnostics: [
      '3:4: error: the tag "!!merge" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown at /x]',
    ],
  },
  {
    name: "C11: the tag !!merge in a list",
    yaml: after("x: [!!merge <<]\n"),
    diagnostics: [
      '3:5: error: the tag "!!merge" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown at /x/0]',
    ],
  },
  {
    name: "C11: the tag !!merge with an anchor",
    yaml: after("x: &a !!merge <<\ny: *a\n"),
    diagnostics: [
      '3:7: error: the tag "!!merge" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown at /x]',
    ],
  },
  {
    name: "C11: an alias of a merge key",
    yaml: after("b: {? &m <<\n : {q: 1}}\nx: *m\n"),
    diagnostics: [
      '3:10: error: the merge key "<<" cannot be a value; quote it if it is text: "<<" [yaml-syntax at /x]',
    ],
  },
  {
    name: "C11: merge keys with and without the tag",
    yaml: after("b: &b {q: 1}\nx: {!!merge <<: *b}\ny: {<<: *b}\n"),
    json: '{"b": {"q": 1}, "columns": ["a"], "identifiers": ["a"], "x": {"q": 1}, "y": {"q": 1}}',
  },
];
