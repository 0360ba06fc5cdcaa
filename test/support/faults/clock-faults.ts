import type { Fault } from "./fault.ts";

const DAY_MS = 86_400_000;

/**
 * The wall clock of every replica is set, as an operator or a time server may do; the clock that nobody sets goes on
 * evenly, as it would. Redis keeps its own time: that one's jump is "everything expired at once".
 */
export const CLOCK_FAULTS: readonly Fault[] = [
  clockFault("clock a day ahead", DAY_MS),
  clockFault("clock a day behind", -DAY_MS),
];

function clockFault(name: string, offsetMs: number): Fault {
  return {
    name,
    isSilent: true,
    inject: ({ shiftClocks }) => shiftClocks(offsetMs),
    heal: ({ shiftClocks }) => shiftClocks(0),
  };
}
