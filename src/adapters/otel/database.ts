import type { Attributes, Tracer } from "@opentelemetry/api";
import type { Database } from "../../ports/database-port.ts";
import { tracedCall } from "./traced-call.ts";

export interface TracedDatabaseOptions {
  readonly tracer: Tracer;
  /** The name in the semantic conventions. */
  readonly system: "postgresql" | "sqlite";
}

/**
 * Puts every query of a database into a span, without its text, which an operator writes, and without rows.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function withDatabaseSpans(database: Database, { tracer, system }: TracedDatabaseOptions): Database {
  function ask<Value>(
    question: string,
    call: () => Promise<Value>,
    resultAttributes: (value: Value) => Attributes,
  ): Promise<Value> {
    const attributes = { "db.system.name": system, "db.query.summary": question };
    return tracedCall(
      tracer,
      { name: question, remote: system === "postgresql", attributes, resultAttributes },
      call,
    );
  }
  return {
    name: database.name,
    load: (options) =>
      ask(
        "SELECT tickers",
        () => database.load(options),
        ({ length }) => ({ "db.response.returned_rows": length }),
      ),
    columns: (names, options) =>
      ask(
        "SELECT columns",
        () => database.columns(names, options),
        ({ size }) => ({ "mosaic.database.views": size }),
      ),
    close: database.close,
  };
}
