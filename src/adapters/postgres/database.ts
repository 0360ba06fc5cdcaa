import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Deadline } from "../../lib/deadline.ts";
import { createSemaphore, type Semaphore } from "../../lib/semaphore.ts";
import { type DatabaseColumns, DatabaseError, type DescribedDatabase } from "../../ports/database-port.ts";
import { createRowBound, rejectUnsafeTickerQuery, TICKER_ROWS_MAX, tickerValue } from "../sql/ticker-rows.ts";
import { abortedError, startCallLimit } from "./call-limit.ts";
import { postgresError } from "./error.ts";
import { RELATIONS_QUERY, relationsByName } from "./relations.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** The URL without its secrets, for messages. */
  readonly name: string;
  /** The ticker query. */
  readonly query: string;
  /** How long the server may work on a statement. */
  readonly statementTimeoutMs?: number;
  /** How long a connection may take. */
  readonly connectTimeoutMs?: number;
  /** Called for connections that break while idle. */
  readonly onIdleError?: (error: Error) => void;
}

const STATEMENT_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 2000;
/** Added to the server's own timeout, for a server without any response. */
const ANSWER_GRACE_MS = 500;
const CONNECTIONS_MAX = 2;
/** The limit for all views of a catalog together. */
const COLUMN_ROWS_MAX = 1_000_000;

/** A lookup in a schema without permission fails the whole query: such names are excluded first. */
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

/**
 * Queries a PostgreSQL database in read-only transactions, over a small pool that replaces broken
 * connections.
 */
export function createPostgresDatabase(options: PostgresOptions): DescribedDatabase {
  const { url, name, query, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, onIdleError = () => undefined } = options;
  const connection = readPostgresUrl(url);
  const pool = new pg.Pool({
    connectionString: connection.url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    application_name: "mosaic",
  });
  pool.on("error", onIdleError);
  const limits = {
    answerTimeoutMs: connectTimeoutMs,
    callTimeoutMs: statementTimeoutMs + ANSWER_GRACE_MS,
    statementTimeoutMs,
  };
  // The pool would count waiting for a free connection as connect time.
  const connections = createConnectionSemaphore(CONNECTIONS_MAX);
  // One connection is reserved for tickers, however many requests need columns.
  const columnConnections = createConnectionSemaphore(CONNECTIONS_MAX - 1);
  let ending: Promise<void> | undefined;

  return {
    name,
    load: async ({ signal } = {}) => {
      rejectUnsafeTickerQuery(query);
      const rows = await readOnly(
        { pool, connection, limits, signal, semaphores: [connections] },
        { text: query, values: [], rowsMax: TICKER_ROWS_MAX },
      );
      return rows.map(tickerValue);
    },
    relations: async ({ names, signal } = {}) => {
      const parts = names?.map((name) => name.split("."));
      const values = [
        names ?? null,
        parts?.map((identifiers) => (identifiers.length === 1 ? null : identifiers[0])) ?? null,
        parts?.map((identifiers) => identifiers.slice(-1)[0]) ?? null,
      ];
      const statement = { text: RELATIONS_QUERY, values, rowsMax: COLUMN_ROWS_MAX };
      const semaphores = [columnConnections, connections];
      return relationsByName(await readOnly({ pool, connection, limits, signal, semaphores }, statement));
    },
    columns: async (names, { signal } = {}) => {
      const parts = names.map((name) => name.split("."));
      const quoted = parts.map((identifiers) => identifiers.map(quoteIdentifier).join("."));
      const schemas = parts.map(([first, second]) => (second === undefined ? null : first));
      const values = [names, quoted, schemas];
      const statement = { text: COLUMNS_QUERY, values, rowsMax: COLUMN_ROWS_MAX };
      const semaphores = [columnConnections, connections];
      return columnsByName(await readOnly({ pool, connection, limits, signal, semaphores }, statement));
    },
    close() {
      const ended = ending ?? endPool(pool);
      ending = ended;
      return ended;
    },
  };
}

/** The limit for closing a pool: with a connection that the runtime forbade, it would never end. */
const END_TIMEOUT_MS = 1000;

async function endPool(pool: pg.Pool): Promise<void> {
  const limit = new AbortController();
  const late = delay(END_TIMEOUT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([pool.end(), late]);
  limit.abort();
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly rowsMax: number;
}

interface Session {
  readonly pool: pg.Pool;
  readonly connection: PostgresConnection;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  /** Acquired in this order before a connection is requested. */
  readonly semaphores: readonly Semaphore[];
}

interface Limits {
  /** How long an open connection may take to send its first answer. */
  readonly answerTimeoutMs: number;
  /** The limit of a whole call, connecting included. */
  readonly callTimeoutMs: number;
  /** How long the server may work on the statement. */
  readonly statementTimeoutMs: number;
}

const CALLS_WAITING_MAX = 100;

function createConnectionSemaphore(permits: number): Semaphore {
  const full = (): Error => new DatabaseError("unavailable", "too many calls wait for a connection");
  return createSemaphore({ permits, waitingMax: CALLS_WAITING_MAX, full });
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

/** One statement in a transaction that the server keeps read-only. */
async function readOnly(session: Session, statement: Statement): Promise<readonly Row[]> {
  const { pool, connection, limits, signal, semaphores } = session;
  if (signal?.aborted) throw abortedError(signal);
  const inAll = startCallLimit(limits.callTimeoutMs, signal);
  const releases: (() => void)[] = [];
  let connecting: Promise<pg.PoolClient> | undefined;
  let failure: Error | undefined;
  try {
    for (const semaphore of semaphores) releases.push(await acquire(semaphore, inAll, limits));
    connecting = pool.connect();
    const client = await inAll.race(connecting);
    client.on("error", ignore);
    await begin(client, inAll, limits);
    return await inAll.race(runQuery(client, statement));
  } catch (cause) {
    failure = postgresError(cause, connection);
    throw failure;
  } finally {
    inAll.stop();
    void releaseConnection(connecting, failure).finally(() => {
      for (const release of releases) release();
    });
  }
}

/**
 * When a checked-out connection breaks, the client reports it, not the pool; the query then fails as well.
 */
function ignore(): void {}

async function acquire(semaphore: Semaphore, inAll: Deadline, limits: Limits): Promise<() => void> {
  const acquiring = semaphore.acquire();
  try {
    return await inAll.race(acquiring);
  } catch (cause) {
    // The permit still arrives, and is released at once.
    acquiring.then(
      (release) => release(),
      () => undefined,
    );
    if (!(cause instanceof DatabaseError) || cause.code !== "timeout") throw cause;
    throw new DatabaseError("unavailable", `no connection was free within ${limits.callTimeoutMs} ms`);
  }
}

/** An abandoned attempt to connect occupies a slot of the pool until it succeeds or fails. */
async function releaseConnection(
  connecting: Promise<pg.PoolClient> | undefined,
  failure: Error | undefined,
): Promise<void> {
  const client = await connecting?.catch(() => undefined);
  client?.off("error", ignore);
  // After any failure the transaction may still be open: the connection is not reused.
  client?.release(failure);
}

/**
 * The first answer distinguishes a server that works on a long statement from one that is frozen or unreachable.
 * PgBouncer refuses `statement_timeout` as a startup parameter, so it is set here.
 */
async function begin(client: pg.PoolClient, inAll: Deadline, limits: Limits): Promise<void> {
  const first = startCallLimit(limits.answerTimeoutMs, undefined);
  const statements = `BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${limits.statementTimeoutMs}`;
  try {
    await inAll.race(first.race(client.query(statements)));
  } finally {
    first.stop();
  }
}

async function runQuery(client: pg.PoolClient, statement: Statement): Promise<readonly Row[]> {
  const rows = await collectRows(client, statement);
  await client.query("ROLLBACK");
  return rows;
}

/** Reads the rows as they arrive, and stops at the limit: the connection is then dropped. */
function collectRows(client: pg.PoolClient, { text, values, rowsMax }: Statement): Promise<readonly Row[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
  const rows: Row[] = [];
  const count = createRowBound(rowsMax);
  let failed = false;
  // The extended protocol runs one statement only, whatever the query contains.
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

function quoteIdentifier(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** The options of a connection URL, in the driver's form. */
interface PostgresConnection {
  readonly url: string;
  readonly tls: boolean;
}

/** The driver treats these as `verify-full`, and prints a nine-line warning that it will not always. */
const ALIASES = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;

/** Writes `sslmode` in the form that the driver makes of it, which avoids its warning. */
export function readPostgresUrl(url: string): PostgresConnection {
  const [address = "", fragment] = url.split("#", 2);
  const parameters = new URLSearchParams(address.includes("?") ? address.slice(address.indexOf("?")) : "");
  const hasOwnMeaning = parameters.get("uselibpqcompat") === "true";
  const plain = hasOwnMeaning ? address : address.replace(ALIASES, "$1verify-full");
  const mode = parameters.get("sslmode");
  const asked = mode ?? parameters.get("ssl") ?? parameters.get("sslrootcert") ?? "disable";
  const tls = !["0", "disable", "false"].includes(asked);
  return { url: fragment === undefined ? plain : `${plain}#${fragment}`, tls };
}
