import "../src/app/hold-tick-shape.ts";
import process from "node:process";

/** Prints as JSON what a tick costs in nanoseconds, before and after as many collections of garbage as an idle service has. */
const TICKS = 300_000;
const COLLECTIONS = 8;
const { gc } = globalThis as { readonly gc?: () => void };
if (gc === undefined) throw new Error("Run this with --expose-gc");

function nanosecondsPerTick(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const startedMs = performance.now();
  let left = TICKS;
  const tick = (): void => {
    left -= 1;
    if (left > 0) process.nextTick(tick);
    else resolve(((performance.now() - startedMs) * 1e6) / TICKS);
  };
  process.nextTick(tick);
  return promise;
}

// The first runs are those in which it is compiled.
for (let run = 0; run < 3; run++) await nanosecondsPerTick();
const before = await nanosecondsPerTick();
for (let collection = 0; collection < COLLECTIONS; collection++) gc();
await nanosecondsPerTick();
const after = await nanosecondsPerTick();
process.stdout.write(JSON.stringify({ before, after }));
