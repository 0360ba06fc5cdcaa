import pg from "pg";
import { type Deadline, waitAtMost } from "../../lib/deadline.ts";
import { createSemaphore, type Semaphore } from "../../lib/semaphore.ts";
import { DatabaseError, type DescribedDatabase } from "../../ports/database-port.ts";
import {
  createAbortedError,
  createRowCounter,
  readTickerValue,
  TICKER_ROWS_MAX,
  throwIfWrongTickerQuery,
} from "../sql/ticker-rows.ts";
import { startCallDeadline } from "./call-limit.ts";
import { toDatabaseError } from "./error.ts";
import { COLUMNS_QUERY, groupColumnsByName, groupRelationsByName, RELATIONS_QUERY } from "./relations.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** The URL without its secrets, for messages. */
  readonly name: string;
  readonly query: string;
  /** How long the server may work on a statement. */
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Called with the error of a connection that breaks while it is not in use. */
  readonly onIdleError?: (error: Error) => void;
}

const STATEMENT_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 2000;
/**
 * How much longer than the statement timeout a call may take. A frozen server does not enforce the statement timeout.
 */
const ANSWER_GRACE_MS = 500;
const CONNECTIONS_MAX = 2;
/** Maximum number of columns of all views together. Each column is one row of the result. */
const LISTED_COLUMNS_MAX = 1_000_000;

/**
 * Queries a PostgreSQL database in read-only transactions, over a small pool that replaces broken
 * connections.
 */
export function createPostgresDatabase(options: PostgresOptions): DescribedDatabase {
  const { url, name, query, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, onIdleError = () => undefined } = options;
  const address = readPostgresUrl(url);
  const pool = new pg.Pool({
    connectionString: address.url,
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
  // A semaphore limits the calls, because the pool would count the wait for a free connection as time to connect.
  const connections = createConnectionSemaphore(CONNECTIONS_MAX);
  // Calls for columns and relations may not use the last connection: it is reserved for tickers.
  const columnConnections = createConnectionSemaphore(CONNECTIONS_MAX - 1);
  const readColumns = (text: string, values: readonly unknown[], signal: AbortSignal | undefined) =>
    runReadOnly(
      { pool, address, limits, signal, semaphores: [columnConnections, connections] },
      { text, values, rowsMax: LISTED_COLUMNS_MAX },
    );
  let ending: Promise<void> | undefined;

  return {
    name,
    load: async ({ signal } = {}) => {
      throwIfWrongTickerQuery(query);
      const rows = await runReadOnly(
        { pool, address, limits, signal, semaphores: [connections] },
        { text: query, values: [], rowsMax: TICKER_ROWS_MAX },
      );
      return rows.map(readTickerValue);
    },
    relations: async ({ names, signal } = {}) => {
      const parts = names?.map((name) => name.split("."));
      const values = [
        names ?? null,
        parts?.map((identifiers) => (identifiers.length === 1 ? null : identifiers[0])) ?? null,
        parts?.map((identifiers) => identifiers.slice(-1)[0]) ?? null,
      ];
      return groupRelationsByName(await readColumns(RELATIONS_QUERY, values, signal));
    },
    columns: async (names, { signal } = {}) => {
      const parts = names.map((name) => name.split("."));
      const quoted = parts.map((identifiers) => identifiers.map(quoteIdentifier).join("."));
      const schemas = parts.map(([first, second]) => (second === undefined ? null : first));
      return groupColumnsByName(await readColumns(COLUMNS_QUERY, [names, quoted, schemas], signal));
    },
    close() {
      ending ??= waitAtMost(END_TIMEOUT_MS, pool.end(), undefined);
      return ending;
    },
  };
}

/** The time limit for closing the pool: if the runtime has denied a connection, the pool never closes. */
const END_TIMEOUT_MS = 1000;

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly rowsMax: number;
}

interface QueryContext {
  readonly pool: pg.Pool;
  readonly address: ParsedPostgresUrl;
  readonly limits: QueryLimits;
  readonly signal: AbortSignal | undefined;
  /** The semaphores to acquire, in this order, before a connection is requested. */
  readonly semaphores: readonly Semaphore[];
}

interface QueryLimits {
  /** How long the server may take to send its first answer over an open connection. */
  readonly answerTimeoutMs: number;
  /** The time limit of a whole call, including the time to connect. */
  readonly callTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

const CALLS_WAITING_MAX = 100;

function createConnectionSemaphore(permits: number): Semaphore {
  const createFullError = (): Error =>
    new DatabaseError("unavailable", {
      en: "too many calls wait for a connection",
      pt: "chamadas demais esperam por uma conexão",
    });
  return createSemaphore({ permits, waitingMax: CALLS_WAITING_MAX, createFullError });
}

type ResultRow = Readonly<Record<string, unknown>>;

async function runReadOnly(session: QueryContext, statement: Statement): Promise<readonly ResultRow[]> {
  const { pool, address, limits, signal, semaphores } = session;
  if (signal?.aborted) throw createAbortedError(signal);
  const callLimit = startCallDeadline(limits.callTimeoutMs, signal);
  const releases: (() => void)[] = [];
  let connecting: Promise<pg.PoolClient> | undefined;
  let failure: Error | undefined;
  try {
    for (const semaphore of semaphores) releases.push(await acquirePermit(semaphore, callLimit, limits));
    connecting = pool.connect();
    const client = await callLimit.race(connecting);
    client.on("error", ignoreError);
    await beginTransaction(client, callLimit, limits);
    return await callLimit.race(runQuery(client, statement));
  } catch (cause) {
    failure = toDatabaseError(cause, address);
    throw failure;
  } finally {
    callLimit.stop();
    void releaseConnection(connecting, failure).finally(() => {
      for (const release of releases) release();
    });
  }
}

/** Handles the error event of a client in use. Without a listener, the event would end the process. */
function ignoreError(): void {}

async function acquirePermit(
  semaphore: Semaphore,
  callLimit: Deadline,
  limits: QueryLimits,
): Promise<() => void> {
  const acquiring = semaphore.acquire();
  try {
    return await callLimit.race(acquiring);
  } catch (cause) {
    // If the semaphore grants the permit later, the permit is released at once.
    acquiring.then(
      (release) => release(),
      () => undefined,
    );
    if (!(cause instanceof DatabaseError) || cause.code !== "timeout") throw cause;
    throw new DatabaseError("unavailable", {
      en: `no connection was free within ${limits.callTimeoutMs} ms`,
      pt: `nenhuma conexão ficou livre em ${limits.callTimeoutMs} ms`,
    });
  }
}

/**
 * Returns the connection to the pool. If the call failed while it was connecting, waits for the end of that attempt.
 */
async function releaseConnection(
  connecting: Promise<pg.PoolClient> | undefined,
  failure: Error | undefined,
): Promise<void> {
  const client = await connecting?.catch(() => undefined);
  client?.off("error", ignoreError);
  // With an error, the pool closes the connection: its transaction may still be open.
  client?.release(failure);
}

/**
 * Begins a transaction. Its own time limit is short, to detect a frozen server long before the time limit of the call.
 * The statement timeout is set here, because PgBouncer refuses it as a startup parameter.
 */
async function beginTransaction(
  client: pg.PoolClient,
  callLimit: Deadline,
  limits: QueryLimits,
): Promise<void> {
  const answerLimit = startCallDeadline(limits.answerTimeoutMs, undefined);
  const statements = `BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${limits.statementTimeoutMs}`;
  try {
    await callLimit.race(answerLimit.race(client.query(statements)));
  } finally {
    answerLimit.stop();
  }
}

async function runQuery(client: pg.PoolClient, statement: Statement): Promise<readonly ResultRow[]> {
  const rows = await collectRows(client, statement);
  await client.query("ROLLBACK");
  return rows;
}

/** Reads the rows as they arrive, and fails if there are too many. The caller then drops the connection. */
function collectRows(
  client: pg.PoolClient,
  { text, values, rowsMax }: Statement,
): Promise<readonly ResultRow[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly ResultRow[]>();
  const rows: ResultRow[] = [];
  const countRow = createRowCounter(rowsMax);
  let hasFailed = false;
  // The extended protocol rejects a text with more than one statement.
  const config = { text, values: [...values], queryMode: "extended" } as pg.QueryConfig;
  const query = new pg.Query<ResultRow>(config);
  query.on("row", (row) => {
    if (hasFailed) return;
    try {
      countRow(Object.values(row));
      rows.push(row);
    } catch (error) {
      hasFailed = true;
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

interface ParsedPostgresUrl {
  readonly url: string;
  readonly isTls: boolean;
}

/**
 * Matches the values of `sslmode` that the driver treats as `verify-full`. The driver prints a long warning for each of
 * them.
 */
const VERIFY_FULL_ALIASES = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;

/**
 * Parses a connection URL. Replaces an `sslmode` that the driver treats as `verify-full` by `verify-full`, to avoid the
 * driver's warning.
 */
export function readPostgresUrl(url: string): ParsedPostgresUrl {
  const [address = "", fragment] = url.split("#", 2);
  const parameters = new URLSearchParams(address.includes("?") ? address.slice(address.indexOf("?")) : "");
  const hasLibpqModes = parameters.get("uselibpqcompat") === "true";
  const normalized = hasLibpqModes ? address : address.replace(VERIFY_FULL_ALIASES, "$1verify-full");
  const mode = parameters.get("sslmode");
  const tlsOption = mode ?? parameters.get("ssl") ?? parameters.get("sslrootcert") ?? "disable";
  const isTls = !["0", "disable", "false"].includes(tlsOption);
  return { url: fragment === undefined ? normalized : `${normalized}#${fragment}`, isTls };
}
