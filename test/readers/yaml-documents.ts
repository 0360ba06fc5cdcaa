import { createSeededRandom, type SeededRandom } from "../support/seeded-random.ts";

/** A view whose fields beyond the necessary ones are of every form that YAML has; the same for the same seed. */
export function drawDocument(seed: number): string {
  const random = createSeededRandom(seed);
  const draw: Draw = { random, anchors: [], depth: 0 };
  const fields = ["columns: [a]", "identifiers: [a]"];
  const count = 1 + random.below(4);
  for (let index = 0; index < count; index++) fields.push(blockPair(draw, `f${index}`, 0));
  const head = random.chance(0.05)
    ? random.pick(["---\n", "%YAML 1.2\n---\n", "\ufeff", "# c\n", "--- # c\n"])
    : "";
  const tail = random.pick(["\n", "\n", "\n", "", "\n\n", "\n...\n", "\n# c", "\n  \n"]);
  return withOddities(random, `${head}${fields.join("\n")}${tail}`);
}

interface Draw {
  readonly random: SeededRandom;
  readonly anchors: string[];
  depth: number;
}

const WORDS = [
  "a",
  "quanto",
  "rende?",
  "Cota",
  "é",
  "FII",
  "a b",
  "x-y",
  "v1",
  "😀",
  "data base",
  "12",
  "3.5",
];
const ODD = [
  ...[
    "no",
    "on",
    "012",
    "1:30",
    "1_000",
    "2024-01-01",
    "2024-02-30",
    "1e3",
    "=",
    "<<",
    "~",
    "null",
    "-",
    "0x1F",
  ],
  ...[
    "?a",
    "a?",
    "? a",
    ":a",
    "a:b",
    "a: b",
    "a #b",
    "a#b",
    "-a",
    "- a",
    "!",
    "! a",
    "&x",
    "*x",
    "@a",
    "`a",
    "%a",
  ],
  ...[
    "[",
    "]",
    "{",
    "}",
    ",",
    "a,b",
    "[a",
    "a]",
    "{a}",
    "|",
    ">",
    "'",
    '"',
    "a'b",
    'a"b',
    "\\",
    "a\\b",
    "---",
    "...",
  ],
  ...["0o14", "0b_", "1.5", ".5", "-0", "-0.0", "+1", "1e400", ".inf", "true", "True", "y", "0:0", "", " "],
];

function word(random: SeededRandom): string {
  return random.chance(0.9) ? random.pick(WORDS) : random.pick(ODD);
}

function spaces(count: number): string {
  return " ".repeat(count);
}

function blank({ random }: Draw): string {
  return random.chance(0.03) ? random.pick(["\t", " \t", "  ", "\t "]) : " ";
}

function comment({ random }: Draw): string {
  if (!random.chance(0.08)) return "";
  return random.pick([" # c", " #", "  # a: b", "\t# c", " # 'c", " # ["]);
}

/** Blank and comment lines between two lines. */
function between(draw: Draw, indent: number): string {
  const { random } = draw;
  if (!random.chance(0.12)) return "\n";
  const line = (): string =>
    random.pick([
      "",
      "",
      spaces(indent),
      spaces(indent + 3),
      "# c",
      `${spaces(indent)}# c`,
      `${spaces(indent + 4)}# c`,
      "\t",
    ]);
  return `\n${line()}\n${random.chance(0.3) ? `${line()}\n` : ""}`;
}

function key(draw: Draw, name: string): string {
  const { random } = draw;
  if (random.chance(0.8)) return name;
  if (random.chance(0.1)) return `&${anchor(draw)} ${name}`;
  const text = word(random);
  return random.pick([
    text,
    `"${text}"`,
    `'${text}'`,
    `!!str ${text}`,
    `! ${text}`,
    `? ${name}\n`,
    `"${name}" `,
    `${name} `,
  ]);
}

/** A new anchor, which the next values may refer to. */
function anchor({ random, anchors }: Draw): string {
  const name = random.chance(0.9)
    ? `n${anchors.length}`
    : random.pick(["a.b", "é", "n0", "a:", "x-y_z", "a/b", "0"]);
  anchors.push(name);
  return name;
}

type Kind = "list" | "map" | "scalar";

const TAGS: Readonly<Record<Kind, readonly string[]>> = {
  list: ["! ", "!!seq "],
  map: ["! ", "!!map "],
  scalar: ["! ", "! ", "!!str ", "!!str ", "!<tag:yaml.org,2002:str> "],
};

function properties(draw: Draw, kind: Kind): string {
  const { random } = draw;
  if (!random.chance(0.1)) return "";
  const anchored = (): string => `&${anchor(draw)} `;
  const tagged = (): string => random.pick(TAGS[kind]);
  const both = [() => anchored() + tagged(), () => tagged() + anchored()];
  return random.pick([anchored, anchored, anchored, tagged, ...both])();
}

const TAGGED = [
  "!!int 12",
  "!!int 012",
  "!!int 0x1F",
  "!!float 1.5",
  "!!float 1e3",
  "!!bool true",
  "!!null ~",
  '!!int "12"',
  '! "12"',
  '!!str "no"',
];

function blockPair(draw: Draw, name: string, indent: number): string {
  const { random } = draw;
  const written = key(draw, name);
  const mark = written.endsWith("\n") ? `${written}${spaces(indent)}:` : `${written}:`;
  return `${mark}${blockValue(draw, indent, random.chance(0.2))}`;
}

/** What follows a colon or a dash; a list may stand as deep as its key. */
function blockValue(draw: Draw, indent: number, isIndentless = false): string {
  const { random } = draw;
  draw.depth += 1;
  const isDeep = draw.depth > 4;
  const kind = isDeep ? 9 : random.below(10);
  const inner = indent + 1 + random.below(3);
  const props = properties(draw, kind <= 1 ? "map" : kind <= 3 ? "list" : "scalar");
  const lead = props === "" ? "" : blank(draw) + props;
  let text: string;
  if (kind <= 1) {
    const count = 1 + random.below(3);
    const items = Array.from(
      { length: count },
      (_, index) => `${spaces(inner)}${blockPair(draw, `k${index}`, inner)}`,
    );
    text = `${lead}${comment(draw)}${between(draw, inner)}${items.join(between(draw, inner))}`;
  } else if (kind <= 3) {
    const own = isIndentless && indent > 0 ? indent : inner;
    const items = Array.from(
      { length: 1 + random.below(3) },
      () => `${spaces(own)}-${blockValue(draw, own + 1)}`,
    );
    text = `${lead}${comment(draw)}${between(draw, own)}${items.join(between(draw, own))}`;
  } else if (kind === 4) {
    text = `${blank(draw)}${props}${blockText(draw, indent)}`;
  } else if (kind === 5 && random.chance(0.5)) {
    text = `${lead}${comment(draw)}`;
  } else if (kind <= 7) {
    text = `${blank(draw)}${flow(draw, inner)}${comment(draw)}`;
  } else {
    text = `${blank(draw)}${scalar(draw, inner, false)}${comment(draw)}`;
  }
  draw.depth -= 1;
  return text;
}

function blockText(draw: Draw, indent: number): string {
  const { random } = draw;
  const own = Math.max(indent + 1 + random.below(3), 1);
  const digit = random.chance(0.15) ? String(Math.min(Math.max(own - Math.max(indent, 0), 1), 9)) : "";
  const chomp = random.pick(["", "", "-", "+"]);
  const header = random.pick(["|", ">"]) + (random.chance(0.5) ? digit + chomp : chomp + digit);
  const line = (): string => {
    const roll = random.below(12);
    if (roll === 0) return "";
    if (roll === 1) return spaces(random.below(own + 2));
    if (roll === 2) return `${spaces(own)}${random.pick(["  ", "\t", " \t"])}${word(random)}`;
    if (roll === 3) return `${spaces(own)}# ${word(random)}`;
    return `${spaces(own)}${word(random)}${random.chance(0.1) ? " " : ""}`;
  };
  const lines = Array.from({ length: 1 + random.below(4) }, line);
  return `${header}${comment(draw)}\n${lines.join("\n")}`;
}

function scalar(draw: Draw, indent: number, isFlow: boolean): string {
  const { random, anchors } = draw;
  const roll = random.below(10);
  if (roll === 0 && anchors.length > 0) return `*${random.pick(anchors)}${isFlow ? " " : ""}`;
  if (random.chance(0.04)) return random.pick(TAGGED);
  return `${properties(draw, "scalar")}${bareScalar(draw, indent, isFlow)}`;
}

function bareScalar(draw: Draw, indent: number, isFlow: boolean): string {
  const { random } = draw;
  const roll = random.below(10);
  if (roll <= 2) return quoted(draw, indent, '"');
  if (roll === 3) return quoted(draw, indent, "'");
  const words = Array.from({ length: 1 + random.below(random.chance(0.2) ? 4 : 1) }, () => word(random));
  return words.join(random.chance(0.3) && !isFlow ? fold(draw, indent) : " ");
}

function fold(draw: Draw, indent: number): string {
  const { random } = draw;
  const gap = random.pick(["\n", "\n", "\n\n", " \n", "\n \n", "\t\n"]);
  return `${gap}${spaces(indent)}${random.chance(0.05) ? "\t" : ""}`;
}

const ESCAPES = [
  "\\n",
  "\\t",
  "\\\\",
  '\\"',
  "\\/",
  "\\u00e9",
  "\\ud83d\\ude00",
  "\\U0001F600",
  "\\x41",
  "\\0",
  "\\_",
  "\\N",
  "\\ ",
  "\\\n  ",
  "\\L",
  "\\e",
];

function quoted(draw: Draw, indent: number, quote: string): string {
  const { random } = draw;
  const part = (): string => {
    if (quote === '"' && random.chance(0.2)) return random.pick(ESCAPES);
    if (random.chance(0.1)) return quote === '"' ? "'" : "''";
    return word(random).replaceAll(quote, "").replaceAll("\\", "");
  };
  const parts = Array.from({ length: 1 + random.below(3) }, part);
  return quote + parts.join(random.chance(0.2) ? fold(draw, indent) : random.pick([" ", "", "  "])) + quote;
}

function flow(draw: Draw, indent: number): string {
  const { random } = draw;
  draw.depth += 1;
  const isMap = random.chance(0.5);
  const count = draw.depth > 5 ? 0 : random.below(4);
  const gap = (): string => (random.chance(0.1) ? `\n${spaces(indent)}` : random.pick(["", " ", " ", " "]));
  const item = (index: number): string =>
    isMap || random.chance(0.06) ? flowPair(draw, index, indent) : flowItem(draw, indent);
  const items = Array.from(
    { length: count },
    (_, index) => gap() + item(index) + (random.chance(0.2) ? gap() : ""),
  );
  draw.depth -= 1;
  const trail = count > 0 && random.chance(0.1) ? "," : "";
  const [open, close] = isMap ? ["{", "}"] : ["[", "]"];
  return `${open}${items.join(",")}${trail}${gap()}${close}`;
}

function flowItem(draw: Draw, indent: number): string {
  const { random } = draw;
  if (random.chance(0.2)) return flow(draw, indent);
  return scalar(draw, indent, true);
}

function flowPair(draw: Draw, index: number, indent: number): string {
  const { random } = draw;
  const name = random.chance(0.85)
    ? `k${index}`
    : random.pick([`"k${index}"`, `'k${index}'`, word(random), `k\n  ${index}`, `? k${index}`]);
  const roll = random.below(12);
  if (roll === 0) return name;
  if (roll === 1) return `${name}:`;
  if (roll === 2 && name.endsWith('"')) return `${name}:${scalar(draw, indent, true)}`;
  return `${name}:${random.chance(0.05) ? `\n${spaces(indent)}` : blank(draw)}${flowItem(draw, indent)}`;
}

const ODDITIES = [
  "\u0085",
  "\u2028",
  "\u2029",
  "\r",
  "\r\r\n",
  "\ufeff",
  "\t",
  "?",
  " ",
  "\n",
  "#",
  ":",
  "\u00a0",
  "&a ",
  "!",
  "|",
  '"',
];

/** Now and then other line breaks, and a character where an author never put one. */
function withOddities(random: SeededRandom, text: string): string {
  const broken = random.chance(0.08) ? text.replaceAll("\n", random.pick(["\r\n", "\r"])) : text;
  if (!random.chance(0.15)) return broken;
  const at = random.below(broken.length + 1);
  return (broken.slice(0, at) + random.pick(ODDITIES) + broken.slice(at)).toWellFormed();
}

/** A view of a sample with one to three small changes; the same for the same seed. */
export function mutateView(view: string, seed: number): string {
  const random = createSeededRandom(seed);
  let text = view;
  for (let count = 1 + random.below(3); count > 0; count--) text = mutateOnce(random, text);
  return text.toWellFormed();
}

const INSERTED = [
  ...ODDITIES,
  "- ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "'",
  ">",
  "*",
  "%",
  "@",
  "no",
  "012",
  "1:30",
  "=",
  "<<",
  "---",
  "...",
  "  ",
  "\\",
  "0",
  "_",
];

function mutateOnce(random: SeededRandom, text: string): string {
  const at = random.below(text.length + 1);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random.below(3));
    case 1:
      return text.slice(0, at);
    case 2: {
      const lines = text.split("\n");
      const index = random.below(lines.length);
      const line = lines[index] ?? "";
      lines.splice(random.below(lines.length), 0, line);
      return lines.join("\n");
    }
    case 3:
      return text.slice(0, at) + random.pick(INSERTED) + text.slice(at + 1);
    default:
      return text.slice(0, at) + random.pick(INSERTED) + text.slice(at);
  }
}
