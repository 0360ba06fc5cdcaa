import type { DescribedDatabase } from "../ports/database-port.ts";
import { boundTests, type ConformanceTest } from "./conformance-test.ts";
import type { DatabaseCase, StoredDatabaseHarness } from "./database-conformance.ts";
import { codeOf, expectAborted } from "./database-failure.ts";
import { expect } from "./expect.ts";

/** A database that is empty, that its owner can write to, and that catalogs can be drafted from. */
export interface DescribedDatabaseHarness extends StoredDatabaseHarness {
  open(query: string): DescribedDatabase;
  /**
   * Statements that make a table `funds` (`id`, `ticker`), with the comments "Listed funds" on it and "Trading
   * code" on `ticker`, in the database's own way.
   */
  readonly commentedFunds: string;
}

const QUERY = "SELECT 'HGLG11' AS ticker";
const MAKE = `
CREATE TABLE prices (price_date DATE NOT NULL, ticker TEXT NOT NULL, close_price NUMERIC, PRIMARY KEY (ticker, price_date));
CREATE TABLE notes (note TEXT, code TEXT NOT NULL UNIQUE);
CREATE TABLE plain (a TEXT);
CREATE VIEW latest AS SELECT ticker, close_price FROM prices;`;

function using(
  name: string,
  use: (database: DescribedDatabase, harness: DescribedDatabaseHarness) => Promise<void>,
): DatabaseCase<DescribedDatabaseHarness> {
  return {
    name: `relations() ${name}`,
    async run(harness) {
      const database = harness.open(QUERY);
      try {
        await use(database, harness);
      } finally {
        await database.close();
      }
    },
  };
}

type Shown = readonly [name: string, kind: string, columns: readonly string[], key: readonly string[]];

async function shown(
  database: DescribedDatabase,
  options?: Parameters<DescribedDatabase["relations"]>[0],
): Promise<readonly Shown[]> {
  const relations = await database.relations(options);
  return [...relations]
    .map(([name, { kind, columns, key }]): Shown => [name, kind, columns.map((column) => column.name), key])
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

const LATEST: Shown = ["latest", "view", ["ticker", "close_price"], []];
const PRICES: Shown = ["prices", "table", ["price_date", "ticker", "close_price"], ["ticker", "price_date"]];

/** What every database does that catalogs can be drafted from. */
export const RELATION_CASES: readonly DatabaseCase<DescribedDatabaseHarness>[] = [
  using("of an empty database has nothing", async (database) => {
    expect(await shown(database)).toEqual([]);
  }),
  using(
    "has every table and view, with columns in their order and the key in its own",
    async (database, { run }) => {
      await run(MAKE);
      expect(await shown(database)).toEqual([
        LATEST,
        ["notes", "table", ["note", "code"], ["code"]],
        ["plain", "table", ["a"], []],
        PRICES,
      ]);
    },
  ),
  using("has the types that the database declares", async (database, { run }) => {
    await run(MAKE);
    const types = (await database.relations()).get("prices")?.columns.map(({ type }) => type.toLowerCase());
    expect(types).toEqual(["date", "text", "numeric"]);
  }),
  using("has the comments that the database keeps", async (database, { run, commentedFunds }) => {
    await run(commentedFunds);
    const funds = (await database.relations()).get("funds");
    expect([funds?.comment, funds?.columns.map(({ comment }) => comment)]).toEqual([
      "Listed funds",
      [undefined, "Trading code"],
    ]);
  }),
  using("sees what was made and dropped since", async (database, { run }) => {
    expect(await shown(database)).toEqual([]);
    await run(MAKE);
    await run("DROP VIEW latest; DROP TABLE notes");
    expect((await shown(database)).map(([name]) => name)).toEqual(["plain", "prices"]);
  }),
  using("with names has those alone, by the given name", async (database, { run, schema }) => {
    await run(MAKE);
    const names = ["latest", `${schema}.prices`, "absent", `${schema}.absent`, "elsewhere.prices"];
    const [first, ...prices] = PRICES;
    expect([first, await shown(database, { names })]).toEqual([
      "prices",
      [LATEST, [`${schema}.prices`, ...prices]],
    ]);
    expect(await shown(database, { names: [] })).toEqual([]);
  }),
  using("takes any name as a name, and runs none", async (database, { run }) => {
    await run(MAKE);
    const names = [
      "x'; DROP TABLE plain; --",
      'x"; DROP TABLE plain; --',
      "plain); DROP TABLE plain",
      "x%",
      "",
    ];
    expect(await shown(database, { names })).toEqual([]);
    expect((await shown(database, { names: ["plain"] })).length).toBe(1);
  }),
  using("does not begin for a caller that gave up", async (database) => {
    const reason = new Error("gave up");
    await expectAborted(database.relations({ signal: AbortSignal.abort(reason) }), reason);
    expect(await shown(database)).toEqual([]);
  }),
  using("after close() is unavailable", async (database) => {
    await database.close();
    expect(await codeOf(database.relations())).toBe("unavailable");
  }),
];

/**
 * What every adapter of a `DescribedDatabase` must do, beside `storedDatabaseTests`.
 *
 * @param open gives an empty database for each test
 */
export function describedDatabaseTests(
  open: () => Promise<DescribedDatabaseHarness>,
): readonly ConformanceTest[] {
  return boundTests(RELATION_CASES, open);
}

type Relations = Awaited<ReturnType<DescribedDatabase["relations"]>>;

/** A database with one fault in `relations()`, and a case of the suite that must find it. */
export interface BrokenDescribedDatabase {
  readonly name: string;
  readonly caughtBy: string;
  readonly breakIt: (inner: DescribedDatabase) => DescribedDatabase;
}

const altering =
  (alter: (relations: Relations) => Relations) =>
  (inner: DescribedDatabase): DescribedDatabase => ({
    ...inner,
    relations: async (options) => alter(await inner.relations(options)),
  });

const each = (alter: (relation: Relations extends ReadonlyMap<string, infer R> ? R : never) => object) =>
  altering(
    (relations) =>
      new Map([...relations].map(([name, relation]) => [name, { ...relation, ...alter(relation) }])),
  );

const WHOLE = "relations() has every table and view, with columns in their order and the key in its own";

/** Faults that the suite must find, for tests of the suite. */
export const BROKEN_DESCRIBED_DATABASES: readonly BrokenDescribedDatabase[] = [
  {
    name: "has tables only",
    caughtBy: WHOLE,
    breakIt: altering((all) => new Map([...all].filter(([, { kind }]) => kind === "table"))),
  },
  {
    name: "sorts columns",
    caughtBy: WHOLE,
    breakIt: each(({ columns }) => ({ columns: columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)) })),
  },
  {
    name: "has the key in the order of the columns",
    caughtBy: WHOLE,
    breakIt: each(({ key }) => ({ key: key.toSorted() })),
  },
  {
    name: "has no types",
    caughtBy: "relations() has the types that the database declares",
    breakIt: each(({ columns }) => ({ columns: columns.map((column) => ({ ...column, type: "" })) })),
  },
  {
    name: "drops comments",
    caughtBy: "relations() has the comments that the database keeps",
    breakIt: each(({ columns }) => ({ columns: columns.map(({ name, type }) => ({ name, type })) })),
  },
  {
    name: "ignores names",
    caughtBy: "relations() with names has those alone, by the given name",
    breakIt: (inner) => ({ ...inner, relations: ({ signal } = {}) => inner.relations({ signal }) }),
  },
  {
    name: "ignores the signal",
    caughtBy: "relations() does not begin for a caller that gave up",
    breakIt: (inner) => ({ ...inner, relations: ({ names } = {}) => inner.relations({ names }) }),
  },
];
