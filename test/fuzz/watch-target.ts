import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { FuzzWork } from "./fuzz-worker.ts";
import type { FuzzFigures } from "./run-target.ts";

/** How a run in a thread ended; `hung`: the input of that seed came to no end. */
export type WatchedRun =
  | { readonly kind: "ended"; readonly figures: FuzzFigures }
  | { readonly kind: "hung"; readonly seed: number }
  | { readonly kind: "crashed"; readonly seed: number; readonly message: string };

const LOOK_EVERY_MS = 250;
/** Far more than any input may take, and still not for ever. */
const HANG_MS = 20_000;

/** Runs a target in a thread, and ends the thread when one input takes too long. */
export async function watchTarget(work: Omit<FuzzWork, "progress">): Promise<WatchedRun> {
  const progress = new SharedArrayBuffer(8);
  const current = new Int32Array(progress);
  current[0] = work.seed;
  const worker = new Worker(new URL("./fuzz-worker.ts", import.meta.url), {
    workerData: { ...work, progress },
  });
  let seen = { count: 0, sinceMs: performance.now() };
  const { promise: hung, resolve: hang } = Promise.withResolvers<WatchedRun>();
  const timer = setInterval(() => {
    const count = Atomics.load(current, 1);
    if (count !== seen.count) seen = { count, sinceMs: performance.now() };
    else if (count > 0 && performance.now() - seen.sinceMs > HANG_MS) {
      hang({ kind: "hung", seed: Atomics.load(current, 0) });
    }
  }, LOOK_EVERY_MS);
  const ended = once(worker, "message").then(
    ([figures]): WatchedRun => ({ kind: "ended", figures: figures as FuzzFigures }),
    (error: Error): WatchedRun => {
      return { kind: "crashed", seed: Atomics.load(current, 0), message: error.stack ?? error.message };
    },
  );
  try {
    return await Promise.race([ended, hung]);
  } finally {
    clearInterval(timer);
    await worker.terminate();
  }
}
