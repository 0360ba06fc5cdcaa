import { afterAll, beforeAll, expect, test } from "vitest";
import { createOpenApiDocument } from "../../src/app/http/openapi/openapi-document.ts";
import type { ApiDocument } from "../support/api-document.ts";
import { type Browser, startBrowser } from "../support/browser.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const { paths } = createOpenApiDocument() as unknown as ApiDocument;
const OPERATIONS = Object.values(paths).flatMap((methods) =>
  Object.values(methods).map(({ operationId }) => operationId),
);

/** The ids of the operations that a page shows; what they are for stands beside them. */
const SHOWN = `[...document.querySelectorAll(".opblock")].map(({ id }) => id.split("-").at(-1))`;
const ANSWERED = `document.querySelector(".live-responses-table tbody .response-col_status")?.textContent`;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.[Symbol.asyncDispose]());

test.each(RUNTIMES)("/docs shows every operation, and asks one, on $name", async (runtime) => {
  await using service = await startHostedService({ runtime });
  await service.waitForLog(({ msg }) => msg === "Catalog activated");
  // Closing it fails on everything that its policy blocked, that it asked elsewhere, or that went wrong in it.
  // What its address asks for is not what it shows.
  await using watched = await browser.open({ url: `${service.url}/docs?url=/healthz&configUrl=/readyz` });
  const { page } = watched;
  await page.waitForSelector(".opblock");
  expect(await page.evaluate<readonly string[]>(SHOWN)).toEqual(OPERATIONS);

  const healthz = page.locator("#operations-Operations-showHealth");
  await healthz.locator("button.opblock-summary-control").press("Enter");
  await healthz.locator("button.try-out__btn").press("Enter");
  await healthz.locator("button.execute").press("Enter");
  await page.waitForSelector(".live-responses-table");
  expect(await page.evaluate<string>(ANSWERED)).toMatch(/^200/);
});
