import process from "node:process";
import { withNamespace } from "../src/adapters/decorators/namespace.ts";
import { createRedisCache } from "../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../src/adapters/redis/client.ts";
import type { CatalogEvent } from "../src/app/catalog/events.ts";
import { createHistory } from "../src/app/status/history.ts";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { HISTORY_ENTRIES_MAX } from "../src/domain/fleet/history.ts";
import { generateCatalog } from "./generated-catalog.ts";

/** Records reloads into a full history; prints the milliseconds of the processor that each took, round by round. */
const ROUNDS = 21;
const RELOADS_PER_ROUND = 20;

const [redisUrl = ""] = process.argv.slice(2);
const client = createRedisClient(redisUrl);
if (!(await connectRedis(client, 5000)))
  throw new Error("Cannot run the benchmark: Redis did not become ready");
const history = createHistory({
  cache: withNamespace(createRedisCache(client), "bench"),
  replica: "pod-1-0a1b2c3d",
  viewsDir: "data/views",
  wallMs: Date.now,
  random: Math.random,
  // Each reload is written at its end.
  pause: () => new Promise(() => undefined),
  signal: new AbortController().signal,
});
const catalogs = [generateCatalog(8), generateCatalog(9)] as const;

function eventsOf(from: Catalog, to: Catalog): readonly CatalogEvent[] {
  const { hash, views } = to;
  const activation = { trigger: "reload", source: "disk", generation: undefined, atMs: Date.now() } as const;
  return [
    { kind: "activated", catalog: to, previousHash: from.hash, ...activation },
    { kind: "published", hash, views: views.size, removed: 0 },
    { kind: "reloaded", hash, previousHash: from.hash },
  ];
}

async function record(round: number): Promise<void> {
  const [from, to] = round % 2 === 0 ? catalogs : ([catalogs[1], catalogs[0]] as const);
  for (const event of eventsOf(from, to)) history.onCatalogEvent(event);
  await history.flush();
}

for (let filled = 0; filled < HISTORY_ENTRIES_MAX; filled++) await record(filled);
const milliseconds: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage();
  for (let reload = 0; reload < RELOADS_PER_ROUND; reload++) await record(reload);
  const { user, system } = process.cpuUsage(before);
  milliseconds.push((user + system) / 1000 / RELOADS_PER_ROUND);
}
client.disconnect();
process.stdout.write(`${JSON.stringify(milliseconds)}\n`);
