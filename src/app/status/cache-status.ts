import type { CacheBackend } from "../../domain/fleet/replica-record.ts";
import type { CacheErrorCode, CacheFault, CacheOperation } from "../../ports/cache-port.ts";

/** The state of the breaker: `open` rejects calls, `half-open` lets one probe through. */
export interface BreakerStatus {
  readonly state: "closed" | "half-open" | "open";
  /** The last failure; undefined while the breaker is closed. */
  readonly reason?: CacheErrorCode;
}

/** Whether the shared cache answers, according to its last operations. */
export interface CacheStatus {
  readonly backend: CacheBackend;
  readonly up: boolean;
  readonly reason?: CacheErrorCode;
  readonly breaker: BreakerStatus["state"];
  /** The number of failed transfers of a large catalog in a row; undefined after a success. */
  readonly transferFailures?: number | undefined;
}

/** Why the shared cache does not answer. `address` is only for clients with the admin token. */
export interface CacheOutage {
  readonly reason?: CacheErrorCode | undefined;
  readonly fault?: CacheFault | undefined;
  readonly address?: string | undefined;
}

export interface CacheStatusTracker {
  current(): CacheStatus;
  record(operation: CacheOperation, result: CacheErrorCode | "ok"): void;
  recordLoss(): void;
  recordBreaker(breaker: BreakerStatus): void;
  /** Records how many transfers of a large catalog have failed in a row; 0 after a success. */
  recordTransfers(failures: number): void;
}

/** Failures that reveal nothing about the cache: they do not change its status. */
const NEUTRAL_CODES: ReadonlySet<string> = new Set<CacheErrorCode>([
  "aborted",
  "busy",
  "closed",
  "too-large",
]);
const WRITE_OPERATIONS: ReadonlySet<CacheOperation> = new Set<CacheOperation>(["delete", "publish", "set"]);

/**
 * Tracks reads and writes separately: a cache that answers reads but refuses writes is down, however many
 * reads succeed.
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

  function recordResult(kind: "read" | "write", failure: CacheErrorCode | undefined): void {
    failures[kind] = failure;
    // After an outage, the first successful read ends the failure of writes, too, unless the server rejected
    // the writes.
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
      if (!NEUTRAL_CODES.has(result))
        recordResult(
          WRITE_OPERATIONS.has(operation) ? "write" : "read",
          result === "ok" ? undefined : (result as CacheErrorCode),
        );
    },
    recordLoss: () => recordResult("read", "unavailable"),
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
