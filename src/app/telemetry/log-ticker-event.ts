import type { DatabaseError } from "../../ports/database-port.ts";
import type { TickerEvent, TickerOrigin } from "../tickers/events.ts";
import type { Log } from "./log.ts";

/** Logs the events of the tickers; `database` is its name without secrets. */
export function logTickerEvent(log: Log, event: TickerEvent, database: string): void {
  switch (event.kind) {
    case "loaded":
      logLoaded(log, event.origin, event.count);
      break;
    case "database-failed":
      log.warn(
        { database, reason: event.code, detail: event.detail, ...saidField(event.said) },
        "Tickers not loaded: what is known is served on",
      );
      break;
    case "rows-ignored":
      log.warn(
        { database, rows: event.rows, no_text: event.noTexts },
        "Rows of the ticker query left out: they are no text; let TICKERS_SQL cast the column to text",
      );
      break;
    case "empty-ignored":
      log.warn("The database has no tickers: those that are known are kept");
      break;
    case "cache-write-failed":
      log.warn({ detail: event.detail }, "Tickers not shared");
      break;
    case "cache-miss":
      log.debug({ reason: event.reason }, "No tickers taken from the cache");
      break;
    case "cache-bypassed":
    case "cache-hit":
    case "refreshed":
      break;
  }
}

function logLoaded(log: Log, source: TickerOrigin, count: number): void {
  log[source === "database" ? "info" : "debug"]({ source, count }, "Tickers loaded");
}

/** Logs why the catalog could not be compared with the database. */
export function logDiffFailure(log: Log, { code, message, said }: DatabaseError, database: string): void {
  log.warn({ database, reason: code, detail: message, ...saidField(said) }, "Columns not compared");
}

/** Logs that an idle database has stopped answering. */
export function logProbeFailure(log: Log, { code, message, said }: DatabaseError, database: string): void {
  log.warn({ database, reason: code, detail: message, ...saidField(said) }, "Database does not answer");
}

function saidField(said: string | undefined): { readonly said?: string } {
  return said === undefined ? {} : { said };
}
