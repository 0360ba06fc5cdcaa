import type { Database } from "../ports/database-port.ts";
import { type ConformanceCase, type ConformanceTest, createTests } from "./conformance-test.ts";
import { CONSTANT_CASES } from "./database-constant-cases.ts";
import { STORED_CASES } from "./database-stored-cases.ts";

/** A database with any content. */
export interface DatabaseHarness {
  /**
   * Opens the database with this ticker query: any text that the setting `TICKERS_SQL` may have, even an invalid one.
   * All calls open the same data.
   */
  open(query: string): Database;
  close(): Promise<void>;
}

/** An empty database that the tests can write to. */
export interface StoredDatabaseHarness extends DatabaseHarness {
  /** The schema in which a statement creates a table if the statement names no schema. */
  readonly schema: string;
  /** Runs one or more statements over a separate connection. */
  run(sql: string): Promise<void>;
  /** Returns the rows of one statement, over a separate connection. */
  read(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export const DATABASE_CASES: readonly ConformanceCase<DatabaseHarness>[] = CONSTANT_CASES;

export const STORED_DATABASE_CASES: readonly ConformanceCase<StoredDatabaseHarness>[] = [
  ...CONSTANT_CASES,
  ...STORED_CASES,
];

/**
 * The tests that every SQL adapter of the database ports must pass, for any content of its database.
 *
 * @param open opens a database, for each test
 */
export function databaseTests(open: () => Promise<DatabaseHarness>): readonly ConformanceTest[] {
  return createTests(DATABASE_CASES, open);
}

/**
 * The tests of {@link databaseTests}, and tests with stored data, for every adapter whose database can be written to.
 *
 * @param open opens an empty database, for each test
 */
export function storedDatabaseTests(open: () => Promise<StoredDatabaseHarness>): readonly ConformanceTest[] {
  return createTests(STORED_DATABASE_CASES, open);
}
