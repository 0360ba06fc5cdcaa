/** Runs a task when all earlier tasks have ended, successfully or not. */
export type Mutex = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Makes a queue in which one task runs at a time, in the order of the calls. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(() => task());
    last = run.then(ignoreError, ignoreError);
    return run;
  };
}

/** Drops the outcome of a task: a failure must not affect the next task, and a result must not stay in memory. */
function ignoreError(): void {}
