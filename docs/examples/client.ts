/**
 * Reads the catalog of a running service and asks it for tickers.
 *
 * Run it with `node docs/examples/client.ts http://127.0.0.1:8000`, or with `deno run --allow-net` in place of `node`.
 */
import process from "node:process";
import { createMosaicClient } from "../../src/client.ts";

const [url = "http://127.0.0.1:8000"] = process.argv.slice(2);
const client = createMosaicClient(url, { signal: AbortSignal.timeout(10_000) });

const catalog = await client.views.$get();
if (catalog.status === 200) {
  const { hash, items } = await catalog.json();
  print(`${items.length} views, ${hash.slice(0, 12)}`);
  for (const { entity, columns } of items) print(`  ${entity}: ${columns.length} columns`);
  const etag = catalog.headers.get("etag") ?? "";
  const again = await client.views.$get({ header: { "if-none-match": etag } });
  print(again.status === 304 ? "The catalog is still the same" : "The catalog is another one");
} else if (catalog.status === 503) {
  const { code, detail } = await catalog.json();
  print(`${code}: ${detail}`);
}

const missing = await client.views[":entity"].columns.$get({ param: { entity: "view_of_nothing" } });
if (missing.status === 404) {
  const { code, detail } = await missing.json();
  print(`${code}: ${detail}`);
}

const found = await client.tickers.extract.$post({ json: { text: "HGLG11 paga mais que KNRI?" } });
if (found.status === 200) {
  const { tickers, basis } = await found.json();
  print(`${tickers.join(" ")} by ${basis}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
