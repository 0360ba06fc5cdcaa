import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { createLog, createMemorySource, type Database, parseSettings, startService } from "../../src/mod.ts";
import { viewYaml } from "../support/views-directory.ts";

/**
 * Reloads a service whose catalog is another one each time, reads from it, and prints how many of the replaced catalogs
 * stay in memory. Needs `--expose-gc`.
 */
const RELOADS = 5;
/** Work that a reload leaves behind, such as an entry of the history, ends within these. */
const COLLECTIONS_MAX = 60;
const PAUSE_MS = 50;
const { gc } = globalThis as { readonly gc?: () => void };
const parsed = parseSettings({ PORT: "0", LOG_LEVEL: "error" }, { terminal: false });
if (gc === undefined || parsed.kind === "invalid") throw new Error("Run this with --expose-gc");

const filesOf = (round: number) => ({
  "view_same.yaml": viewYaml("ticker"),
  "view_changed.yaml": viewYaml("ticker", `column_${round}`),
  [`view_of_round_${round}.yaml`]: viewYaml("ticker"),
});
const catalogs: WeakRef<object>[] = [];
const files = createMemorySource(filesOf(0));
const source: typeof files = {
  ...files,
  async load(options) {
    const load = await files.load(options);
    if (load.kind === "loaded") catalogs.push(new WeakRef(load.catalog));
    return load;
  },
};
const database: Database = {
  name: "none",
  load: async () => [],
  columns: async () => new Map(),
  close: async () => undefined,
};
const log = createLog(parsed.settings, process.stderr);
const service = await startService({ settings: parsed.settings, adminToken: "admin", log, source, database });
await service.loaded;
for (let round = 1; round <= RELOADS; round++) {
  for (const path of ["/views", "/views/view_changed", "/views/view_changed/columns"])
    await (await fetch(service.url + path)).arrayBuffer();
  files.replace(filesOf(round));
  await service.reload();
}
const replaced = catalogs.slice(0, RELOADS);
let kept = replaced.length;
for (let collection = 0; collection < COLLECTIONS_MAX && kept > 0; collection++) {
  await delay(PAUSE_MS);
  gc();
  kept = replaced.filter((catalog) => catalog.deref() !== undefined).length;
}
process.stdout.write(JSON.stringify({ replaced: replaced.length, kept }));
await service.stop();
process.exit(0);
