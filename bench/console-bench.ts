import type { Catalog } from "../src/domain/catalog.ts";
import { startBrowser } from "../test/support/browser.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { RUNTIMES } from "../test/support/runtimes.ts";
import { type ServiceProcess, startService } from "../test/support/service-process.ts";
import { measureUsable } from "../test/support/usable-console.ts";
import { generateCatalog } from "./generated-catalog.ts";
import { paired } from "./paired.ts";
import { publishCatalog, publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const FEW_VIEWS = 8;
const PAIRS = 11;

/** How long it takes until the console shows its first view, against that with few views. */
export async function benchConsole(report: Report, catalog: Catalog): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const browser = opened.use(await startBrowser());
  const [runtime] = RUNTIMES;
  if (runtime === undefined) throw new Error("There is no runtime");
  const serve = async (served: Catalog): Promise<ServiceProcess> => {
    const redis = opened.use(await startRedis());
    await publishCatalog(redis.url, served);
    const service = opened.use(await startService({ runtime, env: publishedSettings(redis.url) }));
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
    return service;
  };
  const many = await serve(catalog);
  const few = await serve(generateCatalog(FEW_VIEWS));
  const usable = (service: ServiceProcess) => async (): Promise<number> =>
    (await measureUsable(browser, service.url)).usableMs;
  report.add("console_usable_vs_few_views", await paired(PAIRS, usable(many), usable(few)), {
    target: 2,
    better: "lower",
  });
}
