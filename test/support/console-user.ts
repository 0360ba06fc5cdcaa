import type { Locator, Page } from "playwright-core";
import type { Browser } from "./browser.ts";
import { createKeyboardUser, type KeyboardUser } from "./keyboard-user.ts";
import type { PageOptions, WatchedPage } from "./watched-page.ts";

type Role = Parameters<Page["getByRole"]>[0];

/** Somebody who uses the console by keyboard. */
export interface ConsoleUser extends KeyboardUser, AsyncDisposable {
  readonly watched: WatchedPage;
  readonly page: Page;
  /** What has this role and exactly this name. */
  find(role: Role, name: string): Locator;
  /** Writes into the field of this label. */
  fillIn(label: string, text: string): Promise<void>;
  /** Enters the admin token in the header, once for all pages. */
  giveToken(token: string): Promise<void>;
  /** Waits until it is there to be seen. */
  see(role: Role, name: string): Promise<void>;
  /** Waits until it is not there. */
  miss(role: Role, name: string): Promise<void>;
  /** Waits until what has this role, whatever its name, says all of this. */
  hear(role: "alert" | "status", ...texts: readonly string[]): Promise<void>;
  /** Waits until nothing of this role says this. */
  hearNoMore(role: "alert" | "status", text: string): Promise<void>;
}

export async function openConsole(browser: Browser, options: PageOptions): Promise<ConsoleUser> {
  const watched = await browser.open(options);
  const { page } = watched;
  const find = (role: Role, name: string): Locator => page.getByRole(role, { name, exact: true });
  const saying = (role: Role, text: string): Locator =>
    page.getByRole(role).filter({ hasText: text }).first();
  const explain = async (error: unknown, role: Role, what: string): Promise<never> => {
    const said = (await page.getByRole(role).allInnerTexts()).join("\n");
    throw new Error(`${what}; what has the role ${role} says: ${said || "nothing"}`, { cause: error });
  };
  const keyboard = createKeyboardUser(page);
  return {
    ...keyboard,
    // Not by role: a field for what is secret has none.
    fillIn: (label, text) => keyboard.fill(page.getByLabel(label, { exact: true }), text),
    async giveToken(token) {
      // The name has "set" once there is a token.
      await keyboard.activate(page.getByRole("button", { name: /^Admin token/ }));
      await keyboard.fill(page.getByLabel("Admin token", { exact: true }).and(page.locator("input")), token);
      await keyboard.press("Enter");
    },
    watched,
    page,
    find,
    see: (role, name) => find(role, name).waitFor(),
    miss: (role, name) => find(role, name).waitFor({ state: "detached" }),
    hear: async (role, ...texts) => {
      for (const text of texts) {
        const heard = saying(role, text).waitFor();
        await heard.catch((error: unknown) => explain(error, role, `Nothing says "${text}"`));
      }
    },
    hearNoMore: async (role, text) => {
      const gone = saying(role, text).waitFor({ state: "hidden" });
      await gone.catch((error: unknown) => explain(error, role, `"${text}" is still said`));
    },
    [Symbol.asyncDispose]: () => watched[Symbol.asyncDispose](),
  };
}
