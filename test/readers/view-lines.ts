import { createSeededRandom, type SeededRandom } from "../support/seeded-random.ts";

const KEYS = ["a", "b", "c", "d", "f", "g", "h", "é x", "x y", "-1", '"q"', "'r s'", "😀", "k?", "no"];
const VALUES = [
  ...["text", "a b", "é", "a, b", "x - y", "d'água", "😀", "a?", "a:b", "x [b]", "(b)", "$a", "/x", "a |"],
  ...[
    "1",
    "-1",
    ".5",
    "012",
    "no",
    "12:30",
    "=",
    "'x'",
    "'it''s'",
    "''",
    '"y # z"',
    '"a\\nb"',
    '"\\/"',
    '""',
  ],
  ...["[a, b]", "[]", "[ ]", "[ 'a' ,b]", "[-1, a b ]", "[a ]", "{}", "{a: b, \"c\": 'd'}", "{a:  b }"],
  ...["|", ">", "|-", ">-", "# c", "a # c", "a #b"],
];
const ODD_VALUES = [
  ...["[a?, b]", "[[a], b]", "[a: b]", "[a,]", "{a: [b]}", "{a:b}", "{'a':b}", "{? a}"],
  ...["|+", "|2", "| # c", "&n a", "! a", "x: y", "- x", "? x"],
];
const ODDITIES = [
  "\t",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\u00a0",
  "?",
  ":",
  " ",
  "#",
  "'",
  '"',
  "-",
  ",",
  "\n",
  ">",
];

interface Columns {
  /** Of keys and dashes that the next line may go on from, the outermost first. */
  columns: readonly number[];
  /** True when the last line leaves its value to the lines after it. */
  isOpen: boolean;
}

/** Lines of the forms that views have, one below the other at random: many are no YAML; the same for the same seed. */
export function drawLines(seed: number): string {
  const random = createSeededRandom(seed);
  const scan: Columns = { columns: [0], isOpen: false };
  const lines = Array.from({ length: 1 + random.below(7) }, (_, index) => drawLine(random, scan, index));
  const head = `${random.chance(0.05) ? "---\n" : ""}columns: [a]\nidentifiers: [a]\n`;
  const text = head + lines.join("\n") + (random.chance(0.88) ? "\n" : "");
  const broken = random.chance(0.06) ? text.replaceAll("\n", "\r\n") : text;
  if (random.chance(0.9)) return broken;
  const at = head.length + random.below(broken.length - head.length + 1);
  return broken.slice(0, at) + random.pick(ODDITIES) + broken.slice(at);
}

function drawLine(random: SeededRandom, scan: Columns, index: number): string {
  const indent = drawIndent(random, scan);
  const roll = random.below(20);
  if (roll === 0) return " ".repeat(random.pick([0, 0, 2]));
  const lead = " ".repeat(indent);
  if (roll === 1) return `${lead}# c`;
  if (roll === 2 || (roll < 8 && scan.isOpen)) return lead + drawValue(random);
  const content = random.chance(0.3) ? drawItem(random, index) : drawPair(random, index);
  const kept = scan.columns.filter((column) => column < indent);
  const marks = content.search(/[^- ]/);
  scan.columns = [...kept, indent, ...(marks > 0 ? [indent + marks] : [])];
  scan.isOpen = /[-:|>]$/.test(content);
  return lead + content + (random.chance(0.08) ? random.pick([" # c", " ", "  "]) : "");
}

/** Mostly that of a line before, or deeper where that line leaves its value to this one. */
function drawIndent(random: SeededRandom, { columns, isOpen }: Columns): number {
  if (random.chance(0.1)) return random.below(7);
  if (isOpen && random.chance(0.8)) return (columns.at(-1) ?? -1) + 1 + random.below(3);
  return random.chance(0.5) ? (columns.at(-1) ?? 0) : random.pick(columns);
}

function drawItem(random: SeededRandom, index: number): string {
  const dash = random.pick(["- ", "- ", "- ", "-  ", "- - "]);
  if (random.chance(0.6)) return dash + drawPair(random, index);
  return random.chance(0.88) ? dash + drawValue(random) : "-";
}

/** Mostly with a key of its own: one that comes twice makes the whole view invalid. */
function drawPair(random: SeededRandom, index: number): string {
  const key = random.chance(0.85) ? `k${index}` : random.pick(KEYS);
  return random.chance(0.75) ? `${key}:${random.pick([" ", " ", " ", "  "])}${drawValue(random)}` : `${key}:`;
}

function drawValue(random: SeededRandom): string {
  return random.pick(random.chance(0.85) ? VALUES : ODD_VALUES);
}
