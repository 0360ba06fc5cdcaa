import { expect, test } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { openConsole } from "../support/console-user.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

const [RUNTIME] = RUNTIMES;
const MARKUP = `"'></code></script><img src="x" onerror="ran = 1"><svg onload="ran = 1"></svg><a href="javascript:ran = 1">go</a>`;
const FIELDS = {
  description: `found ${MARKUP}`,
  identifiers: [MARKUP],
  columns: [{ name: MARKUP, alias: MARKUP, description: MARKUP }],
  ask: { intents: [MARKUP], keywords: [MARKUP], synonyms: { [MARKUP]: [MARKUP] }, latest_words: [MARKUP] },
  [MARKUP]: MARKUP,
};
/** Elements that only the markup could have made, and whether anything of it ran. */
const MADE = `[document.querySelectorAll('img[src="x"], svg[onload], a[href^="javascript:"]').length, typeof ran]`;

test("the console shows what views and findings say as text, whatever markup is in it", async () => {
  if (RUNTIME === undefined) throw new RangeError("There is no runtime");
  // YAML takes JSON.
  await using views = await createViewsDirectory({ "view_marked.yaml": JSON.stringify(FIELDS) });
  await using service = await startHostedService({ runtime: RUNTIME, env: { VIEWS_DIR: views.path } });
  await service.waitForLog(({ msg }) => msg === "Catalog activated");
  await using browser = await startBrowser();
  // Closing it fails on everything that its policy blocked.
  await using user = await openConsole(browser, { url: `${service.url}/#/catalog` });
  const { page } = user;
  await user.fill(user.find("searchbox", "Search views"), "onerror found");
  await user.see("link", "view_marked");
  await page.getByText("found", { exact: false }).first().waitFor();
  expect(await page.evaluate(MADE)).toEqual([0, "undefined"]);
  await user.activate(user.find("link", "view_marked"));
  await user.see("heading", "view_marked");
  await expect.poll(() => page.locator("main").innerText()).toContain(`found ${MARKUP}`);
  for (const _ of ["JSON", "YAML"]) {
    await user.tabTo(page.getByRole("tab", { selected: true }));
    await user.press("ArrowRight");
    expect(await page.evaluate(MADE)).toEqual([0, "undefined"]);
  }

  await views.replace({ "view_marked.yaml": `identifiers: [a]\ncolumns: [a]\n${MARKUP}: [\n` });
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  await sendRequest(service.url, "/admin/views/reload", { method: "POST", headers });
  await user.activate(user.find("link", "Reload"));
  await page.getByText("view_marked.yaml").first().waitFor();
  expect(await page.evaluate(MADE)).toEqual([0, "undefined"]);
});
