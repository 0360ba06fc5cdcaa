import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../src/adapters/filesystem/source.ts";
import { type Answer, sendRequest } from "../support/send-request.ts";
import { type RunningCombination, startCombination } from "../support/service-combinations.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";
import {
  openTickerDatabase,
  readSampleSchema,
  TICKER_COMBINATIONS,
  type TickerDatabase,
} from "../support/ticker-databases.ts";

const VIEWS_DIR = resolve(import.meta.dirname, "../../data/views");
const NEWS = "view_fiis_news";

interface Row {
  readonly entity: string;
  readonly state: string;
  readonly detail?: string;
  readonly missingInDatabase: readonly string[];
  readonly missingInCatalog: readonly string[];
}

const sameRow = (entity: string): Row => ({
  entity,
  state: "same",
  missingInDatabase: [],
  missingInCatalog: [],
});

/** What the database says when one view is as `row` says and all others are as authored. */
async function rowsWith(row: Row): Promise<readonly Row[]> {
  const load = await createFilesystemSource(VIEWS_DIR).load();
  if (load.kind !== "loaded") throw new Error("The sample catalog is invalid");
  return [...load.catalog.views.keys()].map((entity) => (entity === row.entity ? row : sameRow(entity)));
}

/** The sample's own definition of the view of news. */
async function newsView(): Promise<string> {
  const [definition] = (await readSampleSchema()).match(/CREATE VIEW view_fiis_news AS[^;]*;/) ?? [];
  if (definition === undefined) throw new Error("The sample has no view of news");
  return definition;
}

const CHANGES: readonly (readonly [
  what: string,
  change: (definition: string) => string,
  difference: Partial<Row>,
])[] = [
  [
    "a column added",
    (view) => view.replace("n.title,", "n.title, 'x' AS \"Extra; DROP\","),
    { missingInCatalog: ["Extra; DROP"] },
  ],
  ["a column dropped", (view) => view.replace("n.summary,", ""), { missingInDatabase: ["summary"] }],
  [
    "a column renamed",
    (view) => view.replace("n.author_name,", "n.author_name AS author,"),
    { missingInDatabase: ["author_name"], missingInCatalog: ["author"] },
  ],
  [
    "columns added, dropped and renamed",
    (view) =>
      view
        .replace("n.title,", "n.title AS headline,")
        .replace("n.topic,", "")
        .replace("n.tags,", "n.tags, 1 AS one,"),
    { missingInDatabase: ["title", "topic"], missingInCatalog: ["headline", "one"] },
  ],
];

describe.each(TICKER_COMBINATIONS)("diffDatabase() with $name", (combination) => {
  let database: TickerDatabase;
  let running: RunningCombination;
  const diff = (): Promise<Answer> =>
    sendRequest(running.service.url, "/admin/views/diff", {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "x-request-id": "diff" },
    });
  const defineNews = async (definition: string): Promise<void> =>
    database.run(`DROP VIEW IF EXISTS ${NEWS}; ${definition}`);

  beforeAll(async () => {
    database = await openTickerDatabase(combination.database);
    running = await startCombination(combination, { DATABASE_URL: database.url });
  });
  afterEach(async () => defineNews(await newsView()));
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  test("GET /admin/views/diff finds the sample as its authors wrote it down", async () => {
    const answer = await diff();
    expect([answer.status, answer.headers["content-type"], answer.json()]).toEqual([
      200,
      "application/json",
      { status: "same", views: await rowsWith(sameRow(NEWS)) },
    ]);
  });

  test.each(CHANGES)("GET /admin/views/diff finds %s", async (_what, change, difference) => {
    const original = await newsView();
    await defineNews(change(original));
    const answer = await diff();
    expect([answer.status, answer.json()]).toEqual([
      200,
      { status: "different", views: await rowsWith({ ...sameRow(NEWS), state: "different", ...difference }) },
    ]);
    await defineNews(original);
    expect((await diff()).json()).toEqual({ status: "same", views: await rowsWith(sameRow(NEWS)) });
  });

  test("GET /admin/views/diff says which views the database lacks", async () => {
    await database.run(`DROP VIEW ${NEWS}`);
    const answer = await diff();
    expect([answer.status, answer.json()]).toEqual([
      200,
      { status: "same", views: await rowsWith({ ...sameRow(NEWS), state: "absent" }) },
    ]);
  });

  // PostgreSQL drops no table that a view needs.
  if (combination.database === "sqlite") {
    test("GET /admin/views/diff says which view the database cannot read, and compares the others", async () => {
      await defineNews(
        `CREATE TABLE gone (a TEXT); CREATE VIEW ${NEWS} AS SELECT a FROM gone; DROP TABLE gone`,
      );
      const answer = await diff();
      const broken = {
        ...sameRow(NEWS),
        state: "unreadable",
        detail: 'SQLite reported "no such table: main.gone"',
      };
      expect([answer.status, answer.json()]).toEqual([
        200,
        { status: "different", views: await rowsWith(broken) },
      ]);
    });
  }

  test("GET /admin/views/diff answers 503 while the database is down, and compares when it is back", async () => {
    await database.goDown();
    const answer = await diff();
    await database.comeBack();
    expect([answer.status, answer.json()]).toEqual([
      503,
      {
        type: "urn:mosaic:problem:database_unavailable",
        title: "The database is unavailable",
        status: 503,
        code: "database_unavailable",
        detail: DOWN_DETAILS[combination.database],
        requestId: "diff",
      },
    ]);
    const line = await running.service.waitForLog(
      ({ msg }) => msg === "Columns not compared with the database",
    );
    expect(line).toMatchObject({ level: "warn", detail: DOWN_DETAILS[combination.database] });
    expect(line).toMatchObject({ database: expect.any(String), said: expect.any(String) });
    await expect.poll(async () => (await diff()).status, { timeout: 15_000 }).toBe(200);
  });
});

const DOWN_DETAILS = {
  sqlite: "Cannot query the database: SQLite was locked for more than 1000 ms",
  postgres: "Cannot query the database: PostgreSQL's host refused the connection",
} as const;
