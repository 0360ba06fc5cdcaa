import { describe, expect, test } from "vitest";
import { findTickerQueryFault } from "../../../src/domain/tickers/ticker-query.ts";

const EMPTY = "it is empty";
const SEVERAL = "it has several statements";
const NO_QUERY = "it does not begin with SELECT, WITH, VALUES or TABLE";

describe("findTickerQueryFault()", () => {
  test.each([
    "SELECT ticker FROM view_fiis_info",
    "select ticker from view_fiis_info;",
    "\n  SELECT ticker\n  FROM t ; \n",
    "SELECT ticker FROM t; -- the funds; all of them",
    "SELECT ticker FROM t /* ; */ ; /* done; */",
    "-- the funds; all of them\nSELECT ticker FROM t",
    "/* first; */SELECT ticker FROM t",
    "SELECT ticker FROM t WHERE name = 'a;b'",
    "SELECT ticker FROM t WHERE name = 'it''s; fine'",
    "SELECT ticker FROM t WHERE name = ';--' AND other = '/*;'",
    'SELECT "a;b" AS ticker FROM t',
    'SELECT "a"";b" AS ticker FROM t',
    "SELECT ticker FROM t WHERE name = $$it's$$",
    "SELECT ticker FROM t WHERE name = $tag$ a $$ b $tag$;",
    "SELECT ticker FROM t WHERE id = $1",
    "SELECT ticker FROM t WHERE name ~ '^[A-Z]{4}\\d\\d$';",
    "SELECT ticker\r\n-- the funds; all of them\r\nFROM t",
    "/* a; */ SELECT ticker /* b; */ FROM t /* c; */",
    "SELECT 2*/* ; */3",
    "WITH f AS (SELECT ticker FROM t) SELECT ticker FROM f",
    "VALUES ('HGLG11')",
    "TABLE view_fiis_info",
    "(SELECT ticker FROM a) UNION (SELECT ticker FROM b)",
    " ( (SELECT ticker FROM a))",
    "SELECT'HGLG11'AS ticker",
    'SELECT"ticker"FROM t',
  ])("findTickerQueryFault(%j) is undefined", (sql) => {
    expect(findTickerQueryFault(sql)).toBeUndefined();
  });

  test.each([
    ["", EMPTY],
    [" \t\n", EMPTY],
    ["-- SELECT ticker FROM t", EMPTY],
    ["/* SELECT ticker FROM t */", EMPTY],
    ["-- a\n/* b */ -- c", EMPTY],
    [";", NO_QUERY],
    [";;", SEVERAL],
    ["SELECT 1; SELECT 2", SEVERAL],
    ["SELECT 1;;", SEVERAL],
    ["; SELECT 1", SEVERAL],
    ["SELECT ticker FROM t; DROP TABLE t", SEVERAL],
    ["SELECT ticker FROM t; DROP TABLE t; --", SEVERAL],
    ["SELECT 'a'; DROP TABLE t; SELECT 'b'", SEVERAL],
    ["SELECT '''; DROP TABLE t; --'; DELETE FROM t", SEVERAL],
    ["SELECT 1 -- '\n; DROP TABLE t -- '", SEVERAL],
    ["SELECT 1 /* ' */; DROP TABLE t /* ' */", SEVERAL],
    ["SELECT 1 -- /*\n; DROP TABLE t -- */", SEVERAL],
    // Where it is not known what a semicolon belongs to, it counts.
    ["SELECT ticker FROM t WHERE name = $$a;b$$", SEVERAL],
    ["SELECT ticker FROM t WHERE name = '\\;'", SEVERAL],
    ["SELECT ticker /* a /* ; */ */ FROM t", SEVERAL],
    // Each would get past a reader that takes for text what the database does not.
    ["SELECT E'\\''; COPY t TO PROGRAM 'id'; --'", SEVERAL],
    ["SELECT E'a'\n'\\''; COPY t TO PROGRAM 'id'; --'", SEVERAL],
    ["SELECT '\\'; COPY t TO PROGRAM 'id'; --'", SEVERAL],
    ["SELECT 1 AS x$a$; COPY t TO PROGRAM 'id'; SELECT 1 AS y$a$", SEVERAL],
    ["SELECT $é$'$é$; COPY t TO PROGRAM 'id'; --'", SEVERAL],
    ["SELECT 1 -- '\r; COPY t TO PROGRAM 'id'; --'", SEVERAL],
    ["SELECT 1 /* /* */ ' */; COPY t TO PROGRAM 'id'; --'", SEVERAL],
    ["/* /* */ SELECT '*/ COPY t TO PROGRAM $$id$$ --'", NO_QUERY],
    ["-- \r SELECT '\nATTACH 'x' AS x --'", NO_QUERY],
    ["$$ $$ SELECT ticker FROM t", NO_QUERY],
    ["SELECT $$a$$; DROP TABLE t; SELECT $$b$$", SEVERAL],
    ["SELECT $a$ $b$ $a$; DROP TABLE t; SELECT $b$", SEVERAL],
    ["SELECT '; DROP TABLE t", SEVERAL],
    ["SELECT /* ; DROP TABLE t", SEVERAL],
    ["INSERT INTO t VALUES ('HGLG11')", NO_QUERY],
    ["UPDATE t SET ticker = 'HGLG11'", NO_QUERY],
    ["DELETE FROM t", NO_QUERY],
    ["DROP TABLE t", NO_QUERY],
    ["CREATE TABLE t (ticker TEXT)", NO_QUERY],
    ["ALTER TABLE t ADD ticker TEXT", NO_QUERY],
    ["TRUNCATE t", NO_QUERY],
    ["PRAGMA writable_schema = 1", NO_QUERY],
    ["ATTACH DATABASE 'x' AS x", NO_QUERY],
    ["VACUUM", NO_QUERY],
    ["COPY t TO PROGRAM 'id'", NO_QUERY],
    ["EXPLAIN SELECT ticker FROM t", NO_QUERY],
    ["CALL p()", NO_QUERY],
    ["DO $$ BEGIN END $$", NO_QUERY],
    ["BEGIN", NO_QUERY],
    ["COMMIT", NO_QUERY],
    ["SET ROLE admin", NO_QUERY],
    ["ticker", NO_QUERY],
    ["SELECTED", NO_QUERY],
    ["SELECT_ticker FROM t", NO_QUERY],
    ["'SELECT ticker FROM t'", NO_QUERY],
    ["/* SELECT */ DELETE FROM t", NO_QUERY],
    ["-- SELECT\nDELETE FROM t", NO_QUERY],
    [")SELECT 1", NO_QUERY],
  ])("findTickerQueryFault(%j) is %j", (sql, problem) => {
    expect(findTickerQueryFault(sql)).toBe(problem);
  });
});
