/** Divides long work into turns, so that requests are served between two of them. */
export interface TimeSlices {
  /** Whether the present turn has had its time. */
  isOver(): boolean;
  /** Ends the turn: waits until what has arrived meanwhile was served. */
  next(): Promise<void>;
}

/**
 * @param sliceMs the time of a turn
 * @param nowMs a clock that never goes back
 */
export function createTimeSlices(sliceMs: number, nowMs = () => performance.now()): TimeSlices {
  let startedMs = nowMs();
  return {
    isOver: () => nowMs() - startedMs >= sliceMs,
    async next() {
      await nextTurn();
      startedMs = nowMs();
    },
  };
}

/** On Deno, only a timer lets the network in between two turns. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if ("Deno" in globalThis) setTimeout(resolve, 0);
    else setImmediate(resolve);
  });
}
