import { startOtlpReceiver } from "../test/support/otlp-receiver.ts";
import { type ListeningProcess, startListening } from "./listening-process.ts";
import { requestsPerSecond } from "./load.ts";
import { paired } from "./paired.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const LOAD = { path: "/views", connections: 32, requests: 2000 };
const PAIRS = 121;

/** What metrics, and traces of one request in a hundred, take of the requests per second that there are without either. */
export async function benchTelemetry(report: Report): Promise<void> {
  await using receiver = await startOtlpReceiver();
  await using services = new AsyncDisposableStack();
  const start = async (env: Readonly<Record<string, string>>): Promise<ListeningProcess> => {
    const service = await startListening([SERVICE, "serve"], { PORT: "0", LOG_LEVEL: "info", ...env });
    services.defer(service.stop);
    await untilServed(service);
    return service;
  };
  const off = await start({ OTEL_SDK_DISABLED: "true" });
  const metrics = await start({});
  const traces = await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: "0.01",
  });
  const measure =
    ({ port }: ListeningProcess) =>
    () =>
      requestsPerSecond({ port, ...LOAD });
  const goal = { target: 0.9, better: "higher" } as const;
  report.add("get_views_metrics_vs_off", await paired(PAIRS, measure(metrics), measure(off)), goal);
  report.add("get_views_traced_1pct_vs_off", await paired(PAIRS, measure(traces), measure(off)), goal);
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
