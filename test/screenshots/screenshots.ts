import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, startBrowser } from "../support/browser.ts";
import { type ConsoleUser, openConsole } from "../support/console-user.ts";
import {
  type FleetOfProcesses,
  type ReplicaProcess,
  reloadWith,
  startFleetOfProcesses,
} from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { shrinkPng } from "./shrink-png.ts";

type Files = Readonly<Record<string, string>>;
type Language = "en" | "pt";
type State = "healthy" | "trouble";

interface Look {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colorScheme: "dark" | "light";
  readonly language: Language;
}

/** A page of the console, and what it has once it shows all. */
interface Scene {
  readonly name: string;
  readonly route: string;
  readonly shown: string;
}

/**
 * Pictures of every page of the console, in every look, of a healthy fleet and of one in trouble.
 *
 * Without an argument those that the documents show are written to docs/images; with a folder, all are written
 * there, to be looked at.
 */
const ROOT = resolve(import.meta.dirname, "../..");
const IMAGES = join(ROOT, "docs/images");
const BYTES_MAX = 150_000;
const FLEET_WAIT_MS = 90_000;
const POLL_MS = 500;
/** Longer than the pause between two counts of the fleet. */
const COUNTED_MS = 14_000;
const [folder] = process.argv.slice(2);

const LOOKS: readonly Look[] = (["en", "pt"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((colorScheme) => [
    { name: `wide-${colorScheme}-${language}`, widthPx: 1280, heightPx: 816, colorScheme, language },
    { name: `narrow-${colorScheme}-${language}`, widthPx: 360, heightPx: 720, colorScheme, language },
  ]),
);

const SCENES: readonly Scene[] = [
  { name: "overview", route: "", shown: ".charts svg" },
  { name: "catalog", route: "#/catalog", shown: "a[href='#/views/view_fiis_info']" },
  { name: "view", route: "#/views/view_fiis_info", shown: "[role=tab]" },
  { name: "fleet", route: "#/fleet", shown: "table.replicas" },
  { name: "history", route: "#/history", shown: ".events li" },
  { name: "tickers", route: "#/tickers", shown: "main form button" },
  { name: "database", route: "#/database", shown: "li.compared" },
  { name: "reload", route: "#/reload", shown: "main button" },
];

const DOCUMENTED: ReadonlySet<string> = new Set([
  "overview-trouble-wide-light-en",
  "overview-trouble-narrow-dark-pt",
  "catalog-healthy-wide-light-en",
  "view-healthy-wide-light-en",
  "tickers-healthy-wide-light-en",
  "database-trouble-wide-light-en",
  "fleet-trouble-wide-light-en",
  "history-trouble-wide-light-en",
  "reload-trouble-wide-dark-en",
]);

await using opened = new AsyncDisposableStack();
const browser: Browser = opened.use(await startBrowser());
const sample = await readViews();
const [runtime] = RUNTIMES as readonly [Runtime];
const fleet: FleetOfProcesses = opened.use(await startFleetOfProcesses({ size: 3, files: sample, runtime }));
const [first, second] = fleet.replicas as [ReplicaProcess, ReplicaProcess];
const target = folder ?? IMAGES;
await mkdir(target, { recursive: true });

await reloadWith(first, editViews(sample));
await reloadWith(first, sample);
await sendRequest(first.service.url, "/tickers");
await untilFleet("agrees");
await pictures("healthy");
second.service.signal("SIGSTOP");
await reloadWith(first, editViews(sample));
await first.views.replace({ ...editViews(sample), "view_broken.yaml": "identifiers: [a]\ncolumns: [a, b\n" });
await sendRequest(first.service.url, "/admin/views/reload", {
  method: "POST",
  headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
});
// The frozen replica stops sending heartbeats: it diverges first, then it is lost.
await untilFleet("lost");
await pictures("trouble");
second.service.signal("SIGCONT");

/** Waits until the first replica finds its fleet in this state, and still after another count. */
async function untilFleet(code: string): Promise<void> {
  const deadlineMs = Date.now() + FLEET_WAIT_MS;
  let sinceMs = Date.now();
  while (Date.now() < deadlineMs) {
    const { checks } = (await sendRequest(first.service.url, "/readyz")).json() as {
      readonly checks: { readonly fleet: { readonly code: string } };
    };
    if (checks.fleet.code !== code) sinceMs = Date.now();
    else if (Date.now() - sinceMs >= COUNTED_MS) return;
    await sleep(POLL_MS);
  }
  throw new Error(`The fleet was not found in the state ${code} within ${FLEET_WAIT_MS} ms`);
}

async function pictures(state: State): Promise<void> {
  for (const look of LOOKS) {
    const nameOf = ({ name }: Scene): string => `${name}-${state}-${look.name}`;
    const scenes = SCENES.filter((scene) => folder !== undefined || DOCUMENTED.has(nameOf(scene)));
    if (scenes.length === 0) continue;
    await using user = await openLook(look);
    for (const scene of scenes) await picture(user, scene, { name: nameOf(scene), look, state });
  }
}

/** One page for all scenes of a look, with the admin token. */
async function openLook({ language, widthPx, heightPx, colorScheme }: Look): Promise<ConsoleUser> {
  const user = await openConsole(browser, {
    url: `${first.service.url}/#/tickers`,
    script: `sessionStorage.setItem("mosaic-admin-token", ${JSON.stringify(ADMIN_TOKEN)})`,
    language: language === "pt" ? "pt-BR" : "en-US",
    widthPx,
    heightPx,
    colorScheme,
  });
  user.watched.forgive(/./);
  // The folder of a run is no business of a picture.
  await user.page.route("**/admin/views/reload*", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll(first.views.path, "data/views");
    await route.fulfill({ response, body });
  });
  return user;
}

async function picture(
  user: ConsoleUser,
  { name: scene, route, shown }: Scene,
  { name, look, state }: { readonly name: string; readonly look: Look; readonly state: State },
): Promise<void> {
  const { page } = user;
  await page.goto(`${first.service.url}/${route}`);
  await page.locator(shown).first().waitFor();
  if (scene === "reload") await preview(user, look.language, state);
  await page.evaluate("document.activeElement?.blur(), scrollTo(0, 0)");
  const png = shrinkPng(await page.screenshot({ animations: "disabled", caret: "hide" }));
  const file = join(target, `console-${name}.png`);
  if (png.byteLength > BYTES_MAX) throw new RangeError(`${file} has ${png.byteLength} bytes`);
  await writeFile(file, png);
  process.stdout.write(`${file} ${png.byteLength} bytes\n`);
}

/** What a reload would change, or why it would be refused. */
async function preview(user: ConsoleUser, language: Language, state: State): Promise<void> {
  await user.activate(user.find("button", language === "pt" ? "Prévia" : "Preview"));
  await user.page
    .locator(state === "trouble" ? "main [role=alert]" : "main .result .notice")
    .first()
    .waitFor();
}

async function readViews(): Promise<Files> {
  const views = join(ROOT, "data/views");
  const names = await readdir(views);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(views, name), "utf8")])),
  );
}

/** What an author may have done: a text corrected, a view taken away and one added. */
function editViews(files: Files): Files {
  const { "view_market_rates.yaml": rates = "", "view_fiis_prices.yaml": prices = "", ...others } = files;
  return {
    ...others,
    "view_fiis_prices.yaml": prices.replace(/^description: .*$/m, "description: Cotações diárias dos fundos"),
    "view_interest_rates.yaml": rates.replaceAll("view_market_rates", "view_interest_rates"),
  };
}
