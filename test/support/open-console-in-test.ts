import { onTestFinished } from "vitest";
import type { Browser } from "./browser.ts";
import { type ConsoleUser, openConsole } from "./console-user.ts";
import type { PageOptions } from "./watched-page.ts";

/** Closed when the test ends, which fails when the page then has a fault, beside what failed before. */
export async function openConsoleInTest(browser: Browser, options: PageOptions): Promise<ConsoleUser> {
  const user = await openConsole(browser, options);
  onTestFinished(() => user[Symbol.asyncDispose]());
  return user;
}
