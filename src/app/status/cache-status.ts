import type { CacheErrorCode, CacheOperation } from "../../ports/cache-port.ts";

/** The state of the breaker: `open` rejects calls, `half-open` lets one probe through. */
export interface BreakerStatus {
  readonly state: "closed" | "half-open" | "open";
  /** The last failure; undefined while the breaker is closed. */
  readonly reason?: CacheErrorCode;
}

/** Whether the shared cache answers, according to its last operations. */
export interface CacheStatus {
  readonly backend: "local" | "redis";
  readonly up: boolean;
  /** Why it is down. */
  readonly reason?: CacheErrorCode;
  readonly breaker: BreakerStatus["state"];
  /** How often in a row a large catalog was sent there and did not arrive; undefined without a failure. */
  readonly transferFailures?: number | undefined;
}

export interface CacheStatusTracker {
  current(): CacheStatus;
  record(operation: CacheOperation, result: CacheErrorCode | "ok"): void;
  recordLoss(): void;
  recordBreaker(breaker: BreakerStatus): void;
  /** Records transfers of a large catalog: those that failed in a row, 0 when it has arrived. */
  recordTransfers(failures: number): void;
}

/** These codes are about the caller or the value, not the server. */
const NEUTRAL: ReadonlySet<string> = new Set<CacheErrorCode>(["aborted", "busy", "closed", "too-large"]);
const WRITES: ReadonlySet<CacheOperation> = new Set<CacheOperation>(["delete", "publish", "set"]);

/**
 * Tracks reads and writes separately: a server that answers reads and refuses writes is not up, for any
 * number of successful reads.
 *
 * @param onChange called when the cache goes down or comes back, not at every operation
 */
export function createCacheStatusTracker(
  backend: CacheStatus["backend"],
  onChange: (status: CacheStatus) => void,
): CacheStatusTracker {
  const failures: { read?: CacheErrorCode | undefined; write?: CacheErrorCode | undefined } = {};
  let breaker: BreakerStatus["state"] = "closed";
  let transferFailures: number | undefined;
  let status: CacheStatus = { backend, up: true, breaker };

  function note(kind: "read" | "write", failure: CacheErrorCode | undefined): void {
    failures[kind] = failure;
    // A restored connection counts as writable until a write fails.
    if (kind === "read" && failure === undefined && failures.write !== "rejected") failures.write = undefined;
    const reason = failures.read ?? failures.write;
    const before = status;
    const why = reason === undefined ? {} : { reason };
    const transfers = transferFailures === undefined ? {} : { transferFailures };
    status = { backend, up: reason === undefined, breaker, ...transfers, ...why };
    if (before.up !== status.up) onChange(status);
  }

  return {
    current: () => status,
    record(operation, result) {
      if (!NEUTRAL.has(result))
        note(
          WRITES.has(operation) ? "write" : "read",
          result === "ok" ? undefined : (result as CacheErrorCode),
        );
    },
    recordLoss: () => note("read", "unavailable"),
    recordBreaker({ state }) {
      breaker = state;
      status = { ...status, breaker };
    },
    recordTransfers(failures) {
      transferFailures = failures === 0 ? undefined : failures;
      status = { ...status, transferFailures };
    },
  };
}
