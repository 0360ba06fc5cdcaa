import { after, type Row } from "./row.ts";

export const ALIAS_ROWS: readonly Row[] = [
  {
    name: "an alias without an anchor",
    yaml: after("x: *a\n"),
    diagnostics: [
      "3:4: error: there is no anchor with this name before the alias; define the anchor before the alias, or write the value itself [yaml-syntax at /x]",
    ],
  },
  {
    name: "an alias before its anchor",
    yaml: after("x: *a\ny: &a 1\n"),
    diagnostics: [
      "3:4: error: there is no anchor with this name before the alias; define the anchor before the alias, or write the value itself [yaml-syntax at /x]",
    ],
  },
  {
    name: "an alias inside its list",
    yaml: after("x: &a [*a]\n"),
    diagnostics: [
      "3:8: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x/0]",
    ],
  },
  {
    name: "an alias inside its object",
    yaml: after("x: &a {b: {c: *a}}\n"),
    diagnostics: [
      "3:15: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x/b/c]",
    ],
  },
  {
    name: "an alias of the whole view",
    yaml: "&a\ncolumns: [a]\nidentifiers: [a]\nx: *a\n",
    diagnostics: [
      "4:4: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x]",
    ],
  },
  {
    name: "aliases of one another",
    yaml: after("x: &a [&b [*a, *b]]\n"),
    diagnostics: [
      "3:12: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x/0/0]",
      "3:16: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x/0/1]",
    ],
  },
  {
    name: "an anchor defined again",
    yaml: after("x: &a 1\ny: *a\nz: &a 2\nw: *a\n"),
    diagnostics: [
      "5:4: warning: PyYAML cannot read this file: the anchor is defined a second time; give the second anchor a name of its own [yaml-refused-elsewhere]",
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "w": 2, "x": 1, "y": 1, "z": 2}',
  },
  {
    name: "a merge, which own members override",
    yaml: after("b: &b {p: 1, q: 2}\nx: {q: 3, <<: *b}\ny: {<<: *b, q: 4}\n"),
    json: '{"b": {"p": 1, "q": 2}, "columns": ["a"], "identifiers": ["a"], "x": {"p": 1, "q": 3}, "y": {"p": 1, "q": 4}}',
  },
  {
    name: "a merge of a list, of which the first wins",
    yaml: after("b: &b {p: 1, q: 2}\nc: &c {p: 9, r: 3}\nx: {<<: [*b, *c], r: 4}\n"),
    json: '{"b": {"p": 1, "q": 2}, "c": {"p": 9, "r": 3}, "columns": ["a"], "identifiers": ["a"], "x": {"p": 1, "q": 2, "r": 4}}',
  },
  {
    name: "a merge of an alias of a list",
    yaml: after("b: &b [{a: 1}, {a: 2, c: 3}]\nx: {<<: *b}\n"),
    json: '{"b": [{"a": 1}, {"a": 2, "c": 3}], "columns": ["a"], "identifiers": ["a"], "x": {"a": 1, "c": 3}}',
  },
  {
    name: "a merge of a merge",
    yaml: after("b: &b {p: 1}\nc: &c {<<: *b, q: 2}\nx: {<<: *c}\n"),
    json: '{"b": {"p": 1}, "c": {"p": 1, "q": 2}, "columns": ["a"], "identifiers": ["a"], "x": {"p": 1, "q": 2}}',
  },
  {
    name: "a merge at the top",
    yaml: "base: &b {identifiers: [a], columns: [b]}\n<<: *b\ncolumns: [a]\n",
    json: '{"base": {"columns": ["b"], "identifiers": ["a"]}, "columns": ["a"], "identifiers": ["a"]}',
  },
  {
    name: "a merge of nothing but empty lists and quoted keys",
    yaml: after("x: {<<: []}\ny: {'<<': 1}\n"),
    json: '{"columns": ["a"], "identifiers": ["a"], "x": {}, "y": {"<<": 1}}',
  },
  {
    name: "a merge of a number",
    yaml: after("x: {<<: 1}\n"),
    diagnostics: [
      '3:9: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /x]',
    ],
  },
  {
    name: "a merge of a list of numbers",
    yaml: after("x: {<<: [1, {a: 1}, 2]}\n"),
    diagnostics: [
      '3:10: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /x]',
      '3:21: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /x]',
    ],
  },
  {
    name: "a merge of nothing",
    yaml: after("x: {<<: }\n"),
    diagnostics: [
      '3:9: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /x]',
    ],
  },
  {
    name: "a merge of an alias of a number",
    yaml: after("b: &b 1\nx: {<<: *b}\n"),
    diagnostics: [
      '4:9: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /x]',
    ],
  },
  {
    name: "a merge of a list of lists",
    yaml: after("x: {<<: [[{a: 1}]]}\n"),
    diagnostics: [
      '3:10: error: the merge key "<<" has no object to merge; write an alias of an object after "<<", or quote "<<" [yaml-syntax at /x]',
    ],
  },
  {
    name: "a merge of an unknown alias",
    yaml: after("x: {<<: *b}\n"),
    diagnostics: [
      "3:9: error: there is no anchor with this name before the alias; define the anchor before the alias, or write the value itself [yaml-syntax at /x]",
    ],
  },
  {
    name: "a merge of the object itself",
    yaml: after("x: &x {<<: *x}\n"),
    diagnostics: [
      "3:12: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x]",
    ],
  },
  {
    name: "a merge of the object itself in a list",
    yaml: after("x: &x {<<: [*x]}\n"),
    diagnostics: [
      "3:13: error: the alias refers to a value that contains the alias itself; write the value itself instead of the alias [yaml-syntax at /x]",
    ],
  },
  {
    name: "two merge keys",
    yaml: after("b: &b {p: 1}\nc: &c {p: 2}\nx:\n  <<: *b\n  <<: *c\n"),
    diagnostics: [
      '7:3: error: the key "<<" appears twice in one object; write one << with a list, such as <<: [*first, *second]; if both have the same key, *first counts [duplicate-key at /x/<<]',
    ],
  },
  {
    name: "a key twice in a merged object",
    yaml: after("x: {<<: {a: 1, a: 2}}\n"),
    diagnostics: [
      '3:16: error: the key "a" appears twice in one object; remove or rename one of the two [duplicate-key at /x/a]',
    ],
  },
  {
    name: "a doubtful scalar in a merged object",
    yaml: after("x: {<<: {a: no}}\n"),
    diagnostics: [
      '3:13: warning: YAML 1.1 readers read no as the boolean false; quote it if it is text: "no", or write it so that all readers read the same value [yaml-ambiguous at /x/a]',
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "x": {"a": "no"}}',
  },
];
