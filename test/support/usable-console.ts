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

const NOTE_USABLE = `new MutationObserver((_, observer) => {
  if (document.querySelector("a[href^='#/views/']") === null) return;
  observer.disconnect();
  const fetched = performance.getEntries().filter((entry) => "transferSize" in entry);
  globalThis.usable = {
    usableMs: performance.now(),
    requests: fetched.length,
    bytes: fetched.reduce((sum, entry) => sum + entry.transferSize, 0),
  };
}).observe(document, { childList: true, subtree: true })`;

/** Opens the console of a service with nothing in the browser's cache. */
export async function measureUsable(browser: Browser, url: string): Promise<UsableConsole> {
  await using user = await openConsole(browser, { url: `${url}/#/catalog`, script: NOTE_USABLE });
  // Not a text to evaluate until it is true: the page's policy forbids its own code to do that, and so ours.
  await user.page.locator("a[href^='#/views/']").first().waitFor();
  return user.page.evaluate<UsableConsole>("globalThis.usable");
}
