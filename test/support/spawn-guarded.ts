import { spawn } from "node:child_process";
import process from "node:process";
import { guardExit } from "./exit-guard.ts";
import { signalProcess } from "./signal-process.ts";

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
}

export interface GuardedProcess {
  /** The program's own, so that a signal to it stops the program and not some wrapper. */
  readonly pid: number;
  isRunning(): boolean;
  /** Does nothing once the process has ended. */
  signal(name: NodeJS.Signals): void;
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** SIGTERM, even to a frozen process, then SIGKILL; resolves when the process has ended. */
  stop(graceMs: number): Promise<void>;
  /** The last of what it printed. */
  output(): string;
}

const outputCharactersMax = 4096;

/** Spawns a program that ends at the latest when this process has ended, even by SIGKILL. */
export function spawnGuarded({ command, args, directory }: GuardedCommand): GuardedProcess {
  // The shell becomes the program only when told, after its guard stands: no moment is unguarded.
  const gate = 'read -r _ && exec "$@" </dev/null';
  const child = spawn("/bin/sh", ["-c", gate, "gate", command, ...args], { cwd: directory, stdio: "pipe" });
  const { pid } = child;
  if (pid === undefined) throw new Error("Cannot spawn /bin/sh");

  let isRunning = true;
  let output = "";
  const ended = Promise.withResolvers<void>();
  const guard = guardExit('kill -9 "$1"', [String(pid)]);
  const signal = (name: NodeJS.Signals): void => {
    if (isRunning) signalProcess(pid, name);
  };
  const killNow = (): void => signal("SIGKILL");
  const record = (chunk: Buffer): void => {
    output = `${output}${chunk}`.slice(-outputCharactersMax);
  };

  process.once("exit", killNow);
  child.once("exit", () => {
    isRunning = false;
    // Before anything else: the system may give the pid to another process.
    guard.release();
    process.off("exit", killNow);
  });
  child.once("close", () => ended.resolve());
  child.stdout.on("data", record);
  child.stderr.on("data", record);
  // Killed before it was told: "exit" reports that, the broken pipe says nothing more.
  child.stdin.once("error", () => undefined);
  child.stdin.end("\n");

  return {
    pid,
    isRunning: () => isRunning,
    signal,
    kill: () => {
      signal("SIGKILL");
      return ended.promise;
    },
    stop: async (graceMs) => {
      signal("SIGTERM");
      signal("SIGCONT");
      const timer = setTimeout(() => signal("SIGKILL"), graceMs);
      await ended.promise;
      clearTimeout(timer);
    },
    output: () => output,
  };
}
