import type { Browser, BrowserContext, ConsoleMessage, Page } from "playwright-core";
import { FOCUS_SCRIPT } from "./keyboard-user.ts";

export interface PageOptions {
  /** Where it begins; it may ask this origin and no other. */
  readonly url: string;
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly colorScheme?: "dark" | "light";
  /** What the browser says its user reads, such as `pt-BR`. */
  readonly language?: string;
  /** Runs before each document's own. */
  readonly script?: string;
}

/** A page whose every fault is kept; closing it throws when one is left that the test did not forgive. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** What was wrong so far: errors, warnings, what its policy blocked, what it asked elsewhere, pointer events. */
  complaints(): Promise<readonly string[]>;
  /** From now on complaints that fit are none: for what the test provokes. */
  forgive(pattern: RegExp): void;
}

const actionTimeoutMs = 10_000;

/** Tests use the keyboard alone, so that whatever they do can be done without a pointer. */
const REPORT_POINTERS = `addEventListener("pointerdown", () => console.error("A pointer was used"), true)`;

export async function openWatchedPage(
  browser: Browser,
  {
    url,
    widthPx = 1280,
    heightPx = 800,
    colorScheme = "light",
    language = "en-US",
    script = "",
  }: PageOptions,
): Promise<WatchedPage> {
  const viewport = { width: widthPx, height: heightPx };
  const context = await browser.newContext({
    viewport,
    colorScheme,
    locale: language,
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  try {
    context.setDefaultTimeout(actionTimeoutMs);
    await context.addInitScript([REPORT_POINTERS, FOCUS_SCRIPT, script].join(";"));
    const page = await context.newPage();
    const found = await watch(context, page, new URL(url).origin);
    await page.goto(url);
    return describe(context, page, found);
  } catch (error) {
    await context.close();
    throw error;
  }
}

function describe(context: BrowserContext, page: Page, found: readonly string[]): WatchedPage {
  const forgiven: { readonly pattern: RegExp; readonly from: number }[] = [];
  const complaints = async (): Promise<readonly string[]> => {
    // What it reports comes in order: all that was before this answer is here with it.
    if (!page.isClosed()) await page.evaluate("0").catch(() => undefined);
    return found.filter(
      (line, index) => !forgiven.some(({ pattern, from }) => index >= from && pattern.test(line)),
    );
  };
  return {
    page,
    complaints,
    forgive: (pattern) => void forgiven.push({ pattern, from: found.length }),
    async [Symbol.asyncDispose]() {
      const left = await complaints();
      await context.close();
      if (left.length > 0) throw new Error(`The page ${page.url()} has faults:\n${left.join("\n")}`);
    },
  };
}

/** The list that complaints are added to. */
async function watch(context: BrowserContext, page: Page, origin: string): Promise<readonly string[]> {
  const found: string[] = [];
  context.on("console", (message) => {
    if (isFault(message))
      found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => found.push(`page error: ${error.error()}`));
  context.on("request", (request) => {
    const { origin: asked, protocol } = new URL(request.url());
    const isOwn = asked === origin || protocol === "data:" || protocol === "blob:";
    if (!isOwn) found.push(`foreign request: ${request.method()} ${request.url()}`);
  });
  page.on("crash", () => found.push("crash: the page has ended"));
  const session = await context.newCDPSession(page);
  session.on("Audits.issueAdded", ({ issue }) => {
    const details = issue.details.contentSecurityPolicyIssueDetails;
    if (details === undefined) return;
    found.push(`blocked by policy: ${details.violatedDirective} ${details.blockedURL ?? "inline"}`);
  });
  await session.send("Audits.enable");
  return found;
}

function isFault(message: ConsoleMessage): boolean {
  return ["assert", "error", "warning"].includes(message.type());
}
