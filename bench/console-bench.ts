import { setTimeout as delay } from "node:timers/promises";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { startBrowser } from "../test/support/browser.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { measureUsable } from "../test/support/usable-console.ts";
import { createViewsDirectory } from "../test/support/views-directory.ts";
import { generateCatalog } from "./generated-catalog.ts";
import { type ListeningProcess, startListening, untilServed } from "./listening-process.ts";
import { paired } from "./paired.ts";
import { publishCatalog, publishedSettings } from "./publish-catalog.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const FEW_VIEWS = 8;
const PAIRS = 11;

const ADMIN_TOKEN = "token-of-the-benchmark";
const PAGES = ["overview", "catalog", "history", "diff"] as const;
/** By then files have rested long enough to be left unread while nothing changes them. */
const SETTLED_MS = 12_000;

/** How long it takes until pages of the console can be used, against that with few views. */
export async function benchConsole(report: Report, catalog: Catalog): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const browser = opened.use(await startBrowser());
  const serve = async (served: Catalog): Promise<ListeningProcess> => {
    const redis = opened.use(await startRedis());
    const views = opened.use(await createViewsDirectory(withOneChange(served)));
    await delay(SETTLED_MS);
    await publishCatalog(redis.url, served);
    const service = await startListening([SERVICE, "serve"], {
      ...publishedSettings(redis.url),
      ADMIN_TOKEN,
      PORT: "0",
      VIEWS_DIR: views.path,
    });
    opened.defer(service.stop);
    await untilServed(service, "/views");
    return service;
  };
  const many = await serve(catalog);
  const few = await serve(generateCatalog(FEW_VIEWS));
  for (const page of PAGES) {
    const usable = (service: ListeningProcess) => async (): Promise<number> =>
      (await measureUsable(browser, service.url, { page, token: ADMIN_TOKEN })).usableMs;
    report.add(`console_${page}_usable_vs_few_views`, await paired(PAIRS, usable(many), usable(few)), {
      target: 1.2,
      better: "lower",
    });
  }
}

/** The files of a catalog, the first with another description than is served. */
function withOneChange({ views }: Catalog): Readonly<Record<string, string>> {
  const texts = [...views].map(
    ([entity, bytes]) => [`${entity}.yaml`, new TextDecoder().decode(bytes)] as const,
  );
  return Object.fromEntries(
    texts.map(([file, text], index) => [file, index === 0 ? text.replace("Uma linha", "Duas linhas") : text]),
  );
}
