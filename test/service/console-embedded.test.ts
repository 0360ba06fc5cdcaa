import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type CachePort,
  type CatalogSourcePort,
  createMemoryCache,
  createMemorySource,
  type Database,
  type RunningService,
} from "../../src/mod.ts";
import { type Browser, startBrowser } from "../support/browser.ts";
import { toneOf } from "../support/computed-looks.ts";
import { EMBEDDED_VIEW, startEmbeddedService } from "../support/embedded-service.ts";
import { openConsoleInTest } from "../support/open-console-in-test.ts";

const WAIT = { timeout: 15_000, interval: 50 };
const LIST: Database = {
  name: "list",
  load: async () => ["HGLG11"],
  columns: async () => new Map(),
  close: async () => undefined,
};

async function start(cache: CachePort, source?: CatalogSourcePort): Promise<RunningService> {
  const parts = { cache, database: LIST, ...(source && { source }) };
  const service = await startEmbeddedService(parts);
  await service.loaded;
  return service;
}

describe("the console of a service inside another program", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.[Symbol.asyncDispose]());

  test("shows disk and database as unknown before their first check, in both languages", async () => {
    const cache = createMemoryCache();
    const first = await start(cache);
    await expect.poll(async () => (await fetch(`${first.url}/tickers`)).status).toBe(200);
    await first.stop();
    // Catalog and tickers come from the cache: the disk is not read before the test ends its first read.
    const files = createMemorySource({ "view_prices.yaml": EMBEDDED_VIEW });
    const firstRead = Promise.withResolvers<void>();
    const load = () => firstRead.promise.then(() => files.load());
    const service = await start(cache, { ...files, load, readNames: async () => ["view_prices"] });
    onTestFinished(() => {
      firstRead.resolve();
      return service.stop();
    });

    const user = await openConsoleInTest(browser, { url: `${service.url}/` });
    const checkOf = (name: string) =>
      user.page.locator(".check").filter({ has: user.page.getByRole("link", { name, exact: true }) });
    const badgeOf = (name: string) => checkOf(name).locator(".badge");
    for (const name of ["Disk", "Database"]) {
      await expect.poll(() => badgeOf(name).innerText(), WAIT).toBe("Unknown");
      expect(await toneOf(badgeOf(name))).toBe("muted");
    }
    expect(await checkOf("Disk").innerText()).toContain("has not been compared yet");
    expect(await checkOf("Database").innerText()).toContain("has not been called yet");
    await user.activate(user.find("button", "Português"));
    for (const name of ["Disco", "Banco de dados"])
      await expect.poll(() => badgeOf(name).innerText(), WAIT).toBe("Sem dados");

    firstRead.resolve();
    await expect.poll(() => toneOf(badgeOf("Disco")), WAIT).toBe("good");
  });

  test("keeps the colour of a catalog on the history page while the history forgets older ones", async () => {
    const service = await start(createMemoryCache());
    onTestFinished(() => service.stop());
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/history` });
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    const entries = ["a", "b", "c"].map((digit, minute) => ({
      ...{ at: at(minute), replica: "replica-1", kind: "activated", trigger: "reload" },
      ...{ from: null, to: digit.repeat(64), reason: null },
      ...{ added: 0, changed: 0, removed: 0, views: [] },
    }));
    let shown = entries;
    await user.page.route("**/admin/history", (route) =>
      route.fulfill({ json: { shared: true, entries: shown.toReversed() } }),
    );
    await user.giveToken("embedded");
    const classOf = (digit: string) =>
      user.page.locator(`.track span[title="${digit.repeat(64)}"]`).getAttribute("class");
    await expect.poll(() => user.page.locator(".track span[title]").count(), WAIT).toBe(3);
    const before = await classOf("c");
    shown = entries.slice(1);
    expect((await service.reload()).kind).toBe("reloaded");
    await expect.poll(() => user.page.locator(".track span[title]").count(), WAIT).toBe(2);
    expect(await classOf("c")).toBe(before);
    expect(await classOf("b")).not.toBe(before);
  });
});
