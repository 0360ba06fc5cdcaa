import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { guardExit } from "../support/exit-guard.ts";
import { freePort } from "../support/free-port.ts";
import { MAIN, RUNTIMES } from "../support/runtimes.ts";
import { openRaw } from "../support/send-raw.ts";
import { sendRequest } from "../support/send-request.ts";

const FILES_MAX = 120;
const GET = "GET /healthz HTTP/1.1\r\nHost: mosaic\r\n\r\n";

describe.each(RUNTIMES)("a process without file descriptors on $name", ({ command, args }) => {
  test("goes on, and takes connections again when there are some", async () => {
    const port = await freePort();
    const limited = ["-c", `ulimit -n ${FILES_MAX} && exec "$@"`, "sh", command, ...args, MAIN, "serve"];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), ADMIN_TOKEN: "t" };
    const child = spawn("/bin/sh", limited, { env, stdio: "ignore" });
    const guard = guardExit('kill -9 "$1"', [String(child.pid)]);
    const exited = once(child, "exit").finally(() => guard.release());
    const url = `http://127.0.0.1:${port}`;
    const status = (): Promise<number> =>
      sendRequest(url, "/readyz").then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(status, { timeout: 20_000 }).toBe(200);
    for (let round = 0; round < 3; round++) {
      const held = Array.from({ length: FILES_MAX * 2 }, () => openRaw(url, GET));
      const settled = (socket: Socket): Promise<void> =>
        new Promise((resolve) => socket.once("connect", resolve).once("close", () => resolve()));
      await Promise.all(held.map(settled));
      for (const socket of held) socket.destroy();
      await expect.poll(status, { timeout: 20_000 }).toBe(200);
    }
    process.kill(child.pid ?? 0, "SIGTERM");
    expect(((await exited) as [number | null])[0]).toBe(0);
  });
});
