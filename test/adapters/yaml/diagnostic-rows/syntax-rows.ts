import { after, type Row } from "./row.ts";

export const SYNTAX_ROWS: readonly Row[] = [
  {
    name: "a list without its closing bracket",
    yaml: "identifiers: [a]\ncolumns: [a",
    diagnostics: [
      "2:10: error: the list in brackets that begins here has no end; add ] where the list ends, and indent all its lines, also the line with the ] [yaml-syntax]",
    ],
  },
  {
    name: "a list whose bracket closes in the next key",
    yaml: "columns: [a\nidentifiers: [a]\n",
    diagnostics: [
      "1:10: error: the list in brackets that begins here has no end; add ] where the list ends, and indent all its lines, also the line with the ] [yaml-syntax]",
    ],
  },
  {
    name: "an object without its closing brace",
    yaml: "identifiers: [a]\ncolumns: [{name: a]\n",
    diagnostics: [
      "2:11: error: the object in braces that begins here has no end; add } where the object ends, and indent all its lines, also the line with the } [yaml-syntax]",
    ],
  },
  {
    name: "a list closed without indentation",
    yaml: "columns: [\na\n]\nidentifiers: [a]\n",
    diagnostics: [
      "2:1: error: this line belongs to the list in brackets that begins above, but is not indented deeper than the key of that list; indent the lines of the list deeper than its key [yaml-syntax]",
    ],
  },
  {
    name: "a bracket too many",
    yaml: "columns: [a]]\nidentifiers: [a]\n",
    diagnostics: [
      '1:13: error: "]" is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
    ],
  },
  {
    name: "a comma too many",
    yaml: "columns: [a,, b]\nidentifiers: [a]\n",
    diagnostics: [
      '1:13: error: "," is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
    ],
  },
  {
    name: "two wrong commas in two places",
    yaml: "columns: [a,, b]\nidentifiers: [, a]\n",
    diagnostics: [
      '1:13: error: "," is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
      '2:15: error: "," is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
    ],
  },
  {
    name: "a comma too few",
    yaml: 'columns: ["a" "b"]\nidentifiers: [a]\n',
    diagnostics: [
      "1:15: error: missing , or : between flow sequence items; add the missing quote, bracket, colon or comma [yaml-syntax]",
    ],
  },
  {
    name: "block items inside brackets",
    yaml: "columns: [- a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:11: error: a key must be on one line and end with a colon; write it as "key: value", with a space after the colon [yaml-syntax]',
    ],
  },
  {
    name: "an open double quote",
    yaml: after('x: "abc\n'),
    diagnostics: [
      '3:4: error: the text in double quotes that begins here has no end; add " where the text ends [yaml-syntax]',
    ],
  },
  {
    name: "an open single quote",
    yaml: after("x: 'abc\n"),
    diagnostics: [
      "3:4: error: the text in single quotes that begins here has no end; add ' where the text ends [yaml-syntax]",
    ],
  },
  {
    name: "text after a quote",
    yaml: after('x: "a" b\n'),
    diagnostics: [
      '3:8: error: "b" is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
    ],
  },
  {
    name: "an unknown escape",
    yaml: after('x: "\\q"\n'),
    diagnostics: [
      "3:5: error: invalid escape sequence \\q; write a backslash twice, or use single quotes [yaml-syntax]",
    ],
  },
  {
    name: "an escape cut short",
    yaml: after('x: "\\u12"\n'),
    diagnostics: [
      '3:5: error: invalid escape sequence \\u12"; write a backslash twice, or use single quotes [yaml-syntax]',
    ],
  },
  {
    name: "an escape beyond Unicode",
    yaml: after('x: "\\U00110000"\n'),
    diagnostics: [
      "3:5: error: invalid escape sequence \\U00110000; write a backslash twice, or use single quotes [yaml-syntax]",
    ],
  },
  {
    name: "a key without a colon",
    yaml: "columns [a]\nidentifiers: [a]\n",
    diagnostics: [
      '1:1: error: a key must be on one line and end with a colon; write it as "key: value", with a space after the colon [yaml-syntax]',
    ],
  },
  {
    name: "a key without a value at the end",
    yaml: after("x\ny: 1\n"),
    diagnostics: [
      '3:1: error: a colon and a value are missing after this key; write it as "key: value", with a space after the colon [yaml-syntax]',
    ],
  },
  {
    name: "a key of two lines",
    yaml: after('"x\n y": 1\n'),
    diagnostics: [
      '3:1: error: a key must be on one line and end with a colon; write it as "key: value", with a space after the colon [yaml-syntax]',
    ],
  },
  {
    name: "a key of 1100 characters",
    yaml: after(`${"k".repeat(1100)}: 1\n`),
    diagnostics: ["3:1: error: the key is longer than 1024 characters; use a shorter key [yaml-syntax]"],
  },
  {
    name: "a value with a second colon",
    yaml: after("description: a: b\n"),
    diagnostics: [
      '3:14: error: a list or an object begins where only text is allowed; quote the value if it contains ": ", or align this line with the other lines of the same list or object [yaml-syntax]',
    ],
  },
  {
    name: "list items at two depths",
    yaml: "columns:\n  - a\n - b\nidentifiers: [a]\n",
    diagnostics: [
      "3:2: error: this line is indented by 1 space, but no list or object here has that indentation; indent it by 2 spaces, like the - before a, or do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "keys at two depths",
    yaml: "ask:\n  top_k: 1\n intents: [a]\n",
    diagnostics: [
      "3:2: error: this line is indented by 1 space, but no list or object here has that indentation; indent it by 2 spaces, like top_k, or do not indent it [yaml-syntax]",
    ],
  },
  {
    name: "a key that is indented below a value",
    yaml: "ask:\n  top_k: 1\n   intents: [a]\n",
    diagnostics: [
      "3:4: error: this line is indented deeper than the key above it, but that key already has a value; align it with the key above [yaml-syntax]",
    ],
  },
  {
    name: "a list after keys",
    yaml: "columns: [a]\n- a\n",
    diagnostics: [
      "2:1: error: this line begins with -, but lines with this indentation are keys, such as columns; indent it deeper than the key that it belongs to [yaml-syntax]",
    ],
  },
  {
    name: "keys after a list",
    yaml: "- a\ncolumns: [a]\n",
    diagnostics: [
      '2:1: error: this line has no "-", but the other lines with this indentation begin with "-"; begin it with "- ", or remove the - above it [yaml-syntax]',
    ],
  },
  {
    name: "a tab as indentation",
    yaml: "columns:\n\t- a\nidentifiers: [a]\n",
    diagnostics: ["2:1: error: tabs are not allowed as indentation; indent with spaces [yaml-syntax]"],
  },
  {
    name: "tabs as indentation",
    yaml: "columns:\n\t- a\n\t- b\nask:\n\ttop_k: 1\n\tkeywords: [a]\n",
    diagnostics: [
      "2:1: error: tabs are not allowed as indentation; indent with spaces, here and in 3 more lines [yaml-syntax]",
    ],
  },
  {
    name: "a tab, an open quote and an item that is moved out, each in a field of its own",
    yaml: "columns:\n\t- name: a\n\t  type: b: c\ndescription: 'a\nidentifiers: [a]\nask:\n  intents:\n    - a\n   - b\n",
    diagnostics: [
      "2:1: error: tabs are not allowed as indentation; indent with spaces, here and in 1 more line [yaml-syntax]",
      "4:14: error: the text in single quotes that begins here has no end; add ' where the text ends [yaml-syntax]",
      "9:4: error: this line is indented by 3 spaces, but no list or object here has that indentation; indent it by 4 spaces, like the - before a, or by 2 spaces, like intents [yaml-syntax]",
    ],
  },
  {
    name: "texts with a second colon in one list",
    yaml: "columns:\n  - name: a: b\n    type: c: d\nidentifiers: [a]\n",
    diagnostics: [2, 3].map(
      (line) =>
        `${line}:11: error: a list or an object begins where only text is allowed; quote the value if it contains ": ", or align this line with the other lines of the same list or object [yaml-syntax]`,
    ),
  },
  {
    name: "a tab before a key",
    yaml: "ask:\n\ttop_k: 1\n",
    diagnostics: ["2:1: error: tabs are not allowed as indentation; indent with spaces [yaml-syntax]"],
  },
  {
    name: "text that begins with @",
    yaml: after("x: @a\n"),
    diagnostics: [
      "3:4: error: plain value cannot start with reserved character @; quote the text [yaml-syntax]",
    ],
  },
  {
    name: "text that begins with a backquote",
    yaml: after("x: `a`\n"),
    diagnostics: [
      "3:4: error: plain value cannot start with reserved character `; quote the text [yaml-syntax]",
    ],
  },
  {
    name: "text that begins with %",
    yaml: after("x: %a\n"),
    diagnostics: [
      "3:4: error: plain value cannot start with directive indicator character %; quote the text [yaml-syntax]",
    ],
  },
  {
    name: "a comment without a blank before it",
    yaml: after('x: "a"#b\n'),
    diagnostics: [
      "3:7: error: comments must be separated from other tokens by white space characters; add the missing quote, bracket, colon or comma [yaml-syntax]",
    ],
  },
  {
    name: "a block text with a wrong header",
    yaml: after("x: |foo\n  a\n"),
    diagnostics: [
      '3:5: error: "f" is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
    ],
  },
  {
    name: "a block text that is not indented",
    yaml: after("x: |\na\n"),
    diagnostics: [
      "4:1: error: this line belongs to the text above it, but is not indented deeper than the key of that text; indent the lines of the text deeper than its key [yaml-syntax]",
    ],
  },
];
