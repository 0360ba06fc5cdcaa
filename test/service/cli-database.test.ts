import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { type MainOptions, type MainRun, runMain, runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createSqliteFile } from "../support/sqlite-database-harness.ts";
import {
  DATABASE_KINDS,
  openTickerDatabase,
  readSampleTickers,
  type TickerDatabase,
} from "../support/ticker-databases.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const ENTITIES = [
  ...["view_fiis_dividends", "view_fiis_info", "view_fiis_lawsuits", "view_fiis_news"],
  ...["view_fiis_prices", "view_fiis_properties", "view_market_indicators", "view_market_rates"],
];
const TAKES = "it takes sqlite:PATH, sqlite::memory: or postgres://[user:password@]host[:port]/database";

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
const ok = (stdout: string): MainRun => ({ exitCode: 0, stdout, stderr: "" });
const failed = (stderr: string, stdout = ""): MainRun => ({ exitCode: 1, stdout, stderr });
const usage = (stderr: string): MainRun => ({ exitCode: 2, stdout: "", stderr });

const databases = new Map<string, TickerDatabase>();

beforeAll(async () => {
  for (const kind of DATABASE_KINDS) databases.set(kind, await openTickerDatabase(kind));
});
afterAll(async () => {
  for (const database of databases.values()) await database[Symbol.asyncDispose]();
});

function databaseOf(kind: string): TickerDatabase {
  const database = databases.get(kind);
  if (database === undefined) throw new RangeError(`No database ${kind}`);
  return database;
}

describe.each(RUNTIMES)("mosaic on $name", (runtime) => {
  const mosaic = (args: readonly string[], options: Partial<MainOptions> = {}): Promise<MainRun> =>
    runMain(runtime, { args, directory: PROJECT, ...options });

  test("mosaic tickers prints those of every kind of database, sorted, one a line", async () => {
    const expected = ok(lines(...(await readSampleTickers())));
    expect(await mosaic(["tickers"])).toEqual(expected);
    for (const { url } of databases.values())
      expect(await mosaic(["tickers"], { env: { DATABASE_URL: url } })).toEqual(expected);
  });

  test("mosaic tickers takes the embedded sample in any folder, and nothing for a name", async () => {
    const directory = await createGuardedDirectory("mosaic-cli-");
    const here = { directory: directory.path };
    expect((await mosaic(["tickers"], here)).stdout.split("\n")).toHaveLength(321);
    expect(await mosaic(["tickers"], { ...here, env: { DATABASE_URL: "sqlite:sample" } })).toEqual(
      failed("Cannot ask the database: the file cannot be opened\n"),
    );
    await directory.remove();
  });

  test("mosaic tickers normalises, sorts and drops what the query returns", async () => {
    const TICKERS_SQL =
      "SELECT ' hglg11' AS ticker UNION ALL SELECT 'HGLG11 ' UNION ALL SELECT '' UNION ALL SELECT 'abcd11' UNION ALL SELECT NULL";
    for (const { url } of databases.values()) {
      const env = { DATABASE_URL: url, TICKERS_SQL };
      expect(await mosaic(["tickers"], { env })).toEqual(ok(lines("ABCD11", "HGLG11")));
    }
    expect(
      await mosaic(["tickers"], { env: { TICKERS_SQL: "SELECT ticker FROM funds WHERE 1 = 0" } }),
    ).toEqual(ok(""));
  });

  test.each([
    ["mysql://user:hidden@host/db", "mysql://***@host/db"],
    ["funds.db", "funds.db"],
    ["sqlite:", "(not a URL, not shown)"],
    ["postgres://", "postgres://"],
    ["user:hidden@host", "(not a URL, not shown)"],
  ])("mosaic tickers refuses the DATABASE_URL %s", async (url, shown) => {
    const wrong = `Cannot start: 1 setting is wrong\n  DATABASE_URL is "${shown}": ${TAKES}\n`;
    expect(await mosaic(["tickers"], { env: { DATABASE_URL: url } })).toEqual(usage(wrong));
  });

  test("mosaic tickers says why the database gave none", async () => {
    const ask = (kind: string, TICKERS_SQL: string): Promise<MainRun> =>
      mosaic(["tickers"], { env: { DATABASE_URL: databaseOf(kind).url, TICKERS_SQL } });
    expect(await ask("sqlite", "SELECT ticker FROM nowhere")).toEqual(
      failed('Cannot ask the database: SQLite answered "SQL logic error"\n'),
    );
    expect(await ask("postgres", "SELECT ticker FROM nowhere")).toEqual(
      failed("Cannot ask the database: PostgreSQL answered SQLSTATE 42P01\n"),
    );
    for (const kind of DATABASE_KINDS) {
      expect(await ask(kind, "SELECT fund_name FROM funds")).toEqual(
        failed('Cannot ask the database: the query returned no column "ticker"\n'),
      );
    }
  });

  test("mosaic tickers prints no half of a list whose query fails on a later row", async () => {
    const overflow = "abs(-9223372036854775807 - 1)";
    const TICKERS_SQL = `SELECT CASE WHEN rowid < 100 THEN ticker ELSE ${overflow} END AS ticker FROM funds`;
    expect(await mosaic(["tickers"], { env: { TICKERS_SQL } })).toEqual(
      failed('Cannot ask the database: SQLite answered "SQL logic error"\n'),
    );
  });

  test("mosaic tickers lets its reader leave early", async () => {
    const { command, args } = runtime;
    const main = [command, ...args, join(PROJECT, "src/app/main.ts"), "tickers"].map((word) => `"${word}"`);
    const run = await runToEnd("/bin/sh", {
      args: ["-c", `${main.join(" ")} | head -n 1`],
      directory: PROJECT,
    });
    expect(run).toEqual(ok("ABCP11\n"));
  });

  test("mosaic diff --database finds the sample's views as they are written down", async () => {
    const same = ok(lines(...ENTITIES.map((entity) => `${entity}: same`)));
    expect(await mosaic(["diff", "--database"])).toEqual(same);
    for (const { url } of databases.values())
      expect(await mosaic(["diff", "data/views", "--database"], { env: { DATABASE_URL: url } })).toEqual(
        same,
      );
  });

  test("mosaic diff --database prints the columns that differ and fails", async () => {
    await using views = await createViewsDirectory({
      "institutions.yaml": viewYaml("institution_id", "name", "city"),
      "rate_terms.yaml": viewYaml("term_label", "term_days"),
      "gone.yaml": viewYaml("a"),
    });
    const expected = lines(
      "gone: not in the database",
      "institutions: different",
      "  - name (in the catalog, not in the database)",
      "  - city (in the catalog, not in the database)",
      "  + institution_name (in the database, not in the catalog)",
      "rate_terms: same",
    );
    for (const { url } of databases.values()) {
      const env = { DATABASE_URL: url, VIEWS_DIR: views.path };
      expect(await mosaic(["diff", "--database"], { env })).toEqual(failed("", expected));
    }
  });

  test("mosaic diff --database takes an absent view for no failure", async () => {
    await using views = await createViewsDirectory({ "gone.yaml": viewYaml("a") });
    expect(await mosaic(["diff", "--database", views.path])).toEqual(ok("gone: not in the database\n"));
  });

  test("mosaic diff --database says which view cannot be read, and fails", async () => {
    const { path, run, remove } = await createSqliteFile();
    run(`
      CREATE TABLE gone (a TEXT); CREATE VIEW orphan AS SELECT a FROM gone;
      CREATE VIEW kept AS SELECT 1 AS a; DROP TABLE gone`);
    await using views = await createViewsDirectory({
      "kept.yaml": viewYaml("a"),
      "orphan.yaml": viewYaml("a"),
    });
    expect(
      await mosaic(["diff", "--database", views.path], { env: { DATABASE_URL: `sqlite:${path}` } }),
    ).toEqual(
      failed("", lines("kept: same", 'orphan: unreadable (SQLite answered "no such table: main.gone")')),
    );
    await remove();
  });

  test("mosaic diff --database finds views by their schema", async () => {
    for (const [kind, schema] of [
      ["sqlite", "main"],
      ["postgres", "public"],
    ] as const) {
      const entities = [`${schema}.rate_terms`, "nowhere.rate_terms"];
      await using views = await createViewsDirectory(
        Object.fromEntries(entities.map((entity) => [`${entity}.yaml`, viewYaml("term_days", "term_label")])),
      );
      expect(
        await mosaic(["diff", "--database", views.path], { env: { DATABASE_URL: databaseOf(kind).url } }),
      ).toEqual(
        ok(lines(...[`${schema}.rate_terms: same`, "nowhere.rate_terms: not in the database"].sort())),
      );
    }
  });

  test("mosaic diff needs --database, a folder and valid views", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "columns: [a]\n" });
    expect(await mosaic(["diff"])).toEqual(
      usage("mosaic: diff needs two folders, OLD and NEW, or --database\n"),
    );
    expect(await mosaic(["diff", "--database", "nowhere"])).toEqual(
      usage('Cannot load catalog "nowhere": there is no such folder\n'),
    );
    expect(await mosaic(["diff", "--database", views.path])).toEqual(
      failed("mosaic: the catalog is invalid; mosaic validate says why\n"),
    );
    expect(await mosaic(["diff", "--database"], { env: { DATABASE_URL: "funds.db" } })).toMatchObject({
      exitCode: 2,
      stdout: "",
    });
  });

  test("mosaic tickers and diff fail while the database is down", async () => {
    for (const [kind, reason] of [
      ["sqlite", "SQLite was locked for more than 1000 ms"],
      ["postgres", "PostgreSQL did not answer"],
    ] as const) {
      const database = databaseOf(kind);
      await database.goDown();
      const env = { DATABASE_URL: database.url };
      const runs = [await mosaic(["tickers"], { env }), await mosaic(["diff", "--database"], { env })];
      await database.comeBack();
      expect([kind, ...runs]).toEqual([
        kind,
        ...Array(2).fill(failed(`Cannot ask the database: ${reason}\n`)),
      ]);
    }
  });
});
