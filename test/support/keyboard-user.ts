import type { Locator, Page } from "playwright-core";

/** Somebody who has a keyboard and nothing else, and who must see where the focus is. */
export interface KeyboardUser {
  /** Goes on by Tab until the element has the focus; throws when it cannot be reached or a stop is not to be seen. */
  tabTo(target: Locator): Promise<void>;
  /** Goes there, then presses Enter. */
  activate(target: Locator): Promise<void>;
  /** Goes there and writes over what it holds. */
  fill(target: Locator, text: string): Promise<void>;
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
}

const stopsMax = 60;

interface Focus {
  readonly isThere: boolean;
  /** Whether the page has replaced the target. */
  readonly isGone: boolean;
  /** Why it cannot be seen; empty when it can, and where there is nothing that a key would do. */
  readonly fault: string;
}

interface FocusWindow {
  lookAtFocus(element: unknown): Focus;
}

/** Has to run in the page before its own scripts. */
export const FOCUS_SCRIPT = `globalThis.lookAtFocus = (target) => {
  const element = document.activeElement;
  const focus = (fault) => ({ isThere: element === target, isGone: !target.isConnected, fault });
  if (element === null || element === document.body || element.tabIndex < 0) return focus("");
  const name = element.outerHTML.slice(0, 160);
  if (!element.matches(":focus-visible")) return focus("not :focus-visible: " + name);
  const isDrawn = [undefined, "::before", "::after"].some((part) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element, part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 &&
      !/^(?:transparent|rgba\\(.*, 0\\))$/.test(outlineColor);
  });
  if (!isDrawn) return focus("no outline at " + name);
  const box = element.getBoundingClientRect();
  if (box.right <= 0 || box.bottom <= 0 || box.left >= innerWidth || box.top >= innerHeight)
    return focus("outside of the window: " + name);
  const x = Math.max(0, box.left) / 2 + Math.min(innerWidth, box.right) / 2;
  const y = Math.max(0, box.top) / 2 + Math.min(innerHeight, box.bottom) / 2;
  const top = document.elementFromPoint(x, y);
  const isCovered = top !== null && top !== element && !element.contains(top) && !top.contains(element);
  return focus(isCovered ? "covered by " + top.outerHTML.slice(0, 80) + ": " + name : "");
}`;

export function createKeyboardUser(page: Page): KeyboardUser {
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  // The browser takes both in order: one answer is awaited instead of two.
  const pressTab = () => Promise.all([page.keyboard.down("Tab"), page.keyboard.up("Tab")]);
  const tabTo = async (target: Locator): Promise<void> => {
    let element: Handle | undefined;
    for (let stops = 0; stops <= stopsMax; stops++) {
      // To find it again at every stop would take most of the time of these tests.
      element ??= await handleOf(target);
      const { isThere, isGone, fault } = await element.evaluate((node) =>
        (globalThis as unknown as FocusWindow).lookAtFocus(node),
      );
      if (fault !== "") throw new Error(`The focus cannot be seen: ${fault}`);
      if (isThere) return;
      if (isGone) element = undefined;
      else await pressTab();
    }
    throw new Error(`${stopsMax} presses of Tab do not reach ${target}`);
  };
  const type = (text: string): Promise<void> => page.keyboard.type(text);
  return {
    tabTo,
    press,
    type,
    activate: async (target) => {
      await tabTo(target);
      await press("Enter");
    },
    fill: async (target, text) => {
      await tabTo(target);
      await press("ControlOrMeta+a");
      if (text === "") await press("Delete");
      else await page.keyboard.insertText(text);
    },
  };
}

type Handle = NonNullable<Awaited<ReturnType<Locator["elementHandle"]>>>;

async function handleOf(target: Locator): Promise<Handle> {
  const handle = await target.elementHandle();
  if (handle === null) throw new Error(`${target} is not there`);
  return handle;
}
