import { type Deadline, startDeadline } from "../../lib/deadline.ts";
import { DatabaseError } from "../../ports/database-port.ts";
import { createAbortedError } from "../sql/ticker-rows.ts";

/**
 * Starts the time limit of a call. This process measures it, because a frozen server does not enforce the statement
 * timeout.
 */
export function startCallDeadline(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  return startDeadline({
    timeoutMs,
    signal,
    onTimeout: () =>
      new DatabaseError("timeout", {
        en: `PostgreSQL did not answer within ${timeoutMs} ms`,
        pt: `o PostgreSQL não respondeu em ${timeoutMs} ms`,
      }),
    onAbort: () => createAbortedError(signal),
  });
}
