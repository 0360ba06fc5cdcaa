import type { ChildProcess } from "node:child_process";
import process from "node:process";

/**
 * Prints what a child writes to its piped stderr. Vitest ends only when the pipes of its workers are closed: a child that
 * inherited one and outlived its test would keep the run from ending.
 */
export function forwardStderr({ stderr }: ChildProcess): void {
  stderr?.on("data", (part: Uint8Array) => process.stderr.write(part));
}
