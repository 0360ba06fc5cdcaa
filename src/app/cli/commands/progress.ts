import type { Printer } from "./printer.ts";

/** Shows the progress of a long task at a terminal. */
export interface Progress {
  readonly show: (done: number, total: number) => void;
  /** Clears the line. */
  readonly clear: () => void;
}

export interface ProgressOptions {
  readonly task: string;
  readonly nowMs: () => number;
}

/** A shorter task needs no progress. */
const QUIET_MS = 500;
const PAUSE_MS = 100;

/** Rewrites one line; prints nothing into a pipe. */
export function createProgress(
  output: Pick<Printer, "overwrite" | "terminal">,
  { task, nowMs }: ProgressOptions,
): Progress {
  let nextMs = output.terminal ? nowMs() + QUIET_MS : Number.POSITIVE_INFINITY;
  let shown = false;
  return {
    show(done, total) {
      const atMs = nowMs();
      if (atMs < nextMs) return;
      nextMs = atMs + PAUSE_MS;
      shown = true;
      output.overwrite(`${task}: ${done} of ${total}`);
    },
    clear() {
      if (shown) output.overwrite();
      shown = false;
    },
  };
}
