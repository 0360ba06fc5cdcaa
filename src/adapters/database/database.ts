import type { DatabaseSchemaPort, TickerSourcePort } from "../../ports/ticker-source-port.ts";

/** A database as the service uses it: asked for tickers and for columns, never written to. */
export interface Database extends DatabaseSchemaPort, TickerSourcePort {
  /** What messages and logs call it; without user and password. */
  readonly name: string;
  /** Ends its connections. Closing twice is no error. */
  close(): Promise<void>;
}

/** The column that a ticker query must have. */
export const TICKER_COLUMN = "ticker";
