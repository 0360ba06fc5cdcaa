import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DATABASE } from "../app/settings/wrong-setting-rows.ts";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { type MainOptions, type MainRun, runMain, runToEnd } from "../support/run-main.ts";
import { MAIN, RUNTIMES } from "../support/runtimes.ts";
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
const TAKES = `expected ${DATABASE}`;

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

/** What messages call it. */
function nameOf(kind: string): string {
  return databaseOf(kind).url.replace(/\/\/.*@/, "//***@");
}

describe.each(RUNTIMES)("mosaic on $name", (runtime) => {
  /** A line of the shell in which `"$@"` is the command. */
  const shell = (
    line: string,
    { words = ["tickers"], env = {} }: { words?: readonly string[]; env?: MainOptions["env"] } = {},
  ): Promise<MainRun> => {
    const args = ["-c", line, "sh", runtime.command, ...runtime.args, MAIN, ...words];
    return runToEnd("/bin/sh", { args, directory: PROJECT, env });
  };
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
      failed(
        expect.stringMatching(
          `^Cannot query sqlite:\\./sample: the file cannot be opened: "${directory.path}/sample": unable to open database file.*\n$`,
        ),
      ),
    );
    const portuguese = await mosaic(["new", "--all", "--lang", "pt", "views"], {
      ...here,
      env: { DATABASE_URL: "sqlite:file:none.db?mode=ro" },
    });
    expect(portuguese.stderr).toContain(
      `Não é possível consultar sqlite:file:none.db?mode=ro: não é possível abrir o arquivo: "${directory.path}/none.db": `,
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
    ).toEqual(failed("mosaic: the embedded sample database has no tickers: the query returned 0 rows\n"));
    const inPortuguese = await mosaic(["tickers", "--lang", "pt"], {
      env: { TICKERS_SQL: "SELECT ticker FROM funds WHERE 1 = 0" },
    });
    expect(inPortuguese.stderr).toMatch(/^mosaic: .* não tem tickers: a consulta devolveu 0 linhas\n$/);
  });

  test.each([
    ["mysql://user:hidden@host/db", "mysql://***@host/db"],
    ["funds.db", "funds.db"],
    ["sqlite:", "(not shown: not a valid URL)"],
    ["postgres://", "postgres://"],
    ["user:hidden@host", "(not shown: not a valid URL)"],
  ])("mosaic tickers refuses the DATABASE_URL %s", async (url, shown) => {
    const wrong = `Cannot start: 1 setting is wrong\n  DATABASE_URL is "${shown}": ${TAKES}\n`;
    expect(await mosaic(["tickers"], { env: { DATABASE_URL: url } })).toEqual(usage(wrong));
  });

  test("mosaic tickers says why the database gave none", async () => {
    const ask = (kind: string, TICKERS_SQL: string): Promise<MainRun> =>
      mosaic(["tickers"], { env: { DATABASE_URL: databaseOf(kind).url, TICKERS_SQL } });
    expect(await ask("sqlite", "SELECT ticker FROM nowhere")).toEqual(
      failed(
        `Cannot query ${nameOf("sqlite")}: set TICKERS_SQL to a query on this database; SQLite reported "SQL logic error": no such table: nowhere\n`,
      ),
    );
    expect(await ask("postgres", "SELECT ticker FROM nowhere")).toEqual(
      failed(
        `Cannot query ${nameOf("postgres")}: set TICKERS_SQL to a query on this database; the current query names an unknown table or view: relation "nowhere" does not exist\n`,
      ),
    );
    for (const kind of DATABASE_KINDS) {
      expect(await ask(kind, "SELECT fund_name FROM funds")).toEqual(
        failed(`Cannot query ${nameOf(kind)}: the query returned no column "ticker"\n`),
      );
    }
  });

  test("mosaic tickers prints no half of a list whose query fails on a later row", async () => {
    const overflow = "abs(-9223372036854775807 - 1)";
    const TICKERS_SQL = `SELECT CASE WHEN rowid < 100 THEN ticker ELSE ${overflow} END AS ticker FROM funds`;
    expect(await mosaic(["tickers"], { env: { TICKERS_SQL } })).toEqual(
      failed(
        'Cannot query the embedded sample database: SQLite reported "SQL logic error": integer overflow\n',
      ),
    );
  });

  test("mosaic tickers lets its reader leave early", async () => {
    expect(await shell('"$@" | head -n 1')).toEqual(ok("ABCP11\n"));
  });

  test("mosaic tickers is written out whole for a reader that takes its time", async () => {
    const TICKERS_SQL =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'X' || printf('%040d', i) AS ticker FROM n";
    // The pause is longer than the command gives to what may hold it at its end.
    const run = await shell('"$@" | (sleep 2; wc -lc)', { env: { TICKERS_SQL } });
    expect({ ...run, stdout: run.stdout.trim().split(/\s+/) }).toEqual({
      ...ok(""),
      stdout: ["20000", "840000"],
    });
  });

  test("mosaic tickers says that its output cannot be written", async () => {
    expect(await shell('"$@" > /dev/full')).toEqual(
      failed("mosaic: the output cannot be written (ENOSPC)\n"),
    );
    expect(await shell('"$@" 2> /dev/full', { env: { TICKERS_SQL: "SELECT 1 FROM" } })).toEqual(failed(""));
  });

  test("mosaic diff fails for columns that differ although nobody reads which", async () => {
    await using views = await createViewsDirectory({ "institutions.yaml": viewYaml("name") });
    const words = ["diff", "--database", views.path];
    expect(await shell('("$@"; echo "exit $?" >&2) | true', { words })).toEqual({
      ...ok(""),
      stderr: "exit 1\n",
    });
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

  test("mosaic diff prints in Portuguese with --lang pt and in a Portuguese locale", async () => {
    const yaml = "identifiers: [news_id]\ncolumns: [news_id, sumary]\n";
    await using views = await createViewsDirectory({
      "view_fiis_news.yaml": yaml,
      "elsewhere.yaml": "identifiers: [a]\ncolumns: [a]\n",
    });
    const inLocale = { env: { LANG: "pt_BR.UTF-8" } };
    const portuguese = await mosaic(["diff", "--database", "--lang", "pt", views.path]);
    expect(portuguese).toMatchObject({ exitCode: 1, stderr: "" });
    expect(portuguese.stdout).toContain("elsewhere: não está no banco\nview_fiis_news: diferente\n");
    expect(portuguese.stdout).toContain("  - sumary (no catálogo, não no banco)\n");
    expect(portuguese.stdout).toContain("  + summary (no banco, não no catálogo)\n");
    expect(await mosaic(["diff", "--database", views.path], inLocale)).toEqual(portuguese);
    const english = await mosaic(["diff", "--database", "--lang", "en", views.path], inLocale);
    expect(english.stdout).toContain("  - sumary (in the catalog, not in the database)\n");
    expect(await mosaic(["diff"], inLocale)).toMatchObject({
      exitCode: 2,
      stderr: "mosaic: diff precisa de duas pastas, OLD e NEW, ou de --database\n",
    });
    await views.replace({ "view_fiis_news.yaml": "columns: [a]\n" });
    expect((await mosaic(["diff", "--database", "--lang", "pt", views.path])).stderr).toBe(
      "mosaic: o catálogo é inválido; mosaic validate mostra por quê\n",
    );
    expect((await mosaic(["diff", "--lang", "pt", views.path, views.path])).stderr).toContain(
      `mosaic: o catálogo de ${views.path} é inválido; mosaic validate ${views.path} mostra por quê\n`,
    );
    expect((await mosaic(["diff", "--lang", "de", "a", "b"])).exitCode).toBe(2);
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
      failed("", lines("kept: same", 'orphan: unreadable (SQLite reported "no such table: main.gone")')),
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

  test("mosaic diff shows no password of a URL that stands where a folder belongs", async () => {
    expect(await mosaic(["diff", "--database", "postgres://a:secretpw@h/x"])).toEqual(
      usage(
        "mosaic: diff takes a folder of views, not postgres://***@h/x: set DATABASE_URL to the database\n",
      ),
    );
  });

  test("mosaic tickers and diff print what could move the cursor as its escape", async () => {
    const { path, run, remove } = await createSqliteFile();
    run('CREATE TABLE t ("\u001b[2Jé\u202e" TEXT)');
    await using views = await createViewsDirectory({ "t.yaml": viewYaml("a") });
    const env = {
      DATABASE_URL: `sqlite:${path}`,
      TICKERS_SQL: "SELECT 'a' || char(10, 27) || 'b' AS ticker",
    };
    expect(await mosaic(["tickers"], { env })).toEqual(ok("A\\u{a}\\u{1b}B\n"));
    expect((await mosaic(["diff", "--database", views.path], { env })).stdout).toContain(
      "  + \\u{1b}[2Jé\\u{202e} (in the database, not in the catalog)\n",
    );
    await remove();
  });

  test("mosaic diff needs --database, a folder and valid views", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "columns: [a]\n" });
    expect(await mosaic(["diff"])).toEqual(
      usage("mosaic: diff needs two folders, OLD and NEW, or --database\n"),
    );
    expect(await mosaic(["diff", "--database", "nowhere"])).toEqual(
      usage(`Cannot load catalog "nowhere": folder not found: "${PROJECT}/nowhere"\n`),
    );
    expect(await mosaic(["diff", "--database", views.path])).toEqual(
      failed("mosaic: the catalog is invalid; mosaic validate shows why\n"),
    );
    expect(await mosaic(["diff", "--database"], { env: { DATABASE_URL: "funds.db" } })).toMatchObject({
      exitCode: 2,
      stdout: "",
    });
  });

  test("mosaic tickers and diff fail while the database is down", async () => {
    for (const [kind, reason] of [
      ["sqlite", "SQLite was locked for more than 1000 ms: database is locked"],
      ["postgres", "PostgreSQL's host refused the connection: "],
    ] as const) {
      const database = databaseOf(kind);
      await database.goDown();
      const env = { DATABASE_URL: database.url };
      const runs = [await mosaic(["tickers"], { env }), await mosaic(["diff", "--database"], { env })];
      await database.comeBack();
      for (const run of runs) {
        expect(run).toEqual(failed(expect.stringContaining(`Cannot query ${nameOf(kind)}: ${reason}`)));
        expect(run.stderr.split("\n")).toHaveLength(2);
      }
    }
  });
});
