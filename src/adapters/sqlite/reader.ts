import { readFileSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Relation } from "../../domain/view/relation.ts";
import { type DatabaseColumns, DatabaseError } from "../../ports/database-port.ts";
import {
  ANSWER_SIZE_MAX,
  createRowBound,
  TICKER_QUERY_ADVICE,
  TICKER_ROWS_MAX,
  tickerValue,
} from "../sql/ticker-rows.ts";
import { createRelationReader, relationNames } from "./relations.ts";
import type { SqliteThreadData } from "./request.ts";

/** Reads a SQLite database synchronously, in a thread of its own: see `thread.ts`. */
export interface SqliteReader {
  /** @param endsAtMs when the caller's deadline ends, by this thread's `performance.now()` */
  tickers(query: string, endsAtMs: number): readonly unknown[];
  columns(names: readonly string[], endsAtMs: number): DatabaseColumns;
  /** @param names undefined for all */
  relations(names: readonly string[] | undefined, endsAtMs: number): ReadonlyMap<string, Relation>;
}

const SAMPLE_FILES = ["schema.sql", "data.sql"].map(
  (name) => new URL(`../../../data/sample/${name}`, import.meta.url),
);

export function createSqliteReader({ location, lockTimeoutMs }: SqliteThreadData): SqliteReader {
  const inMemory = location === "sample" || location === ":memory:";
  let memory: DatabaseSync | undefined;

  /** All reads see one snapshot. */
  function ask<Value>(read: (database: DatabaseSync) => Value): Value {
    const database = memory ?? open({ location, lockTimeoutMs }, inMemory);
    if (inMemory) memory = database;
    try {
      database.exec("BEGIN");
      return read(database);
    } catch (cause) {
      throw cause instanceof DatabaseError ? cause : databaseError(cause, lockTimeoutMs);
    } finally {
      if (inMemory) endTransaction(database);
      else database.close();
    }
  }

  return {
    tickers: (query, endsAtMs) => ask((database) => readTickers(prepareTickers(database, query), endsAtMs)),
    columns: (names, endsAtMs) =>
      ask((database) => {
        const read = columnReader(database);
        const found = new Map<string, readonly string[] | DatabaseError>();
        for (const name of names) {
          requireTime(endsAtMs);
          const columns = perView(() => read(name), lockTimeoutMs);
          if (columns instanceof DatabaseError || columns.length > 0) found.set(name, columns);
        }
        return found;
      }),
    relations: (names, endsAtMs) =>
      ask((database) => {
        const read = createRelationReader(database);
        const count = createRowBound(RELATIONS_MAX);
        const found = new Map<string, Relation>();
        for (const name of names ?? relationNames(database)) {
          requireTime(endsAtMs);
          const relation = readable(() => read(name));
          if (relation === undefined) continue;
          count(relation.columns.map(({ comment }) => comment));
          found.set(name, relation);
        }
        return found;
      }),
  };
}

const RELATIONS_MAX = 100_000;

/** A view whose table does not exist is left out, and does not affect the others. */
function readable(read: () => Relation | undefined): Relation | undefined {
  try {
    return read();
  } catch (cause) {
    if (kindOf(cause) !== SQLITE_ERROR) throw cause;
    return undefined;
  }
}

function endTransaction(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // Some errors, such as out of memory, have ended it already.
  }
}

function prepareTickers(database: DatabaseSync, query: string): StatementSync {
  try {
    return database.prepare(query);
  } catch (cause) {
    if (kindOf(cause) !== SQLITE_ERROR) throw cause;
    const detail = `${TICKER_QUERY_ADVICE}; SQLite reported "SQL logic error"`;
    throw new DatabaseError("rejected", detail, { cause, said: saidBy(cause) });
  }
}

function readTickers(statement: StatementSync, endsAtMs: number): readonly unknown[] {
  const values: unknown[] = [];
  const count = createRowBound(TICKER_ROWS_MAX);
  for (const row of statement.iterate()) {
    requireTime(endsAtMs);
    const value = wholeText(tickerValue(row));
    count([value]);
    values.push(value);
  }
  // On Deno iteration ends silently where a row fails, and half a list would count as complete. The number of
  // rows has been checked by now.
  return "Deno" in globalThis ? statement.all().map(tickerValue) : values;
}

/** Deno ends a string at U+0000, like C and most other programs: Node reads on, which gives another list. */
function wholeText(value: unknown): unknown {
  return typeof value === "string" ? value.split("\0", 1)[0] : value;
}

/**
 * SQLite reports a missing schema as an error, not as one without tables: hence the first condition. The
 * shorter pragma omits generated columns; columns with hidden = 1 are internal to a virtual table.
 */
const COLUMNS_IN_SCHEMA = `
SELECT columns.name
FROM pragma_database_list AS schemas, pragma_table_xinfo(?, schemas.name) AS columns
WHERE schemas.name = ? COLLATE NOCASE AND columns.hidden <> 1
ORDER BY columns.cid`;

function columnReader(database: DatabaseSync): (name: string) => readonly string[] {
  const inMain = database.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid");
  const inSchema = database.prepare(COLUMNS_IN_SCHEMA);
  return (name) => {
    const [first = name, second] = name.split(".");
    const rows = second === undefined ? inMain.all(first) : inSchema.all(second, first);
    return rows.map((row) => String(row.name));
  };
}

/** One unreadable view, such as one whose table does not exist, does not affect the others. */
function perView(read: () => readonly string[], lockTimeoutMs: number): readonly string[] | DatabaseError {
  try {
    return read();
  } catch (cause) {
    if (kindOf(cause) !== SQLITE_ERROR) throw databaseError(cause, lockTimeoutMs);
    // This message of the library is about the view alone, and names the missing object.
    const { message } = cause as Error;
    return new DatabaseError("rejected", `SQLite reported ${JSON.stringify(message)}`, { cause });
  }
}

/** A call can be stopped between two rows, not within one. */
function requireTime(endsAtMs: number): void {
  if (performance.now() >= endsAtMs) throw new DatabaseError("timeout", "the query took too long");
}

function open({ location, lockTimeoutMs }: SqliteThreadData, inMemory: boolean): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(inMemory ? ":memory:" : location, {
      readOnly: !inMemory,
      timeout: lockTimeoutMs,
      limits: { length: ANSWER_SIZE_MAX },
    });
    if (location === "sample") for (const file of SAMPLE_FILES) database.exec(readFileSync(file, "utf8"));
    // Deno ignores the option and waits five seconds.
    database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
    database.exec("PRAGMA query_only = ON");
    return database;
  } catch (cause) {
    database?.close();
    throw new DatabaseError("unavailable", "the file cannot be opened", { cause, said: saidBy(cause) });
  }
}

const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
/**
 * READONLY_RECOVERY, READONLY_CANTINIT and READONLY_DIRECTORY: the files that readers of a WAL need cannot be
 * created beside it.
 */
const READONLY_WAL: ReadonlySet<number> = new Set([264, 1288, 1544]);

/** The lowest byte of an error number is the primary code, the others extend it. */
function kindOf(cause: unknown): number | undefined {
  const { errcode } = cause as { readonly errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}

/** The library's message may quote the query: it is for operators only. */
function databaseError(cause: unknown, lockTimeoutMs: number): DatabaseError {
  const options = { cause, said: saidBy(cause) };
  if (kindOf(cause) === SQLITE_BUSY) {
    return new DatabaseError("timeout", `SQLite was locked for more than ${lockTimeoutMs} ms`, options);
  }
  const { errcode, errstr } = cause as { readonly errcode?: unknown; readonly errstr?: unknown };
  if (READONLY_WAL.has(Number(errcode))) {
    const way = "If no one writes to it, use sqlite:file:PATH?immutable=1";
    const detail = `a WAL database needs a writable folder. ${way}`;
    return new DatabaseError("unavailable", detail, options);
  }
  const answered = JSON.stringify(String(errstr ?? "an error"));
  return new DatabaseError("rejected", `SQLite reported ${answered}`, options);
}

function saidBy(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}
