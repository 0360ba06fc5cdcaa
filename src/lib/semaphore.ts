import { DatabaseError } from "../ports/database-port.ts";

/** Lets so many calls go on at once, and the others in the order in which they came. */
export interface Turns {
  /**
   * Resolves with what ends the turn, which is called once, even by who no longer wants it.
   *
   * @throws {DatabaseError} when too many wait
   */
  take(): Promise<() => void>;
}

/** So many calls may wait. */
const WAITING_MAX = 100;

export function createTurns(turnsMax: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;
  function end(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }
  return {
    async take() {
      if (taken < turnsMax) taken += 1;
      else if (waiting.length < WAITING_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
      else throw new DatabaseError("unavailable", "too many calls wait for a connection");
      return end;
    },
  };
}
