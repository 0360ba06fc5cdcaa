// Usage: node hash.mjs URL. Prints the hash of the catalog that the service at URL serves.
import { createHash } from "node:crypto";
import process from "node:process";

const [, , service] = process.argv;

/** @param {string} path */
async function fetchText(path) {
  const response = await fetch(service + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** @type {{ items: { entity: string }[] }} */
const { items } = JSON.parse(await fetchText("/views"));
// Names are ASCII: the order of UTF-16 units is that of bytes.
const names = items.map(({ entity }) => entity).sort();
const digest = createHash("sha256");
let separator = "{";
for (const name of names) {
  digest.update(`${separator}"${name}": ${await fetchText(`/views/${name}`)}`);
  separator = ", ";
}
process.stdout.write(`${digest.update("}").digest("hex")}\n`);
