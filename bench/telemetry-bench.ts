import type { Catalog } from "../src/domain/catalog.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { type ListeningProcess, startListening } from "./listening-process.ts";
import { type LoadOptions, requestsPerSecond } from "./load.ts";
import { paired } from "./paired.ts";
import { publishCatalog, publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const COLLECTOR = new URL("./collector-sink.ts", import.meta.url).pathname;
const GOAL = { target: 0.9, better: "higher" } as const;

type Load = Omit<LoadOptions, "port" | "path"> & { readonly pairs: number; readonly warmUp: number };

/** All views of the benchmark's catalog, which is large. */
const LARGE: Load = { connections: 4, requests: 60, pairs: 31, warmUp: 120 };
/**
 * The eight views of the sample catalog: hardly anything is left to compare with but the way of a request. So many come first
 * that one in a hundred fills a batch, which is sent: the code of all is compiled by then.
 */
const SMALL: Load = { connections: 32, requests: 3000, pairs: 61, warmUp: 80_000 };

/** What metrics, and traces of one request in a hundred, take of the requests per second that there are without either. */
export async function benchTelemetry(report: Report, catalog: Catalog): Promise<void> {
  await using redis = await startRedis();
  await publishCatalog(redis.url, catalog);
  await compare(report, { name: "get_views", load: LARGE, env: publishedSettings(redis.url) });
  await compare(report, { name: "get_8_views", load: SMALL, env: {} });
}

interface Subject {
  readonly name: string;
  readonly load: Load;
  readonly env: Readonly<Record<string, string>>;
}

async function compare(report: Report, { name, load, env }: Subject): Promise<void> {
  await using services = new AsyncDisposableStack();
  const measure = ({ port }: ListeningProcess, requests = load.requests): Promise<number> =>
    requestsPerSecond({ ...load, port, path: "/views", requests });
  const start = async (telemetry: Readonly<Record<string, string>>): Promise<ListeningProcess> => {
    const service = await startListening([SERVICE, "serve"], { PORT: "0", ...env, ...telemetry });
    services.defer(service.stop);
    await untilServed(service);
    await measure(service, load.warmUp);
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
  const against = (service: ListeningProcess) =>
    paired(
      load.pairs,
      () => measure(service),
      () => measure(off),
    );
  report.add(`${name}_metrics_vs_off`, await against(metrics), GOAL);
  report.add(`${name}_traced_1pct_vs_off`, await against(traces), GOAL);
}

async function untilServed({ url }: ListeningProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await fetch(`${url}/views`);
    await response.body?.cancel();
    if (response.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Cannot run the benchmark: /views was not answered");
}
