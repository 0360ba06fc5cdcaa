import { createMutex } from "./mutex.ts";

/** Asks for a run and waits for it. Whoever does not wait may leave the promise alone, failures included. */
export type SingleFlight<Result = void> = () => Promise<Result>;

/**
 * Makes one run of a task do for many who ask at once. A run begins after all who share it have asked: who asks while one is
 * under way gets the next. At most one is under way and one waits. Its failure goes to those who share it, and no further.
 *
 * The task must not wait for a run of its own.
 */
export function createSingleFlight<Result = void>(task: () => Promise<Result>): SingleFlight<Result> {
  const exclusive = createMutex();
  let waiting: Promise<Result> | undefined;
  return () => {
    waiting ??= exclusive(() => {
      waiting = undefined;
      return task();
    });
    return waiting;
  };
}
