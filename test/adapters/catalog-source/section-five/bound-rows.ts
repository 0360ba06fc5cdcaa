import { after, type Row } from "./row.ts";

const ALIASES = "aliases expand to more than 10000 nodes; write the values out instead of aliases";
const TOO_DEEP = "the YAML nests too deep to be read; make it flatter";
const DEEP = "the view nests deeper than 100 levels; make it flatter";

/** Each line holds ten aliases of the line before: 10^9 texts. */
const BILLION_LAUGHS = Array.from({ length: 10 }, (_, index) =>
  index === 0
    ? "l0: &l0 [ha]\n"
    : `l${index}: &l${index} [${Array(10)
        .fill(`*l${index - 1}`)
        .join(", ")}]\n`,
).join("");

const list = (length: number): string => `[${Array(length).fill("a").join(", ")}]`;
const aliases = (length: number): string => `[${Array(length).fill("*l").join(", ")}]`;
const nested = (open: string, close: string, depth: number): string =>
  `x: ${open.repeat(depth)}${close.repeat(depth)}\n`;
const pointer = (step: string, depth: number): string => `/x${`/${step}`.repeat(depth)}`;

/** What YAML can be made to cost, and where that ends. */
export const BOUND_ROWS: readonly Row[] = [
  {
    name: "aliases of aliases of aliases",
    yaml: after(BILLION_LAUGHS),
    findings: [`3:9: error: ${ALIASES} [alias-excess at /l5/0/0/1/0/0]`],
  },
  {
    name: "many aliases of a long list",
    yaml: after(`l: &l ${list(5_000)}\nx: ${aliases(5_000)}\n`),
    findings: [],
  },
  {
    name: "aliases of as many nodes as are allowed",
    yaml: after(`l: &l ${list(99)}\nx: ${aliases(100)}\n`),
    json: `{"columns": ["a"], "identifiers": ["a"], "l": ${JSON.stringify(Array(99).fill("a")).replaceAll(",", ", ")}, "x": [${Array(
      100,
    )
      .fill(JSON.stringify(Array(99).fill("a")).replaceAll(",", ", "))
      .join(", ")}]}`,
  },
  {
    name: "aliases of one node more",
    yaml: after(`l: &l ${list(99)}\nx: [*l, ${aliases(100).slice(1)}\n`),
    findings: [],
  },
  {
    name: "merges of merges of merges",
    yaml: after(
      Array.from({ length: 30 }, (_, index) =>
        index === 0
          ? "m0: &m0 {a: 1}\n"
          : `m${index}: &m${index} {<<: [*m${index - 1}, *m${index - 1}], k${index}: 1}\n`,
      ).join(""),
    ),
    findings: [],
  },
  { name: "lists as deep as is allowed", yaml: after(nested("[", "]", 99)), findings: [] },
  { name: "lists one deeper", yaml: after(nested("[", "]", 100)), findings: [] },
  { name: "lists two deeper", yaml: after(nested("[", "]", 101)), findings: [] },
  { name: "1,000 nested lists", yaml: after(nested("[", "]", 1_000)), findings: [] },
  { name: "100,000 nested lists", yaml: after(nested("[", "]", 100_000)), findings: [] },
  { name: "100,000 nested objects", yaml: after(nested("{a: ", "}", 100_000)), findings: [] },
  { name: "100,000 nested merges", yaml: after(nested("{<<: ", "}", 100_000)), findings: [] },
  { name: "1,000 nested merges", yaml: after(nested("{<<: ", "}", 1_000)), findings: [] },
  { name: "100,000 brackets that nothing closes", yaml: after(`x: ${"[".repeat(100_000)}`), findings: [] },
  { name: "100,000 brackets that nothing opens", yaml: after(`x: ${"]".repeat(100_000)}`), findings: [] },
  { name: "100,000 items in items", yaml: `${"- ".repeat(100_000)}a\n`, findings: [] },
];
export const _ = [TOO_DEEP, DEEP, pointer];
