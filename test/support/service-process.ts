import { spawn } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { guardExit } from "./exit-guard.ts";
import { MAIN, NODE_COMPILE_CACHE, type Runtime } from "./runtimes.ts";

/** The bearer token of every service that is started here, unless its `env` names another. */
export const ADMIN_TOKEN = "token-of-the-tests";

export interface ServiceOptions {
  readonly runtime: Runtime;
  readonly env?: Readonly<Record<string, string>>;
  /** Behind `serve`. */
  readonly args?: readonly string[];
  /** Default: the project's root. */
  readonly cwd?: string;
  /** Default: the project's own. */
  readonly main?: string;
}

/** One line that the service logged. */
export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The service in a process of its own, which ends at the latest with this one. */
export interface SpawnedService {
  readonly pid: number;
  /** Resolves when it has ended and all its output was read. */
  readonly exited: Promise<ServiceExit>;
  logs(): readonly LogLine[];
  stderr(): string;
  /** All that it has printed, on both streams. */
  output(): string;
  /** The first line, past or to come, that fits; rejects with the output when the service ends without one. */
  waitForLog(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Does nothing once the process has ended. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL if need be. */
  stop(): Promise<ServiceExit>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ServiceProcess extends SpawnedService {
  readonly url: string;
}

export const ROOT = resolve(import.meta.dirname, "../..");
const STOP_GRACE_MS = 15_000;
const LOG_WAIT_MS = 60_000;
const INHERITED = ["DENO_DIR", "HOME", "PATH", "TMPDIR"] as const;

/** Starts the service on a free port and waits until it listens. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const service = spawnService(options);
  const { url } = await service.waitForLog(({ msg }) => msg === "Listening");
  return Object.assign(service, { url: String(url) });
}

/** Starts the service, which may fail to. */
export function spawnService(options: ServiceOptions): SpawnedService {
  const { runtime, env = {}, args = [], cwd = ROOT, main = MAIN } = options;
  // The shell becomes the service only when told, after its guard stands: no moment is unguarded.
  const gate = 'read -r _ && exec "$@" </dev/null';
  const command = [runtime.command, ...runtime.args, main, "serve", ...args];
  const child = spawn("/bin/sh", ["-c", gate, "gate", ...command], {
    cwd,
    env: serviceEnvironment(env),
    stdio: "pipe",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("Cannot spawn /bin/sh");
  const printed = collectOutput();
  child.stdout.setEncoding("utf8").on("data", printed.takeStdout);
  child.stderr.setEncoding("utf8").on("data", printed.takeStderr);
  const guard = guardExit('kill -9 "$1"', [String(pid)]);
  let isRunning = true;
  child.once("exit", () => {
    isRunning = false;
    guard.release();
  });
  const exited = new Promise<ServiceExit>((resolveExit) => {
    child.once("close", (code, signal) => {
      printed.end();
      resolveExit({ code, signal });
    });
  });
  // Killed before it was told: "exit" reports that, the broken pipe says nothing more.
  child.stdin.once("error", () => undefined);
  child.stdin.end("\n");

  const signal = (name: NodeJS.Signals): void => {
    if (isRunning) signalProcess(pid, name);
  };
  const stop = async (): Promise<ServiceExit> => {
    signal("SIGTERM");
    const timer = setTimeout(() => signal("SIGKILL"), STOP_GRACE_MS);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  const { logs, stderr, output, waitForLog } = printed;
  return {
    pid,
    exited,
    logs,
    stderr,
    output,
    waitForLog,
    signal,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

/** The environment of a service of the tests. */
export function serviceEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    NODE_COMPILE_CACHE,
    NO_COLOR: "1",
    PORT: "0",
    LOG_FORMAT: "json",
    ADMIN_TOKEN,
    ...env,
  };
}

interface LogWaiter {
  readonly fits: (line: LogLine) => boolean;
  readonly resolve: (line: LogLine) => void;
  readonly reject: (error: Error) => void;
}

/** What a service has printed. */
export type Printed = Pick<SpawnedService, "logs" | "output" | "stderr" | "waitForLog">;

export interface OutputCollector extends Printed {
  readonly takeStdout: (chunk: string) => void;
  readonly takeStderr: (chunk: string) => void;
  /** No further line comes. */
  end(): void;
}

export function collectOutput(): OutputCollector {
  const lines: LogLine[] = [];
  const waiters = new Set<LogWaiter>();
  const texts = { stdout: "", stderr: "" };
  let rest = "";
  let ended = false;
  const missing = (): Error =>
    new Error(`The service did not log that line:\n${texts.stdout}${texts.stderr}`);

  return {
    takeStdout(chunk) {
      texts.stdout += chunk;
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts.map((part) => JSON.parse(part) as LogLine)) {
        lines.push(line);
        for (const waiter of waiters) if (waiter.fits(line)) waiter.resolve(line);
      }
    },
    takeStderr(chunk) {
      texts.stderr += chunk;
    },
    logs: () => lines,
    stderr: () => texts.stderr,
    output: () => texts.stdout + texts.stderr,
    waitForLog(fits) {
      const known = lines.find(fits);
      if (known !== undefined) return Promise.resolve(known);
      if (ended) return Promise.reject(missing());
      const { promise, resolve: resolveLine, reject } = Promise.withResolvers<LogLine>();
      const waiter = { fits, resolve: resolveLine, reject };
      waiters.add(waiter);
      const timer = setTimeout(() => reject(missing()), LOG_WAIT_MS);
      return promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
    end() {
      ended = true;
      for (const waiter of waiters) waiter.reject(missing());
    },
  };
}

function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    // Not child.kill(): on Deno that delivers one signal and no second.
    process.kill(pid, name);
  } catch (error) {
    // It has ended and been reaped, "exit" is on its way.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
