import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { type Browser, startBrowser } from "../support/browser.ts";
import { type ConsoleUser, openConsole } from "../support/console-user.ts";
import {
  type FleetAnswer,
  type FleetReplica,
  type RunningFleet,
  reloadWith,
  startFleet,
} from "../support/running-fleet.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import { shrinkPng } from "./shrink-png.ts";

type Files = Readonly<Record<string, string>>;

interface Scene {
  readonly name: string;
  readonly route: string;
  /** Does by keyboard what leads to the picture. */
  readonly act: (user: ConsoleUser) => Promise<void>;
}

const ROOT = resolve(import.meta.dirname, "../..");
const IMAGES = join(ROOT, "docs/images");
const BYTES_MAX = 150_000;

const LOOKS = [
  { look: "wide", widthPx: 1200, heightPx: 816, colorScheme: "light" },
  { look: "dark", widthPx: 1200, heightPx: 816, colorScheme: "dark" },
  { look: "narrow", widthPx: 360, heightPx: 720, colorScheme: "light" },
] as const;

await using opened = new AsyncDisposableStack();
const browser: Browser = opened.use(await startBrowser());
const sample = await readViews();
const [runtime] = RUNTIMES as readonly [Runtime];
const fleet: RunningFleet = opened.use(await startFleet({ size: 2, files: sample, runtime }));
const [first, second] = fleet.replicas as [FleetReplica, FleetReplica];
await mkdir(IMAGES, { recursive: true });

const edited = editViews(sample);
await picture({ name: "catalog", route: "#/catalog", act: (user) => user.see("link", "view_market_rates") });
await picture({ name: "view", route: "#/views/view_fiis_info", act: (user) => user.see("tab", "YAML") });
second.service.signal("SIGSTOP");
await reloadWith(first, edited);
await picture({ name: "fleet", route: "#/fleet", act: showFleet });
second.service.signal("SIGCONT");
await picture({ name: "reload", route: "#/reload", act: reload });

/** The same scene in every look. */
async function picture({ name, route, act }: Scene): Promise<void> {
  for (const { look, ...options } of LOOKS) {
    await using user = await openConsole(browser, { url: `${first.service.url}/${route}`, ...options });
    await act(user);
    await user.page.evaluate("document.activeElement?.blur()");
    const png = shrinkPng(await user.page.screenshot({ animations: "disabled", caret: "hide" }));
    // An answer that is being changed when the page closes would have nobody to go to.
    await user.page.unrouteAll({ behavior: "wait" });
    const file = join(IMAGES, `console-${name}-${look}.png`);
    if (png.byteLength > BYTES_MAX) throw new RangeError(`${file} has ${png.byteLength} bytes`);
    await writeFile(file, png);
    process.stdout.write(`${file} ${png.byteLength} bytes\n`);
  }
}

async function giveToken(user: ConsoleUser): Promise<void> {
  await user.giveToken(ADMIN_TOKEN);
}

/** Each look starts from the sample, so that each sees the same change. */
async function reload(user: ConsoleUser): Promise<void> {
  await reloadWith(first, sample);
  await first.views.replace(edited);
  await giveToken(user);
  await user.activate(user.find("button", "Reload catalog"));
  await user.hear("status", "view_fiis_prices");
}

async function showFleet(user: ConsoleUser): Promise<void> {
  await user.page.route("**/admin/replicas", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: withoutChance((await response.json()) as FleetAnswer) });
  });
  await giveToken(user);
  await user.find("table", "Replicas").getByText("diverges").waitFor();
}

/** Names, ages and times of replicas are others at every run, and none of a picture's business. */
function withoutChance(answer: FleetAnswer): FleetAnswer {
  const nameOf = (id: string): string => (id === answer.self ? "mosaic-1" : "mosaic-2");
  const replicas = answer.replicas.map(({ catalog, ...replica }) => ({
    ...replica,
    id: nameOf(replica.id),
    catalog: catalog && { ...catalog, ageSeconds: replica.divergent ? 5400 : 12 },
    startedAt: "2026-01-02T03:04:05Z",
  }));
  return { ...answer, self: nameOf(answer.self), replicas };
}

async function readViews(): Promise<Files> {
  const folder = join(ROOT, "data/views");
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
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
