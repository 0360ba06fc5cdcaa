import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * Run in a service before its own code: its wall clock is off by as many milliseconds as a file says, which is read at the
 * start and at every SIGUSR2. The monotonic clock and the timers stay as they are, as they do when somebody sets a clock.
 */
const SystemDate = Date;
const file = process.env.MOVABLE_CLOCK_FILE ?? "";
let offsetMs = readOffset();
process.on("SIGUSR2", () => {
  offsetMs = readOffset();
});

function readOffset(): number {
  return Number(readFileSync(file, "utf8"));
}

class MovedDate extends SystemDate {
  constructor(...args: readonly unknown[]) {
    const given = args.length === 0 ? [MovedDate.now()] : args;
    super(...(given as [number]));
  }

  static override now(): number {
    return SystemDate.now() + offsetMs;
  }
}

globalThis.Date = MovedDate as DateConstructor;
