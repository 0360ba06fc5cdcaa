/** Lets a fixed number of tasks go on at once; the others wait in the order in which they came. */
export interface Semaphore {
  /**
   * Resolves with the function that gives the permit back. Call it once, even after the caller has given up.
   *
   * @throws what `createSemaphore` was given for too many waiting
   */
  acquire(): Promise<() => void>;
}

/** How many tasks go on and wait, and what a task gets that cannot even wait. */
export interface SemaphoreOptions {
  readonly permits: number;
  readonly waitingMax: number;
  readonly full: () => Error;
}

/** Makes a semaphore with all permits free. */
export function createSemaphore({ permits, waitingMax, full }: SemaphoreOptions): Semaphore {
  const waiting: (() => void)[] = [];
  let acquired = 0;
  function release(): void {
    const next = waiting.shift();
    if (next === undefined) acquired -= 1;
    else next();
  }
  return {
    async acquire() {
      if (acquired < permits) acquired += 1;
      else if (waiting.length < waitingMax) await new Promise<void>((resolve) => waiting.push(resolve));
      else throw full();
      return release;
    },
  };
}
