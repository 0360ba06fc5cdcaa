/** Lets a fixed number of tasks run at once; the others wait in order of arrival. */
export interface Semaphore {
  /**
   * Resolves with the function that releases the permit. Call that function once, even if the caller has
   * given up waiting.
   *
   * @throws the error of `createFullError`, if `waitingMax` tasks are waiting already
   */
  acquire(): Promise<() => void>;
}

/** How many tasks may run and how many may wait, and the error for a task beyond these limits. */
export interface SemaphoreOptions {
  readonly permits: number;
  readonly waitingMax: number;
  readonly createFullError: () => Error;
}

export function createSemaphore({ permits, waitingMax, createFullError }: SemaphoreOptions): Semaphore {
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
      else throw createFullError();
      return release;
    },
  };
}
