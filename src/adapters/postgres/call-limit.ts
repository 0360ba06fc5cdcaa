import { type Deadline, startDeadline } from "../../lib/deadline.ts";
import { DatabaseError } from "../../ports/database-port.ts";

/**
 * Starts the time limit of a call. This process measures it, because a frozen server does not enforce the statement
 * timeout.
 */
export function startCallLimit(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  return startDeadline({
    timeoutMs,
    signal,
    onTimeout: () =>
      new DatabaseError("timeout", {
        en: `PostgreSQL did not answer within ${timeoutMs} ms`,
        pt: `o PostgreSQL não respondeu em ${timeoutMs} ms`,
      }),
    onAbort: () => abortedError(signal),
  });
}

export function abortedError(signal: AbortSignal | undefined): DatabaseError {
  return new DatabaseError("aborted", "aborted by the caller", { cause: signal?.reason });
}
