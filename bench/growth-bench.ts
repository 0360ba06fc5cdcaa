import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { preload, reconcile } from "../src/app/catalog/sync.ts";
import { type RedisServer, startRedis } from "../test/support/redis-server.ts";
import { startCountingProxy } from "./counting-proxy.ts";
import { generateCatalog } from "./generated-catalog.ts";
import { timed } from "./paired.ts";
import {
  measureReload,
  NAMESPACE,
  type Replica,
  type Round,
  startReplica,
  withChange,
} from "./publish-bench.ts";
import type { Report } from "./report.ts";

const VIEWS = [1000, 10_000];
/** The largest catalog: it takes longer than all else, and on a busy machine its first transfer is given up. */
const VIEWS_LARGE = 50_000;
const REPLICAS = [3, 30, 300];
/** Of the fleets. */
const FLEET_VIEWS = 200;
const ROUNDS = 3;
const PUBLISHED_KEY = `${NAMESPACE}:views:loaded`;
/** More seconds than the lease of a transfer that failed. */
const ATTEMPTS_MAX = 90;
const ATTEMPT_PAUSE_MS = 1000;

/**
 * How the costs of a reload of one view grow with the views of a catalog, and with the replicas of a fleet, all in one
 * process.
 *
 * @param isLarge with a catalog of the greatest size too
 */
export async function benchGrowth(report: Report, isLarge: boolean): Promise<void> {
  const sizes = isLarge ? [...VIEWS, VIEWS_LARGE] : VIEWS;
  const byViews = [];
  for (const views of sizes) byViews.push(await measureFleet({ views, replicas: 2 }));
  addGrowth(report, "views", sizes, byViews);
  const byReplicas = [];
  for (const replicas of REPLICAS) byReplicas.push(await measureFleet({ views: FLEET_VIEWS, replicas }));
  addGrowth(report, "replicas", REPLICAS, byReplicas);
}

type Costs = Readonly<Record<"bytes" | "blocks_redis" | "bytes_at_rest" | "reader_time" | "time", number>>;

async function measureFleet(size: { readonly views: number; readonly replicas: number }): Promise<Costs> {
  await using server = await startRedis();
  await using proxy = await startCountingProxy(server.port);
  const disk = { catalog: generateCatalog(size.views) };
  const publisher = await startReplica(proxy, disk);
  const readers: Replica[] = [];
  for (let reader = 1; reader < size.replicas; reader++) readers.push(await startReplica(proxy, disk));
  const all = [publisher, ...readers];
  try {
    await preload(publisher.deps);
    await untilPublished(server, publisher);
    for (const { deps } of readers) await preload(deps);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      disk.catalog = withChange(disk.catalog, `changed ${round}`);
      rounds.push(await measureReload({ server, proxy, disk, publisher, readers }));
    }
    for (const { deps } of all) await reconcile(deps);
    const before = proxy.bytes();
    const restMs = await timed(async () => {
      for (const { deps } of all) await reconcile(deps);
    });
    if (restMs <= 0) throw new Error("Cannot run the benchmark: nothing was compared");
    const median = (value: (round: Round) => number): number => {
      const values = rounds
        .slice(1)
        .map(value)
        .sort((left, right) => left - right);
      return values[Math.floor(values.length / 2)] ?? Number.NaN;
    };
    return {
      bytes: median((round) => round.bytes) / all.length,
      blocks_redis: median((round) => round.blockedMs),
      bytes_at_rest: (proxy.bytes() - before) / all.length,
      reader_time: median((round) => round.readMs),
      time: median((round) => round.publishMs),
    };
  } finally {
    for (const { close } of all) close();
  }
}

/** On a busy machine the largest catalog may take longer than its deadline, and is sent again. */
async function untilPublished(server: RedisServer, { deps }: Replica): Promise<void> {
  // While the server runs the script of a transfer, it answers that it is busy.
  const isPublished = async (): Promise<boolean> =>
    Number(await server.command("EXISTS", PUBLISHED_KEY).catch(() => 0)) === 1;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await isPublished()) return;
    await delay(ATTEMPT_PAUSE_MS);
    if (!(await isPublished())) await reconcile(deps);
  }
  throw new Error("Cannot run the benchmark: the catalog was not published");
}

/** Each size against the smallest: 10 for one that is ten times as large means that the cost grows with it. */
function addGrowth(report: Report, of: string, sizes: readonly number[], costs: readonly Costs[]): void {
  const [smallest] = costs;
  if (smallest === undefined) return;
  for (const [index, cost] of costs.entries()) {
    for (const name of Object.keys(cost) as (keyof Costs)[]) {
      const ratio = cost[name] / smallest[name];
      report.add(`${sizes[index]}_${of}_${name}_vs_${sizes[0]}`, { ratio, ratioMin: ratio, ratioMax: ratio });
    }
    process.stderr.write(`${sizes[index]} ${of}: ${JSON.stringify(cost)}\n`);
  }
}
