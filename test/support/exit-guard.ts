import { spawn } from "node:child_process";
import { signalProcess } from "./signal-process.ts";

export interface ExitGuard {
  release(): void;
}

/**
 * Runs a shell command once this process has ended, in whichever way: the guard is a shell that reads a pipe
 * which only this process holds open, and the system closes that pipe even after SIGKILL. Vitest ends its forks
 * by a signal, so that a listener for "exit" would not run.
 */
export function guardExit(command: string, args: readonly string[]): ExitGuard {
  // Ctrl-C reaches the whole process group: the guard must outlive what it guards against.
  const script = `trap "" HUP INT TERM; read -r _; ${command}`;
  const guard = spawn("/bin/sh", ["-c", script, "exit-guard", ...args], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const { pid } = guard;
  if (pid === undefined) throw new Error("Cannot spawn /bin/sh");
  let isRunning = true;
  guard.once("exit", () => {
    isRunning = false;
  });
  guard.unref();
  return {
    // The pipe must be open until the guard is dead: it acts on its end.
    release: () => {
      if (isRunning) signalProcess(pid, "SIGKILL");
    },
  };
}
