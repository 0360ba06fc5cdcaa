import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createPostgresDatabase, type PostgresOptions } from "../../../src/adapters/postgres/database.ts";
import { expectAborted, failureOf } from "../../../src/conformance/database-case.ts";
import type { Database } from "../../../src/ports/database-port.ts";
import { freePort } from "../../support/free-port.ts";
import { PATIENT } from "../../support/postgres-database-harness.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

const ONE = "SELECT 'HGLG11' AS ticker";
/** Leaves the server no doubt that somebody waits for it. */
const SLEEP = "SELECT pg_sleep(60)::text AS ticker";
const NO_ANSWER = "unavailable: Cannot query the database: PostgreSQL did not answer";
const REFUSED = "unavailable: Cannot query the database: PostgreSQL's host refused the connection";
const ENDED = "unavailable: Cannot query the database: PostgreSQL ended the connection";
const MINE = "pid <> pg_backend_pid() AND application_name = 'mosaic'";

let postgres: PostgresServer;
let idleErrors: Error[];
let onIdleError: (error: Error) => void;
const opened: Database[] = [];
beforeEach(async () => {
  postgres = await startPostgres();
  idleErrors = [];
  onIdleError = (error) => idleErrors.push(error);
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  await postgres.stop();
});

function open(query: string, options: Partial<PostgresOptions> = {}): Database {
  const database = createPostgresDatabase({
    url: postgres.url,
    name: "PostgreSQL",
    query,
    onIdleError: (error) => onIdleError(error),
    ...PATIENT,
    ...options,
  });
  opened.push(database);
  return database;
}

/** Asks the server again and again until so many of the service's backends do this. */
async function untilBackends(count: number, condition: string): Promise<void> {
  const text = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE ${MINE} AND ${condition}`;
  while ((await postgres.sql(text))[0]?.count !== count);
}

function nextIdleError(): Promise<Error> {
  return new Promise((resolve) => {
    onIdleError = resolve;
  });
}

const endBackends = () =>
  postgres.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${MINE}`);

describe("createPostgresDatabase() and a backend that ends", () => {
  test("createPostgresDatabase() says so while idle, and connects anew", async () => {
    const database = open(ONE);
    expect(await database.load()).toEqual(["HGLG11"]);
    const error = nextIdleError();
    await endBackends();
    expect(await error).toMatchObject({ code: "57P01" });
    expect(await database.load()).toEqual(["HGLG11"]);
  });

  test("createPostgresDatabase() fails the query that was running, and connects anew", async () => {
    const database = open("SELECT pg_sleep(seconds)::text AS ticker FROM naps");
    await postgres.sql("CREATE TABLE naps AS SELECT 60 AS seconds");
    const failure = failureOf(database.load());
    await untilBackends(1, "wait_event = 'PgSleep'");
    await endBackends();
    expect(await failure).toBe(ENDED);
    await postgres.sql("UPDATE naps SET seconds = 0");
    expect(await database.load()).toEqual([""]);
    expect(idleErrors).toEqual([]);
  });
});

describe("createPostgresDatabase() and a server that is killed", () => {
  test("createPostgresDatabase() is unavailable until the server restarts", async () => {
    const database = open(ONE);
    await database.load();
    const error = nextIdleError();
    await postgres.kill();
    await error;
    expect([await failureOf(database.load()), await failureOf(database.columns(["v"]))]).toEqual([
      REFUSED,
      REFUSED,
    ]);
    await postgres.restart();
    expect(await database.load()).toEqual(["HGLG11"]);
    expect(await database.columns(["v"])).toEqual(new Map());
  });

  test("createPostgresDatabase() fails the query that was running", async () => {
    const database = open(SLEEP);
    const failure = failureOf(database.load());
    await untilBackends(1, "wait_event = 'PgSleep'");
    await postgres.kill();
    expect(await failure).toBe(NO_ANSWER);
  });

  test("createPostgresDatabase() is unavailable where nobody listens", async () => {
    const url = `postgres://mosaic:hidden-word@127.0.0.1:${await freePort()}/postgres`;
    expect(await failureOf(open(ONE, { url }).load())).toBe(REFUSED);
  });

  test("createPostgresDatabase() is unavailable where somebody else answers", async () => {
    await using proxy = await startTcpProxy({ targetPort: postgres.port });
    proxy.replyWith("HTTP/1.1 400 Bad Request\r\n\r\n");
    const url = postgres.url.replace(`:${postgres.port}/`, `:${proxy.port}/`);
    const database = open(ONE, { url, connectTimeoutMs: 200 });
    expect(await failureOf(database.load())).toBe(NO_ANSWER);
    proxy.replyWith(undefined);
    expect(await open(ONE, { url }).load()).toEqual(["HGLG11"]);
  });
});

describe("createPostgresDatabase() and a server that is frozen", () => {
  test("createPostgresDatabase() gives a connection up at its deadline, and works after the thaw", async () => {
    const database = open(ONE, { statementTimeoutMs: 200, connectTimeoutMs: 20_000 });
    await database.load();
    postgres.freeze();
    expect(await failureOf(database.load())).toBe(
      "timeout: Cannot query the database: PostgreSQL did not answer within 700 ms",
    );
    postgres.thaw();
    expect(await database.load()).toEqual(["HGLG11"]);
  });

  test("createPostgresDatabase() waits no longer for a first answer than for a connection", async () => {
    const database = open(ONE, { statementTimeoutMs: 600_000, connectTimeoutMs: 200 });
    await database.load();
    postgres.freeze();
    expect(await failureOf(database.load())).toBe(
      "timeout: Cannot query the database: PostgreSQL did not answer within 200 ms",
    );
    postgres.thaw();
    expect(await open(ONE).load()).toEqual(["HGLG11"]);
  });

  test("createPostgresDatabase() counts the time that connecting takes", async () => {
    const database = open(ONE, { statementTimeoutMs: 200, connectTimeoutMs: 600_000 });
    postgres.freeze();
    const failures = await Promise.all([database.load(), database.columns(["v"])].map(failureOf));
    const late = "timeout: Cannot query the database: PostgreSQL did not answer within 700 ms";
    expect(failures).toEqual([late, late]);
    // Both are still being made: whoever comes now waits for one of them.
    expect(await failureOf(database.load())).toBe(
      "unavailable: Cannot query the database: no connection was free within 700 ms",
    );
    postgres.thaw();
    await expect.poll(() => failureOf(database.load())).toBe("no DatabaseError: HGLG11");
  });

  test("createPostgresDatabase() gives connecting up at its deadline, and works after the thaw", async () => {
    const database = open(ONE, { connectTimeoutMs: 200 });
    postgres.freeze();
    expect([await failureOf(database.load()), await failureOf(database.columns(["v"]))]).toEqual([
      NO_ANSWER,
      NO_ANSWER,
    ]);
    postgres.thaw();
    expect(await open(ONE).load()).toEqual(["HGLG11"]);
  });

  test("createPostgresDatabase() closes although nobody answers", async () => {
    const database = open(ONE);
    await database.load();
    postgres.freeze();
    await Promise.all([database.close(), database.close()]);
    expect(await failureOf(database.load())).toBe(NO_ANSWER);
    postgres.thaw();
  });

  test.each(["connecting", "connected"])(
    "createPostgresDatabase() stops for a caller (%s)",
    async (state) => {
      const database = open(ONE);
      if (state === "connected") await database.load();
      postgres.freeze();
      const controller = new AbortController();
      const { signal } = controller;
      const loads = [database.load({ signal }), database.columns(["v"], { signal })];
      const reason = new Error("gives up");
      controller.abort(reason);
      for (const load of loads) await expectAborted(load, reason);
      postgres.thaw();
      expect(await database.load()).toEqual(["HGLG11"]);
    },
  );
});

describe("createPostgresDatabase() and a query that takes long", () => {
  test("createPostgresDatabase() lets the server cancel it", async () => {
    const database = open(SLEEP, { statementTimeoutMs: 100, connectTimeoutMs: 20_000 });
    const cancelled =
      "timeout: Cannot query the database: PostgreSQL cancelled the statement, which took too long";
    expect([await failureOf(database.load()), await failureOf(database.load())]).toEqual([
      cancelled,
      cancelled,
    ]);
    await untilBackends(0, "wait_event = 'PgSleep'");
    expect(await database.columns(["v"])).toEqual(new Map());
  });

  test("createPostgresDatabase() stops for a caller in the middle of it, and closes", async () => {
    const database = open(SLEEP);
    const controller = new AbortController();
    const load = database.load({ signal: controller.signal });
    await untilBackends(1, "wait_event = 'PgSleep'");
    const reason = new Error("gives up");
    controller.abort(reason);
    await expectAborted(load, reason);
    expect(await database.columns(["v"])).toEqual(new Map());
    await database.close();
  });

  test("createPostgresDatabase() uses two connections at most, and uses them again", async () => {
    const busy = open(
      `SELECT count(*)::text AS ticker FROM pg_stat_activity, pg_sleep(0.01) WHERE application_name = 'mosaic'`,
    );
    const counts = (await Promise.all(Array.from({ length: 20 }, () => busy.load()))).flat();
    expect(counts).toHaveLength(20);
    expect(counts.filter((count) => Number(count) > 2)).toEqual([]);
    await untilBackends(2, "state = 'idle'");
    const pids = open("SELECT pg_backend_pid()::text AS ticker");
    const first = await pids.load();
    expect([await pids.load(), await pids.load()]).toEqual([first, first]);
  });

  test("createPostgresDatabase() keeps a connection for tickers, however many want columns", async () => {
    const database = open("SELECT 'HGLG11' AS ticker");
    await Promise.all([database.load(), database.load()]);
    const holder = new pg.Client({ connectionString: postgres.url });
    await holder.connect();
    // Where the columns are written down, which connections that stand need for nothing else.
    await holder.query("BEGIN; LOCK TABLE pg_catalog.pg_attribute IN ACCESS EXCLUSIVE MODE");
    const reads = Promise.all(["a", "b", "c"].map((name) => database.columns([name])));
    expect(await database.load()).toEqual(["HGLG11"]);
    await holder.end();
    expect(await reads).toEqual([new Map(), new Map(), new Map()]);
  });

  test("createPostgresDatabase() leaves no transaction open", async () => {
    const [fine, wrong] = [open(ONE), open("SELECT 1 FROM absent")];
    await fine.load();
    await failureOf(wrong.load());
    await untilBackends(1, "state = 'idle'");
    await untilBackends(0, "state <> 'idle'");
  });
});

describe("createPostgresDatabase() and a server that has no place left", () => {
  test("createPostgresDatabase() is unavailable until there is one", async () => {
    await using small = await startPostgres({
      args: ["-c", "max_connections=2", "-c", "superuser_reserved_connections=0", "-c", "max_wal_senders=0"],
    });
    const holders = [0, 1].map(() => new pg.Client({ connectionString: small.url }));
    for (const holder of holders) await holder.connect();
    const database = open(ONE, { url: small.url });
    expect(await failureOf(database.load())).toBe(
      "unavailable: Cannot query the database: PostgreSQL has too many connections",
    );
    await Promise.all(holders.map((holder) => holder.end()));
    while ((await failureOf(database.load())) !== "no DatabaseError: HGLG11");
    await database.close();
  });
});
