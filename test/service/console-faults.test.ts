import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, startBrowser } from "../support/browser.ts";
import { fontOf, toneOf } from "../support/computed-looks.ts";
import { type ConsoleUser, openConsole } from "../support/console-user.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { openConsoleInTest } from "../support/open-console-in-test.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 10_000, interval: 50 };
const HOSTILE = `description: '<img src=x onerror="globalThis.ran = 1">'
identifiers: [a]
columns: [{ name: a, description: "<script>globalThis.ran = 2</script>", unit: { _$litType$: 1 } }]
ask: { keywords: ["<b>bold</b>"] }
`;
const VIEWS = { "view_hostile.yaml": HOSTILE, "view_plain.yaml": viewYaml("a") };
const BROKEN = { ...VIEWS, "view_broken.yaml": "columns: [a\n" };
const NO_VIEWS = [
  "..",
  ".",
  "%2e%2e",
  "..%2F..%2Fhealthz",
  "%3Cimg%20src%3Dx%20onerror%3Dran%3D1%3E",
  "%2500",
];
const HIDDEN = `Object.defineProperty(document, "visibilityState", { get: () => globalThis.seen ? "visible" : "hidden" })`;

// What a browser makes of answers is the same whichever runtime sends them.
const [runtime] = RUNTIMES as readonly [Runtime];

describe("the console, where things are not as they should be", () => {
  const opened = new AsyncDisposableStack();
  let browser: Browser;
  let views: ViewsDirectory;
  let service: HostedService;
  beforeAll(async () => {
    browser = opened.use(await startBrowser());
    views = opened.use(await createViewsDirectory(VIEWS));
    service = opened.use(await start(views));
    await service.waitForLog(({ msg }) => msg === "Catalog activated");
  });
  afterAll(() => opened.disposeAsync());

  test("shows what looks like HTML as it was written", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/?q=onerror` });
    await user.activate(user.find("link", "view_hostile"));
    for (const text of ['<img src=x onerror="globalThis.ran = 1">', "<script>globalThis.ran = 2</script>"])
      await user.page.getByText(text, { exact: true }).first().waitFor();
    await user.page.getByText('unit: {"_$litType$":1}').waitFor();
    expect(await user.page.evaluate("globalThis.ran")).toBeUndefined();
  });

  test("says of addresses that name no view, or nothing at all, that there is none", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/views/%ZZ` });
    await user.see("heading", "Page not found.");
    user.watched.forgive(/status of 404/);
    for (const name of NO_VIEWS) {
      await user.page.evaluate(`location.hash = ${JSON.stringify(`#/views/${name}`)}`);
      await user.hear("alert", `View “${decodeURIComponent(name)}” not found`);
    }
  });

  test("links the view that a name without a view is nearest to", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/views/view_plian` });
    user.watched.forgive(/status of 404/);
    await user.hear("alert", "Did you mean view_plain?");
    await user.activate(user.find("link", "view_plain"));
    await user.see("heading", "view_plain");
  });

  test("goes back to the view that one came from, although a link was used that leads nowhere else", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog` });
    const link = user.find("link", "view_plain");
    await user.activate(link);
    await user.see("heading", "view_plain");
    await user.page.evaluate(`document.querySelector(".skip").click()`);
    await user.page.goBack();
    await expect.poll(() => link.and(user.page.locator(":focus")).count(), WAIT).toBe(1);
  });

  test("shows the page of an address that changed while the console was loading", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog` });
    await user.see("link", "view_plain");
    const requested = Promise.withResolvers<void>();
    const changed = Promise.withResolvers<void>();
    await user.page.route("**/texts-en.js", async (route) => {
      requested.resolve();
      await changed.promise;
      await route.continue();
    });
    await user.page.reload({ waitUntil: "commit" });
    await requested.promise;
    await user.page.evaluate(`location.hash = "#/tickers"`);
    changed.resolve();
    await user.see("heading", "Tickers");
    await user.page.goBack();
    await user.see("link", "view_plain");
  });

  test("says of dots that they are no ticker, and goes on", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/tickers` });
    user.watched.forgive(/status of 404/);
    await user.fillIn("Ticker", "..");
    await user.press("Enter");
    await user.hear("status", "Write four letters");
    await user.fillIn("Ticker", "hglg11");
    await user.press("Enter");
    await user.hear("status", "HGLG11");
  });

  test("shows a view as soon as there is a catalog, and when the service is back", async () => {
    await using folder = await createViewsDirectory({ "view_broken.yaml": "columns: [a\n" });
    await using empty = await start(folder);
    await using user = await openConsole(browser, { url: `${empty.url}/#/views/view_plain` });
    user.watched.forgive(/status of 503/);
    await user.hear("alert", "cannot answer now");
    // E3: what is wrong with the disk shows at a start too.
    await user.hear("alert", "No catalog is served.");
    await user.activate(user.find("link", "Show diagnostics"));
    await user.page.getByText(/^view_broken\.yaml:1:10$/).waitFor();
    await user.page.goBack();
    await folder.replace(VIEWS);
    await reload(empty);
    await user.see("heading", "Definition");
    await user.hearNoMore("alert", "cannot answer now");
  });

  test("shows as unknown, and not in green, what is not checked before there is a catalog", async () => {
    await using folder = await createViewsDirectory({ "view_broken.yaml": "columns: [a\n" });
    await using empty = await start(folder, { VIEWS_SIGNATURE_MODE: "sha256" });
    await using user = await openConsole(browser, { url: empty.url });
    user.watched.forgive(/status of 503/);
    const badge = user.page
      .locator(".check")
      .filter({ has: user.find("link", "Signature") })
      .locator(".badge");
    await expect.poll(() => badge.innerText(), WAIT).toBe("Unknown");
    expect(await toneOf(badge)).toBe("muted");
    // The same check, once there is something to check.
    await folder.replace(VIEWS);
    await reload(empty);
    await expect.poll(() => badge.innerText(), WAIT).not.toBe("Unknown");
    expect(await toneOf(badge)).not.toBe("muted");
  });

  test("shows codes in a monospaced font, and texts in another", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog` });
    const view = user.find("link", "view_plain");
    await view.waitFor();
    expect(await fontOf(view)).toBe("ui-monospace");
    expect(await fontOf(user.page.locator("body"))).toBe("system-ui");
    await user.activate(view);
    await user.see("heading", "Definition");
    expect(await fontOf(user.find("heading", "view_plain"))).toBe("ui-monospace");
    await user.page.goto(`${service.url}/#/fleet`);
    await user.giveToken(ADMIN_TOKEN);
    await user.see("table", "Replicas");
    const codes = await user.page.locator("table code").all();
    expect(codes.length).toBeGreaterThanOrEqual(2);
    for (const code of codes) expect(await fontOf(code)).toBe("ui-monospace");
  });

  test("shows on the reload page what was refused after one's own reload, and that it was put right", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/reload` });
    user.watched.forgive(/status of 422/);
    await user.giveToken(ADMIN_TOKEN);
    await user.activate(user.find("button", "Reload catalog"));
    // The preview, which begins by itself, names two views as well.
    await user.hear("status", "Reloaded: 2 views");
    await views.replace(BROKEN);
    await reload(service);
    await user.hear("alert", "refused");
    await user.page.getByText(/view_broken\.yaml:\d+:\d+/).waitFor();
    await user.activate(user.find("button", "Reload catalog"));
    await user.hear("alert", "invalid");
    await views.replace(VIEWS);
    await reload(service);
    await user.hearNoMore("alert", "invalid");
    await expect.poll(() => user.page.getByRole("alert").count(), WAIT).toBe(0);
  });

  test("E2, E4: shows severity, code and lines of each finding by file, and what is wrong beside Ready", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/reload` });
    user.watched.forgive(/status of 422/);
    await user.page.getByText("Ready", { exact: true }).waitFor();
    await views.replace({
      ...VIEWS,
      "view_one.yaml": "columns: [abc]\nidentifiers: [Abc]\n",
      "view_two.yaml": "columns: []\nidentifiers: [a]\n",
    });
    await user.giveToken(ADMIN_TOKEN);
    await user.activate(user.find("button", "Reload catalog"));
    await user.hear("alert", "1 error, 1 warning");
    await user.page.getByText("Ready, but the catalog on disk is refused").waitFor();
    // The preview may have shown all that already; then the list is away until the reload has ended.
    const files = () => user.page.locator(".findings .file code").allInnerTexts();
    await expect
      .poll(async () => (await files()).map((file) => file.replace(/^.*\//, "")), WAIT)
      .toEqual(["view_one.yaml", "view_two.yaml"]);
    const shown = await user.page.locator(".findings li").allInnerTexts();
    expect(shown.map((text) => text.replace(/\s+/g, " "))).toEqual([
      expect.stringMatching(/^Warning .*view_one\.yaml:2:15 column-unknown .* > 2 \| identifiers: \[Abc\] /),
      expect.stringMatching(/^Error .*view_two\.yaml:1:10 field-invalid .* > 1 \| columns: \[\] /),
    ]);
    for (const severity of ["error", "warning"]) {
      expect(await user.page.locator(`.findings li.${severity}`).count()).toBe(1);
    }
    expect(await user.page.getByText("to put right").count()).toBe(0);
    await views.replace(VIEWS);
    await reload(service);
    await user.page.getByText("Ready", { exact: true }).waitFor();
  });

  /** Holds back the answers to the first requests of a path, each until it is released. */
  async function holdAnswers({ page }: ConsoleUser, path: string, count: number) {
    const answers = Array.from({ length: count }, () => ({
      held: Promise.withResolvers<void>(),
      gate: Promise.withResolvers<void>(),
      sent: Promise.withResolvers<void>(),
    }));
    const waiting = [...answers];
    await page.route(`**/${path}`, async (route) => {
      const answer = waiting.shift();
      if (answer === undefined) return route.fallback();
      const response = await route.fetch();
      answer.held.resolve();
      await answer.gate.promise;
      await route.fulfill({ response });
      answer.sent.resolve();
    });
    return answers.map(({ held, gate, sent }) => ({
      held: held.promise,
      async release() {
        gate.resolve();
        await sent.promise;
      },
    }));
  }

  /** Waits for a later answer, and the frame after it: answers that were held back are drawn by then. */
  const untilDrawn = ({ page }: ConsoleUser): Promise<unknown> =>
    page.evaluate(
      `fetch("healthz").then(() => new Promise(requestAnimationFrame)).then(() => new Promise(requestAnimationFrame))`,
    );

  test("the history shows what happened while it was requested", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/history` });
    await user.page.getByText("Live", { exact: true }).waitFor();
    const [first] = await holdAnswers(user, "admin/history", 1);
    await user.giveToken(ADMIN_TOKEN);
    await first?.held;
    const requestId = "while-the-history-was-requested";
    await views.replace({ ...VIEWS, "view_more.yaml": viewYaml("a") });
    await reload(service, requestId);
    await user.page.getByText("3 views").first().waitFor({ state: "attached" });
    await first?.release();
    await user.page.getByText(requestId).first().waitFor({ state: "attached" });
    await views.replace(VIEWS);
    await reload(service);
  });

  test("the database is compared with a token that is given while a wrong one is refused", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/database` });
    user.watched.forgive(/status of 401/);
    const [first] = await holdAnswers(user, "admin/views/diff", 1);
    await user.giveToken("this-is-not-the-token");
    await first?.held;
    await user.giveToken(ADMIN_TOKEN);
    await first?.release();
    await user.page.locator(".compared").first().waitFor();
  });

  test("the answer for an earlier ticker or text does not replace that for the last one", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/tickers` });
    user.watched.forgive(/status of 404/);
    const [ticker] = await holdAnswers(user, "tickers/zzzz11", 1);
    await user.fillIn("Ticker", "zzzz11");
    await user.press("Enter");
    await ticker?.held;
    await user.fillIn("Ticker", "hglg11");
    await user.press("Enter");
    await user.hear("status", "HGLG11");
    const [text] = await holdAnswers(user, "tickers/extract", 1);
    await user.fillIn("Text", "XPML11");
    await user.activate(user.find("button", "Extract"));
    await text?.held;
    await user.fillIn("Text", "MXRF11");
    await user.activate(user.find("button", "Extract"));
    await user.hear("status", "MXRF11");
    await ticker?.release();
    await text?.release();
    await untilDrawn(user);
    expect(await user.page.locator(".result").allInnerTexts()).toEqual([
      expect.stringContaining("hglg11"),
      expect.stringContaining("MXRF11"),
    ]);
  });

  test("a view shows what was changed after its request and before the first event", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/views/view_plain` });
    await user.see("heading", "view_plain");
    const connect = Promise.withResolvers<void>();
    await user.page.route("**/events*", async (route) => {
      await connect.promise;
      await route.continue();
    });
    await user.page.reload();
    await user.see("heading", "view_plain");
    await user.page.getByText("identifiers").first().waitFor();
    await views.replace({ ...VIEWS, "view_plain.yaml": viewYaml("a", "column_added_later") });
    await reload(service);
    connect.resolve();
    await user.page.getByText("column_added_later").first().waitFor();
    await views.replace(VIEWS);
    await reload(service);
  });

  test("a reload is previewed again when the token or the language changes during a preview", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/reload` });
    user.watched.forgive(/status of 4(?:01|22)/);
    await views.replace(BROKEN);
    const [refused, english] = await holdAnswers(user, "admin/views/reload?*", 2);
    await user.giveToken("this-is-not-the-token");
    await refused?.held;
    await user.giveToken(ADMIN_TOKEN);
    await english?.held;
    await refused?.release();
    await user.activate(user.find("button", "Português"));
    await user.see("heading", "Recarregar");
    await english?.release();
    await user.page.getByText("acrescente ] onde a lista termina").waitFor();
    await user.activate(user.find("button", "English"));
    await views.replace(VIEWS);
  });

  test("the answer to a preview is not shown once the token is forgotten", async () => {
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/reload` });
    const [preview] = await holdAnswers(user, "admin/views/reload?*", 1);
    await user.giveToken(ADMIN_TOKEN);
    await preview?.held;
    await user.activate(user.page.getByRole("button", { name: /^Admin token/ }));
    await user.activate(user.find("button", "Forget token"));
    await preview?.release();
    await untilDrawn(user);
    expect(await user.page.locator(".result").allInnerTexts()).toEqual([""]);
  });

  test("a page that is opened behind others follows the service once it is looked at", async () => {
    const asked: string[] = [];
    const user = await openConsoleInTest(browser, { url: `${service.url}/#/catalog`, script: HIDDEN });
    await user.see("link", "view_plain");
    user.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const followed = await user.page.evaluate(
      `performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/events"))`,
    );
    expect([followed, await user.page.getByText("Live", { exact: true }).count()]).toEqual([false, 0]);
    await user.page.evaluate(`globalThis.seen = true; document.dispatchEvent(new Event("visibilitychange"))`);
    await user.page.getByText("Live", { exact: true }).waitFor();
    expect(asked).toContain("/events");
  });
});

function start(views: ViewsDirectory, env: Readonly<Record<string, string>> = {}): Promise<HostedService> {
  return startHostedService({ runtime, env: { CACHE_BACKEND: "local", VIEWS_DIR: views.path, ...env } });
}

function reload({ url }: HostedService, requestId?: string): Promise<unknown> {
  const id = requestId === undefined ? {} : { "x-request-id": requestId };
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...id };
  return sendRequest(url, "/admin/views/reload", { method: "POST", headers });
}
