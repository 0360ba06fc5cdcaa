import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { guardExit } from "../support/exit-guard.ts";
import { freePort } from "../support/free-port.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { MAIN, NODE_COMPILE_CACHE, RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRaw } from "../support/send-raw.ts";
import { sendRequest } from "../support/send-request.ts";

/** Each request makes a line of more than this: the pipe and the buffer are soon full. */
const LONG = "x".repeat(128);
const REQUESTS = 6000;
const CONNECTIONS = 20;

interface Blocked {
  readonly url: string;
  readonly dropped: () => Promise<number>;
  stop(): Promise<number | null>;
}

/** A service whose log goes where nothing can be written. */
async function startBlocked({ command, args }: Runtime, stdout: number | "pipe"): Promise<Blocked> {
  const port = await freePort();
  const child = spawn(command, [...args, MAIN, "serve"], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_COMPILE_CACHE,
      PORT: String(port),
      LOG_LEVEL: "debug",
      ADMIN_TOKEN: "t",
    },
    stdio: ["ignore", stdout, "ignore"],
  });
  // Nobody reads: no listener is ever put on it.
  child.stdout?.pause();
  const guard = guardExit('kill -9 "$1"', [String(child.pid)]);
  const exited = once(child, "exit").finally(() => guard.release());
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(
      () =>
        sendRequest(url, "/readyz").then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(200);
  return {
    url,
    dropped: async () =>
      readMetrics((await sendRequest(url, "/metrics")).text).get("mosaic_log_lines_dropped_total") ?? -1,
    async stop() {
      process.kill(child.pid ?? 0, "SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const [code] = (await exited) as [number | null];
      clearTimeout(killer);
      return code;
    },
  };
}

/** Many requests over few connections, each of which sends all of its own at once. */
async function load(url: string): Promise<void> {
  const get = (connection: string): string =>
    `GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${LONG}\r\nConnection: ${connection}\r\n\r\n`;
  const count = REQUESTS / CONNECTIONS;
  const requests = get("keep-alive").repeat(count - 1) + get("close");
  const answers = await Promise.all(Array.from({ length: CONNECTIONS }, () => sendRaw(url, requests)));
  for (const { text } of answers) expect(text.match(/HTTP\/1\.1 200 /g)).toHaveLength(count);
}

describe.each(RUNTIMES)("A11: a log that cannot be written, on $name", (runtime) => {
  test.each([
    ["a pipe that nobody reads", () => "pipe" as const],
    ["a full disk", () => openSync("/dev/full", "w")],
  ])("A11: %s stops neither serving nor stopping", async (_, open) => {
    const service = await startBlocked(runtime, open());
    await load(service.url);
    expect((await sendRequest(service.url, "/healthz")).status).toBe(200);
    expect(await service.dropped()).toBeGreaterThan(0);
    expect(await service.stop()).toBe(0);
  });
});
