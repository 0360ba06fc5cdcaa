import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { type ListeningProcess, startListening, untilServed } from "./listening-process.ts";
import { type LoadOptions, requestsPerSecond } from "./load.ts";
import { paired, replay } from "./paired.ts";
import { publishCatalog, publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const TICK_COST = new URL("./tick-cost.ts", import.meta.url).pathname;
const BARE = new URL("./bare-hono-server.ts", import.meta.url).pathname;

/** The catalog routes against bare Hono routes that send the same bytes, each in a process of its own. */
export async function benchHttp(report: Report, catalog: Catalog): Promise<void> {
  await compareTicks(report);
  await using redis = await startRedis();
  await publishCatalog(redis.url, catalog);
  const directory = await mkdtemp(join(tmpdir(), "mosaic-bench-"));
  const service = await startListening([SERVICE, "serve"], {
    ...publishedSettings(redis.url),
    PORT: "0",
  });
  try {
    const entity = [...catalog.views.keys()][Math.floor(catalog.views.size / 2)];
    const listing = await untilServed(service, "/views");
    await writeFile(join(directory, "listing"), listing);
    await writeFile(join(directory, "view"), await untilServed(service, `/views/${entity}`));
    const bare = await startListening([BARE, join(directory, "listing"), join(directory, "view")], {});
    try {
      const compare = async (
        name: string,
        load: Omit<LoadOptions, "port"> & { readonly pairs: number },
      ): Promise<void> => {
        const measure = (target: ListeningProcess) => () => requestsPerSecond({ port: target.port, ...load });
        report.add(name, await paired(load.pairs, measure(service), measure(bare)), {
          target: 0.9,
          better: "higher",
        });
      };
      await compare("get_view_vs_bare_hono", {
        path: `/views/${entity}`,
        connections: 32,
        requests: 4000,
        pairs: 41,
      });
      await compare("get_views_vs_bare_hono", { path: "/views", connections: 4, requests: 60, pairs: 21 });
    } finally {
      await bare.stop();
    }
  } finally {
    await service.stop();
    await rm(directory, { recursive: true });
  }
}

/** What a tick costs a service that has idled, against one that has just started: see `hold-tick-shape.ts`. */
async function compareTicks(report: Report): Promise<void> {
  const costs = Array.from({ length: 6 }, () => {
    const printed = execFileSync(process.execPath, ["--expose-gc", TICK_COST], { encoding: "utf8" });
    return JSON.parse(printed) as { readonly before: number; readonly after: number };
  });
  const [afters, befores] = [costs.map(({ after }) => after), costs.map(({ before }) => before)];
  const comparison = await paired(costs.length - 1, replay(afters), replay(befores));
  report.add("tick_after_collections_vs_before", comparison, { target: 1.5, better: "lower" });
}
