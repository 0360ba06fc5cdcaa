import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Relation } from "../../domain/view/relation.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { type DatabaseColumns, DatabaseError } from "../../ports/database-port.ts";
import {
  ANSWER_SIZE_MAX,
  createRowCounter,
  readTickerValue,
  TICKER_QUERY_ADVICE,
  TICKER_ROWS_MAX,
} from "../sql/ticker-rows.ts";
import { createRelationReader, readRelationNames } from "./relations.ts";
import type { SqliteThreadData } from "./request.ts";

/** Reads a SQLite database synchronously; `thread.ts` runs it in a separate thread. */
export interface SqliteReader {
  /** @param endsAtMs when the caller's deadline ends, by this thread's `performance.now()` */
  readTickers(query: string, endsAtMs: number): readonly unknown[];
  readColumns(names: readonly string[], endsAtMs: number): DatabaseColumns;
  /** @param names undefined for all tables and views */
  readRelations(names: readonly string[] | undefined, endsAtMs: number): ReadonlyMap<string, Relation>;
}

const SAMPLE_FILES = ["schema.sql", "data.sql"].map(
  (name) => new URL(`../../../data/sample/${name}`, import.meta.url),
);

export function createSqliteReader({ location, lockTimeoutMs }: SqliteThreadData): SqliteReader {
  const isInMemory = location === "sample" || location === ":memory:";
  let memoryDatabase: DatabaseSync | undefined;

  /** Runs a function in one transaction, so that all its statements see the same snapshot. */
  function inTransaction<Value>(read: (database: DatabaseSync) => Value): Value {
    const database = memoryDatabase ?? openSqlite({ location, lockTimeoutMs }, isInMemory);
    if (isInMemory) memoryDatabase = database;
    try {
      database.exec("BEGIN");
      return read(database);
    } catch (cause) {
      throw cause instanceof DatabaseError ? cause : toDatabaseError(cause, lockTimeoutMs);
    } finally {
      if (isInMemory) endTransaction(database);
      else database.close();
    }
  }

  return {
    readTickers: (query, endsAtMs) =>
      inTransaction((database) => readTickers(prepareTickers(database, query), endsAtMs)),
    readColumns: (names, endsAtMs) =>
      inTransaction((database) => {
        const read = createColumnReader(database);
        const found = new Map<string, readonly string[] | DatabaseError>();
        for (const name of names) {
          throwIfTimeIsOver(endsAtMs);
          const columns = tryReadColumns(() => read(name), lockTimeoutMs);
          if (columns instanceof DatabaseError || columns.length > 0) found.set(name, columns);
        }
        return found;
      }),
    readRelations: (names, endsAtMs) =>
      inTransaction((database) => {
        const read = createRelationReader(database);
        const countRow = createRowCounter(RELATIONS_MAX);
        const found = new Map<string, Relation>();
        for (const name of names ?? readRelationNames(database)) {
          throwIfTimeIsOver(endsAtMs);
          const relation = tryReadRelation(() => read(name));
          if (relation === undefined) continue;
          countRow(relation.columns.map(({ comment }) => comment));
          found.set(name, relation);
        }
        return found;
      }),
  };
}

const RELATIONS_MAX = 100_000;

/** Reads one relation; undefined for a view whose table does not exist, so that the other relations are still read. */
function tryReadRelation(read: () => Relation | undefined): Relation | undefined {
  try {
    return read();
  } catch (cause) {
    if (primaryErrorCode(cause) !== SQLITE_ERROR) throw cause;
    return undefined;
  }
}

function endTransaction(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // Some errors, such as out of memory, have already ended the transaction.
  }
}

function prepareTickers(database: DatabaseSync, query: string): StatementSync {
  try {
    return database.prepare(query);
  } catch (cause) {
    if (primaryErrorCode(cause) !== SQLITE_ERROR) throw cause;
    const detail = {
      en: `${TICKER_QUERY_ADVICE.en}; SQLite reported "SQL logic error"`,
      pt: `${TICKER_QUERY_ADVICE.pt}; o SQLite relatou "SQL logic error"`,
    };
    throw new DatabaseError("rejected", detail, { cause, databaseMessage: errorMessageOf(cause) });
  }
}

function readTickers(statement: StatementSync, endsAtMs: number): readonly unknown[] {
  const values: unknown[] = [];
  const countRow = createRowCounter(TICKER_ROWS_MAX);
  for (const row of statement.iterate()) {
    throwIfTimeIsOver(endsAtMs);
    const value = textBeforeNul(readTickerValue(row));
    countRow([value]);
    values.push(value);
  }
  // On Deno, `iterate()` ends without an error if a row fails, so that an incomplete list would count as complete.
  // `all()` throws the error of such a row. The number of rows has been checked above.
  return "Deno" in globalThis ? statement.all().map(readTickerValue) : values;
}

/** Cuts a text at U+0000, so that both runtimes return the same ticker: Deno ends a string there, Node does not. */
function textBeforeNul(value: unknown): unknown {
  return typeof value === "string" ? value.split("\0", 1)[0] : value;
}

/**
 * Selects the columns of a table in a schema. The first condition avoids the error that SQLite reports for a missing
 * schema. `table_info` would omit generated columns. Columns with hidden = 1 are internal to a virtual table.
 */
const COLUMN_NAMES_QUERY = `
SELECT columns.name
FROM pragma_database_list AS schemas, pragma_table_xinfo(?, schemas.name) AS columns
WHERE schemas.name = ? COLLATE NOCASE AND columns.hidden <> 1
ORDER BY columns.cid`;

function createColumnReader(database: DatabaseSync): (name: string) => readonly string[] {
  const columnsInMain = database.prepare(
    "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid",
  );
  const columnsInSchema = database.prepare(COLUMN_NAMES_QUERY);
  return (name) => {
    const [first = name, second] = name.split(".");
    const rows = second === undefined ? columnsInMain.all(first) : columnsInSchema.all(second, first);
    return rows.map((row) => String(row.name));
  };
}

/**
 * Reads the columns of one view; returns its error, such as a missing table, so that the other views are still read.
 */
function tryReadColumns(
  read: () => readonly string[],
  lockTimeoutMs: number,
): readonly string[] | DatabaseError {
  try {
    return read();
  } catch (cause) {
    if (primaryErrorCode(cause) !== SQLITE_ERROR) throw toDatabaseError(cause, lockTimeoutMs);
    // This message may be shown to clients, because it names the missing object and does not quote the query.
    const { message } = cause as Error;
    return new DatabaseError("rejected", describeReportedMessage(message), { cause });
  }
}

/**
 * Fails after the deadline. It is called between rows and between relations, because SQLite cannot be stopped
 * within a row.
 */
function throwIfTimeIsOver(endsAtMs: number): void {
  if (performance.now() >= endsAtMs)
    throw new DatabaseError("timeout", { en: "the query took too long", pt: "a consulta demorou demais" });
}

function openSqlite({ location, lockTimeoutMs }: SqliteThreadData, isInMemory: boolean): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(isInMemory ? ":memory:" : location, {
      readOnly: !isInMemory,
      timeout: lockTimeoutMs,
      limits: { length: ANSWER_SIZE_MAX },
    });
    if (location === "sample") for (const file of SAMPLE_FILES) database.exec(readFileSync(file, "utf8"));
    // Deno ignores the option `timeout` and waits five seconds.
    database.exec(`PRAGMA busy_timeout = ${lockTimeoutMs}`);
    database.exec("PRAGMA query_only = ON");
    return database;
  } catch (cause) {
    database?.close();
    const detail = { en: "the file cannot be opened", pt: "não é possível abrir o arquivo" };
    const path = location.startsWith("file:") ? location.slice("file:".length).split("?", 1)[0] : location;
    // A relative path is resolved, because its meaning depends on the working directory.
    const resolved = path === undefined || isAbsolute(path) ? "" : `${JSON.stringify(resolve(path))}: `;
    const databaseMessage = resolved + (errorMessageOf(cause) ?? "");
    throw new DatabaseError("unavailable", detail, { cause, databaseMessage });
  }
}

const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
/**
 * READONLY_RECOVERY, READONLY_CANTINIT and READONLY_DIRECTORY: SQLite cannot create the files that it needs beside a
 * WAL database.
 */
const READONLY_WAL_CODES: ReadonlySet<number> = new Set([264, 1288, 1544]);

/** Returns the primary code of an error: the lowest byte of its number. */
function primaryErrorCode(cause: unknown): number | undefined {
  const { errcode } = cause as { readonly errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : undefined;
}

/** Converts an error of SQLite. Its message may quote the query, so only operators see it. */
function toDatabaseError(cause: unknown, lockTimeoutMs: number): DatabaseError {
  const options = { cause, databaseMessage: errorMessageOf(cause) };
  if (primaryErrorCode(cause) === SQLITE_BUSY) {
    return new DatabaseError(
      "timeout",
      {
        en: `SQLite was locked for more than ${lockTimeoutMs} ms`,
        pt: `o SQLite ficou bloqueado por mais de ${lockTimeoutMs} ms`,
      },
      options,
    );
  }
  const { errcode, errstr } = cause as { readonly errcode?: unknown; readonly errstr?: unknown };
  if (READONLY_WAL_CODES.has(Number(errcode))) {
    const detail = {
      en: "a WAL database needs a writable folder; if no program writes to the database, use sqlite:file:PATH?immutable=1",
      pt: "um banco em modo WAL precisa de uma pasta gravável; se nenhum programa grava no banco, use sqlite:file:PATH?immutable=1",
    };
    return new DatabaseError("unavailable", detail, options);
  }
  return new DatabaseError("rejected", describeReportedMessage(String(errstr ?? "an error")), options);
}

function describeReportedMessage(message: string): LocalizedText {
  const quoted = JSON.stringify(message);
  return { en: `SQLite reported ${quoted}`, pt: `o SQLite relatou ${quoted}` };
}

function errorMessageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}
