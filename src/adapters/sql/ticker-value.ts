import { DatabaseError, TICKER_COLUMN } from "../../ports/database-port.ts";

/** The value of a ticker query's row in its column `ticker`. */
export function tickerValue(row: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(row, TICKER_COLUMN)) {
    throw new DatabaseError("no-column", `the query returned no column ${JSON.stringify(TICKER_COLUMN)}`);
  }
  return row[TICKER_COLUMN];
}
