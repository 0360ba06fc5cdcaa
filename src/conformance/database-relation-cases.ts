import type { DescribedDatabase } from "../ports/database-port.ts";
import {
  type BrokenAdapter,
  type ConformanceCase,
  type ConformanceTest,
  createTests,
  replaceOperations,
} from "./conformance-test.ts";
import { codeOf, databaseCase, expectAborted } from "./database-case.ts";
import type { StoredDatabaseHarness } from "./database-conformance.ts";
import { expect } from "./expect.ts";

/** An empty database that the tests can write to, and that describes its tables and views. */
export interface DescribedDatabaseHarness extends StoredDatabaseHarness {
  open(query: string): DescribedDatabase;
  /**
   * Statements that create a table `funds` (`id`, `ticker`) with the comment "Listed funds", and the comment "Trading
   * code" on `ticker`. Each database has its own syntax for comments.
   */
  readonly commentedFunds: string;
}

const QUERY = "SELECT 'HGLG11' AS ticker";
const CREATE_RELATIONS = `
CREATE TABLE prices (price_date DATE NOT NULL, ticker TEXT NOT NULL, close_price NUMERIC, PRIMARY KEY (ticker, price_date));
CREATE TABLE notes (note TEXT, code TEXT NOT NULL UNIQUE);
CREATE TABLE plain (a TEXT);
CREATE VIEW latest AS SELECT ticker, close_price FROM prices;`;

const relationCase = (
  name: string,
  use: (database: DescribedDatabase, harness: DescribedDatabaseHarness) => Promise<void>,
) => databaseCase(`relations() ${name}`, QUERY, use);

type RelationSummary = readonly [
  name: string,
  kind: string,
  columns: readonly string[],
  key: readonly string[],
];

async function readSummaries(
  database: DescribedDatabase,
  options?: Parameters<DescribedDatabase["relations"]>[0],
): Promise<readonly RelationSummary[]> {
  const relations = await database.relations(options);
  return [...relations]
    .map(
      ([name, { kind, columns, key }]): RelationSummary => [
        name,
        kind,
        columns.map((column) => column.name),
        key,
      ],
    )
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

const LATEST: RelationSummary = ["latest", "view", ["ticker", "close_price"], []];
const PRICES: RelationSummary = [
  "prices",
  "table",
  ["price_date", "ticker", "close_price"],
  ["ticker", "price_date"],
];

export const RELATION_CASES: readonly ConformanceCase<DescribedDatabaseHarness>[] = [
  relationCase("returns nothing for an empty database", async (database) => {
    expect(await readSummaries(database)).toEqual([]);
  }),
  relationCase(
    "returns every table and view, with its columns and its key in order",
    async (database, { run }) => {
      await run(CREATE_RELATIONS);
      expect(await readSummaries(database)).toEqual([
        LATEST,
        ["notes", "table", ["note", "code"], ["code"]],
        ["plain", "table", ["a"], []],
        PRICES,
      ]);
    },
  ),
  relationCase("returns the declared types", async (database, { run }) => {
    await run(CREATE_RELATIONS);
    const types = (await database.relations()).get("prices")?.columns.map(({ type }) => type.toLowerCase());
    expect(types).toEqual(["date", "text", "numeric"]);
  }),
  relationCase("returns the stored comments", async (database, { run, commentedFunds }) => {
    await run(commentedFunds);
    const funds = (await database.relations()).get("funds");
    expect([funds?.comment, funds?.columns.map(({ comment }) => comment)]).toEqual([
      "Listed funds",
      [undefined, "Trading code"],
    ]);
  }),
  relationCase("finds tables and views that were created or dropped since", async (database, { run }) => {
    expect(await readSummaries(database)).toEqual([]);
    await run(CREATE_RELATIONS);
    await run("DROP VIEW latest; DROP TABLE notes");
    expect((await readSummaries(database)).map(([name]) => name)).toEqual(["plain", "prices"]);
  }),
  relationCase("with names returns only these, under the given names", async (database, { run, schema }) => {
    await run(CREATE_RELATIONS);
    const names = ["latest", `${schema}.prices`, "absent", `${schema}.absent`, "elsewhere.prices"];
    const [first, ...prices] = PRICES;
    expect([first, await readSummaries(database, { names })]).toEqual([
      "prices",
      [LATEST, [`${schema}.prices`, ...prices]],
    ]);
    expect(await readSummaries(database, { names: [] })).toEqual([]);
  }),
  relationCase("accepts any text as a name, and never runs it as SQL", async (database, { run }) => {
    await run(CREATE_RELATIONS);
    const names = [
      "x'; DROP TABLE plain; --",
      'x"; DROP TABLE plain; --',
      "plain); DROP TABLE plain",
      "x%",
      "",
    ];
    expect(await readSummaries(database, { names })).toEqual([]);
    expect((await readSummaries(database, { names: ["plain"] })).length).toBe(1);
  }),
  relationCase("fails as aborted if the signal has fired", async (database) => {
    const reason = new Error("gave up");
    await expectAborted(database.relations({ signal: AbortSignal.abort(reason) }), reason);
    expect(await readSummaries(database)).toEqual([]);
  }),
  relationCase("fails as unavailable after close()", async (database) => {
    await database.close();
    expect(await codeOf(database.relations())).toBe("unavailable");
  }),
];

/**
 * The tests that every adapter of a `DescribedDatabase` must pass, in addition to `storedDatabaseTests`.
 *
 * @param open opens an empty database, for each test
 */
export function describedDatabaseTests(
  open: () => Promise<DescribedDatabaseHarness>,
): readonly ConformanceTest[] {
  return createTests(RELATION_CASES, open);
}

type Relations = Awaited<ReturnType<DescribedDatabase["relations"]>>;

/** A database with one fault in `relations()`. */
export type BrokenDescribedDatabase = BrokenAdapter<(inner: DescribedDatabase) => DescribedDatabase>;

const altering =
  (alter: (relations: Relations) => Relations) =>
  (inner: DescribedDatabase): DescribedDatabase =>
    replaceOperations(inner, { relations: async (options) => alter(await inner.relations(options)) });

const alteringEach = (
  alter: (relation: Relations extends ReadonlyMap<string, infer R> ? R : never) => object,
) =>
  altering(
    (relations) =>
      new Map([...relations].map(([name, relation]) => [name, { ...relation, ...alter(relation) }])),
  );

const RETURNS_ALL = "relations() returns every table and view, with its columns and its key in order";

/** Databases that the suite must reject. */
export const BROKEN_DESCRIBED_DATABASES: readonly BrokenDescribedDatabase[] = [
  {
    name: "returns tables only",
    caughtBy: RETURNS_ALL,
    breakIt: altering((all) => new Map([...all].filter(([, { kind }]) => kind === "table"))),
  },
  {
    name: "sorts columns",
    caughtBy: RETURNS_ALL,
    breakIt: alteringEach(({ columns }) => ({
      columns: columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    })),
  },
  {
    name: "sorts the columns of the key",
    caughtBy: RETURNS_ALL,
    breakIt: alteringEach(({ key }) => ({ key: key.toSorted() })),
  },
  {
    name: "returns no types",
    caughtBy: "relations() returns the declared types",
    breakIt: alteringEach(({ columns }) => ({ columns: columns.map((column) => ({ ...column, type: "" })) })),
  },
  {
    name: "drops comments",
    caughtBy: "relations() returns the stored comments",
    breakIt: alteringEach(({ columns }) => ({ columns: columns.map(({ name, type }) => ({ name, type })) })),
  },
  {
    name: "ignores names",
    caughtBy: "relations() with names returns only these, under the given names",
    breakIt: (inner) =>
      replaceOperations(inner, { relations: ({ signal } = {}) => inner.relations({ signal }) }),
  },
  {
    name: "ignores the signal",
    caughtBy: "relations() fails as aborted if the signal has fired",
    breakIt: (inner) =>
      replaceOperations(inner, { relations: ({ names } = {}) => inner.relations({ names }) }),
  },
];
