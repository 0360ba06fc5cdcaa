import { after, type Row } from "./row.ts";

export const SCALAR_ROWS: readonly Row[] = [
  {
    name: "not a number",
    yaml: after("x: .nan\n"),
    diagnostics: [
      '3:4: error: JSON cannot represent ".nan" as a number; write a finite number, or quote it as text [number-range at /x]',
    ],
  },
  {
    name: "infinity",
    yaml: after("x: .inf\n"),
    diagnostics: [
      '3:4: error: JSON cannot represent ".inf" as a number; write a finite number, or quote it as text [number-range at /x]',
    ],
  },
  {
    name: "minus infinity",
    yaml: after("x: [-.Inf]\n"),
    diagnostics: [
      '3:5: error: JSON cannot represent "-.Inf" as a number; write a finite number, or quote it as text [number-range at /x/0]',
    ],
  },
  {
    name: "a number too large",
    yaml: after("x: 1.0e+400\n"),
    diagnostics: [
      '3:4: error: JSON cannot represent "1.0e+400" as a number; write a finite number, or quote it as text [number-range at /x]',
    ],
  },
  {
    name: "a number too large that YAML 1.1 readers read as text",
    yaml: after("x: -1e400\n"),
    diagnostics: [
      '3:4: warning: YAML 1.1 readers read -1e400 as text; quote it if it is text: "-1e400", or write it so that all readers read the same value [yaml-ambiguous at /x]',
      '3:4: error: JSON cannot represent "-1e400" as a number; write a finite number, or quote it as text [number-range at /x]',
    ],
  },
  {
    name: "an integer that Python would not read",
    yaml: after(`x: ${"9".repeat(4_301)}\n`),
    diagnostics: [
      "3:4: error: the whole number has more than 4300 digits; quote it as text [number-range at /x]",
    ],
  },
  {
    name: "the longest integer",
    yaml: after(`x: ${"9".repeat(4_300)}\n`),
    json: `{"columns": ["a"], "identifiers": ["a"], "x": ${"9".repeat(4_300)}}`,
  },
  {
    name: "words that look like numbers",
    yaml: after("x: [NaN, Infinity, nan, inf]\n"),
    json: '{"columns": ["a"], "identifiers": ["a"], "x": ["NaN", "Infinity", "nan", "inf"]}',
  },
  {
    name: "half a surrogate pair",
    yaml: after('x: "\\ud800"\n'),
    diagnostics: [
      "3:4: error: the text contains half of a surrogate pair; write the whole character [text-encoding at /x]",
    ],
  },
  {
    name: "the other half of a surrogate pair in a key",
    yaml: after('"\\udc00": 1\n'),
    diagnostics: [
      "3:1: error: the text contains half of a surrogate pair; write the whole character [text-encoding at /\\u{dc00}]",
    ],
  },
  {
    name: "a whole surrogate pair",
    yaml: after('x: "\\ud83d\\ude00"\n'),
    diagnostics: [
      "3:5: warning: PyYAML reads these escapes as two halves of a character, which UTF-8 cannot represent; write the character itself, or one escape \\U with eight digits [yaml-ambiguous at /x]",
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "x": "😀"}',
  },
  {
    name: "number tokens, each kept",
    yaml: after(
      "n: [1.0, 1, 0x1F, 123456789012345678901234567890, 0xFFFFFFFFFFFFFFFFFF, -0, -0.0, +5, +1.5, 1., .5, 1.0e-7, 1.0e+16, 100000000000000000000.0]\n",
    ),
    json: '{"columns": ["a"], "identifiers": ["a"], "n": [1.0, 1, 31, 123456789012345678901234567890, 4722366482869645213695, 0, -0.0, 5, 1.5, 1.0, 0.5, 1e-07, 1e+16, 1e+20]}',
  },
  {
    name: "number tokens that YAML 1.1 readers read as text",
    yaml: after("n: [0o17, 1e3, 1E-7, 1e16, 1.5e300]\n"),
    diagnostics: [
      '3:5: warning: YAML 1.1 readers read 0o17 as text; quote it if it is text: "0o17", or write it so that all readers read the same value [yaml-ambiguous at /n/0]',
      '3:11: warning: YAML 1.1 readers read 1e3 as text; quote it if it is text: "1e3", or write it so that all readers read the same value [yaml-ambiguous at /n/1]',
      '3:16: warning: YAML 1.1 readers read 1E-7 as text; quote it if it is text: "1E-7", or write it so that all readers read the same value [yaml-ambiguous at /n/2]',
      '3:22: warning: YAML 1.1 readers read 1e16 as text; quote it if it is text: "1e16", or write it so that all readers read the same value [yaml-ambiguous at /n/3]',
      '3:28: warning: YAML 1.1 readers read 1.5e300 as text; quote it if it is text: "1.5e300", or write it so that all readers read the same value [yaml-ambiguous at /n/4]',
    ],
    json: '{"columns": ["a"], "identifiers": ["a"], "n": [15, 1000.0, 1e-07, 1e+16, 1.5e+300]}',
  },
];
