import { DatabaseSync } from "node:sqlite";
import { type Database, type DatabaseColumns, DatabaseError } from "../ports/database-port.ts";
import { type BrokenAdapter, replaceOperations } from "./conformance-test.ts";

/** A working database, its SQLite file and its query. */
export interface DatabaseParts {
  readonly inner: Database;
  readonly path: string;
  readonly query: string;
}

export type BreakDatabase = (parts: DatabaseParts) => Database;

/** A database with one fault. */
export type BrokenDatabase = BrokenAdapter<BreakDatabase>;

/** Replaces operations of a database. */
const changing =
  (change: (inner: Database, parts: DatabaseParts) => Partial<Database>): BreakDatabase =>
  (parts) =>
    replaceOperations(parts.inner, change(parts.inner, parts));

const altering = (alter: (rows: readonly unknown[]) => readonly unknown[]) =>
  changing((inner) => ({ load: async (options) => alter(await inner.load(options)) }));

const alteringColumns = (alter: (columns: DatabaseColumns, names: readonly string[]) => DatabaseColumns) =>
  changing((inner) => ({
    columns: async (names, options) => alter(await inner.columns(names, options), names),
  }));

/** Returns an answer instead of an error with this code. */
const replacingError = (code: string, answer: (error: DatabaseError) => readonly unknown[]) =>
  changing((inner) => ({
    load: (options) =>
      inner.load(options).catch((error: unknown) => {
        if (error instanceof DatabaseError && error.code === code) return answer(error);
        throw error;
      }),
  }));

const rethrowing = (code: string, make: (error: DatabaseError) => Error) =>
  replacingError(code, (error) => {
    throw make(error);
  });

/** Uses a connection that may write. */
function onWritable<Value>(path: string, use: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(path);
  try {
    return use(database);
  } catch (cause) {
    throw new DatabaseError("rejected", "SQLite reported an error", { cause });
  } finally {
    database.close();
  }
}

/** Runs the query on a connection that may write. */
const allowingWrites = changing((_, { path, query }) => ({
  load: async () => onWritable(path, (database) => database.prepare(query).all()).map(({ ticker }) => ticker),
}));

/** Runs every statement of the query, and then returns the usual answer. */
const runningAllStatements = changing((inner, { path, query }) => ({
  async load(options) {
    onWritable(path, (database) => database.exec(query));
    return inner.load(options);
  },
}));

const concatenating = changing((_, { path }) => ({
  columns: async (names) =>
    onWritable(path, (database) => {
      const found = names.map((name) => {
        const sql = `SELECT name FROM pragma_table_info('${name}')`;
        const rows = name.includes("'") ? [] : database.prepare(sql).all();
        if (name.includes("'")) database.exec(sql);
        return [name, rows.map((row) => String(row.name))] as const;
      });
      return new Map(found.filter(([, columns]) => columns.length > 0));
    }),
}));

const cachingRows = changing((inner) => {
  let first: Promise<readonly unknown[]> | undefined;
  return {
    load: (options) => {
      first ??= inner.load(options);
      return first;
    },
  };
});

const cachingColumns = changing((inner) => {
  const known = new Map<string, Promise<DatabaseColumns>>();
  return {
    columns: (names, options) => {
      const key = names.join();
      const columns = known.get(key) ?? inner.columns(names, options);
      known.set(key, columns);
      return columns;
    },
  };
});

const repeatingFailure = changing((inner) => {
  let failure: unknown;
  return {
    async load(options) {
      if (failure !== undefined) throw failure;
      return inner.load(options).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    },
  };
});

const closingOnce = changing((inner) => {
  let isClosed = false;
  return {
    async close() {
      if (isClosed) throw new Error("closed already");
      isClosed = true;
      await inner.close();
    },
  };
});

const ROWS = "load() reads the stored rows at each call";
const OWN_COLUMNS = "columns() returns the columns of each name, in their order";
const ANY_NAME = "columns() accepts any text as a name, and never runs it as SQL";

export const BROKEN_DATABASES: readonly BrokenDatabase[] = [
  { name: "caches the rows", caughtBy: ROWS, breakIt: cachingRows },
  { name: "drops NULL", caughtBy: ROWS, breakIt: altering((rows) => rows.filter((row) => row !== null)) },
  {
    name: "trims texts",
    caughtBy: "load() returns texts unchanged",
    breakIt: altering((rows) => rows.map((row) => (typeof row === "string" ? row.trim() : row))),
  },
  {
    name: "converts every value to text",
    caughtBy: "load() returns values that are not text",
    breakIt: altering((rows) => rows.map(String)),
  },
  {
    name: "sorts",
    caughtBy: "load() returns rows in the query's order",
    breakIt: altering((rows) => rows.toSorted()),
  },
  {
    name: "drops duplicate rows",
    caughtBy: "load() returns rows in the query's order",
    breakIt: altering((rows) => [...new Set(rows)]),
  },
  {
    name: "returns a row for an empty result",
    caughtBy: "load() returns an empty list",
    breakIt: altering((rows) => (rows.length === 0 ? [null] : rows)),
  },
  {
    name: "returns no rows without the column",
    caughtBy: "load() rejects a row without the column, at every call",
    breakIt: replacingError("no-column", () => []),
  },
  {
    name: "returns no rows for a missing view",
    caughtBy: "load() fails for a view that is missing, and can be called again",
    breakIt: replacingError("rejected", () => []),
  },
  {
    name: "throws an error of another class",
    caughtBy: "load() fails for wrong SQL, and can be called again",
    breakIt: rethrowing("rejected", ({ message }) => new Error(message)),
  },
  {
    name: "reports a wrong query as unavailable",
    caughtBy: "load() fails for wrong SQL, and can be called again",
    breakIt: rethrowing(
      "rejected",
      (error) => new DatabaseError("unavailable", "no answer", { cause: error }),
    ),
  },
  {
    name: "loses the caller's reason",
    caughtBy: "load() fails as aborted if the signal has fired",
    breakIt: rethrowing("aborted", () => new DatabaseError("aborted", "aborted by the caller")),
  },
  {
    name: "fails again after the cause is gone",
    caughtBy: "load() succeeds after the missing view is created",
    breakIt: repeatingFailure,
  },
  {
    name: "ignores the signal of load()",
    caughtBy: "load() fails as aborted if the signal has fired",
    breakIt: changing((inner) => ({ load: () => inner.load() })),
  },
  {
    name: "ignores the signal of columns()",
    caughtBy: "columns() fails as aborted if the signal has fired",
    breakIt: changing((inner) => ({ columns: (names) => inner.columns(names) })),
  },
  {
    name: "writes",
    caughtBy: "load() refuses to write: WITH all_ids AS (SELECT 1 AS id) DELETE FROM funds RETURNING ticker",
    breakIt: allowingWrites,
  },
  {
    name: "runs every statement",
    caughtBy: "load() refuses to write: SELECT ticker FROM funds; DELETE FROM funds",
    breakIt: runningAllStatements,
  },
  { name: "runs names as SQL", caughtBy: ANY_NAME, breakIt: concatenating },
  {
    name: "caches columns",
    caughtBy: "columns() finds added and removed columns and views",
    breakIt: cachingColumns,
  },
  {
    name: "sorts columns",
    caughtBy: OWN_COLUMNS,
    breakIt: alteringColumns(
      (columns) =>
        new Map(
          [...columns].map(([name, own]) => [name, own instanceof DatabaseError ? own : own.toSorted()]),
        ),
    ),
  },
  {
    name: "returns no columns for an absent name",
    caughtBy: "columns() leaves out names that the database does not have",
    breakIt: alteringColumns(
      (columns, names) => new Map(names.map((name) => [name, columns.get(name) ?? []])),
    ),
  },
  {
    name: "drops the schema of a name",
    caughtBy: "columns() accepts names with a schema, and returns them unchanged",
    breakIt: alteringColumns(
      (columns) => new Map([...columns].map(([name, own]) => [name.split(".").at(-1) ?? name, own])),
    ),
  },
  {
    name: "finds names in lower case only",
    caughtBy: ANY_NAME,
    breakIt: alteringColumns(
      (columns) => new Map([...columns].filter(([name]) => name === name.toLowerCase())),
    ),
  },
  {
    name: "finds a hundred names at most",
    caughtBy: "columns() accepts a thousand names",
    breakIt: changing((inner) => ({
      columns: (names, options) => inner.columns(names.slice(0, 100), options),
    })),
  },
  {
    name: "cannot be closed twice",
    caughtBy: "close() may be repeated, also before any call",
    breakIt: closingOnce,
  },
  {
    name: "does not close",
    caughtBy: "load() and columns() fail as unavailable after close()",
    breakIt: changing(() => ({ close: async () => undefined })),
  },
];
