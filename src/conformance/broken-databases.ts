import { DatabaseSync } from "node:sqlite";
import { type Database, type DatabaseColumns, DatabaseError } from "../ports/database-port.ts";

/** A database that works, and the SQLite file and the query behind it. */
export interface DatabaseParts {
  readonly inner: Database;
  readonly path: string;
  readonly query: string;
}

export type BreakDatabase = (parts: DatabaseParts) => Database;

/** A database with one fault, and a case of the suite that must find it. */
export interface BrokenDatabase {
  readonly name: string;
  readonly caughtBy: string;
  readonly breakIt: BreakDatabase;
}

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

/** Replaces the answer to a call that failed with this code. */
const forgiving =
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
    forgiving(code, (error) => {
      throw make(error);
    })(parts);

/** Runs the query unchanged, on a connection that may write. */
function writing({ inner, path, query }: DatabaseParts): Database {
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

/** Runs every statement of the query, then answers as if nothing had happened. */
function runningAll({ inner, path, query }: DatabaseParts): Database {
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

/** Splices names into its SQL. */
function splicing({ inner, path }: DatabaseParts): Database {
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

function remembering({ inner }: DatabaseParts): Database {
  let first: Promise<readonly unknown[]> | undefined;
  return {
    ...inner,
    load: (options) => {
      first ??= inner.load(options);
      return first;
    },
  };
}

function rememberingColumns({ inner }: DatabaseParts): Database {
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

function failingForEver({ inner }: DatabaseParts): Database {
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

const FRESH = "load() gives the rows as they are stored at each call";
const OWN_COLUMNS = "columns() gives each name's own columns, in their order, and no other's";
const NO_ROWS = "load() gives no row";

export const BROKEN_DATABASES: readonly BrokenDatabase[] = [
  { name: "remembers the rows", caughtBy: FRESH, breakIt: remembering },
  { name: "drops NULL", caughtBy: FRESH, breakIt: altering((rows) => rows.filter((row) => row !== null)) },
  {
    name: "normalises",
    caughtBy: "load() gives texts as they are",
    breakIt: altering((rows) => rows.map((row) => (typeof row === "string" ? row.trim() : row))),
  },
  {
    name: "makes texts of all",
    caughtBy: "load() gives what is no text",
    breakIt: altering((rows) => rows.map(String)),
  },
  {
    name: "sorts",
    caughtBy: "load() gives rows in the query's order",
    breakIt: altering((rows) => rows.toSorted()),
  },
  {
    name: "gives rows once each",
    caughtBy: "load() gives rows in the query's order",
    breakIt: altering((rows) => [...new Set(rows)]),
  },
  {
    name: "gives a row where there is none",
    caughtBy: NO_ROWS,
    breakIt: altering((rows) => (rows.length === 0 ? [null] : rows)),
  },
  {
    name: "gives nothing without the column",
    caughtBy: "load() refuses a row without the column, every time",
    breakIt: forgiving("no-column", () => []),
  },
  {
    name: "gives nothing of a missing view",
    caughtBy: "load() fails for a view that is missing, and can be called again",
    breakIt: forgiving("rejected", () => []),
  },
  {
    name: "throws an error of its own",
    caughtBy: "load() fails for wrong SQL, and can be called again",
    breakIt: rethrowing("rejected", ({ message }) => new Error(message)),
  },
  {
    name: "is unavailable for a wrong query",
    caughtBy: "load() fails for wrong SQL, and can be called again",
    breakIt: rethrowing(
      "rejected",
      (error) => new DatabaseError("unavailable", "no answer", { cause: error }),
    ),
  },
  {
    name: "loses the caller's reason",
    caughtBy: "load() does not begin for a caller that gave up",
    breakIt: rethrowing("aborted", () => new DatabaseError("aborted", "aborted by the caller")),
  },
  {
    name: "does not heal",
    caughtBy: "load() heals when the missing view appears",
    breakIt: failingForEver,
  },
  {
    name: "ignores the signal of load()",
    caughtBy: "load() does not begin for a caller that gave up",
    breakIt: ({ inner }) => ({ ...inner, load: () => inner.load() }),
  },
  {
    name: "ignores the signal of columns()",
    caughtBy: "columns() does not begin for a caller that gave up",
    breakIt: ({ inner }) => ({ ...inner, columns: (names) => inner.columns(names) }),
  },
  {
    name: "writes",
    caughtBy: "load() refuses to write: WITH all_ids AS (SELECT 1 AS id) DELETE FROM funds RETURNING ticker",
    breakIt: writing,
  },
  {
    name: "runs every statement",
    caughtBy: "load() refuses to write: SELECT ticker FROM funds; DELETE FROM funds",
    breakIt: runningAll,
  },
  { name: "runs names", caughtBy: "columns() takes any name as a name, and runs none", breakIt: splicing },
  {
    name: "remembers columns",
    caughtBy: "columns() sees that columns and views came and went",
    breakIt: rememberingColumns,
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
    name: "gives no columns of what is absent",
    caughtBy: "columns() leaves out what the database does not have",
    breakIt: alteringColumns(
      (columns, names) => new Map(names.map((name) => [name, columns.get(name) ?? []])),
    ),
  },
  {
    name: "drops schemas",
    caughtBy: "columns() takes names behind their schema, and keeps them so",
    breakIt: alteringColumns(
      (columns) => new Map([...columns].map(([name, own]) => [name.split(".").at(-1) ?? name, own])),
    ),
  },
  {
    name: "knows lower case only",
    caughtBy: "columns() takes any name as a name, and runs none",
    breakIt: alteringColumns(
      (columns) => new Map([...columns].filter(([name]) => name === name.toLowerCase())),
    ),
  },
  {
    name: "finds a hundred names at most",
    caughtBy: "columns() takes a thousand names at once",
    breakIt: ({ inner }) => ({
      ...inner,
      columns: (names, options) => inner.columns(names.slice(0, 100), options),
    }),
  },
  {
    name: "cannot be closed twice",
    caughtBy: "close() may be repeated, and comes before any call",
    breakIt: closingOnce,
  },
  {
    name: "does not close",
    caughtBy: "close() leaves nothing to ask",
    breakIt: ({ inner }) => ({ ...inner, close: async () => undefined }),
  },
];
