import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../../src/adapters/postgres/database.ts";
import { failureOf } from "../../../src/conformance/database-case.ts";
import { DatabaseError } from "../../../src/ports/database-port.ts";
import { POSTGRES_PASSWORD } from "../../support/postgres-cluster.ts";
import { PATIENT } from "../../support/postgres-database-harness.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.ts";

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres({ auth: "password" });
  await postgres.sql(`
    CREATE TABLE funds (ticker TEXT);
    INSERT INTO funds VALUES ('HGLG11');
    CREATE SEQUENCE numbers;
    CREATE FUNCTION wipe() RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN DELETE FROM funds; RETURN 'wiped'; END $$;
    CREATE FUNCTION unlock() RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM funds; RETURN 'unlocked'; END $$;
    CREATE FUNCTION leave() RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN COMMIT; DELETE FROM funds; RETURN 'left'; END $$;`);
});
afterAll(() => postgres.stop());

/** The outcome of one load over a database of its own. */
async function load(query: string, url = postgres.url): Promise<string> {
  const database = createPostgresDatabase({ url, name: "PostgreSQL", query, ...PATIENT });
  try {
    return await failureOf(database.load());
  } finally {
    await database.close();
  }
}

function withPassword(password: string): string {
  const url = new URL(postgres.url);
  url.password = password;
  return url.href;
}

const rejected = (detail: string) => `rejected: Cannot query the database: ${detail}`;
const answered = (sqlState: string) => rejected(`PostgreSQL answered SQLSTATE ${sqlState}`);
const NO_USER = rejected("PostgreSQL rejected the user or the password");

describe("createPostgresDatabase()", () => {
  test.each([
    ["SELECT wipe() AS ticker", "25006"],
    ["SELECT unlock() AS ticker", "25001"],
    ["SELECT leave() AS ticker", "2D000"],
    ["SELECT nextval('numbers')::text AS ticker", "25006"],
    ["SELECT set_config('transaction_read_only', 'off', false), wipe() AS ticker", "25001"],
  ])("createPostgresDatabase() refuses to write by a function: %s", async (query, sqlState) => {
    expect(await load(query)).toBe(answered(sqlState));
    expect(await postgres.sql("SELECT ticker FROM funds")).toEqual([{ ticker: "HGLG11" }]);
    expect(await postgres.sql("SELECT is_called FROM numbers")).toEqual([{ is_called: false }]);
  });

  test("createPostgresDatabase() undoes what a read-only transaction may do", async () => {
    // Before version 16 a read-only transaction may make these.
    await load("SELECT lo_create(4711)::text AS ticker");
    expect(await postgres.sql("SELECT oid FROM pg_largeobject_metadata")).toEqual([]);
    const database = createPostgresDatabase({
      url: postgres.url,
      name: "PostgreSQL",
      query: "SELECT current_setting('search_path') || set_config('search_path', 'nowhere', false) AS ticker",
      ...PATIENT,
    });
    const rows = ['"$user", publicnowhere'];
    expect([await database.load(), await database.load()]).toEqual([rows, rows]);
    await database.close();
  });

  test("createPostgresDatabase() takes the right password only, and shows none", async () => {
    expect(await load("SELECT ticker FROM funds")).toBe("no DatabaseError: HGLG11");
    const database = createPostgresDatabase({
      url: withPassword("a-wrong-secret"),
      name: "PostgreSQL",
      query: "SELECT ticker FROM funds",
      ...PATIENT,
    });
    const error: unknown = await database.load().catch((cause: unknown) => cause);
    expect(await failureOf(Promise.reject(error))).toBe(NO_USER);
    const shown = inspect(error, { depth: 10, showHidden: true });
    expect(shown).toContain("28P01");
    expect(shown).not.toContain("a-wrong-secret");
    expect(shown).not.toContain(POSTGRES_PASSWORD);
    await database.close();
  });

  test.each([
    [
      "an absent database",
      (url: string) => url.replace(/postgres$/, "absent"),
      rejected("PostgreSQL has no such database"),
    ],
    ["a user that is unknown", (url: string) => url.replace("//mosaic", "//nobody"), NO_USER],
  ])("createPostgresDatabase() is told of %s", async (_what, change, failure) => {
    expect(await load("SELECT ticker FROM funds", change(postgres.url))).toBe(failure);
  });

  test.each([
    [
      "SELECT ticker FROM nowhere",
      "set TICKERS_SQL to a query on this database; the current query names an unknown table or view",
      'relation "nowhere" does not exist',
    ],
    [
      "SELECT tickr FROM funds",
      "set TICKERS_SQL to a query on this database; the current query names an unknown column",
      'column "tickr" does not exist',
    ],
    ["SELECT 1/0 AS ticker", "PostgreSQL answered SQLSTATE 22012", "division by zero"],
  ])(
    "createPostgresDatabase() keeps what the server said of %s beside its own words",
    async (query, detail, databaseMessage) => {
      const database = createPostgresDatabase({ url: postgres.url, name: "PostgreSQL", query, ...PATIENT });
      await expect(database.load()).rejects.toMatchObject({ code: "rejected", detail, databaseMessage });
      await database.close();
    },
  );

  test("createPostgresDatabase() limits the time in its transaction, not as it connects, which poolers refuse", async () => {
    const setting =
      "SELECT source || ' ' || setting AS ticker FROM pg_settings WHERE name = 'statement_timeout'";
    expect(await load(setting)).toBe(`no DatabaseError: session ${PATIENT.statementTimeoutMs}`);
  });

  test("createPostgresDatabase() reads with a role that may do nothing else", async () => {
    await postgres.sql(`
      CREATE ROLE reader LOGIN PASSWORD '${POSTGRES_PASSWORD}';
      CREATE SCHEMA shown; CREATE VIEW shown.v AS SELECT ticker FROM funds;
      GRANT USAGE ON SCHEMA shown TO reader; GRANT SELECT ON shown.v TO reader`);
    const url = postgres.url.replace("//mosaic", "//reader");
    expect(await load("SELECT ticker FROM shown.v", url)).toBe("no DatabaseError: HGLG11");
    expect(await load("SELECT ticker FROM funds", url)).toBe(
      rejected("the user lacks the permission to read a table of the query"),
    );
  });

  test("columns() finds views of other schemas, and each schema's own", async () => {
    await postgres.sql(`
      CREATE SCHEMA "Odd schema"; CREATE VIEW "Odd schema"."V" AS SELECT 1 AS inner_column;
      CREATE VIEW "V" AS SELECT 1 AS outer_column; CREATE MATERIALIZED VIEW m AS SELECT 1 AS kept`);
    const database = createPostgresDatabase({ url: postgres.url, name: "", query: "SELECT 1", ...PATIENT });
    const names = ["Odd schema.V", "V", "v", "public.V", "m", "numbers", "pg_catalog.pg_am"];
    expect(await database.columns(names).then((columns) => Object.fromEntries(columns))).toEqual({
      "Odd schema.V": ["inner_column"],
      V: ["outer_column"],
      "public.V": ["outer_column"],
      m: ["kept"],
      "pg_catalog.pg_am": ["oid", "amname", "amhandler", "amtype"],
    });
    await database.close();
  });

  test("columns() says of views in a schema that may not be used that they cannot be read", async () => {
    await postgres.sql(`
      CREATE ROLE outsider LOGIN PASSWORD '${POSTGRES_PASSWORD}';
      CREATE SCHEMA closed; CREATE VIEW closed.v AS SELECT 1 AS a; CREATE VIEW open_view AS SELECT 1 AS b`);
    const url = postgres.url.replace("//mosaic", "//outsider");
    const database = createPostgresDatabase({ url, name: "", query: "SELECT 1", ...PATIENT });
    const columns = await database.columns(["closed.v", "nowhere.v", "open_view", "closed.absent"]);
    const unreadable = columns.get("closed.v");
    expect(unreadable).toBeInstanceOf(DatabaseError);
    expect(unreadable).toMatchObject({
      code: "rejected",
      detail: "the user may not use the schema",
    });
    expect(Object.fromEntries(columns)).toEqual({
      "closed.v": unreadable,
      "closed.absent": unreadable,
      open_view: ["b"],
    });
    await database.close();
  });

  test("columns() reads all columns of a large catalog", async () => {
    const columns = Array.from({ length: 200 }, (_, index) => `c${index}`);
    const select = columns.map((column) => `1 AS ${column}`).join(",");
    await postgres.sql(`
      DO $$ BEGIN FOR i IN 1..600 LOOP EXECUTE 'CREATE VIEW large_' || i || ' AS SELECT ${select}'; END LOOP; END $$`);
    const database = createPostgresDatabase({ url: postgres.url, name: "", query: "SELECT 1", ...PATIENT });
    const names = Array.from({ length: 600 }, (_, index) => `large_${index + 1}`);
    const found = await database.columns(names);
    expect([...found.keys()].sort()).toEqual(names.toSorted());
    expect([...found.values()].filter((own) => String(own) !== String(columns))).toEqual([]);
    await database.close();
  });

  test("load() refuses more rows than it may hold, and reads no further", async () => {
    const rows = (count: number) => `SELECT 'A' AS ticker FROM generate_series(1, ${count})`;
    expect(await load(rows(100_000))).toMatch(/^no DatabaseError: A,A,/);
    const tooMany = "rejected: Cannot query the database: the query returned more than 100000 rows";
    expect(await load(rows(100_001))).toBe(tooMany);
    // Written so, the rows come one by one: there is no end of them to wait for.
    const endless =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT 'A' AS ticker FROM n";
    expect(await load(endless)).toBe(tooMany);
  });

  test("load() refuses more text than it may hold, and can be called again", async () => {
    const database = createPostgresDatabase({
      url: postgres.url,
      name: "",
      query: "SELECT repeat('A', length) AS ticker FROM lengths, generate_series(1, 20)",
      ...PATIENT,
    });
    await postgres.sql("CREATE TABLE lengths AS SELECT 1000000 AS length");
    expect(await failureOf(database.load())).toBe(
      "rejected: Cannot query the database: the query returned more than 16777216 characters",
    );
    await postgres.sql("UPDATE lengths SET length = 1");
    expect(await database.load()).toHaveLength(20);
    await database.close();
  });
});
