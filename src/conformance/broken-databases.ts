import { DatabaseSync } from "node:sqlite";
import { type Database, type DatabaseColumns, DatabaseError } from "../ports/database-port.ts";
import type { BrokenAdapter } from "./conformance-test.ts";

/** A working database, its SQLite file and its query. */
export interface DatabaseParts {
  readonly inner: Database;
  readonly path: string;
  readonly query: string;
}

export type BreakDatabase = (parts: DatabaseParts) => Database;

/** A database with one fault. */
export type BrokenDatabase = BrokenAdapter<BreakDatabase>;

const altering =
  (alter: (rows: readonly unknown[]) => readonly unknown[]) =>
  ({ inner }: DatabaseParts): Database => ({
    ...inner,
    load: async (options) => alter(await inner.load(options)),
  });

const alteringColumns =
  (alter: (columns: DatabaseColumns, names: readonly string[]) => DatabaseColumns) =>
  ({ inner }: DatabaseParts): Database => ({
    ...inner,
    columns: async (names, options) => alter(await inner.columns(names, options), names),
  });

/** Returns an answer instead of an error with this code. */
const replacingError =
  (code: string, answer: (error: DatabaseError) => readonly unknown[]) =>
  ({ inner }: DatabaseParts): Database => ({
    ...inner,
    load: (options) =>
      inner.load(options).catch((error: unknown) => {
        if (error instanceof DatabaseError && error.code === code) return answer(error);
        throw error;
      }),
  });

const rethrowing =
  (code: string, make: (error: DatabaseError) => Error) =>
  (parts: DatabaseParts): Database =>
    replacingError(code, (error) => {
      throw make(error);
    })(parts);

/** Runs the query on a connection that may write. */
function allowingWrites({ inner, path, query }: DatabaseParts): Database {
  return {
    ...inner,
    async load() {
      const database = new DatabaseSync(path);
      try {
        const rows = database.prepare(query).all();
        return rows.map(({ ticker }) => ticker);
      } catch (cause) {
        throw new DatabaseError("rejected", "SQLite reported an error", { cause });
      } finally {
        database.close();
      }
    },
  };
}

/** Runs every statement of the query, and then returns the usual answer. */
function runningAllStatements({ inner, path, query }: DatabaseParts): Database {
  const load: Database["load"] = async (options) => {
    const database = new DatabaseSync(path);
    try {
      database.exec(query);
    } catch (cause) {
      throw new DatabaseError("rejected", "SQLite reported an error", { cause });
    } finally {
      database.close();
    }
    return inner.load(options);
  };
  return { ...inner, load };
}

function concatenating({ inner, path }: DatabaseParts): Database {
  return {
    ...inner,
    async columns(names) {
      const database = new DatabaseSync(path);
      const found = new Map<string, readonly string[]>();
      for (const name of names) {
        const sql = `SELECT name FROM pragma_table_info('${name}')`;
        const rows = name.includes("'") ? [] : database.prepare(sql).all();
        if (name.includes("'")) database.exec(sql);
        if (rows.length > 0)
          found.set(
            name,
            rows.map((row) => String(row.name)),
          );
      }
      database.close();
      return found;
    },
  };
}

function cachingRows({ inner }: DatabaseParts): Database {
  let first: Promise<readonly unknown[]> | undefined;
  return {
    ...inner,
    load: (options) => {
      first ??= inner.load(options);
      return first;
    },
  };
}

function cachingColumns({ inner }: DatabaseParts): Database {
  const known = new Map<string, Promise<DatabaseColumns>>();
  return {
    ...inner,
    columns: (names, options) => {
      const key = names.join();
      const columns = known.get(key) ?? inner.columns(names, options);
      known.set(key, columns);
      return columns;
    },
  };
}

function repeatingFailure({ inner }: DatabaseParts): Database {
  let failure: unknown;
  return {
    ...inner,
    async load(options) {
      if (failure !== undefined) throw failure;
      return inner.load(options).catch((error: unknown) => {
        failure = error;
        throw error;
      });
    },
  };
}

function closingOnce({ inner }: DatabaseParts): Database {
  let isClosed = false;
  return {
    ...inner,
    async close() {
      if (isClosed) throw new Error("closed already");
      isClosed = true;
      await inner.close();
    },
  };
}

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
    breakIt: ({ inner }) => ({ ...inner, load: () => inner.load() }),
  },
  {
    name: "ignores the signal of columns()",
    caughtBy: "columns() fails as aborted if the signal has fired",
    breakIt: ({ inner }) => ({ ...inner, columns: (names) => inner.columns(names) }),
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
    breakIt: ({ inner }) => ({
      ...inner,
      columns: (names, options) => inner.columns(names.slice(0, 100), options),
    }),
  },
  {
    name: "cannot be closed twice",
    caughtBy: "close() may be repeated, also before any call",
    breakIt: closingOnce,
  },
  {
    name: "does not close",
    caughtBy: "load() and columns() fail as unavailable after close()",
    breakIt: ({ inner }) => ({ ...inner, close: async () => undefined }),
  },
];
