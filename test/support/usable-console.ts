import type { Browser } from "./browser.ts";
import { openConsole } from "./console-user.ts";

/** How a console came to show its first view. */
export interface UsableConsole {
  /** From the request for the page until the view could be opened. */
  readonly usableMs: number;
  /** What had been fetched by then. */
  readonly requests: number;
  readonly bytes: number;
}

/** The pages that can be measured, and what each has once it can be used. */
const USABLE = {
  overview: { route: "", selector: ".checks .check" },
  catalog: { route: "#/catalog", selector: "a[href^='#/views/']" },
  history: { route: "#/history", selector: ".events li" },
  diff: { route: "#/reload", selector: ".differences li" },
} as const;

export type MeasuredPage = keyof typeof USABLE;

const noteUsable = (selector: string): string => `new MutationObserver((_, observer) => {
  if (document.querySelector(${JSON.stringify(selector)}) === null) return;
  observer.disconnect();
  const fetched = performance.getEntries().filter((entry) => "transferSize" in entry);
  globalThis.usable = {
    usableMs: performance.now(),
    requests: fetched.length,
    bytes: fetched.reduce((sum, entry) => sum + entry.transferSize, 0),
  };
}).observe(document, { childList: true, subtree: true })`;

/**
 * Opens a page of the console of a service with nothing in the browser's cache.
 *
 * @param token the admin token, for pages that need it
 */
export async function measureUsable(
  browser: Browser,
  url: string,
  { page = "catalog", token }: { readonly page?: MeasuredPage; readonly token?: string } = {},
): Promise<UsableConsole> {
  const { route, selector } = USABLE[page];
  const giveToken =
    token === undefined ? "" : `sessionStorage.setItem("mosaic-admin-token", ${JSON.stringify(token)});`;
  await using user = await openConsole(browser, {
    url: `${url}/${route}`,
    script: `${giveToken}${noteUsable(selector)}`,
  });
  // Not a text to evaluate until it is true: the page's policy forbids its own code to do that, and so ours.
  await user.page.locator(selector).first().waitFor();
  return user.page.evaluate<UsableConsole>("globalThis.usable");
}
