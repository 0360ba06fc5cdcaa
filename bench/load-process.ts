import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { load as loadYaml } from "js-yaml";
import { withNamespace } from "../src/adapters/decorators/namespace.ts";
import { createFilesystemSource } from "../src/adapters/filesystem/source.ts";
import { createRedisCache } from "../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../src/adapters/redis/client.ts";
import { parseViewFile } from "../src/adapters/yaml/parse-view-file.ts";
import { createActiveCatalog } from "../src/app/catalog/active-catalog.ts";
import type { CatalogDeps } from "../src/app/catalog/catalog-deps.ts";
import { compareWithDisk } from "../src/app/catalog/catalog-service.ts";
import { createCatalogStore } from "../src/app/catalog/catalog-store.ts";
import { createDiskReadOrder } from "../src/app/catalog/read-disk.ts";
import { reload } from "../src/app/catalog/reload.ts";
import { preload } from "../src/app/catalog/sync.ts";
import { createCatalogVerifier } from "../src/app/signing/catalog-verifier.ts";
import { type Comparison, paired, replay, timed } from "./paired.ts";

/** The comparisons of `benchLoad` that need no service of their own. */
export interface LoadComparisons {
  readonly parse: Comparison;
  readonly cold: Comparison;
  readonly reload: Comparison;
  /** Processor time, with that of a cold load. */
  readonly start: Comparison;
  /** The part of `start` that compares the disk. */
  readonly compare: Comparison;
}

/** One in this many files is parsed alone: the others would only take more time. */
const PARSED_PART = 5;
const PARSE_PAIRS = 9;
const COLD_PAIRS = 3;
const RELOAD_PAIRS = 5;
const START_PAIRS = 5;
/** By this clock, all files have rested long enough to be left unread while nothing changes them. */
const laterMs = (): number => Date.now() + 60_000;

const [folder = "", redisUrl = ""] = process.argv.slice(2);
const files = readdirSync(folder)
  .sort()
  .map((path) => {
    const bytes = new Uint8Array(readFileSync(join(folder, path)));
    return { path, bytes, text: new TextDecoder().decode(bytes) };
  });
const some = files.slice(0, files.length / PARSED_PART);

/** What no load can do without: a fast parser that reads the same texts, JSON of the values, and SHA-256 of that. */
function floor(texts: typeof files): Promise<number> {
  return timed(() => {
    for (const { text } of texts)
      createHash("sha256")
        .update(JSON.stringify(loadYaml(text)))
        .digest("hex");
  });
}

function parseSome(): void {
  for (const { path, bytes } of some) {
    if (parseViewFile({ path, bytes }, path).view === undefined) throw invalid();
  }
}

async function loadCold(): Promise<void> {
  if ((await createFilesystemSource(folder).load()).kind !== "loaded") throw invalid();
}

function invalid(): Error {
  return new Error("Cannot run the benchmark: a view is invalid");
}

const client = createRedisClient(redisUrl);

function createReplica(): CatalogDeps {
  const unsigned = { viewsSignatureMode: "none", viewsSignatureRequired: false } as const;
  return {
    store: createCatalogStore(withNamespace(createRedisCache(client), "bench")),
    source: createFilesystemSource(folder, { nowMs: laterMs }),
    beginDiskRead: createDiskReadOrder(),
    holder: createActiveCatalog(),
    verifier: createCatalogVerifier(unsigned, async () => ({ kind: "keys", keys: [], warnings: [] })),
    ttlSeconds: 3600,
    emit: () => undefined,
    wallMs: Date.now,
    monotonicMs: () => performance.now(),
    random: Math.random,
    pause: async () => undefined,
  };
}

async function compareReloads(): Promise<Comparison> {
  const deps = createReplica();
  await reload(deps);
  let count = 0;
  const reloadOne = async (): Promise<number> => {
    const [changed] = files;
    if (changed === undefined) throw invalid();
    count += 1;
    const text = changed.text.replace("latest_words:\n", `latest_words:\n    - round ${count}\n`);
    writeFileSync(join(folder, changed.path), text);
    return timed(async () => {
      const outcome = await reload(deps);
      if (outcome.kind !== "reloaded" || !outcome.published || outcome.changes.changed.length !== 1)
        throw new Error("Cannot run the benchmark: the change was not published");
    });
  };
  return paired(RELOAD_PAIRS, reloadOne, () => floor(files));
}

/** Milliseconds of processor time, of all threads. */
async function cpuOf(task: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Starts from the catalog in Redis, whose files another replica has parsed. */
async function startFromRedis(): Promise<{ readonly startMs: number; readonly compareMs: number }> {
  const deps = createReplica();
  const preloadMs = await cpuOf(async () => {
    const outcome = await preload(deps);
    if (outcome.kind !== "active" || outcome.source !== "cache")
      throw new Error("Cannot run the benchmark: the catalog was not read from Redis");
  });
  const source: CatalogDeps["source"] = {
    ...deps.source,
    load: () => Promise.reject(new Error("Cannot run the benchmark: the files were parsed")),
  };
  const compareMs = await cpuOf(() => compareWithDisk({ ...deps, source }));
  return { startMs: preloadMs + compareMs, compareMs };
}

async function compareStarts(): Promise<Pick<LoadComparisons, "compare" | "start">> {
  const compared: number[] = [];
  const cold: number[] = [];
  const start = await paired(
    START_PAIRS,
    async () => {
      const { startMs, compareMs } = await startFromRedis();
      compared.push(compareMs);
      return startMs;
    },
    async () => {
      const coldMs = await cpuOf(loadCold);
      cold.push(coldMs);
      return coldMs;
    },
  );
  return { start, compare: await paired(START_PAIRS, replay(compared), replay(cold)) };
}

const parse = await paired(
  PARSE_PAIRS,
  () => timed(parseSome),
  () => floor(some),
);
const cold = await paired(
  COLD_PAIRS,
  () => timed(loadCold),
  () => floor(files),
);
if (!(await connectRedis(client, 5000)))
  throw new Error("Cannot run the benchmark: Redis did not become ready");
// What is published here is what the starts read.
const reloaded = await compareReloads();
const comparisons: LoadComparisons = { parse, cold, reload: reloaded, ...(await compareStarts()) };
client.disconnect();
process.stdout.write(`${JSON.stringify(comparisons)}\n`);
