import { describe, expect, it } from "vitest";
import { type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { openTickerDatabase } from "../support/ticker-databases.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

describe.each(RUNTIMES)("mosaic for programs and people on $name", (runtime) => {
  const mosaic = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<MainRun> =>
    runMain(runtime, { args, directory: ".", env });

  it("B9: hash, tickers and diff --database take --format json", async () => {
    await using views = await createViewsDirectory({ "view_fiis_info.yaml": viewYaml("ticker", "nowhere") });
    const { stdout: hash } = await mosaic(["hash", views.path]);
    const hashed = await mosaic(["hash", "--format", "json", views.path]);
    expect([hashed.exitCode, JSON.parse(hashed.stdout)]).toEqual([
      0,
      { hash: hash.trim(), directory: views.path, views: 1 },
    ]);

    const { stdout: lines } = await mosaic(["tickers"]);
    const tickers = await mosaic(["tickers", "--format=json"]);
    expect([tickers.exitCode, tickers.stderr, JSON.parse(tickers.stdout)]).toEqual([
      0,
      "",
      { database: "the embedded sample database", count: 320, tickers: lines.trim().split("\n") },
    ]);

    const diff = await mosaic(["diff", "--database", "--format", "json", views.path]);
    expect(diff.exitCode).toBe(1);
    expect(JSON.parse(diff.stdout)).toMatchObject({
      status: "different",
      directory: views.path,
      database: "the embedded sample database",
      views: [{ entity: "view_fiis_info", state: "different", missingInDatabase: ["nowhere"] }],
    });
    for (const args of [["hash"], ["tickers"], ["diff", "--database"]]) {
      const wrong = await mosaic([...args, "--format", "xml"]);
      expect([wrong.exitCode, wrong.stderr]).toEqual([
        2,
        'mosaic: --format is "xml": expected text or json\n',
      ]);
    }
  });

  it("B10: mosaic diff shows what differs in a text that changed behind its beginning", async () => {
    const text = (word: string): string =>
      `description: the monthly dividends of all listed real estate funds, as they were paid, in ${word}\n`;
    const files = (word: string) => ({ "a.yaml": `${viewYaml("x")}${text(word)}` });
    await using old = await createViewsDirectory(files("reais"));
    await using now = await createViewsDirectory(files("dollars"));
    const { stdout } = await mosaic(["diff", old.path, now.path]);
    expect(stdout).toMatch(/ ~ \/description: …[^…]* in \[-reais-\]\{\+dollars\+\}"\n$/);
  });

  it.each(["text", "json"])("B16: mosaic tickers says that a query gave no rows, as %s", async (format) => {
    const { exitCode, stderr } = await mosaic(["tickers", "--format", format], {
      TICKERS_SQL: "SELECT ticker FROM view_fiis_info WHERE 1 = 0",
    });
    expect([exitCode, stderr]).toEqual([
      1,
      "mosaic: the embedded sample database has no tickers: the query returned 0 rows\n",
    ]);
  });

  it.each([
    ["an integer", "SELECT 5 AS ticker UNION ALL SELECT 6", "2 of 2 rows were not text"],
    ["bytes", "SELECT x'41424344' AS ticker", "1 of 1 row was not text"],
    ["a number with a fraction", "SELECT 1.5 AS ticker UNION ALL SELECT NULL", "1 of 2 rows was not text"],
  ])("D5: mosaic tickers says of a column of %s in SQLite that it is no text", async (_kind, sql, words) => {
    const { exitCode, stderr, stdout } = await mosaic(["tickers"], {
      DATABASE_URL: "sqlite::memory:",
      TICKERS_SQL: sql,
    });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(
      `mosaic: warning: sqlite::memory:: ${words}: cast the column to text in TICKERS_SQL\n`,
    );
  });

  it("D5: mosaic tickers says it of PostgreSQL's types, and goes on with what is text", async () => {
    await using database = await openTickerDatabase("postgres");
    const run = (sql: string) => mosaic(["tickers"], { DATABASE_URL: database.url, TICKERS_SQL: sql });
    for (const value of ["ARRAY['HGLG11']", "'\\x41'::bytea", "5", "true", "now()", "'{}'::jsonb"]) {
      const { exitCode, stderr, stdout } = await run(`SELECT ${value} AS ticker`);
      expect([value, exitCode, stdout]).toEqual([value, 1, ""]);
      expect(stderr).toContain("1 of 1 row was not text: cast the column to text in TICKERS_SQL");
    }
    const cast = await run("SELECT 'HGLG11'::varchar AS ticker");
    expect(cast).toEqual({ exitCode: 0, stdout: "HGLG11\n", stderr: "" });
  });
});
