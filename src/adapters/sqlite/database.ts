import type { DescribedDatabase } from "../../ports/database-port.ts";
import { throwIfWrongTickerQuery } from "../sql/ticker-rows.ts";
import { toDatabaseError } from "./request.ts";
import { createSqliteThread } from "./thread.ts";

export interface SqliteOptions {
  /** A path, `:memory:`, or `sample` for the embedded sample database. */
  readonly location: string;
  readonly query: string;
  readonly statementTimeoutMs?: number;
  /** How long to wait for a lock of another process. */
  readonly lockTimeoutMs?: number;
}

const STATEMENT_TIMEOUT_MS = 5000;
const LOCK_TIMEOUT_MS = 1000;

/**
 * Reads from a SQLite database. A file is opened for each call: a file that is missing at start may appear later, and a
 * replaced file is read in its new state. A database in memory is created at the first call.
 */
export function createSqliteDatabase({
  location,
  query,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
}: SqliteOptions): DescribedDatabase {
  const thread = createSqliteThread({ location, lockTimeoutMs, timeoutMs: statementTimeoutMs });
  return {
    name: location === "sample" ? "the embedded sample database" : `sqlite:${location}`,
    async load({ signal } = {}) {
      throwIfWrongTickerQuery(query);
      return thread.send({ kind: "tickers", query }, signal);
    },
    async columns(names, { signal } = {}) {
      const columns = await thread.send({ kind: "columns", names }, signal);
      return new Map(
        Array.from(columns, ([name, found]) => [name, "code" in found ? toDatabaseError(found) : found]),
      );
    },
    relations: ({ names, signal } = {}) => thread.send({ kind: "relations", names }, signal),
    close: thread.close,
  };
}
