import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startRedis } from "../test/support/redis-server.ts";
import { RUNTIMES, type Runtime } from "../test/support/runtimes.ts";
import { createViewsDirectory } from "../test/support/views-directory.ts";
import { cpuSeconds } from "./cpu-seconds.ts";
import { type ListeningProcess, startListening, untilServed } from "./listening-process.ts";
import { requestsPerSecond } from "./load.ts";
import { paired, replay } from "./paired.ts";
import { publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const HISTORY = new URL("../src/app/status/history.ts", import.meta.url).href;
const NO_HISTORY = new URL("./no-history.ts", import.meta.url).href;
const REPLACE_HISTORY = new URL("./replace-history.ts", import.meta.url).href;
const PROCESS = new URL("./history-process.ts", import.meta.url).pathname;
const VIEWS = new URL("../data/views", import.meta.url).pathname;
const ADMIN_TOKEN = "token-of-the-benchmark";
const ENTITY = "view_fiis_info";
const PATH = `/views/${ENTITY}`;
const CONNECTIONS = 32;
const PAIRS = 41;
const WARM_UP = 100_000;
/** Longer than the pause between an event and the write of its entry. */
const ROUND_SECONDS = 1.2;
const MS_PER_RELOAD_MAX = 10;

interface Reloaded {
  readonly service: ListeningProcess;
  /** Changes one view, and reloads. */
  reload(): Promise<void>;
}

/**
 * What history costs a service that is reloaded once a second. The processor time of its entries decides; what is left
 * of the requests per second, against the same reloads of a service in which the module of history does nothing, only
 * explains it, since pairs of rounds differ by more than one request in a hundred.
 */
export async function benchHistory(report: Report): Promise<void> {
  for (const runtime of RUNTIMES) {
    if (runtime.name === "bun") continue;
    await measureRecording(report, runtime);
    await compare(report, runtime);
  }
}

/**
 * The processor time that a reload's entries take, from the events to Redis, into a full history: of one reload a
 * second, 10 ms are one request in a hundred.
 */
async function measureRecording(report: Report, { name, command, args }: Runtime): Promise<void> {
  await using redis = await startRedis();
  const { stdout } = await promisify(execFile)(command, [...args, PROCESS, redis.url]);
  const milliseconds = JSON.parse(stdout) as readonly number[];
  const ten = milliseconds.map(() => MS_PER_RELOAD_MAX);
  const comparison = await paired(milliseconds.length - 1, replay(milliseconds), replay(ten));
  report.add(`${name}_history_of_reload_cpu_vs_10_ms`, comparison, { target: 1, better: "lower" });
}

async function compare(report: Report, runtime: Runtime): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const recording = await start(runtime, opened);
  const silent = await start(withoutHistory(runtime), opened);
  const load = { path: PATH, connections: CONNECTIONS };
  const warm = ({ service }: Reloaded) =>
    requestsPerSecond({ ...load, port: service.port, requests: WARM_UP });
  await warm(recording);
  const requests = Math.round((await warm(silent)) * ROUND_SECONDS);
  const perCpuSecond = new Map<Reloaded, number[]>([
    [recording, []],
    [silent, []],
  ]);
  const measure = (target: Reloaded) => async (): Promise<number> => {
    const { pid, port } = target.service;
    const before = cpuSeconds(pid);
    const [rate] = await Promise.all([requestsPerSecond({ ...load, port, requests }), target.reload()]);
    const after = cpuSeconds(pid);
    if (before !== undefined && after !== undefined)
      perCpuSecond.get(target)?.push(requests / (after - before));
    return rate;
  };
  const name = `${runtime.name}_get_view_history_vs_none`;
  report.add(name, await paired(PAIRS, measure(recording), measure(silent)));
  const [ours = [], bare = []] = perCpuSecond.values();
  if (ours.length > PAIRS && bare.length > PAIRS)
    report.add(`${name}_cpu`, await paired(PAIRS, replay(ours), replay(bare)));
}

async function start(runtime: Runtime, opened: AsyncDisposableStack): Promise<Reloaded> {
  const files: Record<string, string> = {};
  for (const file of await readdir(VIEWS)) files[file] = await readFile(join(VIEWS, file), "utf8");
  const redis = opened.use(await startRedis());
  const views = opened.use(await createViewsDirectory(files));
  const service = await startListening(
    [SERVICE, "serve"],
    { ...publishedSettings(redis.url), VIEWS_DIR: views.path, ADMIN_TOKEN, PORT: "0" },
    runtime,
  );
  opened.defer(service.stop);
  await untilServed(service, PATH);
  let count = 0;
  return {
    service,
    async reload() {
      count += 1;
      // Another view than the one that is read, so that all answers have one length.
      const changed = files["view_fiis_prices.yaml"]?.replace(
        /^description: .*$/m,
        `description: Round ${count}`,
      );
      await writeFile(join(views.path, "view_fiis_prices.yaml"), changed ?? "");
      const answer = await fetch(`${service.url}/admin/views/reload`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      const { changes } = (await answer.json()) as {
        readonly changes?: { readonly changed: readonly string[] };
      };
      if (changes?.changed.length !== 1)
        throw new Error("Cannot run the benchmark: the change was not reloaded");
    },
  };
}

/** The runtime with a module of history that records nothing, in place of the real one. */
function withoutHistory({ args, ...runtime }: Runtime): Runtime {
  if (runtime.name !== "deno") return { ...runtime, args: [...args, "--import", REPLACE_HISTORY] };
  const imports = JSON.stringify({ imports: { [HISTORY]: NO_HISTORY } });
  return { ...runtime, args: [...args, `--import-map=data:application/json,${encodeURIComponent(imports)}`] };
}
