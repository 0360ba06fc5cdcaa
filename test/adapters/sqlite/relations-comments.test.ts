import { DatabaseSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import { createRelationReader, readSchemaComments } from "../../../src/adapters/sqlite/relations.ts";

const rows: readonly (readonly [what: string, sql: string, relation: string | undefined, columns: object])[] =
  [
    ["no comment", "CREATE TABLE t (a TEXT, b TEXT)", undefined, {}],
    [
      "comments after columns",
      'CREATE TABLE t ( -- the table\n  a TEXT, -- first\n  "b" TEXT /* second,\n * on two lines */\n)',
      "the table",
      { a: "first", b: "second, on two lines" },
    ],
    [
      "comments of a view's expressions",
      "CREATE VIEW t AS\n-- the view\nSELECT\n  1 + 1 AS a, -- sum\n  x.b -- taken over\nFROM x -- the source",
      "the view",
      { a: "sum", b: "taken over" },
    ],
    ["marks inside of texts", "CREATE TABLE t (\n  a TEXT DEFAULT '--no',\n  b TEXT\n)", undefined, {}],
    ["a comment between columns", "CREATE TABLE t (\n  a TEXT,\n  -- of nothing\n  b TEXT\n)", undefined, {}],
    ["empty comments", "CREATE TABLE t ( --\n  a TEXT, --\n  b TEXT -- b\n)", undefined, { b: "b" }],
  ];

describe("readSchemaComments()", () => {
  test.each(rows)("readSchemaComments() reads %s", (_what, sql, relation, columns) => {
    const comments = readSchemaComments(sql, ["a", "b"]);
    expect([comments.relation, Object.fromEntries(comments.columns)]).toEqual([relation, columns]);
  });
});

/** Counts the queries which go through all tables of a database. */
function countLists(database: DatabaseSync): () => number {
  const spies: { readonly mock: { readonly calls: readonly unknown[] } }[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    const statement = prepare(sql);
    if (/pragma_table_list|sqlite_schema/.test(sql))
      spies.push(vi.spyOn(statement, "all"), vi.spyOn(statement, "get"));
    return statement;
  };
  return () => spies.reduce((total, { mock }) => total + mock.calls.length, 0);
}

describe("createRelationReader()", () => {
  test("createRelationReader() goes through the tables of a database twice, however many it describes", () => {
    const database = new DatabaseSync(":memory:");
    const names = Array.from({ length: 20 }, (_, index) => `Table_${index}`);
    for (const name of names) database.exec(`CREATE TABLE ${name} ( -- of ${name}\n  a TEXT PRIMARY KEY)`);
    const lists = countLists(database);
    const read = createRelationReader(database);
    const found = [...names, "TABLE_1", "main.table_2"].map((name) => read(name)?.comment);
    database.close();
    expect(found).toEqual([...names.map((name) => `of ${name}`), "of Table_1", "of Table_2"]);
    expect(lists()).toBe(2);
  });
});
