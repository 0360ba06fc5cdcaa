/** Divides long work into turns, so that requests are served between two of them. */
export interface TimeSlices {
  /** Whether the current turn has used its time. */
  isOver(): boolean;
  /** Ends the turn: resolves after pending events are handled. */
  next(): Promise<void>;
}

/**
 * @param sliceMs how long a turn may take
 * @param nowMs a clock that never goes back
 */
export function createTimeSlices(sliceMs: number, nowMs = () => performance.now()): TimeSlices {
  let startedMs = nowMs();
  let nextTurn: Promise<void> | undefined;

  function requestTurn(): Promise<void> {
    const turn = (IS_DENO ? waitForTimer() : waitForImmediate()).then(() => {
      nextTurn = undefined;
      startedMs = nowMs();
    });
    nextTurn = turn;
    return turn;
  }

  return {
    isOver() {
      const elapsedMs = nowMs() - startedMs;
      // A timer takes at least a millisecond, so it is set early: it is then due when the turn is over.
      if (IS_DENO && nextTurn === undefined && elapsedMs >= sliceMs * TIMER_START_FRACTION)
        void requestTurn();
      return elapsedMs >= sliceMs;
    },
    next: () => nextTurn ?? requestTurn(),
  };
}

/** On Deno, requests are served between two turns only if a timer separates the turns. */
const IS_DENO = "Deno" in globalThis;
/** The fraction of a turn after which the next turn's timer is set. Shorter work needs no timer. */
const TIMER_START_FRACTION = 0.25;

function waitForTimer(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}

function waitForImmediate(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
