import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSqliteDatabase } from "../../../src/adapters/sqlite/database.ts";
import { failureOf } from "../../../src/conformance/database-case.ts";
import { type Database, DatabaseError } from "../../../src/ports/database-port.ts";
import { createSqliteFile, runSqlite, type SqliteFile } from "../../support/sqlite-database-harness.ts";

const UNOPENED = "unavailable: Cannot query the database: the file cannot be opened";
const NOT_A_DATABASE = Buffer.from("this is no database, whatever it is called\n".repeat(100));
const query = "SELECT ticker FROM funds";

let file: SqliteFile;
let database: Database;
beforeEach(async () => {
  file = await createSqliteFile();
  database = createSqliteDatabase({ location: file.path, query, lockTimeoutMs: 20 });
});
afterEach(async () => {
  await database.close();
  await file.remove();
});

function fill(path: string, ticker: string): void {
  runSqlite(path, `CREATE TABLE funds (ticker TEXT); INSERT INTO funds VALUES ('${ticker}')`);
}

describe("createSqliteDatabase()", () => {
  test("createSqliteDatabase() waits for a file that is missing, and makes none", async () => {
    await rm(file.path);
    expect([await failureOf(database.load()), await failureOf(database.columns(["funds"]))]).toEqual([
      UNOPENED,
      UNOPENED,
    ]);
    expect(await readdir(dirname(file.path))).toEqual([]);
    fill(file.path, "HGLG11");
    expect(await database.load()).toEqual(["HGLG11"]);
    expect(await database.columns(["funds"])).toEqual(new Map([["funds", ["ticker"]]]));
  });

  test("createSqliteDatabase() waits for a folder that is missing", async () => {
    const folder = join(dirname(file.path), "sub");
    const later = createSqliteDatabase({ location: join(folder, "funds.db"), query });
    expect(await failureOf(later.load())).toBe(UNOPENED);
    await mkdir(folder);
    fill(join(folder, "funds.db"), "HGLG11");
    expect(await later.load()).toEqual(["HGLG11"]);
    await later.close();
  });

  test("createSqliteDatabase() reads a file that another one replaces", async () => {
    fill(file.path, "HGLG11");
    expect(await database.load()).toEqual(["HGLG11"]);
    fill(`${file.path}.new`, "KNRI11");
    await rename(`${file.path}.new`, file.path);
    expect(await database.load()).toEqual(["KNRI11"]);
  });

  test("createSqliteDatabase() does not serve a file that is gone", async () => {
    fill(file.path, "HGLG11");
    expect(await database.load()).toEqual(["HGLG11"]);
    await rm(file.path);
    expect(await failureOf(database.load())).toBe(UNOPENED);
  });

  test("createSqliteDatabase() does not open a folder", async () => {
    const folder = createSqliteDatabase({ location: dirname(file.path), query });
    expect(await failureOf(folder.load())).toBe(UNOPENED);
  });

  test("createSqliteDatabase() heals from a file that is no database", async () => {
    await writeFile(file.path, NOT_A_DATABASE);
    const wrong = 'rejected: Cannot query the database: SQLite reported "file is not a database"';
    expect([await failureOf(database.load()), await failureOf(database.columns(["funds"]))]).toEqual([
      wrong,
      wrong,
    ]);
    await rm(file.path);
    fill(file.path, "HGLG11");
    expect(await database.load()).toEqual(["HGLG11"]);
  });

  test("createSqliteDatabase() is told of a file with nothing in it", async () => {
    await writeFile(file.path, "");
    expect(await failureOf(database.load())).toBe(
      'rejected: Cannot query the database: set TICKERS_SQL to a query on this database; SQLite reported "SQL logic error"',
    );
    fill(file.path, "HGLG11");
    expect(await database.load()).toEqual(["HGLG11"]);
  });

  test("createSqliteDatabase() waits for a lock so long and no longer", async () => {
    fill(file.path, "HGLG11");
    expect(await database.load()).toEqual(["HGLG11"]);
    const writer = new DatabaseSync(file.path);
    writer.exec("BEGIN EXCLUSIVE");
    const locked = "timeout: Cannot query the database: SQLite was locked for more than 20 ms";
    expect([await failureOf(database.load()), await failureOf(database.columns(["funds"]))]).toEqual([
      locked,
      locked,
    ]);
    writer.exec("ROLLBACK");
    expect(await database.load()).toEqual(["HGLG11"]);
    writer.close();
  });

  test("createSqliteDatabase() keeps no lock", async () => {
    fill(file.path, "HGLG11");
    await database.load();
    runSqlite(file.path, "BEGIN EXCLUSIVE; INSERT INTO funds VALUES ('KNRI11'); COMMIT");
    expect(await database.load()).toEqual(["HGLG11", "KNRI11"]);
  });

  test("createSqliteDatabase() says of a view whose table is gone that it cannot be read, and reads the others", async () => {
    fill(file.path, "HGLG11");
    file.run(`
      CREATE TABLE gone (a TEXT); CREATE VIEW orphan AS SELECT a FROM gone;
      CREATE VIEW kept AS SELECT ticker FROM funds; DROP TABLE gone`);
    const columns = await database.columns(["orphan", "main.orphan", "kept", "absent", "funds"]);
    const unreadable = columns.get("orphan");
    expect(unreadable).toBeInstanceOf(DatabaseError);
    expect(unreadable).toMatchObject({
      code: "rejected",
      detail: 'SQLite reported "no such table: main.gone"',
    });
    expect([...columns]).toEqual([
      ["orphan", unreadable],
      ["main.orphan", unreadable],
      ["kept", ["ticker"]],
      ["funds", ["ticker"]],
    ]);
  });

  test("createSqliteDatabase() tells columns that are generated, and none that only the library sees", async () => {
    file.run(`
      CREATE TABLE made (a TEXT, b TEXT AS (upper(a)) VIRTUAL, c TEXT AS (lower(a)) STORED, d TEXT);
      CREATE VIEW shown AS SELECT * FROM made; CREATE VIRTUAL TABLE searched USING fts5 (title)`);
    const columns = await database.columns(["made", "main.made", "shown", "searched"]);
    const all = ["a", "b", "c", "d"];
    expect(Object.fromEntries(columns)).toEqual({
      made: all,
      "main.made": all,
      shown: all,
      searched: ["title"],
    });
  });

  test("createSqliteDatabase() keeps what the library said beside its own words", async () => {
    await expect(database.load()).rejects.toMatchObject({
      detail: 'set TICKERS_SQL to a query on this database; SQLite reported "SQL logic error"',
      databaseMessage: "no such table: funds",
    });
  });

  test("createSqliteDatabase() refuses more rows than it may hold", async () => {
    const rows = (condition: string) =>
      `WITH RECURSIVE n (ticker) AS (SELECT 1 UNION ALL SELECT ticker + 1 FROM n${condition}) SELECT ticker FROM n`;
    const tooMany = "rejected: Cannot query the database: the query returned more than 100000 rows";
    const load = (text: string) => createSqliteDatabase({ location: ":memory:", query: text }).load();
    expect(await load(rows(" WHERE ticker < 100000"))).toHaveLength(100_000);
    expect(await failureOf(load(rows(" WHERE ticker < 100001")))).toBe(tooMany);
  });

  test.each(["VACUUM INTO 'out.db'", "ATTACH 'out.db' AS out"])(
    "createSqliteDatabase() writes no other file: %s",
    async (statement) => {
      const path = join(dirname(file.path), "out.db");
      const hostile = createSqliteDatabase({
        location: ":memory:",
        query: statement.replace("out.db", path),
      });
      expect(await failureOf(hostile.load())).toBe(
        "rejected: Cannot query the database: the ticker query is wrong: it does not begin with SELECT, WITH, VALUES or TABLE",
      );
      await hostile.close();
      expect(await readdir(dirname(file.path))).toEqual(["funds.db"]);
    },
  );

  test("createSqliteDatabase() is called by its file", () => {
    expect(database.name).toBe(`sqlite:${file.path}`);
    expect(createSqliteDatabase({ location: "sample", query }).name).toBe("the embedded sample database");
  });
});
