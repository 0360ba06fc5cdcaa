/** A user's program: adapters of its own, checked by the suites, in a service that the typed client asks. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, createMemoryCache, type Database, parseSettings, startService } from "mosaic";
import { createMosaicClient } from "mosaic/client";
import {
  BROKEN_CACHES,
  type CacheHarness,
  cacheTests,
  catalogSourceTests,
  type SourceFiles,
  tickerSourceTests,
} from "mosaic/conformance";
import { createJsonSource } from "./json-source.mts";
import { createMapCache } from "./map-cache.mts";
import { createTickerList } from "./ticker-list.mts";

const folder = await mkdtemp(join(tmpdir(), "mosaic-user-"));
let fileCount = 0;

/** A file of its own for each test. */
async function openSource(files: SourceFiles) {
  fileCount += 1;
  const path = join(folder, `${fileCount}.json`);
  const replace = (next: SourceFiles): Promise<void> => writeFile(path, JSON.stringify(next));
  await replace(files);
  return { source: createJsonSource(path), replace, close: () => rm(path) };
}

let nowMs = 1;
const openHarness = async (): Promise<CacheHarness> => {
  const cache = createMapCache(() => nowMs);
  const elapse = async (seconds: number): Promise<void> => {
    nowMs += seconds * 1000 + 1;
  };
  return { cache, peer: cache, elapse, close: () => cache.close() };
};

const failures: string[] = [];
const tests = [
  ...cacheTests(openHarness),
  ...catalogSourceTests(openSource),
  ...tickerSourceTests(async () => ({ open: createTickerList, close: async () => undefined })),
];
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

const { source } = await openSource({ "view_prices.yaml": "columns: [a]\nidentifiers: [a]\n" });
const database: Database = {
  ...createTickerList(["HGLG11"]),
  name: "list",
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
await rm(folder, { recursive: true });
console.log(
  JSON.stringify({ tests: tests.length > 90, failures, caught: caught > BROKEN_CACHES.length - 3, columns }),
);
