import { createMutex } from "./mutex.ts";

/** Requests a run and waits for it. The promise may be ignored, failures included. */
export type SingleFlight<Result = void> = () => Promise<Result>;

/**
 * Coalesces concurrent requests for a task into shared runs. A request during a run waits for the next run, because the
 * active one may have missed a change. At most one run is active and one waits. A failed run rejects the requests that
 * share it, and no others.
 *
 * The task must not request a run and wait for it, because it would wait for itself.
 *
 * @param exclusive a queue that the runs share with other tasks; a run that waits in it has not started
 */
export function createSingleFlight<Result = void>(
  task: () => Promise<Result>,
  exclusive = createMutex(),
): SingleFlight<Result> {
  let waiting: Promise<Result> | undefined;
  return () => {
    waiting ??= exclusive(() => {
      waiting = undefined;
      return task();
    });
    return waiting;
  };
}
