import { findTickerQueryFault } from "../../domain/tickers/ticker-query.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { DatabaseError, TICKER_COLUMN } from "../../ports/database-port.ts";

/** Maximum size of a result, in characters of all strings together. In SQLite also the maximum bytes of one value. */
export const ANSWER_SIZE_MAX = 16 * 1024 * 1024;

/**
 * Limits the number and the size of rows while they arrive, so that a query cannot fill the memory.
 *
 * @returns a function that takes the values of each row, and throws a `DatabaseError` beyond the limit
 */
export function createRowCounter(rowsMax: number): (values: readonly unknown[]) => void {
  let rows = 0;
  let size = 0;
  return (values) => {
    rows += 1;
    if (rows > rowsMax)
      throw new DatabaseError("rejected", describeTooManyRows(rowsMax, { en: "rows", pt: "linhas" }));
    for (const value of values) {
      size += typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
    }
    if (size > ANSWER_SIZE_MAX)
      throw new DatabaseError(
        "rejected",
        describeTooManyRows(ANSWER_SIZE_MAX, { en: "characters", pt: "caracteres" }),
      );
  };
}

function describeTooManyRows(max: number, of: LocalizedText): LocalizedText {
  return {
    en: `the query returned more than ${max} ${of.en}`,
    pt: `a consulta devolveu mais de ${max} ${of.pt}`,
  };
}

/** The advice for a ticker query that names a table, view or column that the database does not have. */
export const TICKER_QUERY_ADVICE: LocalizedText = {
  en: "set TICKERS_SQL to a query on this database",
  pt: "defina TICKERS_SQL como uma consulta deste banco",
};

export const TICKER_ROWS_MAX = 100_000;

/**
 * Refuses unsafe statements that the read-only modes of the databases do not stop. SQLite ignores a second statement,
 * and writes files by ATTACH and VACUUM INTO. PostgreSQL runs programs by COPY.
 */
export function throwIfWrongTickerQuery(query: string): void {
  const fault = findTickerQueryFault(query);
  if (fault !== undefined) throw new DatabaseError("rejected", `the ticker query is wrong: ${fault}`);
}

export function readTickerValue(row: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(row, TICKER_COLUMN)) {
    throw new DatabaseError("no-column", {
      en: `the query returned no column ${JSON.stringify(TICKER_COLUMN)}`,
      pt: `a consulta não devolveu uma coluna ${JSON.stringify(TICKER_COLUMN)}`,
    });
  }
  return row[TICKER_COLUMN];
}

export function createAbortedError(signal: AbortSignal | undefined): DatabaseError {
  return new DatabaseError("aborted", "aborted by the caller", { cause: signal?.reason });
}
