import type { Relation } from "../../domain/view/relation.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { DatabaseError, type DatabaseErrorCode } from "../../ports/database-port.ts";

export interface SqliteThreadData {
  /** A path, `:memory:`, or `sample` for the embedded sample database. */
  readonly location: string;
  readonly lockTimeoutMs: number;
}

/** A request to the thread, which handles one request at a time. */
export type SqliteRequest =
  | { readonly kind: "tickers"; readonly query: string }
  | { readonly kind: "columns"; readonly names: readonly string[] }
  | { readonly kind: "relations"; readonly names: readonly string[] | undefined };

/** A `DatabaseError` as plain data: an error loses its class when it is sent between threads. */
export interface SqliteFailure {
  readonly code: DatabaseErrorCode;
  readonly detail: LocalizedText;
  readonly databaseMessage: string | undefined;
  readonly cause: unknown;
}

export function toSqliteFailure({ code, texts, databaseMessage, cause }: DatabaseError): SqliteFailure {
  return { code, detail: texts, databaseMessage, cause };
}

export function toDatabaseError({ code, detail, databaseMessage, cause }: SqliteFailure): DatabaseError {
  return new DatabaseError(code, detail, { databaseMessage, cause });
}

/** The results by the kind of the request. */
export interface SqliteResults {
  readonly tickers: readonly unknown[];
  readonly columns: ReadonlyMap<string, readonly string[] | SqliteFailure>;
  readonly relations: ReadonlyMap<string, Relation>;
}

/** One answer to each request, in order. */
export type SqliteAnswer =
  | { readonly kind: "result"; readonly result: SqliteResults[keyof SqliteResults] }
  | ({ readonly kind: "failed" } & SqliteFailure);
