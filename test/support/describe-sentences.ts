import { describe, expect, test } from "vitest";
import type { DatabaseHarness } from "../../src/conformance/database-conformance.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import type { CatalogSourcePort } from "../../src/ports/catalog-source-port.ts";

interface Subject<Open> {
  readonly name: string;
  readonly open: () => Promise<Open>;
}

/** What this project's caches do beyond the published suite: sentences, and the longest TTL in full. */
export function describeCacheSentences({ name, open }: Subject<CachePort>): void {
  describe(`${name}: sentences`, () => {
    test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a TTL of %s", async (ttlSeconds) => {
      const cache = await open();
      const message = `Cannot use a TTL of ${ttlSeconds} seconds: it must be a finite number greater than zero`;
      const calls = [
        () => cache.set("key", new Uint8Array(1), { ttlSeconds }),
        () => cache.publish({ entries: [], ttlSeconds, remove: [], expect: [] }),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow(new RangeError(message));
      await cache.close();
    });

    test("the longest TTL is kept in full", async () => {
      const cache = await open();
      await cache.set("key", new Uint8Array(1), { ttlSeconds: Number.MAX_VALUE });
      expect((await cache.getWithTtl("key"))?.ttlSeconds).toBeGreaterThan(9_007_199_000_000);
      await cache.close();
    });
  });
}

/** What this project's sources say when the caller leaves. */
export function describeSourceSentences({
  name,
  open,
}: Subject<{ readonly source: CatalogSourcePort; close(): unknown }>): void {
  describe(`${name}: sentences`, () => {
    test("an abort names the catalog", async () => {
      const { source, close } = await open();
      const options = { signal: AbortSignal.abort() };
      const message = `Cannot load catalog ${JSON.stringify(source.name)}: aborted by the caller`;
      await expect(source.load(options)).rejects.toThrow(message);
      await close();
    });
  });
}

const ONE = "SELECT 'HGLG11' AS ticker";
const NO_COLUMN = 'no-column: Cannot query the database: the query returned no column "ticker"';
const WRONG = "rejected: Cannot query the database: the ticker query is wrong";

const WRONG_QUERIES: readonly (readonly [what: string, query: string, failure: string])[] = [
  ["a row without the column", "SELECT 'HGLG11' AS code", NO_COLUMN],
  ["a column in other letters", "SELECT 'HGLG11' AS \"TICKER\"", NO_COLUMN],
  ["several statements", `${ONE}; DELETE FROM funds`, `${WRONG}: it has several statements`],
  ["several queries", `${ONE}; ${ONE}`, `${WRONG}: it has several statements`],
  [
    "a statement behind a comment",
    `${ONE} /* ' */; DROP TABLE funds; -- '`,
    `${WRONG}: it has several statements`,
  ],
  [
    "a statement that is not a query",
    "CREATE TABLE intruder AS SELECT 'A' AS ticker",
    `${WRONG}: it does not begin with SELECT, WITH, VALUES or TABLE`,
  ],
  [
    "a setting",
    "SET TRANSACTION READ WRITE",
    `${WRONG}: it does not begin with SELECT, WITH, VALUES or TABLE`,
  ],
  ["the end of the transaction", "COMMIT", `${WRONG}: it does not begin with SELECT, WITH, VALUES or TABLE`],
  [
    "a file to write",
    "VACUUM INTO '/nowhere/intruder.db'",
    `${WRONG}: it does not begin with SELECT, WITH, VALUES or TABLE`,
  ],
  ["nothing", " ", `${WRONG}: it is empty`],
];

/** What this project's databases say of a wrong query, and when the caller leaves. */
export function describeDatabaseSentences({ name, open }: Subject<DatabaseHarness>): void {
  describe(`${name}: sentences`, () => {
    test.each(WRONG_QUERIES)("%s", async (_what, query, failure) => {
      const harness = await open();
      const database = harness.open(query);
      expect(await failureOf(database.load())).toBe(failure);
      await database.close();
      await harness.close();
    });

    test("an abort", async () => {
      const harness = await open();
      const database = harness.open(ONE);
      const options = { signal: AbortSignal.abort() };
      const failure = "aborted: Cannot query the database: aborted by the caller";
      expect(await failureOf(database.load(options))).toBe(failure);
      expect(await failureOf(database.columns(["funds"], options))).toBe(failure);
      await database.close();
      await harness.close();
    });
  });
}

/** `code: message` of what a call fails with. */
function failureOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "no failure",
    (error: { readonly code?: string; readonly message: string }) => `${error.code}: ${error.message}`,
  );
}
