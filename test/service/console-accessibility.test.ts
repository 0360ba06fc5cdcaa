import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility-faults.ts";
import { type Browser, startBrowser } from "../support/browser.ts";
import { type ConsoleUser, openConsole } from "../support/console-user.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";

const NARROW_PX = 360;
const LOOKS = (["light", "dark"] as const).flatMap((colorScheme) =>
  [NARROW_PX, 1280].map((widthPx) => ({ colorScheme, widthPx })),
);

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

describe.each(RUNTIMES)("the console of a service on $name", (runtime) => {
  let service: HostedService;
  let user: ConsoleUser;
  beforeAll(async () => {
    service = await startHostedService({ runtime, env: { CACHE_BACKEND: "local" } });
    user = await openConsole(browser, { url: service.url });
    user.watched.forgive(/status of 404 .*views\/nothing/);
  });
  afterAll(async () => {
    await user[Symbol.asyncDispose]();
    await service.stop();
  });

  /** What is there once a page shows all that it has. */
  const PAGES: readonly (readonly [string, string, (user: ConsoleUser) => Promise<void>])[] = [
    ["the overview", "#/", (user) => user.see("heading", "The last hour of this replica")],
    ["the catalog", "#/catalog", (user) => user.see("link", "view_market_rates")],
    ["a view", "#/views/view_fiis_info", (user) => user.see("tab", "YAML")],
    ["a view that there is not", "#/views/nothing", (user) => user.see("link", "Catalog")],
    ["tickers", "#/tickers", (user) => user.see("button", "Extract")],
    ["a reload", "#/reload", reload],
    ["the fleet", "#/fleet", (user) => user.see("table", "Replicas")],
    ["the history", "#/history", (user) => user.see("list", "History")],
    ["the database", "#/database", (user) => user.see("list", "Views")],
  ];

  test.each(PAGES)(
    "axe finds nothing serious on the page of %s, whatever it looks like",
    async (_name, route, isShown) => {
      const { page } = user;
      await page.goto(`${service.url}/${route}`);
      await isShown(user);
      for (const { colorScheme, widthPx } of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width: widthPx, height: 800 });
        expect.soft(await accessibilityFaults(page), `${colorScheme}, ${widthPx} px`).toEqual([]);
        expect
          .soft(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), `${widthPx} px`)
          .toBeLessThanOrEqual(0);
      }
    },
  );
});

describe.each(RUNTIMES)("what is read on small screens and of a young service on $name", (runtime) => {
  let service: HostedService;
  beforeAll(async () => {
    service = await startHostedService({ runtime, env: { CACHE_BACKEND: "local" } });
  });
  afterAll(() => service.stop());

  test.each([
    ["en-US", "Off", /^Compared at .*\d/],
    ["pt-BR", "Desligada", /^Comparado em .*\d/],
  ])("in %s", async (language, off, compared) => {
    const script = `sessionStorage.setItem("mosaic-admin-token", ${JSON.stringify(ADMIN_TOKEN)})`;
    const url = `${service.url}/#/catalog`;
    await using user = await openConsole(browser, { url, script, language, widthPx: NARROW_PX });
    const { page } = user;
    await page.locator("#search").waitFor();
    // The field grows with a value, and a placeholder does not scroll.
    const overflow = await page.evaluate(`(() => {
      const field = document.getElementById("search");
      const context = document.createElement("canvas").getContext("2d");
      const { font, paddingLeft, paddingRight } = getComputedStyle(field);
      context.font = font;
      const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      return context.measureText(field.placeholder).width - room;
    })()`);
    expect(overflow).toBeLessThanOrEqual(0);

    await page.goto(`${service.url}/#/`);
    const signature = page.locator(".check").filter({ hasText: "VIEWS_SIGNATURE_MODE" });
    await signature.locator(".badge.idle").getByText(off, { exact: true }).waitFor();
    expect(await signature.getAttribute("class")).toBe("check idle");
    const charts = page.locator(".chart");
    await charts.first().waitFor();
    const dots = await page.evaluate(`[...document.querySelectorAll(".chart .dots")].map((path) =>
      [Number.parseFloat(getComputedStyle(path).strokeWidth) >= 5, path.getAttribute("d") !== ""])`);
    // Rates are known at once: the newest is a dot that can be seen.
    expect(dots).toContainEqual([true, true]);
    const ages = (await page.locator(".check .since").allInnerTexts()).map((text) =>
      text.split(/, |há /).at(-1),
    );
    for (const age of ages) expect(age).toMatch(/\d\u00a0\p{L}/u);

    await page.goto(`${service.url}/#/database`);
    await page.locator("main time").filter({ hasText: compared }).waitFor();
  });
});

describe("the header of the console", () => {
  let service: HostedService;
  beforeAll(async () => {
    const [runtime] = RUNTIMES as readonly [(typeof RUNTIMES)[number]];
    service = await startHostedService({ runtime, env: { CACHE_BACKEND: "local" } });
  });
  afterAll(() => service.stop());

  test.each(["en-US", "pt-BR"])(
    "shows every link whole at 360 pixels, and has one row at 1280, in %s",
    async (language) => {
      const script = `sessionStorage.setItem("mosaic-admin-token", ${JSON.stringify(ADMIN_TOKEN)})`;
      const url = `${service.url}/#/history`;
      await using user = await openConsole(browser, { url, script, language, widthPx: NARROW_PX });
      const { page } = user;
      const links = page.locator("header nav a");
      await page.locator(".events li").first().waitFor();
      expect(await links.count()).toBe(7);
      for (const link of await links.all()) {
        const { x = -1, width = 0 } = (await link.boundingBox()) ?? {};
        expect.soft([x >= 0, x + width <= NARROW_PX], await link.innerText()).toEqual([true, true]);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      const middles = await Promise.all(
        [links.first(), links.last(), page.locator(".theme")].map(async (part) => {
          const { y = 0, height = 0 } = (await part.boundingBox()) ?? {};
          return Math.round(y + height / 2);
        }),
      );
      expect(Math.max(...middles) - Math.min(...middles)).toBeLessThanOrEqual(2);
    },
  );
});

async function reload(user: ConsoleUser): Promise<void> {
  await user.giveToken(ADMIN_TOKEN);
  await user.activate(user.find("button", "Preview"));
  await user.hear("status", "a reload would serve");
  await user.activate(user.find("button", "Reload catalog"));
  await user.hear("status", "Reloaded: 8 views");
}
