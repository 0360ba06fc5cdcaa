import type { Database, DatabaseObservation } from "../ports/database-port.ts";
import { createDatabaseStatusTracker, type DatabaseStatus, probeDatabase } from "./status/database-status.ts";
import { withDatabaseObserver } from "./telemetry/durations.ts";
import type { Log } from "./telemetry/log.ts";
import { logDatabaseFailure } from "./telemetry/log-events.ts";

/** A database whose calls are observed, and the status that follows from them. */
export interface WatchedDatabase {
  readonly database: Database;
  readonly status: () => DatabaseStatus;
  /** Probes the database at intervals, until the service stops. */
  keepProbing(options: {
    readonly pause: (ms: number) => Promise<void>;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

export interface WatchDatabaseDeps {
  readonly database: Database;
  readonly log: Log;
  readonly observe: (observation: DatabaseObservation) => void;
  /** Called when the database goes down or comes back. */
  readonly onChange: () => void;
  readonly nowMs: () => number;
}

export function watchDatabase({
  database,
  log,
  observe,
  onChange,
  nowMs,
}: WatchDatabaseDeps): WatchedDatabase {
  const { name } = database;
  let wasDown = false;
  const status = createDatabaseStatusTracker(({ state }) => {
    if (state === "up" && wasDown) log.info({ database: name }, "Database answers again");
    wasDown = state === "down";
    onChange();
  });
  const observed = withDatabaseObserver(
    database,
    (observation) => {
      observe(observation);
      status.record(observation);
    },
    nowMs,
  );
  return {
    database: observed,
    status: status.current,
    keepProbing: ({ pause, signal }) =>
      probeDatabase({
        pause,
        signal,
        status,
        random: Math.random,
        probe: () => observed.probe({ signal }),
        onFailure: (error) => logDatabaseFailure(log, "Database does not answer", { database: name, error }),
      }),
  };
}
