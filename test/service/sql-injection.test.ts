import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHostedService } from "../support/hosted-service.ts";
import { startRedis } from "../support/redis-server.ts";
import { type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import {
  DATABASE_KINDS,
  type DatabaseKind,
  openTickerDatabase,
  type TickerDatabase,
} from "../support/ticker-databases.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

/** No query, or several statements: refused before any database is asked. */
const REFUSED_SQL = [
  "DELETE FROM funds",
  "INSERT INTO institutions VALUES (999, 'x')",
  "DROP TABLE ifix_portfolio",
  "PRAGMA query_only = OFF",
  "ATTACH 'other.db' AS other",
  "COPY funds TO PROGRAM 'id'",
  "SET transaction_read_only = off",
  "SELECT ticker FROM funds; DELETE FROM ifix_portfolio",
  "SELECT ticker FROM funds; ;",
  "/* SELECT */ DELETE FROM ifix_portfolio",
  "-- SELECT\nDELETE FROM ifix_portfolio",
  "COMMIT; DELETE FROM ifix_portfolio",
];

/** Queries by their first word, which write all the same: both databases must refuse or undo them. */
const WRITING_SQL = [
  "WITH one AS (SELECT 1) DELETE FROM ifix_portfolio RETURNING ticker",
  "WITH one AS (SELECT 1) UPDATE ifix_portfolio SET weight_pct = 0 RETURNING ticker",
  "WITH one AS (SELECT 1) INSERT INTO institutions VALUES (999, 'x') RETURNING 'X' AS ticker",
  "WITH gone AS (DELETE FROM ifix_portfolio RETURNING ticker) SELECT ticker FROM gone",
  "SELECT ticker INTO copied FROM funds",
  "SELECT ticker FROM funds FOR UPDATE",
  "SELECT set_config('transaction_read_only', 'off', false) AS ticker",
  // A string by one reading, the end of a string and a second statement by the other.
  "SELECT E'\\' || '; DELETE FROM ifix_portfolio; --' AS ticker",
  "SELECT 1 AS [x'] ; DELETE FROM ifix_portfolio; SELECT 'y' AS ticker",
];

const HOSTILE_TEXTS = [
  "'; DELETE FROM ifix_portfolio; --",
  '"; DROP TABLE ifix_portfolio; --',
  "HGLG11'); DELETE FROM ifix_portfolio; --",
  "$1; DELETE FROM ifix_portfolio",
  "HGLG11\u0000'; DELETE FROM ifix_portfolio",
];

const databases = new Map<DatabaseKind, TickerDatabase>();
const cases = RUNTIMES.flatMap((runtime) =>
  DATABASE_KINDS.map((kind) => ({ name: `${kind} on ${runtime.name}`, kind, runtime })),
);

beforeAll(async () => {
  for (const kind of DATABASE_KINDS) databases.set(kind, await openTickerDatabase(kind));
});
afterAll(async () => {
  for (const database of databases.values()) await database[Symbol.asyncDispose]();
});

describe.each(cases)("mosaic with $name", ({ kind, runtime }) => {
  let database: TickerDatabase;
  let before: string;
  const mosaic = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<MainRun> =>
    runMain(runtime, { args, directory: ".", env: { DATABASE_URL: database.url, ...env } });

  beforeAll(async () => {
    const opened = databases.get(kind);
    if (opened === undefined) throw new RangeError(`No database ${kind}`);
    database = opened;
    before = await database.fingerprint();
  });

  test("fingerprint() tells of a changed row", async () => {
    await database.run("UPDATE ifix_portfolio SET weight_pct = weight_pct + 1 WHERE ticker = 'HGLG11'");
    const changed = await database.fingerprint();
    await database.run("UPDATE ifix_portfolio SET weight_pct = weight_pct - 1 WHERE ticker = 'HGLG11'");
    expect(changed).not.toBe(before);
    before = await database.fingerprint();
  });

  test("TICKERS_SQL is refused when it is no single query", async () => {
    for (const sql of REFUSED_SQL) {
      const { exitCode, stdout, stderr } = await mosaic(["tickers"], { TICKERS_SQL: sql });
      const message = `Cannot start: 1 setting is wrong\n  TICKERS_SQL is ${JSON.stringify(sql)}: expected `;
      expect([sql, exitCode, stdout, stderr.slice(0, message.length)]).toEqual([sql, 2, "", message]);
    }
    expect(await database.fingerprint()).toBe(before);
  });

  test("TICKERS_SQL that writes is refused by the database", async () => {
    for (const sql of WRITING_SQL) {
      const { exitCode, stdout } = await mosaic(["tickers"], { TICKERS_SQL: sql });
      expect([sql, exitCode > 0, stdout]).toEqual([sql, true, ""]);
    }
    expect(await database.fingerprint()).toBe(before);
  });

  test("DATABASE_URL gives no right to write", async () => {
    const [sql = ""] = WRITING_SQL;
    const { url } = database;
    const urls = {
      sqlite: [url.replace("sqlite:", "sqlite:file:").concat("?mode=rwc"), `${url}'; DELETE FROM funds; --`],
      postgres: [
        `${url}?options=-c%20default_transaction_read_only%3Doff%20-c%20transaction_read_only%3Doff`,
        `${url}'; DELETE FROM ifix_portfolio; --`,
        `${url}?application_name=x';DELETE FROM ifix_portfolio;--`,
      ],
    };
    for (const hostile of urls[kind]) {
      const { exitCode, stdout } = await mosaic(["tickers"], { DATABASE_URL: hostile, TICKERS_SQL: sql });
      // No URL of PostgreSQL has a blank in it: that is refused before anybody is asked.
      const refused = kind === "postgres" && hostile.includes(" ") ? 2 : 1;
      expect([hostile, exitCode, stdout]).toEqual([hostile, refused, ""]);
    }
    expect(await database.fingerprint()).toBe(before);
  });

  test("an entity with SQL in it is no entity, and a qualified one is only looked up", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": `entity: 'funds"; DELETE FROM ifix_portfolio; --'\n${viewYaml("a")}`,
    });
    expect((await mosaic(["diff", "--database", views.path], {})).exitCode).toBe(1);
    const columns = HOSTILE_TEXTS.map((text) => JSON.stringify(text)).join(", ");
    await views.replace({
      "pg_catalog.pg_authid.yaml": viewYaml("a"),
      "temp.funds.yaml": viewYaml("a"),
      "rate_terms.yaml": `identifiers: [a]\ncolumns: [${columns}]\n`,
    });
    const { exitCode, stdout } = await mosaic(["diff", "--database", views.path], {});
    expect([exitCode, stdout.includes("temp.funds: not in the database\n")]).toEqual([1, true]);
    expect(stdout).toContain("  + term_days (in the database, not in the catalog)\n");
    expect(await database.fingerprint()).toBe(before);
  });

  test("requests and CACHE_NAMESPACE with SQL in them change nothing", async () => {
    await using redis = await startRedis();
    const namespace = "';DELETE/**/FROM/**/ifix_portfolio;--";
    const env = { ...cacheSettings(redis), DATABASE_URL: database.url, CACHE_NAMESPACE: namespace };
    await using service = await startHostedService({ runtime, env });
    await service.waitForLog(({ msg }) => msg === "Catalog published");
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    for (const text of HOSTILE_TEXTS) {
      const word = encodeURIComponent(text);
      const body = JSON.stringify({ text });
      const answers = [
        await sendRequest(service.url, `/tickers/${word}`),
        await sendRequest(service.url, `/views/${word}`),
        await sendRequest(service.url, "/tickers/extract", { method: "POST", body }),
        await sendRequest(service.url, `/admin/tickers/refresh?${word}`, { method: "POST", headers, body }),
        await sendRequest(service.url, `/admin/views/diff?entity=${word}`, { headers }),
      ];
      expect([text, ...answers.map(({ status }) => status)]).toEqual([text, 404, 404, 200, 200, 200]);
    }
    expect(await redis.command("EXISTS", `${namespace}:tickers:list`)).toBe(1);
    expect(await database.fingerprint()).toBe(before);
  });
});
