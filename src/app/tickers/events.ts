import type { CacheOperation } from "../../ports/cache-port.ts";
import type { DatabaseErrorCode } from "../../ports/database-port.ts";

export type TickerSourceKind = "cache" | "database";

/** Why the shared list was not used; `forced`: a refresh was requested. */
export type TickerMissReason = "absent" | "bad-value" | "failed" | "forced";

export type TickerEvent =
  | { readonly kind: "loaded"; readonly source: TickerSourceKind; readonly count: number }
  | { readonly kind: "cache-hit" }
  | { readonly kind: "cache-miss"; readonly reason: TickerMissReason }
  /** A requested refresh has succeeded: the other replicas need an announcement. */
  | { readonly kind: "refreshed" }
  | { readonly kind: "cache-write-failed"; readonly detail: string }
  /** The shared cache failed an operation: the tickers come from this process or from the database. */
  | { readonly kind: "cache-bypassed"; readonly operation: CacheOperation }
  /**
   * `databaseMessage`: the database's own message, for the log only. `hasList`: whether a list is known, which stays in
   * use.
   */
  | {
      readonly kind: "database-failed";
      readonly hasList: boolean;
      readonly code: DatabaseErrorCode;
      readonly detail: string;
      readonly databaseMessage: string | undefined;
    }
  /** Rows that were skipped, because their value is neither a string nor null. */
  | { readonly kind: "rows-ignored"; readonly rows: number; readonly noTexts: number }
  /** The database returned no tickers: the result is ignored, and a known list is kept. */
  | { readonly kind: "empty-ignored"; readonly hasList: boolean };
