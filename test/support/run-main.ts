import { type ChildProcess, execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { forwardStderr } from "./forward-stderr.ts";
import { MAIN, NODE_COMPILE_CACHE, type Runtime } from "./runtimes.ts";

export interface MainRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MainOptions {
  readonly args: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** What a host is asked to run. */
export interface CommandRequest {
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

const DEADLINE_MS = 25_000;
const HOST = resolve(import.meta.dirname, "command-host.ts");

const hosts = new Map<string, (request: CommandRequest) => Promise<MainRun>>();

/**
 * Runs a command of `mosaic` to its end, without the settings of this process: on the runtime that is asked for and with its
 * permissions, in a process that commands of one test file share. `serve`, which changes its process, gets its own.
 */
export function runMain(runtime: Runtime, options: MainOptions): Promise<MainRun> {
  const { args, directory, env = {} } = options;
  if (args.includes("serve")) return runMainProcess(runtime, options);
  const key = JSON.stringify([runtime.command, runtime.args]);
  let host = hosts.get(key);
  if (host === undefined) {
    host = startHost(runtime);
    hosts.set(key, host);
  }
  return host({ args, directory: resolve(directory), env: environmentOf(env) });
}

/** Runs `mosaic` to its end as a process of its own. */
export function runMainProcess(
  { command, args: runtimeArgs }: Runtime,
  options: MainOptions,
): Promise<MainRun> {
  return runToEnd(command, { ...options, args: [...runtimeArgs, MAIN, ...options.args] });
}

/** Runs any program to its end; rejects only when it cannot be run or ends by a signal. */
export function runToEnd(
  command: string,
  { args, directory, env = {}, timeoutMs = DEADLINE_MS }: MainOptions,
): Promise<MainRun> {
  const settings = { cwd: directory, env: environmentOf(env), timeout: timeoutMs } as const;
  return new Promise((resolveRun, reject) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === "number") resolveRun({ exitCode, stdout, stderr });
      else reject(error);
    });
  });
}

function environmentOf(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE, NO_COLOR: "1", ...env };
}

/** A process that runs commands, one at a time; it ends with this one, which closes its input. */
function startHost({ command, args }: Runtime): (request: CommandRequest) => Promise<MainRun> {
  const child = spawn(command, [...args, HOST], {
    env: environmentOf({}),
    stdio: "pipe",
  });
  forwardStderr(child);
  let waiting: PromiseWithResolvers<MainRun> | undefined;
  createInterface({ input: child.stdout }).on("line", (line) =>
    waiting?.resolve(JSON.parse(line) as MainRun),
  );
  child.on("exit", (code) => waiting?.reject(new Error(`The host of commands ended with ${code}`)));
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const run = last.then(async () => {
      waiting = Promise.withResolvers<MainRun>();
      const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
      hold(child, true);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      try {
        return await waiting.promise;
      } finally {
        clearTimeout(timer);
        hold(child, false);
      }
    });
    last = run.catch(() => undefined);
    return run;
  };
}

/** Whether a host keeps this process running: between two uses it must not keep the test file from ending. */
export function hold(child: ChildProcess, isBusy: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr] as readonly {
    ref?(): void;
    unref?(): void;
  }[]) {
    if (isBusy) part.ref?.();
    else part.unref?.();
  }
}
