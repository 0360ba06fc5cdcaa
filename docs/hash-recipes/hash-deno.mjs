// Usage: deno run --allow-net hash-deno.mjs URL. Prints the hash of the catalog that the service at URL serves.
const [service] = Deno.args;

/** @param {string} path */
async function fetchText(path) {
  const response = await fetch(service + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return await response.text();
}

/** @type {{ items: { entity: string }[] }} */
const { items } = JSON.parse(await fetchText("/views"));
// Names are ASCII: the order of UTF-16 units is that of bytes.
const names = items.map(({ entity }) => entity).sort();
const members = [];
for (const name of names) members.push(`"${name}": ${await fetchText(`/views/${name}`)}`);
const bytes = new TextEncoder().encode(`{${members.join(", ")}}`);
const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
await Deno.stdout.write(new TextEncoder().encode(`${hash}\n`));
