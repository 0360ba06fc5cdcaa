import { DatabaseError } from "../../ports/database-port.ts";

/** A time from now on, and the caller's signal. */
export interface CallLimit {
  /** Fails at the limit, whatever becomes of the work. */
  bound<Value>(work: Promise<Value>): Promise<Value>;
  end(): void;
}

/** A server that is frozen answers nothing, not even that it is too slow. */
export function createCallLimit(timeoutMs: number, signal: AbortSignal | undefined): CallLimit {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new DatabaseError("timeout", `PostgreSQL did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const onAbort = (): void => reject(abortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  over.catch(() => undefined);
  return {
    bound(work) {
      // If the race is lost, what becomes of the work is of no interest.
      work.catch(() => undefined);
      return Promise.race([work, over]);
    },
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

export function abortedError(signal: AbortSignal | undefined): DatabaseError {
  return new DatabaseError("aborted", "the caller gave it up", { cause: signal?.reason });
}
