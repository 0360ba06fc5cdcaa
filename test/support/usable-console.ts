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
  /** Begins the preview of a reload as soon as that is possible. */
  diff: { route: "#/reload", selector: ".differences li", press: "main .actions button" },
} as const satisfies Readonly<Record<string, Usable>>;

interface Usable {
  readonly route: string;
  readonly selector: string;
  /** What is pressed once it is there. */
  readonly press?: string;
}

export type MeasuredPage = keyof typeof USABLE;

const noteUsable = ({ selector, press }: Usable): string => `let isPressed = false;
new MutationObserver((_, observer) => {
  const button = ${press === undefined ? "null" : `document.querySelector(${JSON.stringify(press)})`};
  if (button !== null && !isPressed) {
    isPressed = true;
    button.click();
  }
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
  const usable: Usable = USABLE[page];
  const { route, selector } = usable;
  const giveToken =
    token === undefined ? "" : `sessionStorage.setItem("mosaic-admin-token", ${JSON.stringify(token)});`;
  await using user = await openConsole(browser, {
    url: `${url}/${route}`,
    script: `${giveToken}${noteUsable(usable)}`,
  });
  // Not a text to evaluate until it is true: the page's policy forbids its own code to do that, and so ours.
  await user.page.locator(selector).first().waitFor();
  return user.page.evaluate<UsableConsole>("globalThis.usable");
}
