import type { ConformanceCase } from "./conformance-test.ts";
import { codeOf, databaseCase } from "./database-case.ts";
import type { StoredDatabaseHarness } from "./database-conformance.ts";
import { expect } from "./expect.ts";

type Case = ConformanceCase<StoredDatabaseHarness>;

const SELECT_FUNDS = "SELECT ticker FROM funds ORDER BY id";
const CREATE_FUNDS = `
CREATE TABLE funds (id INTEGER PRIMARY KEY, ticker TEXT);
INSERT INTO funds VALUES (1, 'HGLG11'), (2, 'KNRI11');`;

const freshCases: readonly Case[] = [
  databaseCase("load() reads the stored rows at each call", SELECT_FUNDS, async (database, { run }) => {
    await run(CREATE_FUNDS);
    expect(await database.load()).toEqual(["HGLG11", "KNRI11"]);
    await run("INSERT INTO funds VALUES (3, ' mxrf11'), (4, NULL), (5, '')");
    expect(await database.load()).toEqual(["HGLG11", "KNRI11", " mxrf11", null, ""]);
    await run("UPDATE funds SET ticker = 'XPML11' WHERE id = 1; DELETE FROM funds WHERE id > 1");
    expect(await database.load()).toEqual(["XPML11"]);
    await run("DELETE FROM funds");
    expect(await database.load()).toEqual([]);
  }),
  databaseCase(
    "load() succeeds after the missing view is created",
    "SELECT ticker FROM view_funds",
    async (database, { run }) => {
      expect(await codeOf(database.load())).toBe("rejected");
      await run(`${CREATE_FUNDS} CREATE VIEW view_funds AS SELECT ticker FROM funds WHERE id = 2`);
      expect(await database.load()).toEqual(["KNRI11"]);
      await run("DROP VIEW view_funds");
      expect(await codeOf(database.load())).toBe("rejected");
    },
  ),
  databaseCase(
    "columns() finds added and removed columns and views",
    SELECT_FUNDS,
    async (database, { run }) => {
      expect(await database.columns(["funds", "v"])).toEqual(new Map());
      await run(`${CREATE_FUNDS} CREATE VIEW v AS SELECT ticker FROM funds`);
      expect(await database.columns(["funds", "v"])).toEqual(
        new Map([
          ["funds", ["id", "ticker"]],
          ["v", ["ticker"]],
        ]),
      );
      await run("DROP VIEW v; CREATE VIEW v AS SELECT ticker AS code, id FROM funds");
      await run("ALTER TABLE funds ADD COLUMN segment TEXT");
      expect(await database.columns(["funds", "v"])).toEqual(
        new Map([
          ["funds", ["id", "ticker", "segment"]],
          ["v", ["code", "id"]],
        ]),
      );
      await run("DROP VIEW v; ALTER TABLE funds DROP COLUMN segment");
      expect(await database.columns(["funds", "v"])).toEqual(new Map([["funds", ["id", "ticker"]]]));
    },
  ),
];

/** Names of valid entities, and names that an unvalidated entity could have. */
const ODD_NAMES = [
  "v",
  "V_Mixed",
  "_leading",
  "select",
  "from",
  "order",
  `v${"x".repeat(62)}`,
  "it's",
  'a"b',
  "a;b",
  "a b",
  "a--b",
  "a%",
  "$1",
  "É",
];

const nameCases: readonly Case[] = [
  databaseCase(
    "columns() returns the columns of each name, in their order",
    SELECT_FUNDS,
    async (database, { run }) => {
      await run("CREATE TABLE t (z INTEGER, a TEXT, m TEXT); CREATE VIEW v AS SELECT m, z AS y, a FROM t");
      await run("CREATE TABLE t2 (a TEXT); CREATE TABLE other (a TEXT)");
      const columns = await database.columns(["v", "absent", "t2", "t"]);
      expect([...columns].toSorted()).toEqual([
        ["t", ["z", "a", "m"]],
        ["t2", ["a"]],
        ["v", ["m", "y", "a"]],
      ]);
    },
  ),
  databaseCase(
    "columns() accepts names with a schema, and returns them unchanged",
    SELECT_FUNDS,
    async (database, { run, schema }) => {
      await run("CREATE VIEW v AS SELECT 1 AS a");
      const names = [`${schema}.v`, "v", "elsewhere.v", `${schema}.absent`, `v.${schema}`];
      expect(await database.columns(names)).toEqual(
        new Map([
          [`${schema}.v`, ["a"]],
          ["v", ["a"]],
        ]),
      );
    },
  ),
  databaseCase(
    "columns() accepts any text as a name, and never runs it as SQL",
    SELECT_FUNDS,
    async (database, { run }) => {
      await run("CREATE TABLE kept (a TEXT)");
      for (const name of ODD_NAMES) await run(`CREATE VIEW ${quoted(name)} AS SELECT 1 AS ${quoted(name)}`);
      const hostile = ['kept"; DROP TABLE kept; --', "kept'; DROP TABLE kept; --", "kept); DROP TABLE kept"];
      const columns = await database.columns([...hostile, ...ODD_NAMES]);
      expect(Object.fromEntries(columns)).toEqual(
        Object.fromEntries(ODD_NAMES.map((name) => [name, [name]])),
      );
      expect(await database.columns(["kept"])).toEqual(new Map([["kept", ["a"]]]));
    },
  ),
  databaseCase("columns() accepts a thousand names", SELECT_FUNDS, async (database, { run }) => {
    await run("CREATE VIEW v_999 AS SELECT 1 AS a");
    const names = Array.from({ length: 1000 }, (_, index) => `v_${index}`);
    expect(await database.columns(names)).toEqual(new Map([["v_999", ["a"]]]));
  }),
  databaseCase("columns() returns tables and views only", SELECT_FUNDS, async (database, { run }) => {
    await run("CREATE TABLE t (a TEXT); CREATE INDEX an_index ON t (a)");
    expect(await database.columns(["t", "an_index"])).toEqual(new Map([["t", ["a"]]]));
  }),
];

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Statements that some kind of database would run for a user with write access. */
const WRITES: readonly string[] = [
  "INSERT INTO funds VALUES (3, 'MXRF11') RETURNING ticker",
  "UPDATE funds SET ticker = 'MXRF11' RETURNING ticker",
  "DELETE FROM funds RETURNING ticker",
  "REPLACE INTO funds VALUES (1, 'MXRF11') RETURNING ticker",
  "TRUNCATE funds",
  "DROP TABLE funds",
  "ALTER TABLE funds RENAME TO ticker",
  "CREATE TABLE intruder AS SELECT ticker FROM funds",
  "CREATE VIEW intruder AS SELECT ticker FROM funds",
  "SELECT ticker INTO intruder FROM funds",
  "WITH gone AS (DELETE FROM funds RETURNING ticker) SELECT ticker FROM gone",
  "WITH more AS (INSERT INTO funds VALUES (3, 'MXRF11') RETURNING ticker) SELECT ticker FROM more",
  "WITH other AS (UPDATE funds SET ticker = 'MXRF11' RETURNING ticker) SELECT ticker FROM other",
  "WITH all_ids AS (SELECT 1 AS id) DELETE FROM funds RETURNING ticker",
  "WITH all_ids AS (SELECT 3 AS id) INSERT INTO funds SELECT id, 'MXRF11' FROM all_ids RETURNING ticker",
  "SELECT ticker FROM funds FOR UPDATE",
  "SELECT ticker FROM funds; DELETE FROM funds",
  "SELECT ticker FROM funds; COMMIT; DELETE FROM funds; BEGIN",
  "SELECT 'A;' AS ticker; DELETE FROM funds",
  "EXPLAIN ANALYZE DELETE FROM funds",
  "COPY funds TO PROGRAM 'true'",
  "PRAGMA user_version = 7",
];

/** Stored data is read-only for every ticker query. */
const refusalCases: readonly Case[] = WRITES.map((query) =>
  databaseCase(`load() refuses to write: ${query}`, query, async (database, { run, read }) => {
    await run(CREATE_FUNDS);
    expect(await codeOf(database.load())).toBe("rejected");
    expect(await codeOf(database.load())).toBe("rejected");
    expect(await database.columns(["intruder", "funds"])).toEqual(new Map([["funds", ["id", "ticker"]]]));
    await database.close();
    expect(await read(SELECT_FUNDS)).toEqual([{ ticker: "HGLG11" }, { ticker: "KNRI11" }]);
  }),
);

export const STORED_CASES: readonly Case[] = [...freshCases, ...nameCases, ...refusalCases];
