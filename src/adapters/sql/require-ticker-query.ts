import { tickerQueryProblem } from "../../domain/tickers/ticker-query.ts";
import { DatabaseError } from "../../ports/database-port.ts";

/**
 * Refuses statements that the databases' read-only modes allow: SQLite ignores a second statement and writes
 * files by ATTACH and VACUUM INTO, PostgreSQL runs programs by COPY.
 */
export function requireTickerQuery(query: string): void {
  const problem = tickerQueryProblem(query);
  if (problem !== undefined) throw new DatabaseError("rejected", `the ticker query is wrong: ${problem}`);
}
