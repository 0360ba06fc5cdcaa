/** A token bucket for failed attempts: a burst, and then one at a time. */
export interface AttemptLimit {
  /** Counts one more; returns the seconds to wait beyond the limit, whole and above zero. */
  fail(): number | undefined;
}

const ATTEMPTS_AT_ONCE = 10;
const ATTEMPT_EVERY_MS = 6000;

/** Makes a limit for the whole process: two numbers, for any number of clients and attempts. */
export function createAttemptLimit(nowMs: () => number): AttemptLimit {
  /** When all counted attempts will have expired. */
  let forgottenMs = Number.NEGATIVE_INFINITY;
  return {
    fail() {
      const now = nowMs();
      const nextMs = Math.max(forgottenMs, now) + ATTEMPT_EVERY_MS;
      const excessMs = nextMs - now - ATTEMPTS_AT_ONCE * ATTEMPT_EVERY_MS;
      if (excessMs > 0) return Math.ceil(excessMs / 1000);
      forgottenMs = nextMs;
      return undefined;
    },
  };
}
