import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { type Database, DatabaseError, TICKER_COLUMN } from "../../ports/database-port.ts";

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
 * Opens a SQLite database to read from. It is opened at the first call, and again after a failure, so that a file which is
 * missing at start may come later.
 */
export function createSqliteDatabase({
  location,
  query,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
}: SqliteOptions): Database {
  let opened: DatabaseSync | undefined;
  let closed = false;

  function ask<Value>(signal: AbortSignal | undefined, read: (database: DatabaseSync) => Value): Value {
    if (signal?.aborted)
      throw new DatabaseError("aborted", "the caller gave it up", { cause: signal.reason });
    if (closed) throw new DatabaseError("unavailable", "it is closed");
    opened ??= open(location, lockTimeoutMs);
    try {
      return read(opened);
    } catch (cause) {
      if (cause instanceof DatabaseError) throw cause;
      throw rejection(cause);
    }
  }

  return {
    name: location === "sample" ? "the embedded sample database" : `sqlite:${location}`,
    async load({ signal } = {}) {
      return ask(signal, (database) => {
        const rows = database.prepare(query).all();
        if (rows.length > ROWS_MAX)
          throw new DatabaseError("rejected", `the query returned more than ${ROWS_MAX} rows`);
        return rows.map(tickerValue);
      });
    },
    async columns(names, { signal } = {}) {
      return ask(signal, (database) => {
        const inMain = database.prepare("SELECT name FROM pragma_table_info(?) ORDER BY cid");
        const inSchema = database.prepare("SELECT name FROM pragma_table_info(?, ?) ORDER BY cid");
        const found = new Map<string, readonly string[]>();
        for (const name of names) {
          const [first = name, second] = name.split(".");
          const rows = second === undefined ? inMain.all(first) : inSchema.all(second, first);
          if (rows.length > 0)
            found.set(
              name,
              rows.map((row) => String(row.name)),
            );
        }
        return found;
      });
    },
    async close() {
      closed = true;
      opened?.close();
      opened = undefined;
    },
  };
}

function tickerValue(row: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(row, TICKER_COLUMN)) {
    throw new DatabaseError("no-column", `the query returned no column ${JSON.stringify(TICKER_COLUMN)}`);
  }
  return row[TICKER_COLUMN];
}

function open(location: string, lockTimeoutMs: number): DatabaseSync {
  const inMemory = location === "sample" || location === ":memory:";
  try {
    const database = new DatabaseSync(inMemory ? ":memory:" : location, {
      readOnly: !inMemory,
      timeout: lockTimeoutMs,
    });
    if (location === "sample") for (const file of SAMPLE_FILES) database.exec(readFileSync(file, "utf8"));
    database.exec("PRAGMA query_only = ON");
    return database;
  } catch (cause) {
    throw new DatabaseError("unavailable", "the file cannot be opened", { cause });
  }
}

/** The library's message may hold parts of the query: it stays in the cause. */
function rejection(cause: unknown): DatabaseError {
  const { errstr } = cause as { readonly errstr?: unknown };
  return new DatabaseError("rejected", `SQLite answered ${JSON.stringify(String(errstr ?? "an error"))}`, {
    cause,
  });
}
