import process from "node:process";
import { isMainThread } from "node:worker_threads";

/**
 * Lets the process end although a thread is in a native call.
 *
 * Node waits at exit for all threads, and for such a one perhaps for ever. As its last action the process
 * therefore replaces itself by another one, which ends with the same exit code. Deno waits for no thread.
 *
 * @returns a function that removes the guard, once the call has ended
 */
export function guardProcessEnd(): () => void {
  if ("Deno" in globalThis || !isMainThread) return () => undefined;
  process.on("exit", becomeExit);
  return () => void process.off("exit", becomeExit);
}

function becomeExit(code: number): void {
  const { execPath, execve } = process;
  if (execve === undefined) process.kill(process.pid, "SIGKILL");
  else execve(execPath, [execPath, "-e", `process.exit(${code})`], { ...process.env, NODE_OPTIONS: "" });
}
