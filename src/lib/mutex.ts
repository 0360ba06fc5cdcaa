/** Runs a task when all tasks before it have ended, in any way. */
export type Mutex = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Makes a queue in which one task runs at a time, in the order of the calls. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(() => task());
    last = run.then(ignore, ignore);
    return run;
  };
}

/**
 * Nothing of a task reaches the next one: neither its failure nor its result, which would be kept in memory
 * here.
 */
function ignore(): void {}
