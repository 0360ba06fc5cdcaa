import process from "node:process";
import { isMainThread } from "node:worker_threads";

/**
 * Lets the process end although a thread is in a native call.
 *
 * Node waits at its end for all threads, and for such a one perhaps for ever. As the last thing that it does, the process
 * then becomes another one, which ends with the same exit code. Deno waits for no thread.
 *
 * @returns what takes the guard away, when the call has ended
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
