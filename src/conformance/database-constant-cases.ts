import type { ConformanceCase } from "./conformance-test.ts";
import { codeOf, databaseCase, expectAborted } from "./database-case.ts";
import type { DatabaseHarness } from "./database-conformance.ts";
import { expect } from "./expect.ts";

const ONE_ROW = "SELECT 'HGLG11' AS ticker";
const ABSENT_NAMES = [
  "absent",
  "Absent",
  "absent.absent",
  "main.absent",
  "public.absent",
  "x'; DROP TABLE funds; --",
  'x"; DROP TABLE funds; --',
  "x%",
  "",
];

const ROW_QUERIES: readonly (readonly [what: string, query: string, rows: readonly unknown[]])[] = [
  ["a row", ONE_ROW, ["HGLG11"]],
  [
    "rows in the query's order",
    "WITH t (ticker) AS (VALUES ('B'), ('A'), ('B')) SELECT ticker FROM t",
    ["B", "A", "B"],
  ],
  ["texts unchanged", "SELECT ' hglg11 ' AS ticker UNION ALL SELECT 'É😀'", [" hglg11 ", "É😀"]],
  ["values that are not text", "SELECT NULL AS ticker UNION ALL SELECT 1", [null, 1]],
  ["one column of many", "SELECT 'x' AS a, 'HGLG11' AS ticker, 'y' AS b", ["HGLG11"]],
  ["an empty list", "SELECT 'HGLG11' AS ticker WHERE 1 = 0", []],
  ["an empty list, also without the column", "SELECT 1 AS other WHERE 1 = 0", []],
  ["the rows of a query that ends in a semicolon", `${ONE_ROW} ; `, ["HGLG11"]],
  ["the rows of a query after a comment", `-- all of them; really\n${ONE_ROW}`, ["HGLG11"]],
  ["a text with a semicolon", "SELECT 'a;b' AS ticker", ["a;b"]],
];

const rowCases = ROW_QUERIES.map(([what, query, rows]) =>
  databaseCase(`load() returns ${what}`, query, async (database) => {
    expect(await database.load()).toEqual(rows);
    expect(await database.load({ signal: new AbortController().signal })).toEqual(rows);
  }),
);

const WRONG_QUERIES: readonly (readonly [what: string, query: string, code: string])[] = [
  ["a row without the column", "SELECT 'HGLG11' AS code", "no-column"],
  ["a column in upper case", "SELECT 'HGLG11' AS \"TICKER\"", "no-column"],
  ["several statements", `${ONE_ROW}; DELETE FROM funds`, "rejected"],
  ["several queries", `${ONE_ROW}; ${ONE_ROW}`, "rejected"],
  ["a statement after a comment", `${ONE_ROW} /* ' */; DROP TABLE funds; -- '`, "rejected"],
  ["a statement that is not a query", "CREATE TABLE intruder AS SELECT 'A' AS ticker", "rejected"],
  ["a setting", "SET TRANSACTION READ WRITE", "rejected"],
  ["the end of the transaction", "COMMIT", "rejected"],
  ["a file to write", "VACUUM INTO '/nowhere/intruder.db'", "rejected"],
  ["an empty query", " ", "rejected"],
];

const wrongCases = WRONG_QUERIES.map(([what, query, code]) =>
  databaseCase(`load() rejects ${what}, at every call`, query, async (database) => {
    expect([await codeOf(database.load()), await codeOf(database.load())]).toEqual([code, code]);
    expect(await database.columns(["intruder"])).toEqual(new Map());
  }),
);

const rejectedCases = (
  [
    ["a view that is missing", "SELECT ticker FROM absent"],
    ["a column that is missing", "SELECT ticker FROM (SELECT 'A' AS code) AS t"],
    ["wrong SQL", "SELECT FROM WHERE"],
  ] as const
).map(([what, query]) =>
  databaseCase(`load() fails for ${what}, and can be called again`, query, async (database, harness) => {
    expect([await codeOf(database.load()), await codeOf(database.load())]).toEqual(["rejected", "rejected"]);
    const other = harness.open(ONE_ROW);
    expect(await other.load()).toEqual(["HGLG11"]);
    await other.close();
  }),
);

const otherCases: readonly ConformanceCase<DatabaseHarness>[] = [
  databaseCase("load() answers 30 concurrent callers", ONE_ROW, async (database) => {
    const loads = await Promise.all(Array.from({ length: 30 }, () => database.load()));
    expect(loads).toEqual(Array.from({ length: 30 }, () => ["HGLG11"]));
  }),
  databaseCase("load() fails as aborted if the signal has fired", ONE_ROW, async (database) => {
    const reason = new Error("gave up");
    await expectAborted(database.load({ signal: AbortSignal.abort(reason) }), reason);
    expect(await database.load()).toEqual(["HGLG11"]);
  }),
  databaseCase("columns() fails as aborted if the signal has fired", ONE_ROW, async (database) => {
    const reason = new Error("gave up");
    await expectAborted(database.columns(["absent"], { signal: AbortSignal.abort(reason) }), reason);
    expect(await database.columns(["absent"])).toEqual(new Map());
  }),
  databaseCase("columns() leaves out names that the database does not have", ONE_ROW, async (database) => {
    expect(await database.columns(ABSENT_NAMES)).toEqual(new Map());
  }),
  databaseCase("columns() of no names returns nothing", ONE_ROW, async (database) => {
    expect(await database.columns([])).toEqual(new Map());
  }),
  databaseCase("columns() works when the ticker query is wrong", "SELECT 1 FROM absent", async (database) => {
    expect(await codeOf(database.load())).toBe("rejected");
    expect(await database.columns(["absent"])).toEqual(new Map());
  }),
  databaseCase("close() may be repeated, also before any call", ONE_ROW, async (database) => {
    await database.close();
    await database.close();
    expect(await codeOf(database.load())).toBe("unavailable");
  }),
  databaseCase(
    "load() and columns() fail as unavailable after close()",
    ONE_ROW,
    async (database, harness) => {
      await database.load();
      await Promise.all([database.close(), database.close()]);
      expect([await codeOf(database.load()), await codeOf(database.columns(["absent"]))]).toEqual([
        "unavailable",
        "unavailable",
      ]);
      const other = harness.open(ONE_ROW);
      expect(await other.load()).toEqual(["HGLG11"]);
      await other.close();
    },
  ),
];

/** Cases without tables: their queries return constants, so they are valid for any content of the database. */
export const CONSTANT_CASES: readonly ConformanceCase<DatabaseHarness>[] = [
  ...rowCases,
  ...wrongCases,
  ...rejectedCases,
  ...otherCases,
];
