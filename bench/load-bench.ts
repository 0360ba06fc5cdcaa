import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { dump } from "js-yaml";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { RUNTIMES, type Runtime } from "../test/support/runtimes.ts";
import { DENO_SETTINGS, type ListeningProcess, startListening, untilServed } from "./listening-process.ts";
import type { LoadComparisons } from "./load-process.ts";
import type { Comparison } from "./paired.ts";
import type { Report } from "./report.ts";

const PROCESS = new URL("./load-process.ts", import.meta.url).pathname;
const SERVICE = new URL("./probed-service.ts", import.meta.url).pathname;
const SAMPLES = new URL("../data/views", import.meta.url).pathname;
const TOKEN = "bench-token";
const P99_MS_MAX = 10;
const TURN_MS_MAX = 60;
/** Garbage is collected, and what the allocator keeps for itself comes back, within this. */
const SETTLE_MS = 3000;
const PROBE_MS = 3;
const IDLE_PROBES = 500;

/**
 * A cold load of many files, a reload of one changed file with its publication, and the parsing alone, each against
 * what no load can do without; and what a service does meanwhile.
 */
export async function benchLoad(report: Report, catalog: Catalog): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "mosaic-bench-"));
  try {
    const views = join(directory, "many");
    await mkdir(views);
    for (const [entity, json] of catalog.views) {
      const text = dump(JSON.parse(new TextDecoder().decode(json)), { lineWidth: -1 });
      await writeFile(join(views, `${entity}.yaml`), text);
    }
    await cp(SAMPLES, join(directory, "few"), { recursive: true });
    for (const runtime of RUNTIMES) {
      if (runtime.name === "bun") continue;
      await benchRatios(report, runtime, views);
      await benchService(report, runtime, { directory, catalog });
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A script with one more right than the service has. */
function withWrites({ name, args, ...rest }: Runtime): Runtime {
  return { ...rest, name, args: name === "deno" ? [...args, "--allow-write"] : args };
}

async function benchRatios(report: Report, runtime: Runtime, views: string): Promise<void> {
  await using redis = await startRedis();
  const { name, command, args } = withWrites(runtime);
  const { stdout } = await promisify(execFile)(command, [...args, PROCESS, views, redis.url], {
    env: { ...process.env, ...DENO_SETTINGS },
  });
  const { parse, cold, reload, start, compare } = JSON.parse(stdout) as LoadComparisons;
  const add = (row: string, comparison: Comparison, target: number): void =>
    report.add(`${name}_${row}`, comparison, { target, better: "lower" });
  add("parse_file_vs_yaml_floor", parse, 1.7);
  add("cold_load_vs_yaml_floor", cold, 2.2);
  add("reload_one_file_vs_yaml_floor", reload, 0.25);
  add("start_from_redis_cpu_vs_cold_load", start, 0.1);
  report.add(`${name}_compare_disk_cpu_vs_cold_load`, compare);
}

interface ServiceBench {
  readonly directory: string;
  readonly catalog: Catalog;
}

/** A service with few views, whose folder becomes another with many, all at once. */
async function benchService(report: Report, runtime: Runtime, bench: ServiceBench): Promise<void> {
  const { directory, catalog } = bench;
  await using redis = await startRedis();
  const current = join(directory, "current");
  const turns = join(directory, "turns");
  leadTo(current, "few");
  const settings = {
    PORT: "0",
    VIEWS_DIR: current,
    ADMIN_TOKEN: TOKEN,
    CACHE_BACKEND: "redis",
    REDIS_URL: redis.url,
    BENCH_TURNS: turns,
  };
  const service = await startListening([SERVICE, "serve"], settings, withWrites(runtime));
  try {
    await untilServed(service, "/readyz");
    await delay(SETTLE_MS);
    const before = residentBytes(service.pid);
    let probes = 0;
    const idle = await probeHealth(service, () => ++probes >= IDLE_PROBES);
    writeFileSync(turns, "");
    leadTo(current, "many");
    let isDone = false;
    const loading = reload(service).finally(() => {
      isDone = true;
    });
    const busy = await probeHealth(service, () => isDone);
    const views = await loading;
    if (views !== catalog.views.size) throw new Error(`Cannot run the benchmark: ${views} views were loaded`);
    await delay(SETTLE_MS);
    const bytes = [...catalog.views.values()].reduce((total, { byteLength }) => total + byteLength, 0);
    const add = (row: string, ratio: number, target?: number): void =>
      report.add(
        `${runtime.name}_${row}`,
        { ratio, ratioMin: ratio, ratioMax: ratio },
        target === undefined ? undefined : { target, better: "lower" },
      );
    add("cold_load_rss_vs_catalog", (residentBytes(service.pid) - before) / bytes, 2.5);
    add("cold_load_healthz_p99_vs_10_ms", percentile99(busy) / P99_MS_MAX, 1);
    add("idle_healthz_p99_vs_10_ms", percentile99(idle) / P99_MS_MAX);
    add("cold_load_turn_vs_60_ms", longestTurn(turns) / TURN_MS_MAX, 1);
  } finally {
    await service.stop();
  }
}

/** Leads a link to another folder in one step. */
function leadTo(link: string, target: string): void {
  symlinkSync(target, `${link}.new`);
  renameSync(`${link}.new`, link);
}

async function reload({ url }: ListeningProcess): Promise<number> {
  const response = await fetch(`${url}/admin/views/reload`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const { items } = (await response.json()) as { readonly items?: number };
  return items ?? 0;
}

/** The milliseconds of each answer of `/healthz`, one after the other, until it is enough. */
async function probeHealth({ url }: ListeningProcess, isEnough: () => boolean): Promise<readonly number[]> {
  const durations: number[] = [];
  while (!isEnough()) {
    const startedMs = performance.now();
    await (await fetch(`${url}/healthz`)).arrayBuffer();
    durations.push(performance.now() - startedMs);
    await delay(PROBE_MS);
  }
  return durations;
}

function percentile99(durations: readonly number[]): number {
  return durations.toSorted((left, right) => left - right)[Math.floor(durations.length * 0.99)] ?? Number.NaN;
}

function longestTurn(file: string): number {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return Math.max(0, ...lines.map((line) => Number(line.split(" ")[1] ?? 0)));
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
