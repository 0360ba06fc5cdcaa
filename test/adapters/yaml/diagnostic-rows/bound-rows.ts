import { after, type Row } from "./row.ts";

const EXCESS =
  "error: aliases expand to more than 10000 nodes; write the values themselves instead of aliases [alias-excess at";
const EXCESS_TEXT =
  "error: aliases expand to more than 4194304 characters; write the values themselves instead of aliases [alias-excess at";
const DEEP = "error: the view has more than 100 levels; use fewer levels [nesting-depth at";
const TOO_DEEP = "1:1: error: the YAML has too many levels to be read; use fewer levels [nesting-depth]";

const repeated = (item: string, count: number): string => `[${Array(count).fill(item).join(", ")}]`;
const nested = (open: string, close: string, depth: number): string =>
  `x: ${open.repeat(depth)}${close.repeat(depth)}\n`;

/** Each line holds ten aliases of the line before: 10^9 texts. */
const BILLION_LAUGHS = Array.from({ length: 10 }, (_, index) =>
  index === 0 ? "l0: &l0 [ha]\n" : `l${index}: &l${index} ${repeated(`*l${index - 1}`, 10)}\n`,
).join("");

/** Each line merges the line before twice: 2^30 members. */
const BILLION_MERGES = Array.from({ length: 30 }, (_, index) =>
  index === 0 ? "m0: &m0 {a: 1}\n" : `m${index}: &m${index} {<<: ${repeated(`*m${index - 1}`, 2)}}\n`,
).join("");

const TOO_MANY =
  "1:1: error: the file has more than 400000 YAML tokens: words, marks and spaces; split it into several views [token-excess]";
const MORE =
  "more diagnostics of this file begin here, and are not shown; fix the diagnostics above first: they may be the cause [findings-excess]";
const COMMA = 'error: "," is not expected here; remove it, or quote the text it belongs to [yaml-syntax]';
const ambiguous = (index: number): string =>
  `${4 + index}:3: warning: YAML 1.1 readers read no as the boolean false; ` +
  `quote it if it is text: "no", or write it so that all readers read the same value [yaml-ambiguous at /x/${index}]`;

const NINETY_NINE = repeated('"a"', 99);
const WHAT = "What it holds, said in some words";
const MANY = Array.from({ length: 15_000 }, (_, index) => `c${index}`);
const LONG_TEXT = "t".repeat(500_000);

/** What YAML can be made to cost, and where that ends. */
export const BOUND_ROWS: readonly Row[] = [
  {
    name: "aliases of aliases of aliases",
    yaml: after(BILLION_LAUGHS),
    diagnostics: [`3:9: ${EXCESS} /l4/2/0/0/4]`],
  },
  {
    name: "many aliases of a long list",
    yaml: after(`l: &l ${repeated("a", 5_000)}\nx: ${repeated("*l", 5_000)}\n`),
    diagnostics: [`3:15002: ${EXCESS} /x/1/4998]`],
  },
  {
    name: "aliases of as many nodes as are allowed",
    yaml: after(`l: &l ${NINETY_NINE}\nx: ${repeated("*l", 100)}\n`),
    json: `{"columns": ["a"], "identifiers": ["a"], "l": ${NINETY_NINE}, "x": ${repeated(NINETY_NINE, 100)}}`,
  },
  {
    name: "aliases of one list more",
    yaml: after(`l: &l ${NINETY_NINE}\nx: ${repeated("*l", 101)}\n`),
    diagnostics: [`3:7: ${EXCESS} /x/100]`],
  },
  {
    name: "merges of merges of merges",
    yaml: after(BILLION_MERGES),
    diagnostics: [`4:9: ${EXCESS} /m11]`],
  },
  {
    name: "many aliases of a long text",
    yaml: after(`t: &t ${LONG_TEXT}\nx: ${repeated("*t", 5_000)}\n`),
    diagnostics: [`3:7: ${EXCESS_TEXT} /x/8]`],
  },
  {
    name: "many aliases of a long integer",
    yaml: after(`t: &t ${"9".repeat(4_300)}\nx: ${repeated("*t", 5_000)}\n`),
    diagnostics: [`3:7: ${EXCESS_TEXT} /x/975]`],
  },
  {
    name: "many aliases of a long key",
    yaml: after(`t: &t ${LONG_TEXT}\nx: ${repeated("{*t : a}", 5_000)}\n`),
    diagnostics: [`3:7: ${EXCESS_TEXT} /x/8/${LONG_TEXT}]`],
  },
  {
    name: "many aliases of an object with a long key",
    yaml: after(`t: &t {? ${LONG_TEXT} : a}\nx: ${repeated("*t", 5_000)}\n`),
    diagnostics: [`3:10: ${EXCESS_TEXT} /x/8/${LONG_TEXT}]`],
  },
  {
    name: "lists as deep as is allowed",
    yaml: after(nested("[", "]", 99)),
    json: `{"columns": ["a"], "identifiers": ["a"], "x": ${"[".repeat(99)}${"]".repeat(99)}}`,
  },
  {
    name: "lists one deeper",
    yaml: after(nested("[", "]", 100)),
    diagnostics: [`3:103: ${DEEP} /x${"/0".repeat(99)}]`],
  },
  {
    name: "500 nested lists",
    yaml: after(nested("[", "]", 500)),
    diagnostics: [`3:103: ${DEEP} /x${"/0".repeat(99)}]`],
  },
  {
    name: "a list that aliases make one deeper",
    yaml: after(`l: &l ${"[".repeat(60)}${"]".repeat(60)}\nx: ${"[".repeat(40)}*l${"]".repeat(40)}\n`),
    diagnostics: [`3:66: ${DEEP} /x${"/0".repeat(99)}]`],
  },
  {
    name: "500 nested merges",
    yaml: after(nested("{<<: ", "}", 500).replace("<<: }", "<<: {}}")),
    diagnostics: [`3:509: ${DEEP} /x]`],
  },
  { name: "40,000 nested lists", yaml: after(nested("[", "]", 40_000)), diagnostics: [TOO_DEEP] },
  { name: "100,000 nested lists", yaml: after(nested("[", "]", 100_000)), diagnostics: [TOO_DEEP] },
  { name: "15,000 nested objects", yaml: after(nested("{a: ", "}", 15_000)), diagnostics: [TOO_DEEP] },
  { name: "15,000 nested merges", yaml: after(nested("{<<: ", "}", 15_000)), diagnostics: [TOO_DEEP] },
  { name: "100,000 nested objects", yaml: after(nested("{a: ", "}", 100_000)), diagnostics: [TOO_DEEP] },
  { name: "100,000 nested merges", yaml: after(nested("{<<: ", "}", 100_000)), diagnostics: [TOO_DEEP] },
  {
    name: "90,000 brackets that nothing closes",
    yaml: after(nested("[", "", 90_000)),
    diagnostics: [TOO_DEEP],
  },
  { name: "40,000 items in items", yaml: `${"- ".repeat(40_000)}a\n`, diagnostics: [TOO_DEEP] },
  {
    name: "90,000 brackets that nothing opens",
    yaml: after(nested("", "]", 90_000)),
    diagnostics: [
      '3:4: error: "]" is not expected here; remove it, or quote the text it belongs to [yaml-syntax]',
    ],
  },
  {
    name: "as many findings as are shown",
    yaml: after(`x:\n${"- no\n".repeat(100)}`),
    diagnostics: Array.from({ length: 100 }, (_, index) => ambiguous(index)),
    json: `{"columns": ["a"], "identifiers": ["a"], "x": ${repeated('"no"', 100)}}`,
  },
  {
    name: "one finding more",
    yaml: after(`x:\n${"- no\n".repeat(101)}`),
    diagnostics: [
      ...Array.from({ length: 100 }, (_, index) => ambiguous(index)),
      `104:3: warning: 1 ${MORE}`,
    ],
    json: `{"columns": ["a"], "identifiers": ["a"], "x": ${repeated('"no"', 101)}}`,
  },
  {
    name: "an error behind warnings of all kinds",
    yaml: after(`x:\n${"- no\n".repeat(100)}- .inf\n- .nan\n`),
    diagnostics: [
      ...Array.from({ length: 98 }, (_, index) => ambiguous(index)),
      `102:3: warning: 2 ${MORE}`,
      '104:3: error: JSON cannot represent ".inf" as a number; write a finite number, or quote it as text [number-range at /x/100]',
      '105:3: error: JSON cannot represent ".nan" as a number; write a finite number, or quote it as text [number-range at /x/101]',
    ],
  },
  {
    name: "an error behind more warnings than are kept",
    yaml: after(`x:\n${"- no\n".repeat(3_000)}- .inf\n`),
    diagnostics: [
      ...Array.from({ length: 99 }, (_, index) => ambiguous(index)),
      `103:3: warning: over 1000 ${MORE}`,
      '3004:3: error: JSON cannot represent ".inf" as a number; write a finite number, or quote it as text [number-range at /x/3000]',
    ],
  },
  {
    name: "more errors than are kept",
    yaml: after(`x:\n${"- .inf\n".repeat(3_000)}`),
    diagnostics: [
      ...Array.from(
        { length: 100 },
        (_, index) =>
          `${4 + index}:3: error: JSON cannot represent ".inf" as a number; write a finite number, or quote it as text [number-range at /x/${index}]`,
      ),
      `104:3: error: over 1000 ${MORE}`,
    ],
  },
  {
    name: "90,000 commas too many",
    yaml: `columns: [${",".repeat(90_000)}]\n`,
    diagnostics: [
      ...Array.from({ length: 100 }, (_, index) => `1:${12 + index}: ${COMMA}`),
      `1:112: error: over 1000 ${MORE}`,
    ],
  },
  {
    name: "as many commas too many as are counted",
    yaml: `columns: [${",".repeat(1_101)}]\n`,
    diagnostics: [
      ...Array.from({ length: 100 }, (_, index) => `1:${12 + index}: ${COMMA}`),
      `1:112: error: 1000 ${MORE}`,
    ],
  },
  {
    name: "as many commas as a file may have",
    yaml: `columns: [${",".repeat(399_990)}]\n`,
    diagnostics: [
      ...Array.from({ length: 100 }, (_, index) => `1:${12 + index}: ${COMMA}`),
      `1:112: error: over 1000 ${MORE}`,
    ],
  },
  {
    name: "a megabyte of commas",
    yaml: `columns: [${",".repeat(1_000_000)}]\n`,
    diagnostics: [TOO_MANY],
  },
  {
    name: "a megabyte of columns with names and descriptions",
    yaml: `columns:\n${MANY.map((name) => `  - name: ${name}\n    description: ${WHAT}\n`).join("")}identifiers: [c0]\n`,
    json: `{"columns": [${MANY.map((name) => `{"description": "${WHAT}", "name": "${name}"}`).join(", ")}], "identifiers": ["c0"]}`,
  },
  {
    name: "a megabyte of text",
    yaml: after(`x: ${"a, b ".repeat(150_000).trimEnd()}\n`),
    json: `{"columns": ["a"], "identifiers": ["a"], "x": "${"a, b ".repeat(150_000).trimEnd()}"}`,
  },
];
