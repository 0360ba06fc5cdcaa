/**
 * A JSON value that keeps the text of its strings and numbers, so that `1.0` stays `1.0`.
 *
 * @typedef {{ readonly kind: "scalar", readonly token: string }
 *   | { readonly kind: "list", readonly items: readonly JsonNode[] }
 *   | { readonly kind: "map", readonly entries: readonly (readonly [key: string, value: JsonNode])[] }} JsonNode
 */

const JSON_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gy;
const SPACE = /\s*/y;

/**
 * Parses JSON that must be valid; the JSON of the service is valid.
 *
 * @param {string} text
 * @returns {JsonNode} keys as tokens, with their quotes
 */
export function readJsonText(text) {
  let at = 0;

  function next() {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    JSON_TOKEN.lastIndex = SPACE.lastIndex;
    const token = JSON_TOKEN.exec(text)?.[0];
    if (token === undefined) throw new SyntaxError(`No JSON at ${at}`);
    at = JSON_TOKEN.lastIndex;
    return token;
  }

  /** @param {string} token @returns {JsonNode} */
  function nodeFrom(token) {
    if (token === "[") return { kind: "list", items: listItems() };
    if (token === "{") return { kind: "map", entries: mapEntries() };
    return { kind: "scalar", token };
  }

  function listItems() {
    /** @type {JsonNode[]} */
    const items = [];
    for (let token = next(); token !== "]"; token = next()) {
      items.push(nodeFrom(token === "," ? next() : token));
    }
    return items;
  }

  function mapEntries() {
    /** @type {(readonly [string, JsonNode])[]} */
    const entries = [];
    for (let token = next(); token !== "}"; token = next()) {
      const key = token === "," ? next() : token;
      next();
      entries.push([key, nodeFrom(next())]);
    }
    return entries;
  }

  return nodeFrom(next());
}

const INDENT = "  ";
/** A list of scalars is written on one line if that line is at most this long. */
const LINE_LENGTH_MAX = 88;

/**
 * Formats JSON for people to read, every string and number unchanged.
 *
 * @param {string} text
 */
export function formatJson(text) {
  return formatNode(readJsonText(text), "");
}

/**
 * @param {JsonNode} node
 * @param {string} indent
 * @returns {string}
 */
function formatNode(node, indent) {
  if (node.kind === "scalar") return node.token;
  const [open, close] = node.kind === "list" ? ["[", "]"] : ["{", "}"];
  const inner = indent + INDENT;
  const parts =
    node.kind === "list"
      ? node.items.map((item) => formatNode(item, inner))
      : node.entries.map(([key, value]) => `${key}: ${formatNode(value, inner)}`);
  if (parts.length === 0) return open + close;
  const line = `${open}${parts.join(", ")}${close}`;
  const isFlat = node.kind === "list" && node.items.every(({ kind }) => kind === "scalar");
  if (isFlat && indent.length + line.length <= LINE_LENGTH_MAX) return line;
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}
