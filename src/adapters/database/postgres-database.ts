import pg from "pg";
import { type Database, DatabaseError, type DatabaseErrorCode } from "../../ports/database-port.ts";
import { requireTickerQuery } from "./require-ticker-query.ts";
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
const ROWS_MAX = 100_000;

const COLUMNS_QUERY = `
SELECT wanted.name, attribute.attname AS column
FROM unnest($1::text[], $2::text[]) AS wanted (name, quoted)
JOIN pg_catalog.pg_class AS class ON class.oid = pg_catalog.to_regclass(wanted.quoted)
JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
WHERE class.relkind IN ('f', 'm', 'p', 'r', 'v') AND attribute.attnum > 0 AND NOT attribute.attisdropped
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
  const deadlineMs = statementTimeoutMs + ANSWER_GRACE_MS;
  let ending: Promise<void> | undefined;

  return {
    name,
    load: async ({ signal } = {}) => {
      requireTickerQuery(query);
      const rows = await readOnly({ pool, deadlineMs, signal }, { text: query, values: [] });
      return rows.map(tickerValue);
    },
    columns: async (names, { signal } = {}) => {
      const quoted = names.map((entry) => entry.split(".").map(quoteIdentifier).join("."));
      const rows = await readOnly(
        { pool, deadlineMs, signal },
        { text: COLUMNS_QUERY, values: [names, quoted] },
      );
      const found = new Map<string, string[]>();
      for (const row of rows) {
        const entity = String(row.name);
        found.set(entity, [...(found.get(entity) ?? []), String(row.column)]);
      }
      return found;
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
}

interface Session {
  readonly pool: pg.Pool;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** One statement in a transaction that the server itself keeps from writing. */
async function readOnly(session: Session, statement: Statement): Promise<readonly Row[]> {
  const { signal } = session;
  if (signal?.aborted) throw abortedError(signal);
  const client = await connect(session);
  // A connection that breaks while it is checked out tells the client, not the pool; the query then fails as well.
  const ignore = (): void => undefined;
  client.on("error", ignore);
  let failure: Error | undefined;
  try {
    return await bounded(session, runReadOnly(client, statement));
  } catch (cause) {
    failure = databaseError(cause);
    throw failure;
  } finally {
    client.off("error", ignore);
    // Whatever went wrong, the transaction may still be open: the connection is not used again.
    client.release(failure);
  }
}

/** The pool bounds how long this takes, but knows no signals. */
async function connect({ pool, signal }: Session): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  const { promise: given, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([connecting, given]);
  } catch (cause) {
    // Nobody waits for this connection any longer.
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw databaseError(cause);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

async function runReadOnly(client: pg.PoolClient, { text, values }: Statement): Promise<readonly Row[]> {
  await client.query("BEGIN TRANSACTION READ ONLY");
  // The extended protocol takes one statement, whatever the text holds.
  const query = { text, values: [...values], queryMode: "extended" } as pg.QueryConfig;
  const { rows } = await client.query<Row>(query);
  await client.query("ROLLBACK");
  if (rows.length > ROWS_MAX)
    throw new DatabaseError("rejected", `the query returned more than ${ROWS_MAX} rows`);
  return rows;
}

/** A server that is frozen answers nothing, not even that it is too slow. */
async function bounded<Value>({ deadlineMs, signal }: Session, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new DatabaseError("timeout", `PostgreSQL did not answer within ${deadlineMs} ms`)),
    deadlineMs,
  );
  const onAbort = (): void => reject(abortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    // If the race was lost, the connection is dropped, and what becomes of the work is of no interest.
    work.catch(() => undefined);
  }
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
