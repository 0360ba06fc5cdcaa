import { readdir, readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { startRedis } from "../test/support/redis-server.ts";
import { RUNTIMES } from "../test/support/runtimes.ts";
import { startClusterSetUp } from "../test/support/set-ups/cluster-set-up.ts";
import { startSentinelSetUp } from "../test/support/set-ups/sentinel-set-up.ts";
import { createViewsDirectory } from "../test/support/views-directory.ts";
import { startListening, untilServed } from "./listening-process.ts";
import type { Comparison } from "./paired.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const VIEWS = new URL("../data/views/", import.meta.url).pathname;
const ADMIN_TOKEN = "bench";
const REPLICAS = 3;
const WARM_UP_ROUNDS = 20;
const ROUNDS = 200;
const PARTS = 4;
const P99_MS_MAX = 100;
const P99_RATIO_MAX = 2;
const ARRIVAL_WAIT_MS = 10_000;

/**
 * From the request for a reload until all three replicas serve eight views: on one server, on Sentinel and on Cluster, one
 * after the other, since the processes of all three would share the processor.
 */
export async function benchPropagation(report: Report): Promise<void> {
  const times = new Map<Name, readonly number[]>();
  for (const name of NAMES) times.set(name, await measure(name));
  const timeOf = (name: Name, round: number): number => times.get(name)?.[round] ?? Number.NaN;
  const rounds = Array.from({ length: ROUNDS }, (_, round): Round => {
    return {
      one: timeOf("one", round),
      sentinel: timeOf("sentinel", round),
      cluster: timeOf("cluster", round),
    };
  });
  const better = "lower";
  for (const name of NAMES) {
    const inMs = compare(rounds, (some) => p99Of(some, name) / P99_MS_MAX);
    report.add(`reload_to_replicas_p99_${name}_vs_100_ms`, inMs, { target: 1, better });
    if (name === "one") continue;
    const ratio = compare(rounds, (some) => p99Of(some, name) / p99Of(some, "one"));
    report.add(`reload_to_replicas_p99_${name}_vs_one`, ratio, { target: P99_RATIO_MAX, better });
  }
}

const NAMES = ["one", "sentinel", "cluster"] as const;
type Name = (typeof NAMES)[number];

/** One reload on each set-up; milliseconds. */
type Round = Readonly<Record<Name, number>>;

async function measure(name: Name): Promise<readonly number[]> {
  await using opened = new AsyncDisposableStack();
  const settings = async (): Promise<Readonly<Record<string, string>>> => {
    if (name === "sentinel") return opened.use(await startSentinelSetUp()).settings;
    if (name === "cluster") return opened.use(await startClusterSetUp()).settings;
    return { CACHE_BACKEND: "redis", REDIS_URL: opened.use(await startRedis()).url };
  };
  const fleet = opened.use(await startFleet(await settings()));
  const times: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const elapsedMs = await fleet.reload();
    if (round >= 0) times.push(elapsedMs);
  }
  return times;
}

/** The figure of all rounds, and its range over the parts of the run. */
function compare(rounds: readonly Round[], figure: (rounds: readonly Round[]) => number): Comparison {
  const size = ROUNDS / PARTS;
  const ofParts = Array.from({ length: PARTS }, (_, part) =>
    figure(rounds.slice(part * size, (part + 1) * size)),
  );
  return { ratio: figure(rounds), ratioMin: Math.min(...ofParts), ratioMax: Math.max(...ofParts) };
}

function p99Of(rounds: readonly Round[], name: keyof Round): number {
  const sorted = rounds.map((times) => times[name]).sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) * 0.99)] ?? Number.NaN;
}

interface Fleet extends AsyncDisposable {
  /** Reloads a change; milliseconds until every replica serves it. */
  reload(): Promise<number>;
}

async function startFleet(settings: Readonly<Record<string, string>>): Promise<Fleet> {
  const opened = new AsyncDisposableStack();
  const files: Record<string, string> = {};
  for (const name of await readdir(VIEWS)) files[name] = await readFile(join(VIEWS, name), "utf8");
  const views = opened.use(await createViewsDirectory(files));
  const [changed = ""] = Object.keys(files);
  const env = { ...settings, ADMIN_TOKEN, VIEWS_DIR: views.path, LOG_FORMAT: "json", PORT: "0" };
  const followed: FollowedReplica[] = [];
  for (let index = 0; index < REPLICAS; index += 1) {
    const replica = await startListening([SERVICE, "serve"], env, RUNTIMES[index % RUNTIMES.length]);
    opened.defer(replica.stop);
    await untilServed(replica, "/views");
    followed.push(await follow(replica.url));
  }
  const [first] = followed;
  if (first === undefined) throw new RangeError("A fleet has a replica");
  let round = 0;
  return {
    async reload() {
      round += 1;
      await writeFile(join(views.path, changed), `${files[changed]}\nbench_round: ${round}\n`);
      const startedMs = performance.now();
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
      const response = await fetch(`${first.url}/admin/views/reload`, { method: "POST", headers });
      const { hash, published } = (await response.json()) as { readonly hash: string; published: boolean };
      if (!published) throw new Error("Cannot run the benchmark: a reload was not published");
      const arrivals = await Promise.all(followed.map((replica) => replica.arrivalMs(hash)));
      return Math.max(...arrivals) - startedMs;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface FollowedReplica {
  readonly url: string;
  /** When it first served the catalog of this hash, by the clock of this process. */
  arrivalMs(hash: string): Promise<number>;
}

const HASH = /"catalog":\{"state":"active","hash":"([0-9a-f]{64})"/g;

async function follow(url: string): Promise<FollowedReplica> {
  const arrivals = new Map<string, number>();
  const waiting = new Map<string, (ms: number) => void>();
  let rest = "";
  const { promise: connected, resolve, reject } = Promise.withResolvers<void>();
  get(`${url}/events`, { headers: { accept: "text/event-stream" } }, (response) => {
    response.setEncoding("utf8").on("data", (chunk: string) => {
      const nowMs = performance.now();
      rest += chunk;
      for (const [, hash = ""] of rest.matchAll(HASH)) {
        if (!arrivals.has(hash)) arrivals.set(hash, nowMs);
        waiting.get(hash)?.(nowMs);
        waiting.delete(hash);
      }
      rest = rest.slice(rest.lastIndexOf("\n\n") + 1);
      resolve();
    });
    response.on("error", () => undefined);
  }).on("error", reject);
  await connected;
  return {
    url,
    arrivalMs(hash) {
      const known = arrivals.get(hash);
      if (known !== undefined) return Promise.resolve(known);
      const arrival = Promise.withResolvers<number>();
      waiting.set(hash, arrival.resolve);
      const timer = setTimeout(() => {
        arrival.reject(new Error("Cannot run the benchmark: a replica did not get a reload"));
      }, ARRIVAL_WAIT_MS);
      return arrival.promise.finally(() => clearTimeout(timer));
    },
  };
}
