/** The time limit of some work, and the errors that it ends with. */
export interface DeadlineOptions {
  /** Measured by {@link startUnblockedTimer}: time in which the event loop is blocked hardly counts. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called at the time limit: returns the error, or undefined to extend the deadline by the same time. */
  readonly onTimeout: () => Error | undefined;
  /** Makes the error after an abort by the caller. */
  readonly onAbort: (reason: unknown) => Error;
}

/** A running time limit, combined with the caller's signal. */
export interface Deadline {
  /** Settles like the work; rejects earlier at the time limit, at an abort by the caller, or by `fail`. */
  race<Value>(work: Promise<Value>): Promise<Value>;
  /** Ends the deadline early with this error. */
  fail(error: Error): void;
  /** Releases the timer and the listener; call it when the work has ended. */
  stop(): void;
}

const TIMER_STEPS = 10;

/** The longest time of a timer: the runtimes treat a longer time, and NaN, as one millisecond. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Checks the time limits in the options of an adapter.
 *
 * @throws {RangeError} for a time that no timer can wait
 */
export function requireTimes(timesMs: Readonly<Record<string, number>>): void {
  for (const [name, ms] of Object.entries(timesMs))
    if (!(ms > 0 && ms <= TIMER_MS_MAX))
      throw new RangeError(`${name} is ${ms}: it must be above 0 and at most ${TIMER_MS_MAX} milliseconds`);
}

/**
 * Calls back after the event loop has been free for this long. Blocked time hardly counts, for example while
 * modules are loaded on a busy machine: a blocked loop cannot read answers that have arrived.
 *
 * @returns a function that stops the timer
 */
export function startUnblockedTimer(timeoutMs: number, onTimeout: () => void): () => void {
  const stepMs = timeoutMs / TIMER_STEPS;
  let leftMs = timeoutMs;
  let stepStartedMs = performance.now();
  let timer = setTimeout(step, stepMs);
  function step(): void {
    const nowMs = performance.now();
    leftMs -= Math.min(nowMs - stepStartedMs, 2 * stepMs);
    if (leftMs <= 0) {
      onTimeout();
      return;
    }
    stepStartedMs = nowMs;
    timer = setTimeout(step, Math.min(stepMs, leftMs));
  }
  return () => clearTimeout(timer);
}

/** Starts a deadline. The deadline does not stop the work: to stop it, pass a signal to the work. */
export function startDeadline({ timeoutMs, signal, onTimeout, onAbort }: DeadlineOptions): Deadline {
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  // `exceeded` may reject after the race is over: this must not be an unhandled rejection.
  exceeded.catch(ignoreError);
  const handleTimeout = (): void => {
    const error = onTimeout();
    if (error === undefined) stopTimer = startUnblockedTimer(timeoutMs, handleTimeout);
    else reject(error);
  };
  const handleAbort = (): void => reject(onAbort(signal?.reason));
  let stopTimer = startUnblockedTimer(timeoutMs, handleTimeout);
  if (signal?.aborted) handleAbort();
  signal?.addEventListener("abort", handleAbort, { once: true });
  return {
    race(work) {
      // Work that loses the race may still fail: this must not be an unhandled rejection.
      work.catch(ignoreError);
      return Promise.race([work, exceeded]);
    },
    fail: reject,
    stop() {
      stopTimer();
      signal?.removeEventListener("abort", handleAbort);
    },
  };
}

/**
 * Waits for work, at most for the given time. After that, the work continues, and its failure is ignored.
 *
 * @returns the result of the work, or `late`
 */
export async function waitAtMost<Value, const Late>(
  timeoutMs: number,
  work: Promise<Value>,
  late: Late,
): Promise<Late | Value> {
  const { promise: expired, resolve } = Promise.withResolvers<Late>();
  const timer = setTimeout(() => resolve(late), timeoutMs);
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}

function ignoreError(): void {}
