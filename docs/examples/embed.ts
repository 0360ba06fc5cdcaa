/**
 * A program that has Mosaic inside: its views come from a table of its own, its tickers from a list, and nothing is listened
 * to but a free port.
 *
 * Run it with `node docs/examples/embed.ts`, or with `deno run --allow-net --allow-env --allow-read --allow-sys=hostname` in place
 * of `node`.
 */
import process from "node:process";
import {
  type CatalogSourcePort,
  createLog,
  createMemoryCache,
  createMemorySource,
  type Database,
  parseSettings,
  startService,
} from "../../src/mod.ts";

/** What a program of yours would read from its own store. */
const rows = [{ entity: "view_prices", columns: ["ticker", "close_price"], identifiers: ["ticker"] }];

/** A source of your own: JSON is YAML, so the checks, the diagnostics and the hash are those of files. */
const source: CatalogSourcePort = {
  name: "rows",
  load: (options) => createMemorySource(filesOf(rows), "rows").load(options),
  readManifest: async () => undefined,
};

/** A database of your own. */
const database: Database = {
  name: "list",
  load: async () => ["HGLG11", "KNRI11"],
  columns: async (names) => new Map(names.map((name) => [name, ["ticker", "close_price"]])),
  close: async () => undefined,
};

const parsed = parseSettings({ PORT: "0", LOG_LEVEL: "error" }, { terminal: false });
if (parsed.kind === "invalid") throw new Error(parsed.message);
const service = await startService({
  settings: parsed.settings,
  adminToken: "only-this-program-knows-it",
  log: createLog(parsed.settings, process.stderr),
  cache: createMemoryCache(),
  source,
  database,
});
await service.loaded;

for (const path of ["/views/view_prices", "/tickers"]) print(await (await fetch(service.url + path)).text());

rows.push({ entity: "view_dividends", columns: ["ticker", "amount"], identifiers: ["ticker"] });
const outcome = await service.reload();
print(outcome.kind === "reloaded" ? `added ${outcome.changes.added.join(", ")}` : outcome.kind);
await service.stop();

function filesOf(views: typeof rows): Readonly<Record<string, string>> {
  return Object.fromEntries(views.map((view) => [`${view.entity}.yaml`, JSON.stringify(view)]));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
