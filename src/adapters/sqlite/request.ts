import type { Relation } from "../../domain/view/relation.ts";
import type { DatabaseErrorCode } from "../../ports/database-port.ts";

/** How the thread opens its database. */
export interface SqliteThreadData {
  /** A path, `:memory:`, or `sample` for the embedded sample database. */
  readonly location: string;
  readonly lockTimeoutMs: number;
}

/** A request to the thread; it handles one at a time. */
export type SqliteRequest =
  | { readonly kind: "tickers"; readonly query: string }
  | { readonly kind: "columns"; readonly names: readonly string[] }
  | { readonly kind: "relations"; readonly names: readonly string[] | undefined };

/** A failure in the form that is sent between threads, where the class of an error is lost. */
export interface SqliteFailure {
  readonly code: DatabaseErrorCode;
  readonly detail: string;
  readonly said: string | undefined;
  readonly cause: unknown;
}

/** One answer to each request, in order. */
export type SqliteAnswer =
  | { readonly kind: "tickers"; readonly values: readonly unknown[] }
  | { readonly kind: "columns"; readonly columns: ReadonlyMap<string, readonly string[] | SqliteFailure> }
  | { readonly kind: "relations"; readonly relations: ReadonlyMap<string, Relation> }
  | ({ readonly kind: "failed" } & SqliteFailure);
