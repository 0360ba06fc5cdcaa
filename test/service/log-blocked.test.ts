import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { guardExit } from "../support/exit-guard.ts";
import { freePort } from "../support/free-port.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { MAIN, RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";

/** Each request makes a line of more than this: the pipe and the buffer are soon full. */
const LONG = "x".repeat(128);
const REQUESTS = 6000;

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

/** Many requests over few connections. */
async function load(url: string): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let count = 0; count < REQUESTS / 20; count++) {
      const answer = await fetch(`${url}/healthz`, { headers: { "x-request-id": LONG } });
      await answer.text();
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
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
