import pg from "pg";
import {
  type Database,
  type DatabaseColumns,
  DatabaseError,
  type DatabaseErrorCode,
} from "../../ports/database-port.ts";
import { requireTickerQuery } from "./require-ticker-query.ts";
import { createRowBound, TICKER_ROWS_MAX } from "./row-bound.ts";
import { tickerValue } from "./ticker-value.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** What messages call the database: the URL without its secrets. */
  readonly name: string;
  /** The ticker query. */
  readonly query: string;
  /** How long the server may work on a statement. */
  readonly statementTimeoutMs?: number;
  /** How long a connection may take. */
  readonly connectTimeoutMs?: number;
  /** Told of connections that break while nobody uses them. */
  readonly onIdleError?: (error: Error) => void;
}

const STATEMENT_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 2000;
/** Beyond the server's own timeout, for a server that does not answer at all. */
const ANSWER_GRACE_MS = 500;
const CONNECTIONS_MAX = 2;
/** Of all views of a catalog together. */
const COLUMN_ROWS_MAX = 1_000_000;

/** To look a name up in a schema that may not be used is an error of the whole query: such names are set apart. */
const COLUMNS_QUERY = `
SELECT wanted.name, wanted.closed, attribute.attname AS column
FROM (
  SELECT given.name, given.quoted,
    coalesce(NOT pg_catalog.has_schema_privilege(namespace.oid, 'USAGE'), false) AS closed
  FROM unnest($1::text[], $2::text[], $3::text[]) AS given (name, quoted, schema)
  LEFT JOIN pg_catalog.pg_namespace AS namespace ON namespace.nspname = given.schema::name
) AS wanted
LEFT JOIN pg_catalog.pg_class AS class
  ON class.oid = CASE WHEN NOT wanted.closed THEN pg_catalog.to_regclass(wanted.quoted) END
  AND class.relkind IN ('f', 'm', 'p', 'r', 'v')
LEFT JOIN pg_catalog.pg_attribute AS attribute
  ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE wanted.closed OR attribute.attname IS NOT NULL
ORDER BY wanted.name, attribute.attnum`;

/** Uses a PostgreSQL database in read-only transactions, over a small pool that makes broken connections anew. */
export function createPostgresDatabase(options: PostgresOptions): Database {
  const { url, name, query, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, onIdleError = () => undefined } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idleTimeoutMillis: 30_000,
    application_name: "mosaic",
  });
  pool.on("error", onIdleError);
  const limits = { answerTimeoutMs: connectTimeoutMs, callTimeoutMs: statementTimeoutMs + ANSWER_GRACE_MS };
  let ending: Promise<void> | undefined;

  return {
    name,
    load: async ({ signal } = {}) => {
      requireTickerQuery(query);
      const rows = await readOnly(
        { pool, limits, signal },
        { text: query, values: [], rowsMax: TICKER_ROWS_MAX },
      );
      return rows.map(tickerValue);
    },
    columns: async (names, { signal } = {}) => {
      const parts = names.map((name) => name.split("."));
      const quoted = parts.map((identifiers) => identifiers.map(quoteIdentifier).join("."));
      const schemas = parts.map(([first, second]) => (second === undefined ? null : first));
      const values = [names, quoted, schemas];
      const statement = { text: COLUMNS_QUERY, values, rowsMax: COLUMN_ROWS_MAX };
      return columnsByName(await readOnly({ pool, limits, signal }, statement));
    },
    close() {
      const ended = ending ?? pool.end();
      ending = ended;
      return ended;
    },
  };
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly rowsMax: number;
}

interface Session {
  readonly pool: pg.Pool;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
}

interface Limits {
  /** How long a connection that is there may take to answer the first time. */
  readonly answerTimeoutMs: number;
  /** How long a call may take in all, connecting included. */
  readonly callTimeoutMs: number;
}

type Row = Readonly<Record<string, unknown>>;

function columnsByName(rows: readonly Row[]): DatabaseColumns {
  const found = new Map<string, string[] | DatabaseError>();
  for (const { name, closed, column } of rows) {
    const known = found.get(String(name));
    if (closed === true) found.set(String(name), new DatabaseError("rejected", "the schema may not be used"));
    else if (Array.isArray(known)) known.push(String(column));
    else found.set(String(name), [String(column)]);
  }
  return found;
}

/** One statement in a transaction that the server itself keeps from writing. */
async function readOnly(session: Session, statement: Statement): Promise<readonly Row[]> {
  const { limits, signal } = session;
  if (signal?.aborted) throw abortedError(signal);
  const inAll = createLimit(limits.callTimeoutMs, signal);
  let client: pg.PoolClient | undefined;
  let failure: Error | undefined;
  // A connection that breaks while it is checked out tells the client, not the pool; the query then fails as well.
  const ignore = (): void => undefined;
  try {
    client = await connect(session.pool, inAll);
    client.on("error", ignore);
    await begin(client, { inAll, limits });
    return await inAll.bound(runQuery(client, statement));
  } catch (cause) {
    failure = databaseError(cause);
    throw failure;
  } finally {
    inAll.end();
    client?.off("error", ignore);
    // Whatever went wrong, the transaction may still be open: the connection is not used again.
    client?.release(failure);
  }
}

/** The pool bounds how long this takes, but knows neither signals nor what else the call has to do. */
async function connect(pool: pg.Pool, inAll: Limit): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  try {
    return await inAll.bound(connecting);
  } catch (cause) {
    // Nobody waits for this connection any longer.
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw cause;
  }
}

/** The first answer tells a server that works on a long statement from one that is frozen, or gone without a word. */
async function begin(
  client: pg.PoolClient,
  { inAll, limits }: { readonly inAll: Limit; readonly limits: Limits },
): Promise<void> {
  const first = createLimit(limits.answerTimeoutMs, undefined);
  try {
    await inAll.bound(first.bound(client.query("BEGIN TRANSACTION READ ONLY")));
  } finally {
    first.end();
  }
}

async function runQuery(client: pg.PoolClient, statement: Statement): Promise<readonly Row[]> {
  const rows = await collectRows(client, statement);
  await client.query("ROLLBACK");
  return rows;
}

/** Takes the rows as they come, and stops in their midst when they are too many: the connection is then dropped. */
function collectRows(client: pg.PoolClient, { text, values, rowsMax }: Statement): Promise<readonly Row[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
  const rows: Row[] = [];
  const count = createRowBound(rowsMax);
  let failed = false;
  // The extended protocol takes one statement, whatever the text holds.
  const config = { text, values: [...values], queryMode: "extended" } as pg.QueryConfig;
  const query = new pg.Query<Row>(config);
  query.on("row", (row) => {
    if (failed) return;
    try {
      count(Object.values(row));
      rows.push(row);
    } catch (error) {
      failed = true;
      rows.length = 0;
      reject(error);
    }
  });
  query.on("end", () => resolve(rows));
  query.on("error", reject);
  client.query(query);
  return promise;
}

/** A time from now on, and the caller's signal. */
interface Limit {
  /** Fails at the limit, whatever becomes of the work. */
  bound<Value>(work: Promise<Value>): Promise<Value>;
  end(): void;
}

/** A server that is frozen answers nothing, not even that it is too slow. */
function createLimit(timeoutMs: number, signal: AbortSignal | undefined): Limit {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new DatabaseError("timeout", `PostgreSQL did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const onAbort = (): void => reject(abortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  over.catch(() => undefined);
  return {
    bound(work) {
      // If the race is lost, what becomes of the work is of no interest.
      work.catch(() => undefined);
      return Promise.race([work, over]);
    },
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function abortedError(signal: AbortSignal | undefined): DatabaseError {
  return new DatabaseError("aborted", "the caller gave it up", { cause: signal?.reason });
}

function quoteIdentifier(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** SQLSTATEs of a statement that was cancelled for its time, and of a server that takes no connection or ends it. */
const CODES: Readonly<Record<string, readonly [code: DatabaseErrorCode, detail: string]>> = {
  "53300": ["unavailable", "PostgreSQL has no connection left"],
  "57014": ["timeout", "PostgreSQL cancelled the statement, which took too long"],
  "57P01": ["unavailable", "PostgreSQL ended the connection"],
  "57P02": ["unavailable", "PostgreSQL ended the connection"],
  "57P03": ["unavailable", "PostgreSQL is starting up"],
};

function databaseError(cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const { code } = cause as { readonly code?: unknown };
  const [kind, detail] = CODES[String(code)] ?? [];
  if (kind !== undefined && detail !== undefined) return new DatabaseError(kind, detail, { cause });
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) {
    return new DatabaseError("rejected", `PostgreSQL answered SQLSTATE ${code}`, { cause });
  }
  return new DatabaseError("unavailable", "PostgreSQL did not answer", { cause });
}
