import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateCatalog } from "../../bench/generated-catalog.ts";
import { publishCatalog, publishedSettings } from "../../bench/publish-catalog.ts";
import { type Browser, startBrowser } from "../support/browser.ts";
import type { ConsoleUser } from "../support/console-user.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { openConsoleInTest } from "../support/open-console-in-test.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { measureUsable } from "../support/usable-console.ts";

const WAIT = { timeout: 10_000, interval: 50 };
const VIEWS = 10_000;
const ROWS_MAX = 200;

const nameOf = (index: number): string => `view_generated_${String(index).padStart(6, "0")}`;

let browser: Browser;
let few: RedisServer;
let many: RedisServer;
const shared = new AsyncDisposableStack();
beforeAll(async () => {
  browser = shared.use(await startBrowser());
  few = shared.use(await startRedis());
  many = shared.use(await startRedis());
  await publishCatalog(few.url, generateCatalog(8));
  await publishCatalog(many.url, generateCatalog(VIEWS));
});
afterAll(() => shared.disposeAsync());

describe.each(RUNTIMES)("the console of a service with 10,000 views on $name", (runtime) => {
  let service: HostedService;
  beforeAll(async () => {
    service = await serve(many);
  });
  afterAll(() => service.stop());

  async function serve({ url }: RedisServer): Promise<HostedService> {
    const started = await startHostedService({ runtime, env: publishedSettings(url) });
    await started.waitForLog(({ msg }) => msg === "Catalog activated");
    return started;
  }

  test("a large catalog costs no more requests and few more bytes before it can be used", async () => {
    await using other = await serve(few);
    const ofFew = await measureUsable(browser, other.url);
    const ofMany = await measureUsable(browser, service.url);
    expect(ofMany.requests).toBeLessThanOrEqual(ofFew.requests + 1);
    // The first part has 200 views, each of which is searched by some 2 KB, and not the other 9,800.
    expect(ofMany.bytes - ofFew.bytes).toBeLessThan(500_000);
  });

  test("a first visit asks for at most half of the 41 files that it once took", async () => {
    const { requests } = await measureUsable(browser, service.url, { page: "overview" });
    expect(requests).toBeLessThanOrEqual(20);
  });

  test("groups, facets and orders narrow the list by keyboard, and say how many views are left", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog` });
    const choose = async (label: string, text: string): Promise<void> => {
      await user.tabTo(user.page.getByLabel(label, { exact: true }));
      await user.type(text);
    };
    await user.see("link", nameOf(0));
    const group = user.page.getByLabel("Group", { exact: true });
    await user.tabTo(group);
    // The groups are of all views, which are read when the list has the focus.
    await group.getByText("view_generated (10,000)").waitFor({ state: "attached" });
    await choose("Group", "view_g");
    await user.hear("status", "10,000 of 10,000 views");
    await choose("Show", "without w");
    await user.hear("status", "0 of 10,000 views");
    await user.page.getByText("No view matches.").waitFor();
    await user.press("Home");
    await user.see("link", nameOf(0));
    await choose("Order", "most");
    await user.hear("status", "10,000 of 10,000 views");
    expect(await rows(user)).toBeLessThan(ROWS_MAX);
  });

  test("it keeps few rows, and every key leads to the last view and back", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog` });
    await user.tabTo(user.find("link", nameOf(0)));
    await user.press("End");
    await seeFocused(user, nameOf(VIEWS - 1));
    await user.press("ArrowUp");
    await seeFocused(user, nameOf(VIEWS - 2));
    await user.press("PageDown");
    await seeFocused(user, nameOf(VIEWS - 1));
    await user.press("Home");
    await seeFocused(user, nameOf(0));
    for (let row = await focusedRow(user), next = row; next < VIEWS / 100; row = next) {
      await user.press("PageDown");
      await expect.poll(async () => (next = await focusedRow(user)), WAIT).toBeGreaterThan(row);
      expect(await rows(user)).toBeLessThan(ROWS_MAX);
    }
    await user.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    await seeInWindow(user, nameOf(VIEWS - 1));
    expect(await rows(user)).toBeLessThan(ROWS_MAX);
  });

  test("its search finds the last view, and typing more asks nobody", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog` });
    await user.see("link", nameOf(0));
    const search = user.find("searchbox", "Search views");
    await user.fill(search, nameOf(VIEWS - 1));
    await user.see("link", nameOf(VIEWS - 1));
    await user.miss("link", nameOf(0));
    const asked: string[] = [];
    user.page.on("request", (request) => asked.push(request.url()));
    await user.fill(search, "column_19");
    await user.see("link", nameOf(0));
    await expect.poll(() => rows(user)).toBeLessThan(ROWS_MAX);
    expect(asked).toEqual([]);
  });
});

/** How many views the page holds, whether they can be seen or not. */
function rows(user: ConsoleUser): Promise<number> {
  return user.page.evaluate<number>(`document.querySelectorAll("a[href^='#/views/']").length`);
}

/** The place in the catalog of the view that has the focus; -1 without one. */
async function focusedRow({ page }: ConsoleUser): Promise<number> {
  const entity = await page.evaluate<string>("document.activeElement?.textContent ?? ''");
  return Number(/^view_generated_(\d{6})$/.exec(entity)?.[1] ?? -1);
}

async function seeFocused(user: ConsoleUser, name: string): Promise<void> {
  await expect.poll(() => user.find("link", name).and(user.page.locator(":focus")).count(), WAIT).toBe(1);
  await seeInWindow(user, name);
}

async function seeInWindow(user: ConsoleUser, name: string): Promise<void> {
  const link = user.find("link", name);
  const isInside = async (): Promise<boolean> => {
    const box = (await link.count()) === 0 ? null : await link.boundingBox();
    const height = user.page.viewportSize()?.height ?? 0;
    return box !== null && box.y >= 0 && box.y + box.height <= height;
  };
  await expect.poll(isInside, WAIT).toBe(true);
}
