import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Runtime } from "../test/support/runtimes.ts";

/** A server process that has said where it listens. */
export interface ListeningProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** As the tasks of `deno.json` and the image have it. */
export const DENO_SETTINGS = { DENO_V8_FLAGS: "--max-semi-space-size=4" };

/** Runs a script, with this runtime unless another is given, and waits for its JSON line `{"msg": "Listening", "url": …}`. */
export async function startListening(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  runtime: Pick<Runtime, "args" | "command"> = { command: process.execPath, args: [] },
): Promise<ListeningProcess> {
  const child = spawn(runtime.command, [...runtime.args, ...args], {
    env: { ...process.env, ...DENO_SETTINGS, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      process.off("exit", kill);
      resolve();
    });
  });
  const url = await listeningUrl(createInterface({ input: child.stdout }));
  return {
    url,
    port: Number(new URL(url).port),
    // One that has said something was started.
    pid: child.pid as number,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function listeningUrl(lines: ReturnType<typeof createInterface>): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const { msg, url } = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
      if (msg === "Listening" && url !== undefined) resolve(url);
    });
    lines.once("close", () =>
      reject(new Error("Cannot run the benchmark: a server ended before it listened")),
    );
  });
}

const SERVED_WAIT_MS = 30_000;

/** Asks for a path until it is answered: a service that listens may have no catalog yet. */
export async function untilServed(
  { url }: ListeningProcess,
  path: string,
  pauseMs = 100,
): Promise<Uint8Array> {
  const deadlineMs = performance.now() + SERVED_WAIT_MS;
  while (performance.now() < deadlineMs) {
    const response = await fetch(`${url}${path}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return bytes;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`Cannot run the benchmark: ${path} was not answered`);
}
