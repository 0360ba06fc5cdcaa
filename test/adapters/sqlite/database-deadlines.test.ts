import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSqliteDatabase } from "../../../src/adapters/sqlite/database.ts";
import { codeOf, expectAborted, failureOf } from "../../../src/conformance/database-case.ts";
import type { Database } from "../../../src/ports/database-port.ts";
import { createSqliteFile, type SqliteFile } from "../../support/sqlite-database-harness.ts";

const BUSY = "unavailable: Cannot query the database: SQLite is still busy with a call that timed out";
const CLOSED = "unavailable: Cannot query the database: the database is closed";
const noAnswer = (timeoutMs: number) =>
  `timeout: Cannot query the database: SQLite did not answer within ${timeoutMs} ms`;
/** Counts up to a number, which SQLite does in one go. */
const counting = (condition: string) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n${condition}) SELECT`;
const HEALED = { timeout: 20_000, interval: 5 };

let file: SqliteFile;
let writer: DatabaseSync;
const opened: Database[] = [];
beforeEach(async () => {
  file = await createSqliteFile();
  file.run("CREATE TABLE funds (ticker TEXT); INSERT INTO funds VALUES ('HGLG11')");
  writer = new DatabaseSync(file.path);
});
afterEach(async () => {
  writer.close();
  for (const database of opened.splice(0)) await database.close();
  await file.remove();
});

/** Waits for locks so long that a locked file holds it in SQLite until the lock is gone. */
function open(statementTimeoutMs: number, query = "SELECT ticker FROM funds"): Database {
  const database = createSqliteDatabase({
    location: file.path,
    query,
    statementTimeoutMs,
    lockTimeoutMs: 600_000,
  });
  opened.push(database);
  return database;
}

const lock = (): void => writer.exec("BEGIN EXCLUSIVE");
const unlock = (): void => writer.exec("ROLLBACK");

describe("createSqliteDatabase() and a call that SQLite does not return from", () => {
  test("createSqliteDatabase() lets the process go on, which here takes the lock away", async () => {
    const database = open(600_000);
    lock();
    const calls = Promise.all([database.load(), database.columns(["funds"])]);
    await new Promise((resolve) => setImmediate(resolve));
    unlock();
    expect(await calls).toEqual([["HGLG11"], new Map([["funds", ["ticker"]]])]);
  });

  test("createSqliteDatabase() gives it up, fails others at once, and works when it has returned", async () => {
    const database = open(50);
    lock();
    expect(await failureOf(database.load())).toBe(noAnswer(50));
    expect(await Promise.all([failureOf(database.load()), failureOf(database.columns(["funds"]))])).toEqual([
      BUSY,
      BUSY,
    ]);
    unlock();
    await expect.poll(() => failureOf(database.load()), HEALED).toBe("no DatabaseError: HGLG11");
  });

  test("createSqliteDatabase() counts the time that a call waits behind another", async () => {
    const database = open(1000);
    lock();
    const failures = await Promise.all([database.load(), database.columns(["funds"])].map(failureOf));
    expect(failures).toEqual([noAnswer(1000), noAnswer(1000)]);
    unlock();
  });

  test("createSqliteDatabase() lets a hundred calls wait and no more", async () => {
    const database = open(600_000);
    lock();
    const calls = Array.from({ length: 101 }, () => failureOf(database.load()));
    expect(await failureOf(database.load())).toBe(
      "unavailable: Cannot query the database: too many calls wait for SQLite",
    );
    unlock();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["no DatabaseError: HGLG11"]));
  });

  test("createSqliteDatabase() stops for callers in the middle of it, and answers the next", async () => {
    const database = open(600_000);
    lock();
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [database.load({ signal }), database.load({ signal }), database.columns([], { signal })];
    const reason = new Error("gives up");
    controller.abort(reason);
    for (const call of calls) await expectAborted(call, reason);
    const next = database.load();
    unlock();
    expect(await next).toEqual(["HGLG11"]);
  });

  test("createSqliteDatabase() closes in the middle of it", async () => {
    const database = open(600_000);
    lock();
    const calls = [failureOf(database.load()), failureOf(database.columns(["funds"]))];
    await Promise.all([database.close(), database.close()]);
    expect(await Promise.all([...calls, failureOf(database.load())])).toEqual([CLOSED, CLOSED, CLOSED]);
    unlock();
  });
});

describe("createSqliteDatabase() and a query without end", () => {
  test("createSqliteDatabase() reads no more rows than it may hold", async () => {
    expect(await failureOf(open(600_000, `${counting("")} i AS ticker FROM n`).load())).toBe(
      "rejected: Cannot query the database: the query returned more than 100000 rows",
    );
  });

  test("createSqliteDatabase() reads no more text than it may hold", async () => {
    const long = `${counting("")} hex(zeroblob(1000000)) AS ticker FROM n`;
    expect(await failureOf(open(600_000, long).load())).toBe(
      "rejected: Cannot query the database: the query returned more than 16777216 characters",
    );
    expect(await codeOf(open(600_000, "SELECT zeroblob(900000000) AS ticker").load())).toBe("rejected");
  });

  test("createSqliteDatabase() stops between two rows, and works again", async () => {
    // Each row takes a while, and there are more than anybody waits for.
    const row = "SELECT n.i UNION ALL SELECT j + 1 FROM m WHERE j < n.i + 30000";
    const slow = `(WITH RECURSIVE m (j) AS (${row}) SELECT count(*) || '' FROM m)`;
    file.run(`CREATE VIEW slow AS ${counting("")} ${slow} AS ticker FROM n`);
    const database = open(300, "SELECT ticker FROM slow");
    expect(await codeOf(database.load())).toBe("timeout");
    file.run("DROP VIEW slow; CREATE VIEW slow AS SELECT ticker FROM funds");
    await expect.poll(() => failureOf(database.load()), HEALED).toBe("no DatabaseError: HGLG11");
  });

  test("createSqliteDatabase() keeps what is in memory when a call was given up", async () => {
    const long = counting(" WHERE i < 3000000");
    const query = `${long} (SELECT ticker FROM view_fiis_info LIMIT 1) AS ticker FROM n WHERE i = 3000000`;
    const database = createSqliteDatabase({ location: "sample", query, statementTimeoutMs: 20 });
    opened.push(database);
    expect(await codeOf(database.load())).toBe("timeout");
    await expect
      .poll(async () => [...(await database.columns(["rate_terms"]).catch(() => [])).keys()], HEALED)
      .toEqual(["rate_terms"]);
  });
});
