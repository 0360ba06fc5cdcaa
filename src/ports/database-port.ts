import type { Relation } from "../domain/view/relation.ts";
import { type LocalizedText, toLocalizedText } from "../lib/language.ts";

/** A source of valid tickers: the rows of one read-only query, or another store, such as a list. */
export interface TickerSourcePort {
  /**
   * Reads the tickers; in a database, by the ticker query.
   *
   * @returns the values of the query's column `ticker`, or of the list, as stored: in order, untrimmed, with
   * duplicates
   * @throws {DatabaseError}
   */
  load(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly unknown[]>;
}

/** What a database returns about the views of a catalog. */
export interface DatabaseSchemaPort {
  /**
   * Reads the columns of tables and views.
   *
   * @param names `name` or `schema.name`; validated by the caller, bound and never spliced by the adapter
   * @returns an entry for each known name; none for a name that the database does not have
   * @throws {DatabaseError}
   */
  columns(
    names: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<DatabaseColumns>;
}

/**
 * Per view: its column names in order, or the error, for example because a table that the view reads does not
 * exist.
 */
export type DatabaseColumns = ReadonlyMap<string, readonly string[] | DatabaseError>;

/** A database's tables and views with their comments and keys: views of a catalog are drafted from them. */
export interface DatabaseRelationsPort {
  /**
   * Describes tables and views, with the comments that the database keeps of them.
   *
   * @param options `names`: `name` or `schema.name`, bound and never spliced by the adapter; without them,
   *   every table and view that the user may read and that is not the database's own
   * @returns each relation by its name in `names`; without `names`, by `name`, or by `schema.name` if the name alone
   *   does not find it. A name that the database does not have has no entry
   * @throws {DatabaseError}
   */
  relations(options?: {
    readonly names?: readonly string[] | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<ReadonlyMap<string, Relation>>;
}

/** A database that catalogs can be drafted from. */
export interface DescribedDatabase extends Database, DatabaseRelationsPort {}

/** A database as the service uses it: queried for tickers and columns, never written to. */
export interface Database extends DatabaseSchemaPort, TickerSourcePort {
  /** Its name in messages and logs; without user and password. */
  readonly name: string;
  /** Ends its connections. Closing twice is no error. */
  close(): Promise<void>;
}

/** The required column of a ticker query. */
export const TICKER_COLUMN = "ticker";

/**
 * Why a query failed.
 *
 * - `unavailable`: no connection, or it broke
 * - `timeout`: no answer within the deadline
 * - `rejected`: the database answered with an error, such as a missing view
 * - `no-column`: the query returned rows without a column `ticker`
 * - `aborted`: the caller's signal fired; its reason is the `cause`
 */
export const DATABASE_ERROR_CODES = ["aborted", "no-column", "rejected", "timeout", "unavailable"] as const;

/** One of {@link DATABASE_ERROR_CODES}. */
export type DatabaseErrorCode = (typeof DATABASE_ERROR_CODES)[number];

/** The longest part of the database's own message that an error keeps, in characters. */
const DATABASE_MESSAGE_LENGTH_MAX = 500;

/** The one error that the database ports fail with. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: DatabaseErrorCode;
  /** The message without the prefix `Cannot query the database: `. */
  readonly detail: string;
  /**
   * The database's own message, for operators. It may quote the query and internal names, so it is shown only in the
   * log and on the command line. It contains no password.
   */
  readonly databaseMessage: string | undefined;

  /** The detail in each language. */
  readonly texts: LocalizedText;

  constructor(code: DatabaseErrorCode, detail: LocalizedText | string, options: DatabaseErrorOptions = {}) {
    const { databaseMessage, ...rest } = options;
    const texts = toLocalizedText(detail);
    super(`Cannot query the database: ${texts.en}`, rest);
    this.code = code;
    this.detail = texts.en;
    this.texts = texts;
    this.databaseMessage = databaseMessage?.slice(0, DATABASE_MESSAGE_LENGTH_MAX);
  }
}

/** The properties of a {@link DatabaseError} beside its message. */
export interface DatabaseErrorOptions extends ErrorOptions {
  readonly databaseMessage?: string | undefined;
}

export const DATABASE_OPERATIONS = ["columns", "probe", "tickers"] as const;

/** A call to a database, after it has ended. */
export interface DatabaseObservation {
  readonly operation: (typeof DATABASE_OPERATIONS)[number];
  readonly result: DatabaseErrorCode | "defect" | "ok";
  readonly seconds: number;
}
