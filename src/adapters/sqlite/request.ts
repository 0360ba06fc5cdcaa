import type { Relation } from "../../domain/view/relation.ts";
import type { LocalizedText } from "../../lib/language.ts";
import type { DatabaseErrorCode } from "../../ports/database-port.ts";

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

/** One answer to each request, in order. */
export type SqliteAnswer =
  | { readonly kind: "tickers"; readonly values: readonly unknown[] }
  | { readonly kind: "columns"; readonly columns: ReadonlyMap<string, readonly string[] | SqliteFailure> }
  | { readonly kind: "relations"; readonly relations: ReadonlyMap<string, Relation> }
  | ({ readonly kind: "failed" } & SqliteFailure);
