import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { RUNTIMES, type Runtime } from "../test/support/runtimes.ts";
import { cpuSeconds } from "./cpu-seconds.ts";
import { type ListeningProcess, startListening, untilServed } from "./listening-process.ts";
import { type LoadOptions, requestsPerSecond } from "./load.ts";
import { paired, replay } from "./paired.ts";
import { publishCatalog, publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const COLLECTOR = new URL("./collector-sink.ts", import.meta.url).pathname;
const GOAL = { target: 0.9, better: "higher" } as const;

/**
 * glibc gives the memory of a large answer back and takes it anew, or keeps it, as the addresses of a start have it; Deno copies each
 * answer, and one of those takes twice the time of the other. Here all keep it.
 */
const STEADY_ALLOCATOR = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024 * 1024),
};

type Load = Omit<LoadOptions, "port" | "path"> & { readonly pairs: number; readonly warmUp: number };

/** All views of the benchmark's catalog, which is large. */
const LARGE: Load = { connections: 4, requests: 60, pairs: 21, warmUp: 120 };
/**
 * The eight views of the sample catalog: hardly anything is left to compare with but the way of a request. So many come first
 * that what one in a hundred needs is compiled by then, and what sending them made the compiler think
 * again of is compiled anew.
 */
const SMALL: Load = { connections: 32, requests: 4000, pairs: 41, warmUp: 400_000 };

/**
 * What is left of the requests per second when there are metrics, and traces of one request in a hundred; and, to explain
 * it, of the requests that a second of the processor is enough for.
 */
export async function benchTelemetry(report: Report, catalog: Catalog): Promise<void> {
  await using redis = await startRedis();
  await publishCatalog(redis.url, catalog);
  for (const runtime of RUNTIMES) {
    const subject = { report, runtime };
    await compare({ ...subject, path: "get_views", load: LARGE, env: publishedSettings(redis.url) });
    await compare({ ...subject, path: "get_8_views", load: SMALL, env: {} });
  }
}

interface Subject {
  readonly report: Report;
  readonly runtime: Runtime;
  readonly path: string;
  readonly load: Load;
  readonly env: Readonly<Record<string, string>>;
}

async function compare({ report, runtime, path, load, env }: Subject): Promise<void> {
  await using services = new AsyncDisposableStack();
  const start = async (telemetry: Readonly<Record<string, string>>): Promise<ListeningProcess> => {
    const service = await startListening(
      [SERVICE, "serve"],
      { PORT: "0", ...STEADY_ALLOCATOR, ...env, ...telemetry },
      { command: runtime.command, args: runtime.args },
    );
    services.defer(service.stop);
    await untilServed(service, "/views");
    await requestsPerSecond({ ...load, port: service.port, path: "/views", requests: load.warmUp });
    return service;
  };
  const collector = await startListening([COLLECTOR], {});
  services.defer(collector.stop);
  const off = await start({ OTEL_SDK_DISABLED: "true" });
  const metrics = await start({});
  const traces = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.01",
  });
  const name = `${runtime.name}_${path}`;
  await addFigures(report, `${name}_metrics_vs_off`, { load, service: metrics, off });
  await addFigures(report, `${name}_traced_1pct_vs_off`, { load, service: traces, off });
}

interface Contest {
  readonly load: Load;
  readonly service: ListeningProcess;
  readonly off: ListeningProcess;
}

async function addFigures(report: Report, name: string, { load, service, off }: Contest): Promise<void> {
  const { requests } = load;
  /** Of the same runs as the rates, in their order. */
  const perCpuSecond = new Map<ListeningProcess, number[]>([
    [service, []],
    [off, []],
  ]);
  const measure = (target: ListeningProcess) => async (): Promise<number> => {
    const before = cpuSeconds(target.pid);
    const rate = await requestsPerSecond({ ...load, port: target.port, path: "/views" });
    const after = cpuSeconds(target.pid);
    if (before !== undefined && after !== undefined)
      perCpuSecond.get(target)?.push(requests / (after - before));
    return rate;
  };
  report.add(name, await paired(load.pairs, measure(service), measure(off)), GOAL);
  const [ours = [], bare = []] = perCpuSecond.values();
  if (ours.length > load.pairs && bare.length > load.pairs)
    report.add(`${name}_cpu`, await paired(load.pairs, replay(ours), replay(bare)));
}
