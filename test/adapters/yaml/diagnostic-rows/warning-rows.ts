import { after, type Row } from "./row.ts";

export const WARNING_ROWS: readonly Row[] = [
  {
    name: "an identifier that is no column",
    yaml: "columns: [a]\nidentifiers: [a, b]\n",
    diagnostics: [
      '2:18: warning: "identifiers" names "b", which is not a column of this view; write the name of a column of this view, or add the column [column-unknown at /identifiers/1]',
    ],
    json: '{"columns": ["a"], "identifiers": ["a", "b"]}',
  },
  {
    name: "a date field that is no column",
    yaml: after("default_date_field: d\n"),
    diagnostics: [
      '3:21: warning: "default_date_field" names "d", which is not a column of this view; write the name of a column of this view, or add the column [column-unknown at /default_date_field]',
    ],
    json: '{"columns": ["a"], "default_date_field": "d", "identifiers": ["a"]}',
  },
  {
    name: "an order-by name that is no column",
    yaml: after("order_by_whitelist: [a, z]\n"),
    diagnostics: [
      '3:25: warning: "order_by_whitelist" names "z", which is not a column of this view; write the name of a column of this view, or add the column [column-unknown at /order_by_whitelist/1]',
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "order_by_whitelist": ["a", "z"]}',
  },
  {
    name: "repeated columns",
    yaml: "columns: [a, a, {name: b}, {name: a}]\nidentifiers: [a]\n",
    diagnostics: [
      '1:14: warning: column "a" is listed twice; remove one of the two [column-repeated at /columns/1]',
      '1:28: warning: column "a" is listed twice; remove one of the two [column-repeated at /columns/3]',
    ],
    json: '{"columns": ["a", "a", {"name": "b"}, {"name": "a"}], "identifiers": ["a"]}',
  },
  {
    name: "fields that are nearly named for others",
    yaml: "columns: [{name: a, descripton: x}]\nidentifiers: [a]\nOrder-By-whitelist: [a]\nask: {keyword: [b], top_k: 1}\n",
    diagnostics: [
      '1:21: warning: unknown field "descripton"; did you mean description? [field-misspelt at /columns/0/descripton]',
      '3:1: warning: unknown field "Order-By-whitelist"; did you mean order_by_whitelist? [field-misspelt at /Order-By-whitelist]',
      '4:7: warning: unknown field "keyword"; did you mean keywords? [field-misspelt at /ask/keyword]',
    ],
    json: '{"Order-By-whitelist": ["a"], "ask": {"keyword": ["b"], "top_k": 1}, "columns": [{"descripton": "x", "name": "a"}], "identifiers": ["a"]}',
  },
  {
    name: "doubtful texts",
    yaml: after("x: [no, on, Yes, OFF, 012, 1:30, 1_000, 2024-01-01, 0b11]\n"),
    diagnostics: [
      '3:5: warning: YAML 1.1 readers read no as the boolean false; quote it if it is text: "no", or write it so that all readers read the same value [yaml-ambiguous at /x/0]',
      '3:9: warning: YAML 1.1 readers read on as the boolean true; quote it if it is text: "on", or write it so that all readers read the same value [yaml-ambiguous at /x/1]',
      '3:13: warning: YAML 1.1 readers read Yes as the boolean true; quote it if it is text: "Yes", or write it so that all readers read the same value [yaml-ambiguous at /x/2]',
      '3:18: warning: YAML 1.1 readers read OFF as the boolean false; quote it if it is text: "OFF", or write it so that all readers read the same value [yaml-ambiguous at /x/3]',
      '3:23: warning: YAML 1.1 readers read 012 as the integer 10; quote it if it is text: "012", or write it so that all readers read the same value [yaml-ambiguous at /x/4]',
      '3:28: warning: YAML 1.1 readers read 1:30 as the integer 90; quote it if it is text: "1:30", or write it so that all readers read the same value [yaml-ambiguous at /x/5]',
      '3:34: warning: YAML 1.1 readers read 1_000 as the integer 1000; quote it if it is text: "1_000", or write it so that all readers read the same value [yaml-ambiguous at /x/6]',
      '3:41: warning: YAML 1.1 readers read 2024-01-01 as the date 2024-01-01; quote it if it is text: "2024-01-01", or write it so that all readers read the same value [yaml-ambiguous at /x/7]',
      '3:53: warning: YAML 1.1 readers read 0b11 as the integer 3; quote it if it is text: "0b11", or write it so that all readers read the same value [yaml-ambiguous at /x/8]',
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "x": ["no", "on", "Yes", "OFF", 12, "1:30", "1_000", "2024-01-01", "0b11"]}',
  },
  {
    name: "doubtful keys",
    yaml: after("no: 1\n2024-01-01: 3\n"),
    diagnostics: [
      '3:1: warning: YAML 1.1 readers read no as the boolean false; quote it if it is text: "no", or write it so that all readers read the same value [yaml-ambiguous at /no]',
      '4:1: warning: YAML 1.1 readers read 2024-01-01 as the date 2024-01-01; quote it if it is text: "2024-01-01", or write it so that all readers read the same value [yaml-ambiguous at /2024-01-01]',
    ],
    json: '{"2024-01-01": 3, "columns": ["a"], "identifiers": ["a"], "no": 1}',
  },
  {
    name: "a doubtful and wrong key",
    yaml: after("x: {012: 2}\n"),
    diagnostics: ['3:5: error: the key "012" is not text; quote it: "012" [key-type at /x]'],
  },
  {
    name: "quoted texts and keys, which are not doubtful",
    yaml: after("x: ['no', \"on\", '012', !!str 1:30]\n'no': 1\n"),
    json: '{"columns": ["a"], "identifiers": ["a"], "no": 1, "x": ["no", "on", "012", "1:30"]}',
  },
  {
    name: "plain texts that all readers read alike",
    yaml: after("x: [y, n, ~, abc, 1.5, 12, true, null, 1.2.3, 2024-13]\n"),
    json: '{"columns": ["a"], "identifiers": ["a"], "x": ["y", "n", null, "abc", 1.5, 12, true, null, "1.2.3", "2024-13"]}',
  },
  {
    name: "unknown fields, which are kept",
    yaml: after("owner: {team: fundos, since: 2019}\nx_tags: [a]\n"),
    json: '{"columns": ["a"], "identifiers": ["a"], "owner": {"since": 2019, "team": "fundos"}, "x_tags": ["a"]}',
  },
];
