import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Browser, startBrowser } from "../support/browser.ts";
import { type ConsoleUser, openConsole } from "../support/console-user.ts";
import { englishAmong } from "../support/english-among.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { openConsoleInTest } from "../support/open-console-in-test.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { createViewsDirectory, type ViewsDirectory, viewYaml } from "../support/views-directory.ts";

const WAIT = { timeout: 10_000, interval: 50 };
const SAMPLE = resolve(import.meta.dirname, "../../data/views");
const BROKEN = "identifiers: [a]\ncolumns: [a, b\n";
const DOUBTFUL = `${viewYaml("a")}description: no\n`;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser[Symbol.asyncDispose]());

describe.each(RUNTIMES)("the console of a service on $name", (runtime) => {
  const opened = new AsyncDisposableStack();
  let sample: Readonly<Record<string, string>>;
  let views: ViewsDirectory;
  let service: HostedService;
  beforeAll(async () => {
    sample = await readSample();
    views = opened.use(await createViewsDirectory(sample));
    service = await start(runtime, views);
    opened.defer(async () => void (await service.stop()));
  });
  afterAll(() => opened.disposeAsync());

  const openAt = (route: string, options: { readonly language?: string } = {}): Promise<ConsoleUser> =>
    openConsoleInTest(browser, { url: `${service.url}/${route}`, ...options });

  test("a view is found by a word for it, opened, and its link copied", async () => {
    const user = await openAt("#/catalog");
    const { page } = user;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await user.see("link", "view_market_rates");
    await user.fill(user.find("searchbox", "Search views"), "quanto pinga");
    await user.miss("link", "view_market_rates");
    await user.activate(user.find("link", "view_fiis_dividends"));
    await user.see("heading", "view_fiis_dividends");
    const address = `${service.url}/#/views/view_fiis_dividends`;
    expect(page.url()).toBe(address);
    await user.activate(user.find("button", "Copy link"));
    await expect.poll(() => page.evaluate("navigator.clipboard.readText()"), WAIT).toBe(address);
    await user.tabTo(page.getByRole("tab", { selected: true }));
    const panels = [await selectedPanel(user)];
    await user.press("ArrowRight");
    panels.push(await selectedPanel(user));
    expect(panels.sort()).toEqual([
      ["JSON", expect.stringMatching(/"entity": ?"view_fiis_dividends"/)],
      ["YAML", expect.stringContaining("entity: view_fiis_dividends")],
    ]);
  });

  test("a slash leads to the search, Enter to the first view found, and going back to where one was", async () => {
    const user = await openAt("#/tickers");
    await user.see("button", "Extract");
    await user.press("/");
    const search = user.find("searchbox", "Search views");
    await hasFocus(user, search);
    await user.type("yield 12 meses");
    // A list that has not come yet lacks every view.
    await user.see("link", "view_fiis_dividends");
    await user.miss("link", "view_market_rates");
    await user.press("ArrowDown", "Enter");
    await user.see("heading", "view_fiis_dividends");
    await user.page.goBack();
    await hasFocus(user, user.find("link", "view_fiis_dividends"));
    expect(await search.inputValue()).toBe("yield 12 meses");
    await user.miss("link", "view_market_rates");
  });

  test("a reload needs the token and shows what changed", async () => {
    const user = await openAt("#/reload");
    await views.replace({
      ...without(sample, "view_market_rates.yaml"),
      "view_fiis_prices.yaml": `${sample["view_fiis_prices.yaml"]}zz_note: written later\n`,
      "view_new.yaml": viewYaml("a"),
    });
    user.watched.forgive(/status of 401/);
    // The preview begins by itself.
    await user.giveToken("wrong");
    await user.hear("alert", "token");
    // Ten wrong ones are refused for a while: it must not be sent again by itself.
    const asked: string[] = [];
    user.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await user.activate(user.find("link", "Fleet"));
    await user.see("button", "Enter admin token");
    await user.activate(user.find("link", "Reload"));
    await user.see("button", "Enter admin token");
    expect(asked.filter((path) => path.startsWith("/admin/"))).toEqual([]);
    await user.giveToken(ADMIN_TOKEN);
    await user.hear("status", "A reload would serve 8 views");
    await user.hearNoMore("alert", "token");
    await user.activate(user.find("button", "Reload catalog"));
    await user.hear("status", "Reloaded: 8 views");
    expect(await changesIn(user)).toEqual([
      ["Added", "view_new"],
      ["Changed", "view_fiis_prices"],
      ["Removed", "view_market_rates"],
    ]);
    // Open by default.
    await user.page.getByText("/zz_note", { exact: true }).waitFor();
    await user.page.getByText('"written later"', { exact: true }).waitFor();
    await user.activate(user.find("link", "Database"));
    await user.hear("status", "Not in the database: 1 view");
  });

  test("broken YAML is reported with its place, and the last good catalog stays", async () => {
    await views.replace(sample);
    await reloadByApi(service, 200);
    const user = await openAt("#/reload");
    await views.replace({ ...sample, "view_broken.yaml": BROKEN });
    user.watched.forgive(/status of 422/);
    await user.giveToken(ADMIN_TOKEN);
    // The preview, which begins by itself, finds the same.
    const answered = user.page.waitForResponse(/\/admin\/views\/reload\?lang=en$/);
    await user.activate(user.find("button", "Reload catalog"));
    await answered;
    await user.hear("alert", "invalid");
    await user.page.getByText(/view_broken\.yaml:\d+:\d+/).waitFor();
    await user.activate(user.find("link", "Catalog"));
    await user.hear("alert", "refused");
    await user.see("link", "view_market_rates");
    await user.miss("link", "view_broken");
    // One state has one severity, in the banner and on each page.
    const severities = async (selector: string): Promise<readonly (string | null)[]> => {
      const shown = user.page.locator(selector).filter({ hasText: /refused|invalid/ });
      await shown.first().waitFor();
      return Promise.all((await shown.all()).map((part) => part.getAttribute("class")));
    };
    expect(await severities(".state .badge")).toEqual(["badge warn"]);
    expect(await severities(".notices .notice")).toEqual(["notice warn"]);
    await user.activate(user.find("link", "Overview"));
    expect(await severities(".check")).toEqual(["check warn"]);
    await user.activate(user.find("link", "History"));
    expect(new Set(await severities(".events .badge"))).toEqual(new Set(["badge warn"]));
    await user.activate(user.find("link", "Reload"));
    expect(await severities("main .notice")).toEqual(["notice warn"]);
    await views.replace(sample);
    await user.activate(user.find("button", "Reload catalog"));
    await user.hear("status", "Reloaded: 8 views");
    await user.hearNoMore("alert", "invalid");
    expect(await user.page.getByText("view_broken").count()).toBe(0);
  });

  test("a reload that somebody else asked for shows up in an open page", async () => {
    const user = await openAt("#/catalog");
    await user.see("link", "view_market_rates");
    await user.page.evaluate("globalThis.isSamePage = true");
    await views.replace({ ...sample, "view_live.yaml": viewYaml("a") });
    await reloadByApi(service, 200);
    await user.see("link", "view_live");
    await views.replace({ ...sample, "view_broken.yaml": BROKEN });
    await reloadByApi(service, 422);
    await user.hear("alert", "refused");
    await user.activate(user.find("link", "Show diagnostics"));
    await user.page.getByText(/view_broken\.yaml:\d+:\d+/).waitFor();
    await user.activate(user.find("link", "Catalog"));
    await views.replace(sample);
    await reloadByApi(service, 200);
    await user.miss("link", "view_live");
    await user.hearNoMore("alert", "refused");
    expect(await user.page.evaluate("globalThis.isSamePage")).toBe(true);
  });

  test("tickers are checked and found in a text", async () => {
    const user = await openAt("#/tickers");
    await user.fillIn("Ticker", "hglg11.sa");
    await user.activate(user.find("button", "Check"));
    await user.hear("status", "HGLG11");
    user.watched.forgive(/status of 404/);
    await user.fillIn("Ticker", "HGLG99");
    await user.press("Enter");
    await expect.poll(() => user.page.getByText("Did you mean HGLG11?").count(), WAIT).toBe(1);
    await user.fillIn("Text", "HGLG11 paga mais que KNRI? E o XXXX11?");
    await user.activate(user.find("button", "Extract"));
    await user.hear("status", "HGLG11", "KNRI11");
    expect(await user.page.getByRole("status").allInnerTexts()).not.toContainEqual(
      expect.stringContaining("XXXX11"),
    );
  });

  test("the language is the browser's, can be switched, and stays", async () => {
    const user = await openAt("#/catalog", { language: "pt-BR" });
    const language = (): Promise<unknown> => user.page.evaluate("document.documentElement.lang");
    const links = [
      "Visão geral",
      "Catálogo",
      "Frota",
      "Histórico",
      "Tickers",
      "Banco de dados",
      "Recarregar",
    ];
    for (const name of links) await user.see("link", name);
    await user.see("searchbox", "Buscar views");
    await user.see("list", "Views");
    expect(await language()).toBe("pt-BR");
    await user.activate(user.find("link", "Recarregar"));
    await user.see("button", "Informar o token de administração");
    await user.activate(user.find("link", "Tickers"));
    for (const name of ["Conferir", "Extrair"]) await user.see("button", name);
    await user.see("textbox", "Texto");
    await user.activate(user.find("button", "English"));
    for (const name of ["Catalog", "Fleet", "Tickers", "Reload"]) await user.see("link", name);
    await user.see("button", "Extract");
    expect(await language()).toBe("en");
    await user.page.reload();
    await user.see("link", "Catalog");
    await user.activate(user.find("button", "Português"));
    await user.see("link", "Catálogo");
  });

  test("a page in Portuguese shows the texts of the service in Portuguese, or marks them as English", async () => {
    const user = await openAt("#/reload", { language: "pt-BR" });
    user.watched.forgive(/status of (404|422)/);
    await views.replace({ ...sample, "view_broken.yaml": BROKEN, "view_doubtful.yaml": DOUBTFUL });
    await user.activate(user.find("button", "Token"));
    await user.fill(user.page.locator("input#token"), ADMIN_TOKEN);
    await user.press("Enter");
    const message = (text: string) => user.page.locator(".findings").getByText(text);
    await message("a lista entre colchetes que começa aqui não tem fim").first().waitFor();
    await message("leem no como o booleano false").first().waitFor();
    expect(await englishOn(user)).toEqual([]);
    // One language after the other, on a page that is open.
    await user.activate(user.find("button", "English"));
    await message("the list in brackets that begins here has no end").first().waitFor();
    await user.activate(user.find("button", "Português"));
    await message("a lista entre colchetes que começa aqui não tem fim").first().waitFor();
    // The refusal of a reload reaches all pages as an event.
    const answered = user.page.waitForResponse(/\/admin\/views\/reload\?lang=pt$/);
    await user.activate(user.find("button", "Recarregar catálogo"));
    await answered;
    await message("a lista entre colchetes").first().waitFor();
    await user.activate(user.find("link", "Visão geral"));
    await user.page
      .locator(".cause")
      .getByText("a lista entre colchetes que começa aqui não tem fim")
      .waitFor();
    await user.page.getByText("invalid-catalog: o catálogo em disco é inválido").first().waitFor();
    expect(await englishOn(user)).toEqual([]);
    await user.page.goto(`${service.url}/#/views/view_fiis_infos`);
    await user.hear("alert", "Você quis dizer view_fiis_info?");
    await user.activate(user.find("link", "Tickers"));
    await user.fillIn("Ticker", "HGLG99");
    await user.press("Enter");
    await user.hear("status", "Não está na lista", "Você quis dizer HGLG11?");
    await user.activate(user.find("link", "Histórico"));
    await user.page.getByText("invalid-catalog: o catálogo em disco é inválido").first().waitFor();
    expect(await englishOn(user)).toEqual([]);
    await views.replace(sample);
    await reloadByApi(service, 200);
  });

  test("the page turns dark, and stays so", async () => {
    const user = await openAt("#/catalog");
    const button = user.find("button", "Dark mode");
    const background = async (): Promise<unknown> =>
      user.page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    await button.waitFor();
    const light = await background();
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    await user.activate(button);
    await expect.poll(() => button.getAttribute("aria-pressed"), WAIT).toBe("true");
    const dark = await background();
    expect(dark).not.toBe(light);
    await user.page.reload();
    await button.waitFor();
    expect([await button.getAttribute("aria-pressed"), await background()]).toEqual(["true", dark]);
  });

  test("a service without a catalog says so, and shows it as soon as there is one", async () => {
    await using folder = await createViewsDirectory({ "view_broken.yaml": BROKEN });
    await using empty = await start(runtime, folder);
    // Closed before the service, which it would miss.
    await using user = await openConsole(browser, { url: `${empty.url}/#/catalog` });
    user.watched.forgive(/status of 503/);
    await user.hear("alert", "Not ready");
    expect(await user.page.getByRole("listitem").count()).toBe(0);
    await folder.replace(sample);
    await reloadByApi(empty, 200);
    await user.see("link", "view_market_rates");
    await user.hearNoMore("alert", "Not ready");
  });

  test("the page says that the service is away, and recovers when it is back", async () => {
    const user = await openAt("#/catalog");
    user.watched.forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_NETWORK|status of 503/);
    await user.see("link", "view_market_rates");
    await service.stop();
    await expect.poll(() => user.page.getByRole("alert").count(), WAIT).toBe(1);
    await user.see("link", "view_market_rates");
    await views.replace({ ...sample, "view_meanwhile.yaml": viewYaml("a") });
    service = await start(runtime, views, new URL(service.url).port);
    await user.see("link", "view_meanwhile");
    await expect.poll(() => user.page.getByRole("alert").count(), WAIT).toBe(0);
  });
});

function start(runtime: Runtime, views: ViewsDirectory, port = "0"): Promise<HostedService> {
  return startHostedService({ runtime, env: { CACHE_BACKEND: "local", VIEWS_DIR: views.path, PORT: port } });
}

async function readSample(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(SAMPLE);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(resolve(SAMPLE, name), "utf8")])),
  );
}

function without(files: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
}

async function reloadByApi({ url }: HostedService, status: number): Promise<void> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  expect((await sendRequest(url, "/admin/views/reload", { method: "POST", headers })).status).toBe(status);
}

async function hasFocus({ page }: ConsoleUser, target: Locator): Promise<void> {
  await expect.poll(() => target.and(page.locator(":focus")).count(), WAIT).toBe(1);
}

/** The selected tab's name, and what its panel shows. */
async function selectedPanel({ page }: ConsoleUser): Promise<readonly string[]> {
  const tab = page.getByRole("tab", { selected: true });
  await tab.waitFor();
  return [await tab.innerText(), await page.getByRole("tabpanel").innerText()];
}

/** The headings of the result of a reload, each with the views under it. */
async function changesIn({ page }: ConsoleUser): Promise<readonly (readonly string[])[]> {
  const result = page.getByRole("status").filter({ hasText: "Reloaded" });
  const headings = await result.getByRole("heading").allInnerTexts();
  const lists = await Promise.all(
    (await result.locator(".entities").all()).map((list) => list.getByRole("listitem").allInnerTexts()),
  );
  return headings.map((heading, index) => [heading.replace(/\s*\d+$/, ""), ...(lists[index] ?? [])]);
}

/** The English texts of a page in Portuguese, without those marked as such, codes and the lines of files. */
async function englishOn({ page }: ConsoleUser): Promise<readonly string[]> {
  const texts =
    (await page.evaluate(`[...document.querySelectorAll("main, .notices, .state")].flatMap((part) => {
    const shown = part.cloneNode(true);
    for (const other of shown.querySelectorAll('[lang="en"], code, pre, a')) other.remove();
    return [...shown.querySelectorAll("*")].flatMap(({ childNodes }) =>
      [...childNodes].flatMap((node) => (node.nodeType === 3 && node.data.trim() !== "" ? [node.data.trim()] : [])));
  })`)) as readonly string[];
  expect(texts.length).toBeGreaterThan(5);
  return englishAmong(texts);
}
