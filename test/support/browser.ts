import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { findServer } from "./find-server.ts";
import { createGuardedDirectory } from "./guarded-directory.ts";
import { type GuardedProcess, spawnGuarded } from "./spawn-guarded.ts";
import { openWatchedPage, type PageOptions, type WatchedPage } from "./watched-page.ts";

/** A real Chromium without a window, with a profile of its own, which ends at the latest with this process. */
export interface Browser extends AsyncDisposable {
  /** Of the browser itself. */
  readonly pid: number;
  /** A page that shares no cookie, storage or cache with another one. */
  open(options: PageOptions): Promise<WatchedPage>;
}

const ARGS = [
  "--headless=new",
  "--remote-debugging-port=0",
  // It shows pages of this project alone; its sandbox works neither for root nor in most containers.
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-proxy-server",
  // Pictures of a page are the same on every machine, so far as its fonts are.
  "--force-color-profile=srgb",
  "--hide-scrollbars",
  // Whatever a page asks for, nothing leaves this machine.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const readyTimeoutMs = 20_000;
const retryPauseMs = 20;
const stopGraceMs = 5_000;

export async function startBrowser(): Promise<Browser> {
  const opened = new AsyncDisposableStack();
  try {
    const program = await findServer("chromium");
    const directory = await createGuardedDirectory("mosaic-chromium-");
    opened.defer(directory.remove);
    const home = directory.path;
    const profile = join(home, "profile");
    const child = spawnGuarded({
      // What it keeps besides the profile goes there too.
      command: "/usr/bin/env",
      args: [`HOME=${home}`, `TMPDIR=${home}`, program, ...ARGS, `--user-data-dir=${profile}`, "about:blank"],
      directory: home,
    });
    opened.defer(() => child.stop(stopGraceMs));
    const url = await debuggerUrl(profile, child);
    const connection = await chromium.connectOverCDP(url, {
      timeout: readyTimeoutMs,
      artifactsDir: join(home, "artifacts"),
    });
    opened.defer(() => connection.close());
    const owned = opened.move();
    return {
      pid: child.pid,
      open: (options) => openWatchedPage(connection, options),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** Chromium takes a free port by itself and writes into its profile which one. */
async function debuggerUrl(profile: string, child: GuardedProcess): Promise<string> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (child.isRunning() && performance.now() < deadlineMs) {
    const text = await readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => "");
    const [, port, path] = /^(\d+)\n(\S+)$/.exec(text) ?? [];
    if (port !== undefined) return `ws://127.0.0.1:${port}${path}`;
    await sleep(retryPauseMs);
  }
  const what = child.isRunning() ? `no answer in ${readyTimeoutMs} ms` : "it ended at once";
  throw new Error(`Cannot start Chromium: ${what}; its last output:\n${child.output()}`);
}
