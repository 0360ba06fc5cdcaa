import type { MetricProducer } from "@opentelemetry/sdk-metrics";
import {
  DATABASE_OPERATIONS,
  type Database,
  DatabaseError,
  type DatabaseObservation,
} from "../../ports/database-port.ts";
import { createDurationHistogram, type DurationSeries } from "./duration-histogram.ts";

const BOUNDARIES_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The duration of calls to the database, by operation and result; the series of successes exist from the
 * start.
 */
export function createDatabaseDurations(nowMs: () => number): {
  record(observation: DatabaseObservation): void;
  readonly producer: MetricProducer;
} {
  const histogram = createDurationHistogram({
    name: "mosaic_database_call_duration_seconds",
    description: "Duration of database calls by operation and result",
    boundariesSeconds: BOUNDARIES_SECONDS,
    nowMs,
  });
  const known = new Map<string, DurationSeries>();

  function seriesOf({ operation, result }: Omit<DatabaseObservation, "seconds">): DurationSeries {
    const name = `${operation} ${result}`;
    const series = known.get(name) ?? histogram.add({ operation, result });
    known.set(name, series);
    return series;
  }

  for (const operation of DATABASE_OPERATIONS) seriesOf({ operation, result: "ok" });
  return {
    record: (observation) => seriesOf(observation).record(observation.seconds),
    producer: histogram.producer,
  };
}

/** A database with observed calls. */
export interface ObservedDatabase extends Database {
  /**
   * Requests the columns of no view, which takes a connection and an answer.
   *
   * @throws {DatabaseError}
   */
  probe(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/** Wraps a database so that its calls are observed. */
export function withDatabaseObserver(
  database: Database,
  observe: (observation: DatabaseObservation) => void,
  nowMs: () => number,
): ObservedDatabase {
  async function observed<Value>(
    operation: DatabaseObservation["operation"],
    call: () => Promise<Value>,
  ): Promise<Value> {
    const startedAtMs = nowMs();
    let result: DatabaseObservation["result"] = "ok";
    try {
      return await call();
    } catch (error) {
      result = error instanceof DatabaseError ? error.code : "defect";
      throw error;
    } finally {
      observe({ operation, result, seconds: Math.max(0, nowMs() - startedAtMs) / 1000 });
    }
  }
  return {
    name: database.name,
    load: (options) => observed("tickers", () => database.load(options)),
    columns: (names, options) => observed("columns", () => database.columns(names, options)),
    probe: (options) =>
      observed("probe", async () => {
        await database.columns([], options);
      }),
    close: database.close,
  };
}
