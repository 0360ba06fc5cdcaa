import { describe, expect, test } from "vitest";
import { readSchemaComments } from "../../../src/adapters/sqlite/relations.ts";

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
