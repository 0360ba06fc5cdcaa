import {
  DatabaseError,
  type DatabaseErrorCode,
  type DatabaseObservation,
} from "../../ports/database-port.ts";

/** Whether the database answers, according to its last calls; `unknown` before the first. */
export interface DatabaseStatus {
  readonly state: "down" | "unknown" | "up";
  readonly reason?: DatabaseErrorCode;
}

export interface DatabaseStatusTracker {
  current(): DatabaseStatus;
  record(observation: Pick<DatabaseObservation, "operation" | "result">): void;
}

/**
 * Failures that end when any call succeeds. All other failures are refusals of one operation: they end only
 * when the same operation succeeds.
 */
const CONNECTION_FAILURES: ReadonlySet<DatabaseErrorCode> = new Set(["timeout", "unavailable"]);

/** @param onChange called when the database goes down or comes back, not at every call */
export function createDatabaseStatusTracker(
  onChange: (status: DatabaseStatus) => void,
): DatabaseStatusTracker {
  let status: DatabaseStatus = { state: "unknown" };
  let failed: DatabaseObservation["operation"] | undefined;

  function become(next: DatabaseStatus): void {
    const before = status.state;
    status = next;
    if (before !== next.state) onChange(next);
  }

  return {
    current: () => status,
    record({ operation, result }) {
      // An aborted call or a defect of this program reveals nothing about the database.
      if (result === "aborted" || result === "defect") return;
      if (result !== "ok") {
        failed = operation;
        become({ state: "down", reason: result });
        return;
      }
      const { reason } = status;
      if (reason !== undefined && failed !== operation && !CONNECTION_FAILURES.has(reason)) return;
      become({ state: "up" });
    },
  };
}

/** The mean interval of probes. */
const PROBE_PAUSE_MS = 30_000;

export interface ProbeDeps {
  /** Probes the database without reading data. @throws {DatabaseError} */
  readonly probe: () => Promise<unknown>;
  readonly status: Pick<DatabaseStatusTracker, "current">;
  /** Called when a probe fails, unless the database was already down. */
  readonly onFailure: (error: DatabaseError) => void;
  /** Returns a random number from 0 to 1; it spreads the probes of replicas over time. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Probes the database until the service stops, so that an outage is visible before a request needs the
 * database.
 */
export async function probeDatabase(deps: ProbeDeps): Promise<void> {
  const { probe, status, onFailure, random, pause, signal } = deps;
  for (;;) {
    await pause(PROBE_PAUSE_MS * (0.5 + random()));
    if (signal.aborted) return;
    const before = status.current().state;
    try {
      await probe();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      if (before !== "down" && error.code !== "aborted") onFailure(error);
    }
  }
}
