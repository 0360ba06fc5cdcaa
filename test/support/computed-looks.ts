import type { Locator } from "playwright-core";

/** What the tests use of the page's own globals, which Node does not have. */
interface PageGlobals {
  readonly document: {
    createElement(name: string): { style: { color: string }; remove(): void };
    readonly body: { append(element: unknown): void };
  };
  getComputedStyle(element: unknown): { readonly color: string; readonly fontFamily: string };
}

/** The tone in which an element is drawn: the name of the token whose colour its text has. */
export function toneOf(element: Locator): Promise<string | undefined> {
  return element.evaluate((node) => {
    const { document, getComputedStyle } = globalThis as unknown as PageGlobals;
    const probe = document.createElement("i");
    document.body.append(probe);
    const { color } = getComputedStyle(node);
    const tone = ["good", "warn", "bad", "muted"].find((name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color === color;
    });
    probe.remove();
    return tone;
  });
}

/** The first font of an element, as the browser computed it. */
export function fontOf(element: Locator): Promise<string | undefined> {
  return element.evaluate((node) => {
    const { getComputedStyle } = globalThis as unknown as PageGlobals;
    return getComputedStyle(node).fontFamily.split(",", 1)[0];
  });
}
