import { after, type Row } from "./row.ts";

export const DOCUMENT_ROWS: readonly Row[] = [
  {
    name: "two documents",
    yaml: after("---\ncolumns: [a]\nidentifiers: [a]\n"),
    diagnostics: [
      "3:1: error: the file contains more than one document; put each view into a file of its own [yaml-syntax]",
    ],
  },
  {
    name: "a document after an end",
    yaml: after("...\ncolumns: [a]\nidentifiers: [a]\n"),
    diagnostics: [
      "4:1: error: the file contains more than one document; put each view into a file of its own [yaml-syntax]",
    ],
  },
  {
    name: "two anchors of one value",
    yaml: after("x: &a &b 1\n"),
    diagnostics: [
      "3:7: error: a node can have at most one anchor; check the indentation, colons, quotes and brackets here [yaml-syntax]",
    ],
  },
  {
    name: "two tags of one value",
    yaml: after("x: !!str !!str 1\n"),
    diagnostics: [
      "3:10: error: a node can have at most one tag; check the indentation, colons, quotes and brackets here [yaml-syntax]",
    ],
  },
  {
    name: "an alias with an anchor",
    yaml: after("x: &a 1\ny: &b *a\n"),
    diagnostics: [
      "4:7: error: an alias node must not specify any properties; check the indentation, colons, quotes and brackets here [yaml-syntax]",
    ],
  },
  {
    name: "an anchor without a name",
    yaml: after("x: & 1\n"),
    diagnostics: [
      "3:4: error: anchor cannot be an empty string; check the indentation, colons, quotes and brackets here [yaml-syntax]",
    ],
  },
  {
    name: "an anchor that ends in a colon",
    yaml: after("x: &a: 1\n"),
    diagnostics: [
      "3:6: error: anchor ending in : is ambiguous; check the indentation, colons, quotes and brackets here [yaml-syntax]",
    ],
  },
  {
    name: "a %YAML 1.1 line",
    yaml: "%YAML 1.1\n---\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      "1:1: error: the file declares YAML 1.1, which reads some values differently; remove the %YAML line: views are YAML 1.2 [yaml-version]",
    ],
  },
  {
    name: "a %YAML 1.3 line",
    yaml: "%YAML 1.3\n---\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      "1:7: error: a view cannot have a line that begins with %; remove the line, or quote its text [yaml-syntax]",
    ],
  },
  {
    name: "a %YAML line without a version",
    yaml: "%YAML\n---\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      "1:1: error: a view cannot have a line that begins with %; remove the line, or quote its text [yaml-syntax]",
    ],
  },
  {
    name: "a %YAML 1.2 line, which changes nothing",
    yaml: "%YAML 1.2\n---\ncolumns: [a]\nidentifiers: [a]\n",
    json: '{"columns": ["a"], "identifiers": ["a"]}',
  },
  {
    name: "a %YAML 1.2 line without the line ---",
    yaml: "%YAML 1.2\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      "2:1: error: the line --- is missing after the lines that begin with %; add the missing quote, bracket, colon or comma [yaml-syntax]",
    ],
  },
  {
    name: "an unknown % line",
    yaml: "%FOO bar\n---\ncolumns: [a]\nidentifiers: [a]\n",
    diagnostics: [
      "1:1: error: a view cannot have a line that begins with %; remove the line, or quote its text [yaml-syntax]",
    ],
  },
  {
    name: "lines that end in CR alone",
    yaml: "columns: [a]\ridentifiers: [a]\rx: |\r  a\r\r\n  b\r",
    json: '{"columns": ["a"], "identifiers": ["a"], "x": "a\\n\\nb\\n"}',
  },
  {
    name: "a CR inside a text in double quotes, which ends a line",
    yaml: after('x: "a\r  b"\n'),
    json: '{"columns": ["a"], "identifiers": ["a"], "x": "a b"}',
  },
  {
    name: "a raw control character",
    yaml: after("x: a\u0007b\n"),
    diagnostics: [
      '3:5: error: the file contains the control character U+0007; remove it, or write "\\u0007" in double quotes [text-encoding]',
    ],
  },
  {
    name: "a raw NUL",
    yaml: after('x: "a\u0000b"\n'),
    diagnostics: [
      '3:6: error: the file contains the control character U+0000; remove it, or write "\\u0000" in double quotes [text-encoding]',
    ],
  },
  {
    name: "a raw DEL",
    yaml: after("x: a\u007fb\n"),
    diagnostics: [
      '3:5: error: the file contains the control character U+007F; remove it, or write "\\u007f" in double quotes [text-encoding]',
    ],
  },
  {
    name: "a raw U+FFFF",
    yaml: after("x: a\uffffb\n"),
    diagnostics: [
      '3:5: error: the file contains the control character U+FFFF; remove it, or write "\\uffff" in double quotes [text-encoding]',
    ],
  },
  {
    name: "escaped control characters, which are text",
    yaml: after('x: "\\a\\0\\x7f"\n'),
    json: '{"columns": ["a"], "identifiers": ["a"], "x": "\\u0007\\u0000\u007f"}',
  },
];
