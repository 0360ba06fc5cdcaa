import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { RUNTIMES, type Runtime } from "../test/support/runtimes.ts";
import { cpuSeconds } from "./cpu-seconds.ts";
import { type ListeningProcess, startListening, untilServed } from "./listening-process.ts";
import { type LoadOptions, requestsPerSecond } from "./load.ts";
import { paired } from "./paired.ts";
import { publishCatalog, publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const BARE = new URL("./bare-hono-server.ts", import.meta.url).pathname;

type Load = Omit<LoadOptions, "acceptEncoding" | "path" | "port">;
const PLAIN: Load = { connections: 4, requests: 40 };
const CODED: Load = { connections: 4, requests: 2000 };
const VIEW: Load = { connections: 32, requests: 4000 };
/** Requests after which the code of a route is compiled. */
const WARM_UP = 60_000;

/**
 * The list of a large catalog, compressed, against the plain bytes and against a bare route that sends the same compressed bytes;
 * and the processor time of single views against such a route.
 */
export async function benchBodies(report: Report, catalog: Catalog): Promise<void> {
  await using redis = await startRedis();
  await publishCatalog(redis.url, catalog);
  for (const runtime of RUNTIMES) await benchRuntime(report, runtime, { catalog, redisUrl: redis.url });
}

interface Subject {
  readonly catalog: Catalog;
  readonly redisUrl: string;
}

async function benchRuntime(report: Report, runtime: Runtime, { catalog, redisUrl }: Subject): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "mosaic-bench-"));
  opened.defer(() => rm(directory, { recursive: true }));
  const start = async (args: readonly string[], env = {}): Promise<ListeningProcess> => {
    const started = await startListening(args, { PORT: "0", ...env }, runtime);
    opened.defer(started.stop);
    return started;
  };
  const service = await start([SERVICE, "serve"], publishedSettings(redisUrl));
  const entity = [...catalog.views.keys()][Math.floor(catalog.views.size / 2)];
  const file = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(directory, name), bytes);
    return join(directory, name);
  };
  const listing = await file("listing", await untilServed(service, "/views"));
  const view = await file("view", await untilServed(service, `/views/${entity}`));
  for (const coding of ["zstd", "gzip"]) {
    const coded = await file(coding, await codedBytes(`${service.url}/views`, coding));
    const bare = await start([BARE, listing, view, coded, coding]);
    const ours = { port: service.port, path: "/views" };
    const sendCoded = () => requestsPerSecond({ ...CODED, ...ours, acceptEncoding: coding });
    const sendPlain = () => requestsPerSecond({ ...PLAIN, ...ours });
    const sendBare = () => requestsPerSecond({ ...CODED, port: bare.port, path: "/coded" });
    const name = `${runtime.name}_get_views_${coding}`;
    report.add(`${name}_vs_plain`, await paired(7, sendCoded, sendPlain), { target: 15, better: "higher" });
    report.add(`${name}_vs_bare_hono`, await paired(21, sendCoded, sendBare), {
      target: 0.9,
      better: "higher",
    });
    if (coding === "zstd") await compareCpu(report, runtime, { service, bare, path: `/views/${entity}` });
    await bare.stop();
  }
}

interface Contest {
  readonly service: ListeningProcess;
  readonly bare: ListeningProcess;
  readonly path: string;
}

async function compareCpu(
  report: Report,
  { name }: Runtime,
  { service, bare, path }: Contest,
): Promise<void> {
  const measure = (target: ListeningProcess) => async (): Promise<number> => {
    const before = cpuSeconds(target.pid) ?? Number.NaN;
    await requestsPerSecond({ ...VIEW, port: target.port, path });
    return (cpuSeconds(target.pid) ?? Number.NaN) - before;
  };
  for (const { port } of [service, bare]) await requestsPerSecond({ ...VIEW, requests: WARM_UP, port, path });
  report.add(`${name}_get_view_cpu_vs_bare_hono`, await paired(31, measure(service), measure(bare)), {
    target: 1.1,
    better: "lower",
  });
}

/** The bytes as they are sent: `fetch` would decode them. */
function codedBytes(url: string, coding: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": coding } }, (response) => {
      if (response.headers["content-encoding"] !== coding)
        reject(new Error(`Cannot run the benchmark: the list was not sent in ${coding}`));
      buffer(response).then(resolve, reject);
    }).once("error", reject);
  });
}
