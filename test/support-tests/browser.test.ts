import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { accessibilityFaults } from "../support/accessibility-faults.ts";
import { type Browser, startBrowser } from "../support/browser.ts";
import { forwardStderr } from "../support/forward-stderr.ts";
import { createKeyboardUser } from "../support/keyboard-user.ts";
import { listenLoopback } from "../support/listen-loopback.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src *";

/** What the server answers, by path; scripts end in .js. */
const FILES: Readonly<Record<string, string>> = {
  "/clean": `<main><h1>Clean</h1><a href="#a">One</a><button>Two</button><label>Three <input></label></main>`,
  "/inline": `<script>document.title = "Never"</script>`,
  "/throws": `<script src="/throws.js"></script>`,
  "/throws.js": `setTimeout(() => { throw new TypeError("thrown late") }); Promise.reject(new Error("rejected"))`,
  "/missing": `<script src="/absent.js"></script>`,
  "/foreign": `<script src="/foreign.js"></script>`,
  "/foreign.js": `fetch("http://elsewhere.test/track?id=1").catch(() => undefined)`,
  "/hidden-focus": `<link rel="stylesheet" href="/hidden-focus.css"><main><button>Bare</button></main>`,
  "/hidden-focus.css": "button:focus { outline: none }",
  "/faulty": `<main><img src="data:,"><input></main>`,
};

let server: Server;
let origin: string;
let browser: Browser;
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    const file = FILES[path];
    const type = path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "text/html";
    response.writeHead(file === undefined ? 404 : 200, {
      "content-type": type,
      "content-security-policy": POLICY,
    });
    const isPage = type === "text/html";
    response.end(
      isPage ? `<!doctype html><html lang="en"><title>T</title><link rel="icon" href="data:,">${file}` : file,
    );
  });
  await listenLoopback(server);
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await startBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  server.close();
});

test("a page without faults closes in silence, and two share nothing", async () => {
  await using first = await browser.open({ url: `${origin}/clean` });
  await using second = await browser.open({ url: `${origin}/clean` });
  await first.page.evaluate("localStorage.setItem('a', '1')");
  expect(await second.page.evaluate("localStorage.getItem('a')")).toBeNull();
});

test.each([
  ["/inline", [/^console error: .*inline script/m, /^blocked by policy: script-src-elem inline$/m]],
  ["/throws", [/^page error: .*rejected/m, /^page error: TypeError: thrown late/m]],
  ["/foreign", [/^foreign request: GET http:\/\/elsewhere\.test\/track\?id=1$/m]],
  ["/missing", [/^console error: Failed to load resource.*404/m]],
])("closing %s throws and says what was wrong", async (path, patterns) => {
  const watched = await browser.open({ url: origin + path });
  await vi.waitFor(async () => {
    const complaints = await watched.complaints();
    for (const pattern of patterns) expect(complaints).toContainEqual(expect.stringMatching(pattern));
  });
  await expect(watched[Symbol.asyncDispose]()).rejects.toThrow(patterns[0]);
  expect(watched.page.isClosed()).toBe(true);
});

test("a fault is forgiven from then on, and another is not", async () => {
  const watched = await browser.open({ url: `${origin}/clean` });
  watched.forgive(/expected/);
  await watched.page.evaluate("console.error('expected'); console.error('other'); console.log('nothing')");
  expect(await watched.complaints()).toEqual([expect.stringContaining("other")]);
  watched.forgive(/other/);
  await expect(watched[Symbol.asyncDispose]()).rejects.toThrow("other");
});

test("a pointer is a fault, the keyboard is none", async () => {
  const watched = await browser.open({ url: `${origin}/clean` });
  const user = createKeyboardUser(watched.page);
  await user.activate(watched.page.getByRole("link", { name: "One" }));
  expect(watched.page.url()).toBe(`${origin}/clean#a`);
  const field = watched.page.getByRole("textbox", { name: "Three" });
  await user.fill(field, "abc");
  await user.fill(field, "de");
  expect(await field.inputValue()).toBe("de");
  await user.fill(field, "");
  expect(await field.inputValue()).toBe("");
  await expect(user.tabTo(watched.page.getByRole("heading"))).rejects.toThrow("presses of Tab");
  expect(await watched.complaints()).toEqual([]);
  await watched.page.getByRole("button", { name: "Two" }).click();
  await expect(watched[Symbol.asyncDispose]()).rejects.toThrow("pointer");
});

test("the keyboard stops where the focus cannot be seen", async () => {
  await using watched = await browser.open({ url: `${origin}/hidden-focus` });
  const user = createKeyboardUser(watched.page);
  await expect(user.tabTo(watched.page.getByRole("button"))).rejects.toThrow("no outline at <button>Bare");
});

test("accessibilityFaults() finds what axe calls serious", async () => {
  await using clean = await browser.open({ url: `${origin}/clean` });
  expect(await accessibilityFaults(clean.page)).toEqual([]);
  await using faulty = await browser.open({ url: `${origin}/faulty` });

  expect(await accessibilityFaults(faulty.page)).toEqual([
    expect.stringMatching(/^critical image-alt: <img/),
    expect.stringMatching(/^critical label: <input>/),
  ]);
});

test("a browser ends, and its files go, when the process that started it is killed", async () => {
  const temporaryFolder = await mkdtemp(join(tmpdir(), "mosaic-hold-"));
  const script = join(import.meta.dirname, "hold-browser.ts");
  const holder = spawn(process.execPath, [...("Deno" in globalThis ? ["run", "-A"] : []), script], {
    env: { ...process.env, TMPDIR: temporaryFolder },
    stdio: "pipe",
  });
  forwardStderr(holder);
  const [line] = await once(holder.stdout, "data");
  const pid = Number(line);
  expect(isAlive(pid)).toBe(true);
  expect(await readdir(temporaryFolder)).toHaveLength(1);
  if (holder.pid === undefined) throw new Error("The holder was not spawned");
  process.kill(holder.pid, "SIGKILL");
  await vi.waitFor(
    async () => {
      expect(isAlive(pid)).toBe(false);
      expect(await readdir(temporaryFolder)).toEqual([]);
    },
    { timeout: 10_000 },
  );
  await rm(temporaryFolder, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
