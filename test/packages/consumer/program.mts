/** A user's program: an adapter of its own, checked by the suite, in a service that the typed client asks. */
import {
  type CatalogSourcePort,
  createLog,
  createMemoryCache,
  createMemorySource,
  type Database,
  parseSettings,
  startService,
} from "mosaic";
import { createMosaicClient } from "mosaic/client";
import { BROKEN_CACHES, type CacheHarness, cacheTests } from "mosaic/conformance";
import { createMapCache } from "./map-cache.mts";

let nowMs = 1;
const openHarness = async (): Promise<CacheHarness> => {
  const cache = createMapCache(() => nowMs);
  const elapse = async (seconds: number): Promise<void> => {
    nowMs += seconds * 1000 + 1;
  };
  return { cache, peer: cache, elapse, close: () => cache.close() };
};

const failures: string[] = [];
const tests = cacheTests(openHarness);
for (const { name, run } of tests) await run().catch((error: unknown) => failures.push(`${name}: ${error}`));

let caught = 0;
for (const { breakIt, caughtBy } of BROKEN_CACHES) {
  const openBroken = async (): Promise<CacheHarness> => {
    const harness = await openHarness();
    const cache = breakIt(harness.cache);
    return { ...harness, cache, peer: cache };
  };
  const found = cacheTests(openBroken).find(({ name }) => name === caughtBy);
  await found?.run().catch(() => caught++);
}

const source: CatalogSourcePort = {
  name: "rows",
  load: (options) =>
    createMemorySource({ "view_prices.yaml": "columns: [a]\nidentifiers: [a]\n" }).load(options),
  readManifest: async () => undefined,
};
const database: Database = {
  name: "list",
  load: async () => ["HGLG11"],
  columns: async () => new Map(),
  close: async () => undefined,
};
const parsed = parseSettings({ PORT: "0", LOG_LEVEL: "error" }, { terminal: false });
if (parsed.kind === "invalid") throw new Error(parsed.message);
const log = createLog(parsed.settings, { write: (line: string) => void failures.push(line) });
const service = await startService({
  settings: parsed.settings,
  adminToken: "only-this-program-knows-it",
  log,
  cache: createMemoryCache(),
  source,
  database,
});
await service.loaded;
const answer = await createMosaicClient(service.url).views[":entity"].columns.$get({
  param: { entity: "view_prices" },
});
const columns = answer.status === 200 ? (await answer.json()).columns : [];
await service.stop();
console.log(
  JSON.stringify({ tests: tests.length > 40, failures, caught: caught > BROKEN_CACHES.length - 3, columns }),
);
