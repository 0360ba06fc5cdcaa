import { execFile } from "node:child_process";
import process from "node:process";
import { MAIN, type Runtime } from "./runtimes.ts";

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

const DEADLINE_MS = 25_000;

/** Runs `mosaic` to its end as a process of its own, without the settings of this one. */
export function runMain({ command, args: runtimeArgs }: Runtime, options: MainOptions): Promise<MainRun> {
  const { args, directory, env = {} } = options;
  return runToEnd(command, { args: [...runtimeArgs, MAIN, ...args], directory, env });
}

/** Runs any program to its end; rejects only when it cannot be run or ends by a signal. */
export function runToEnd(
  command: string,
  { args, directory, env = {}, timeoutMs = DEADLINE_MS }: MainOptions,
): Promise<MainRun> {
  const { PATH = "", HOME = "" } = process.env;
  const settings = {
    cwd: directory,
    env: { PATH, HOME, NO_COLOR: "1", ...env },
    timeout: timeoutMs,
  } as const;
  return new Promise((resolve, reject) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr });
      else reject(error);
    });
  });
}
