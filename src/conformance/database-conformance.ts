import type { Database } from "../ports/database-port.ts";
import { boundTests, type ConformanceTest } from "./conformance-test.ts";
import { CONSTANT_CASES } from "./database-constant-cases.ts";
import { REFUSAL_CASES } from "./database-refusal-cases.ts";
import { STORED_CASES } from "./database-stored-cases.ts";

/** A database, with any content. */
export interface DatabaseHarness {
  /**
   * Opens the same data with another ticker query: any text that a setting `TICKERS_SQL` may have, a wrong
   * one too.
   */
  open(query: string): Database;
  close(): Promise<void>;
}

/** A database that is empty, and that its owner can write to. */
export interface StoredDatabaseHarness extends DatabaseHarness {
  /** The schema of a table whose name has none. */
  readonly schema: string;
  /** Runs one or more statements over a separate connection. */
  run(sql: string): Promise<void>;
  /** The rows of one statement, over a separate connection. */
  read(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface DatabaseCase<Harness> {
  readonly name: string;
  /** Rejects when the database does not behave. */
  run(harness: Harness): Promise<void>;
}

/** For any database. */
export const DATABASE_CASES: readonly DatabaseCase<DatabaseHarness>[] = CONSTANT_CASES;

/** For one that can be written to. */
export const STORED_DATABASE_CASES: readonly DatabaseCase<StoredDatabaseHarness>[] = [
  ...CONSTANT_CASES,
  ...STORED_CASES,
  ...REFUSAL_CASES,
];

/**
 * The tests that every SQL adapter of the database ports must pass, for any content of its database.
 *
 * @param open gives a database for each test
 */
export function databaseTests(open: () => Promise<DatabaseHarness>): readonly ConformanceTest[] {
  return boundTests(DATABASE_CASES, open);
}

/**
 * What every adapter of the database ports must do: {@link databaseTests} and what concerns stored data.
 *
 * @param open gives an empty database for each test
 */
export function storedDatabaseTests(open: () => Promise<StoredDatabaseHarness>): readonly ConformanceTest[] {
  return boundTests(STORED_DATABASE_CASES, open);
}
