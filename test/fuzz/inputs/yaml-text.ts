import fc from "fast-check";
import { hostileWord } from "./hostile-text.ts";

/** Writes a node, given how deep the lines below it are indented. */
type Write = (indent: number) => string;

const FIELDS = [
  ...["entity", "description", "identifiers", "columns", "default_date_field", "order_by_whitelist", "ask"],
  ...["name", "alias", "intents", "keywords", "synonyms", "latest_words", "weights", "top_k"],
];
const quoted = hostileWord.map((word) => JSON.stringify(word));
const single = hostileWord.map((word) => `'${word.replaceAll("'", "''")}'`);
const name = fc.constantFrom("a", "b", "ticker", "price_date");
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FIELDS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("<<", "? a\n", "*a ", "[a]", "{a: b}", "!t a", "&a k", "1", "null"),
  },
  { weight: 2, arbitrary: fc.oneof(name, quoted, hostileWord) },
);
const scalar: fc.Arbitrary<Write> = fc.oneof(
  name.map((text) => () => text),
  fc.oneof(hostileWord, quoted, single).map((text) => () => text),
  fc
    .constantFrom("*a", "*b", "&a 1", "&b x", "!!int 5", "!t v", "!!binary aa==", "!!set {a}")
    .map((text) => () => text),
  fc.tuple(fc.constantFrom("|", ">", "|-", ">+", "|2", ">9"), fc.array(hostileWord, { maxLength: 3 })).map(
    ([mark, lines]): Write =>
      (indent) =>
        [mark, ...lines.map((line) => " ".repeat(indent) + line)].join("\n"),
  ),
);
const mark = fc.constantFrom("", "", "", "", "&a ", "&b ", "!t ", "!!map ", "!!seq ");

/** YAML that is nearly right: anchors, aliases, tags, merges, flow and block style in each other. */
const node: fc.Arbitrary<Write> = fc.letrec<{ node: Write }>((tie) => {
  const nodes = fc.array(tie("node"), { maxLength: 4 });
  const pairs = fc.array(fc.tuple(key, mark, tie("node")), { maxLength: 4 });
  return {
    node: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      scalar,
      nodes.map(
        (items): Write =>
          (indent) =>
            `[${items.map((item) => item(indent)).join(", ")}]`,
      ),
      pairs.map(
        (items): Write =>
          (indent) =>
            `{${items.map(([k, m, v]) => `${k}: ${m}${v(indent)}`).join(", ")}}`,
      ),
      nodes.map(
        (items): Write =>
          (indent) =>
            items.map((item) => `${lineAt(indent)}- ${item(indent + 2)}`).join(""),
      ),
      pairs.map(
        (items): Write =>
          (indent) =>
            items.map(([k, m, v]) => `${lineAt(indent)}${k}: ${m}${v(indent + 2)}`).join(""),
      ),
    ),
  };
}).node;

function lineAt(indent: number): string {
  return `\n${" ".repeat(indent)}`;
}

/** A whole document, its fields those of a view. */
export const yamlText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      "columns: [a, b]\nidentifiers: [a]\n",
      "columns: [{name: a}]\nidentifiers: [a]\n",
      "",
      "--- \n",
    ),
    fc.array(fc.tuple(key, mark, node), { maxLength: 6 }),
  )
  .map(([start, fields]) => start + fields.map(([k, m, write]) => `${k}: ${m}${write(2)}\n`).join(""));
