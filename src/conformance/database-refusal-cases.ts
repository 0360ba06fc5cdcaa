import type { ConformanceCase } from "./conformance-test.ts";
import { codeOf, databaseCase } from "./database-case.ts";
import type { StoredDatabaseHarness } from "./database-conformance.ts";
import { CREATE_FUNDS, SELECT_FUNDS } from "./database-stored-cases.ts";
import { expect } from "./expect.ts";

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
export const REFUSAL_CASES: readonly ConformanceCase<StoredDatabaseHarness>[] = WRITES.map((query) =>
  databaseCase(`load() refuses to write: ${query}`, query, async (database, { run, read }) => {
    await run(CREATE_FUNDS);
    expect(await codeOf(database.load())).toBe("rejected");
    expect(await codeOf(database.load())).toBe("rejected");
    expect(await database.columns(["intruder", "funds"])).toEqual(new Map([["funds", ["id", "ticker"]]]));
    await database.close();
    expect(await read(SELECT_FUNDS)).toEqual([{ ticker: "HGLG11" }, { ticker: "KNRI11" }]);
  }),
);
