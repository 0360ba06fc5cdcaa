import { after, type Row } from "./row.ts";

export const KEY_ROWS: readonly Row[] = [
  {
    name: "an own tag",
    yaml: after("x: !foo bar\n"),
    diagnostics: [
      '3:4: error: the tag "!foo" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "an own tag on an object",
    yaml: after("x: !foo {a: 1}\n"),
    diagnostics: [
      '3:4: error: the tag "!foo" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "a Python tag",
    yaml: after("x: !!python/object:os.system {a: 1}\n"),
    diagnostics: [
      '3:4: error: the tag "!!python/object:os.system" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "an undeclared tag handle",
    yaml: after("x: !e!foo bar\n"),
    diagnostics: [
      '3:4: error: the tag "!e!foo" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "a verbatim tag",
    yaml: after("x: !<foo> 12\n"),
    diagnostics: [
      '3:4: error: the tag "!<foo>" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!binary",
    yaml: after("x: !!binary aGVsbG8=\n"),
    diagnostics: [
      '3:4: error: the tag "!!binary" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!timestamp",
    yaml: after("x: !!timestamp 2024-01-01\n"),
    diagnostics: [
      '3:4: error: the tag "!!timestamp" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!set",
    yaml: after("x: !!set {a, b}\n"),
    diagnostics: [
      '3:4: error: the tag "!!set" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!omap",
    yaml: after("x: !!omap [a: 1]\n"),
    diagnostics: [
      '3:4: error: the tag "!!omap" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!merge",
    yaml: after("x: !!merge foo\n"),
    diagnostics: [
      '3:4: error: the tag "!!merge" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!int on text",
    yaml: after("x: !!int abc\n"),
    diagnostics: [
      '3:4: error: the tag "!!int" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "the tag !!map on a list",
    yaml: after("x: !!map [a]\n"),
    diagnostics: [
      '3:4: error: the tag "!!map" is unknown, or does not fit its value; remove the tag and write a plain value [tag-unknown]',
    ],
  },
  {
    name: "core tags that fit",
    yaml: after("x: [!!str 12, !!int '12', !!null '', !!bool true, !!float 1.0, ! 12]\n"),
    diagnostics: [
      '3:66: warning: PyYAML reads the integer 12 here; remove the tag, and quote the value if it is text: "12" [yaml-ambiguous at /x/5]',
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "x": ["12", 12, null, true, 1.0, "12"]}',
  },
  {
    name: "a key twice at the top",
    yaml: after("columns: [b]\n"),
    diagnostics: [
      '3:1: error: the key "columns" appears twice in one object; remove or rename one of the two [duplicate-key at /columns]',
    ],
  },
  {
    name: "a key twice, once quoted",
    yaml: after('"columns": [b]\n'),
    diagnostics: [
      '3:1: error: the key "columns" appears twice in one object; remove or rename one of the two [duplicate-key at /columns]',
    ],
  },
  {
    name: "a key three times",
    yaml: after("x: 1\nx: 2\nx: 3\n"),
    diagnostics: [
      '4:1: error: the key "x" appears twice in one object; remove or rename one of the two [duplicate-key at /x]',
      '5:1: error: the key "x" appears twice in one object; remove or rename one of the two [duplicate-key at /x]',
    ],
  },
  {
    name: "a key twice in an object of an object",
    yaml: after("ask: {weights: {a: 1, a: 2}}\n"),
    diagnostics: [
      '3:23: error: the key "a" appears twice in one object; remove or rename one of the two [duplicate-key at /ask/weights/a]',
      '3:23: warning: unknown weight "a"; use one of intents, keywords, synonyms, latest_words [weight-unknown at /ask/weights/a]',
    ],
  },
  {
    name: "a key twice in an object of a list",
    yaml: after("x: [{a: 1, b: 2, a: 3}]\n"),
    diagnostics: [
      '3:18: error: the key "a" appears twice in one object; remove or rename one of the two [duplicate-key at /x/0/a]',
    ],
  },
  {
    name: "the key __proto__ twice",
    yaml: after("__proto__: 1\n__proto__: 2\n"),
    diagnostics: [
      '4:1: error: the key "__proto__" appears twice in one object; remove or rename one of the two [duplicate-key at /__proto__]',
    ],
  },
  {
    name: "a key twice in an object with two aliases",
    yaml: after("b: &b {a: 1, a: 2}\nx: *b\ny: *b\n"),
    diagnostics: [
      '3:14: error: the key "a" appears twice in one object; remove or rename one of the two [duplicate-key at /b/a]',
    ],
  },
  {
    name: "an integer key",
    yaml: after("x: {1: a}\n"),
    diagnostics: ['3:5: error: the key "1" is not text; quote it: "1" [key-type at /x]'],
  },
  {
    name: "a float key",
    yaml: after("x: {1.5: a}\n"),
    diagnostics: ['3:5: error: the key "1.5" is not text; quote it: "1.5" [key-type at /x]'],
  },
  {
    name: "a boolean key",
    yaml: after("x: {true: a}\n"),
    diagnostics: ['3:5: error: the key "true" is not text; quote it: "true" [key-type at /x]'],
  },
  {
    name: "a null key",
    yaml: after("x: {null: a}\n"),
    diagnostics: ['3:5: error: the key "null" is not text; quote it: "null" [key-type at /x]'],
  },
  {
    name: "a null key written ~",
    yaml: after("x: {~: a}\n"),
    diagnostics: ['3:5: error: the key "~" is not text; quote it: "~" [key-type at /x]'],
  },
  {
    name: "an empty key",
    yaml: after("x: {: a}\n"),
    diagnostics: ["3:5: error: a key is empty; write the key before the colon [key-type at /x]"],
  },
  {
    name: "an empty key at the top",
    yaml: ":\n",
    diagnostics: [
      "1:1: error: a key is empty; write the key before the colon [key-type]",
      '1:1: error: "identifiers" is missing; add identifiers: [ticker] [field-missing at /identifiers]',
      '1:1: error: "columns" is missing; add columns: [ticker, close_price] [field-missing at /columns]',
    ],
  },
  {
    name: "a list as a key",
    yaml: after("x: {[a]: a}\n"),
    diagnostics: ["3:5: error: a list or an object is used as a key; use text as the key [key-type at /x]"],
  },
  {
    name: "an object as a key",
    yaml: after("x: {{a: 1}: a}\n"),
    diagnostics: ["3:5: error: a list or an object is used as a key; use text as the key [key-type at /x]"],
  },
  {
    name: "an alias of a list as a key",
    yaml: after("x: &k [foo]\n*k : 1\n"),
    diagnostics: ["4:1: error: a list or an object is used as a key; use text as the key [key-type]"],
  },
  {
    name: "a wrong key below a key with / and ~",
    yaml: after("'a/b~c': {1: a}\n"),
    diagnostics: ['3:11: error: the key "1" is not text; quote it: "1" [key-type at /a~1b~0c]'],
  },
  {
    name: "keys that are text",
    yaml: after("x: &k foo\n*k : 1\n'1': a\n__proto__: {a: 1}\nconstructor: 1\n? b\n"),
    json: '{"1": "a", "__proto__": {"a": 1}, "b": null, "columns": ["a"], "constructor": 1, "foo": 1, "identifiers": ["a"], "x": "foo"}',
  },
];
