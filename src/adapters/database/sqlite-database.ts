import { readFileSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Database, DatabaseError } from "../../ports/database-port.ts";
import { requireTickerQuery } from "./require-ticker-query.ts";
import { tickerValue } from "./ticker-value.ts";

export interface SqliteOptions {
  /** A path, `:memory:`, or `sample` for the embedded sample database. */
  readonly location: string;
  /** The ticker query. */
  readonly query: string;
  /** How long a lock of another process is waited for. */
  readonly lockTimeoutMs?: number;
}

const LOCK_TIMEOUT_MS = 1000;
const ROWS_MAX = 100_000;
const SAMPLE_FILES = ["schema.sql", "data.sql"].map(
  (name) => new URL(`../../../data/sample/${name}`, import.meta.url),
);

/**
 * Reads from a SQLite database. A file is opened for each call: one that is missing at start may come later, and one that is
 * replaced is read as it now is. What is in memory is made at the first call.
 */
export function createSqliteDatabase({
  location,
  query,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
}: SqliteOptions): Database {
  const inMemory = location === "sample" || location === ":memory:";
  let memory: DatabaseSync | undefined;
  let closed = false;

  function ask<Value>(signal: AbortSignal | undefined, read: (database: DatabaseSync) => Value): Value {
    if (signal?.aborted)
      throw new DatabaseError("aborted", "the caller gave it up", { cause: signal.reason });
    if (closed) throw new DatabaseError("unavailable", "it is closed");
    const database = memory ?? open(location, { inMemory, lockTimeoutMs });
    if (inMemory) memory = database;
    try {
      return read(database);
    } catch (cause) {
      if (cause instanceof DatabaseError) throw cause;
      throw databaseError(cause, lockTimeoutMs);
    } finally {
      if (!inMemory) database.close();
    }
  }

  return {
    name: location === "sample" ? "the embedded sample database" : `sqlite:${location}`,
    async load({ signal } = {}) {
      requireTickerQuery(query);
      return ask(signal, (database) => tickerValues(database.prepare(query)));
    },
    async columns(names, { signal } = {}) {
      return ask(signal, (database) => readColumns(database, names));
    },
    async close() {
      closed = true;
      memory?.close();
      memory = undefined;
    },
  };
}

function tickerValues(statement: StatementSync): readonly unknown[] {
  // Not iterate(): on Deno that ends without a word where a row fails, and half a list would pass for the whole.
  const rows = statement.all();
  if (rows.length > ROWS_MAX)
    throw new DatabaseError("rejected", `the query returned more than ${ROWS_MAX} rows`);
  return rows.map(tickerValue);
}

/** To SQLite a schema that is not there is an error, not one without tables: hence the first condition. */
const COLUMNS_IN_SCHEMA = `
SELECT columns.name
FROM pragma_database_list AS schemas, pragma_table_info(?, schemas.name) AS columns
WHERE schemas.name = ? COLLATE NOCASE
ORDER BY columns.cid`;

function readColumns(
  database: DatabaseSync,
  names: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const inMain = database.prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid");
  const inSchema = database.prepare(COLUMNS_IN_SCHEMA);
  const found = new Map<string, readonly string[]>();
  for (const name of names) {
    const [first = name, second] = name.split(".");
    const rows = second === undefined ? inMain.all(first) : inSchema.all(second, first);
    const columns = rows.map((row) => String(row.name));
    if (columns.length > 0) found.set(name, columns);
  }
  return found;
}

function open(
  location: string,
  { inMemory, lockTimeoutMs }: { readonly inMemory: boolean; readonly lockTimeoutMs: number },
): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(inMemory ? ":memory:" : location, {
      readOnly: !inMemory,
      timeout: lockTimeoutMs,
    });
    if (location === "sample") for (const file of SAMPLE_FILES) database.exec(readFileSync(file, "utf8"));
    // Deno takes no heed of the option and waits five seconds.
    database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
    database.exec("PRAGMA query_only = ON");
    return database;
  } catch (cause) {
    database?.close();
    throw new DatabaseError("unavailable", "the file cannot be opened", { cause });
  }
}

const SQLITE_BUSY = 5;

/** The library's message may hold parts of the query: it stays in the cause. */
function databaseError(cause: unknown, lockTimeoutMs: number): DatabaseError {
  const { errcode, errstr } = cause as { readonly errcode?: unknown; readonly errstr?: unknown };
  // The lowest byte is the kind of error, the others say which one of it.
  if (typeof errcode === "number" && (errcode & 0xff) === SQLITE_BUSY) {
    return new DatabaseError("timeout", `SQLite was locked for more than ${lockTimeoutMs} ms`, { cause });
  }
  return new DatabaseError("rejected", `SQLite answered ${JSON.stringify(String(errstr ?? "an error"))}`, {
    cause,
  });
}
