import type { WatchedRun } from "./watch-target.ts";

/** One input may take as much of the processor; the slowest ones are tried again before they count. */
export const INPUT_MS_MAX = 1_000;
/** What the heap may have grown by between a tenth of the inputs and all of them. */
export const HEAP_GROWTH_MEGABYTES_MAX = 64;

/** Everything that is wrong with a run, each with the seed that shows it. */
export function judgeRun(run: WatchedRun): readonly string[] {
  switch (run.kind) {
    case "hung":
      return [`the input came to no end (seed ${run.seed})`];
    case "crashed":
      return [`the thread ended (seed ${run.seed}): ${run.message}`];
    case "ended": {
      const { failures, slowest, heapMegabytes } = run.figures;
      const [early, late] = heapMegabytes;
      return [
        ...failures.map(({ seed, message }) => `${message} (seed ${seed})`),
        ...(slowest.ms > INPUT_MS_MAX
          ? [`one input takes ${Math.round(slowest.ms)} ms (seed ${slowest.seed})`]
          : []),
        ...(late - early > HEAP_GROWTH_MEGABYTES_MAX
          ? [`the heap grew by ${Math.round(late - early)} MB`]
          : []),
      ];
    }
  }
}
