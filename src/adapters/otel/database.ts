import type { Attributes, Tracer } from "@opentelemetry/api";
import type { Database } from "../../ports/database-port.ts";
import { traceCall } from "./trace-call.ts";

export interface TracedDatabaseOptions {
  readonly tracer: Tracer;
  /** The database's name in the semantic conventions. */
  readonly system: "postgresql" | "sqlite";
}

/**
 * Makes a span for every query of a database. The span has neither the text of the query nor its rows.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function withDatabaseSpans(database: Database, { tracer, system }: TracedDatabaseOptions): Database {
  function traced<Value>(
    summary: string,
    call: () => Promise<Value>,
    resultAttributes: (value: Value) => Attributes,
  ): Promise<Value> {
    const attributes = { "db.system.name": system, "db.query.summary": summary };
    return traceCall(
      tracer,
      { name: summary, isRemote: system === "postgresql", attributes, resultAttributes },
      call,
    );
  }
  return {
    name: database.name,
    load: (options) =>
      traced(
        "SELECT tickers",
        () => database.load(options),
        ({ length }) => ({ "db.response.returned_rows": length }),
      ),
    columns: (names, options) =>
      traced(
        "SELECT columns",
        () => database.columns(names, options),
        ({ size }) => ({ "mosaic.database.views": size }),
      ),
    close: database.close,
  };
}
