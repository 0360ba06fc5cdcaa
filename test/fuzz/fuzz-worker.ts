import { parentPort, workerData } from "node:worker_threads";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";
import { runTarget } from "./run-target.ts";

/** What the thread of a target is given. */
export interface FuzzWork {
  readonly name: string;
  readonly count: number;
  readonly seed: number;
  /** Two numbers that both threads see: the seed of the input that the target has now, and how many it has had. */
  readonly progress: SharedArrayBuffer;
}

/** Runs one target in a thread of its own, so that another can tell that an input never ends. */
const { name, count, seed, progress } = workerData as FuzzWork;
const target = FUZZ_TARGETS.find((candidate) => candidate.name === name);
if (target === undefined) throw new RangeError(`No target is named ${name}`);
const current = new Int32Array(progress);
const figures = await runTarget(target, {
  count,
  seed,
  onInput: (now) => {
    Atomics.store(current, 0, now);
    Atomics.add(current, 1, 1);
  },
});
parentPort?.postMessage(figures);
