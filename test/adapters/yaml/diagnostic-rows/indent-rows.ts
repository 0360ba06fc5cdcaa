import { after, type Row } from "./row.ts";

/** C4: texts, lists and objects whose lines are not indented deeper than their key. */
export const INDENT_ROWS: readonly Row[] = [
  {
    name: "C4: text in double quotes that goes on at the first column",
    yaml: after('description: "one\ntwo"\n'),
    diagnostics: [
      "4:1: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes that goes on below its key",
    yaml: 'columns:\n  - name: a\n    description: "one\n    two"\nidentifiers: [a]\n',
    diagnostics: [
      "4:5: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in single quotes that goes on behind an empty line",
    yaml: after("description: 'one\n\ntwo'\n"),
    diagnostics: [
      "5:1: error: this line belongs to the text in single quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes that goes on with a colon",
    yaml: after('description: "one\ntwo: three" # four\n'),
    diagnostics: [
      "4:1: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes that is never closed",
    yaml: after('description: "one\nx: "1"\n'),
    diagnostics: [
      '3:14: error: the text in double quotes that begins here has no end; add " where the text ends [yaml-syntax]',
    ],
  },
  {
    name: "C4: a list in brackets whose items are not indented",
    yaml: "columns: [\na,\nb]\nidentifiers: [a]\n",
    diagnostics: [
      "2:1: error: this line belongs to the list in brackets that begins above, but is not indented deeper than the key of that list; indent the lines of the list deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: plain text that goes on at the first column",
    yaml: after("description: one\ntwo\n"),
    diagnostics: [
      '4:1: error: this line is neither a key nor part of the text above it: it is not indented deeper than the key of that text; indent the lines of the text deeper than its key, or write it as "key: value" [yaml-syntax]',
    ],
  },
  {
    name: "C4: a block text at the first column",
    yaml: after("description: |\none\ntwo\n"),
    diagnostics: [
      "4:1: error: this line belongs to the text above it, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes whose closing quote is not indented",
    yaml: after('description: "one\n  two\n"\nask: {top_k: 3}\n'),
    diagnostics: [
      "5:1: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes in a list of columns, whose closing quote stands below its key",
    yaml: 'columns:\n  - name: a\n    description: "one\n      two\n    "\nidentifiers: [a]\n',
    diagnostics: [
      "5:5: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in single quotes whose closing quote is not indented",
    yaml: after("description: 'one\n  two\n'\n"),
    diagnostics: [
      "5:1: error: this line belongs to the text in single quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes that goes on after a tab",
    yaml: after('description: "one\n\ttwo"\n'),
    diagnostics: [
      "4:1: error: this line belongs to the text in double quotes that begins above, but is indented with a tab; indent the lines of the text deeper than its key, with spaces [yaml-syntax]",
    ],
  },
  {
    name: "C4: text in double quotes in a list in brackets",
    yaml: after('ask: {keywords: ["one\ntwo", "b"]}\n'),
    diagnostics: [
      "4:1: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: two texts in double quotes",
    yaml: after('description: "one\n"\nx: "two\n"\n'),
    diagnostics: [
      "4:1: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
      "6:1: error: this line belongs to the text in double quotes that begins above, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
  ...[`"one two"`, `'one\ntwo'`, "[one, two]", "{one: two}", "one two"].map((value) => ({
    name: `C4: a key whose value stands below it, as ${JSON.stringify(value)}`,
    yaml: after(`description:\n${value}\nask: {top_k: 3}\n`),
    diagnostics: [
      "4:1: error: this line is the value of the key above it, but is not indented deeper than that key; indent the value deeper than its key, or write it after the colon [yaml-syntax]",
    ],
  })),
  {
    name: "C4: a list in brackets of objects that are not indented",
    yaml: "identifiers: [a]\ncolumns: [\n{name: a},\n{name: b}\n]\n",
    diagnostics: [
      "3:1: error: this line belongs to the list in brackets that begins above, but is not indented deeper than the key of that list; indent the lines of the list deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "C4: an object in braces whose fields are not indented",
    yaml: after("ask: {\ntop_k: 3,\nkeywords: [a]}\n"),
    diagnostics: [
      "4:1: error: this line belongs to the object in braces that begins above, but is not indented deeper than the key of that object; indent the lines of the object deeper than its key [yaml-syntax]",
    ],
  },
  ...[
    "description: >\n",
    "description: >-\n\n",
    "description: >\n  one\n",
    "description: |\n  one\n\n  two\n",
  ].map((begin) => ({
    name: `C4: ${JSON.stringify(begin)} that goes on at the first column`,
    yaml: after(`${begin}three\nask: {top_k: 3}\n`),
    diagnostics: [
      `${2 + begin.split("\n").length}:1: error: this line belongs to the text above it, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]`,
    ],
  })),
  {
    name: "C4: a block text that is indented less than it states",
    yaml: after("description: >2\n one\n"),
    diagnostics: [
      "4:2: error: this line is not indented enough: the 2 after | or > requires 2 spaces more than the indentation of the key; indent the lines of the text 2 spaces deeper than its key, or remove the 2 [yaml-syntax]",
    ],
  },
];
