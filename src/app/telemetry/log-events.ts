import { formatDiagnostic } from "../../domain/view/diagnostic.ts";
import type { DatabaseError } from "../../ports/database-port.ts";
import type { CatalogEvent } from "../catalog/events.ts";
import type { FleetEvent } from "../fleet/events.ts";
import type { TickerEvent } from "../tickers/events.ts";
import type { Log } from "./log.ts";

/** Maximum number of diagnostics that are logged for a load; the others are only counted. */
const LOGGED_DIAGNOSTICS_MAX = 20;

const FOREIGN_FLEET_MESSAGE =
  "Another fleet's catalog is published in this namespace: it is neither served nor replaced; give each fleet its own CACHE_NAMESPACE";

/** Logs the events of the catalog; `views_hash` is present at every activation. */
export function logCatalogEvent(log: Log, event: CatalogEvent): void {
  switch (event.kind) {
    case "activated": {
      const { catalog, trigger, source, previousHash, generation } = event;
      const fields = { views_hash: catalog.hash, previous_hash: previousHash, views: catalog.views.size };
      log.info({ ...fields, generation, source, trigger }, "Catalog activated");
      break;
    }
    case "manifest-replaced": {
      const { hash, generation, previousGeneration } = event;
      const fields = { views_hash: hash, generation, previous_generation: previousGeneration };
      log.info(fields, "Manifest of the active catalog replaced");
      break;
    }
    case "unsigned":
      log.warn({ views_hash: event.hash, source: event.source }, "The active catalog has no manifest");
      break;
    case "key-warnings":
      for (const detail of event.warnings) log.warn({ detail }, "Signing key warning");
      break;
    case "refused": {
      const { trigger, refusal } = event;
      const { source, reason, detail } = refusal;
      log.warn({ trigger, source, reason, detail }, "Catalog refused");
      break;
    }
    case "published":
      log.info({ views_hash: event.hash, views: event.views, removed: event.removed }, "Catalog published");
      break;
    case "repaired":
      log.info({ views_hash: event.hash, part: event.part }, "Publication repaired");
      break;
    case "repair-delayed": {
      const { hash, repairs, remainingMs } = event;
      const pause = Math.ceil(remainingMs / 1000);
      const fields = { views_hash: hash, repairs, pause_seconds: pause };
      if (event.shouldLog) log.warn(fields, "Published catalog lost repeatedly: repair delayed");
      break;
    }
    case "transfer-failed": {
      const { hash, failures, pauseMs } = event;
      const fields = { views_hash: hash, failures, pause_seconds: Math.ceil(pauseMs / 1000) };
      log.warn(fields, "Catalog transfer to the cache failed: the next attempt is delayed");
      break;
    }
    case "transfer-recovered":
      log.info("Catalog stored after failed transfers");
      break;
    case "publish-failed":
      // A conflict is no fault, because only one of several replicas that start together can publish first.
      log[event.reason === "conflict" ? "info" : "warn"](
        { views_hash: event.hash, reason: event.reason, detail: event.detail },
        "Catalog not published",
      );
      break;
    case "foreign-compared":
      if (event.foreign) log.warn({ fleet: event.fleet }, FOREIGN_FLEET_MESSAGE);
      else log.info("No other fleet's catalog is published in this namespace any more");
      break;
    case "source-invalid":
      logDiagnostics(log, "error", event.diagnostics.map(formatDiagnostic));
      break;
    case "source-warnings":
      logDiagnostics(log, "warn", event.warnings.map(formatDiagnostic));
      break;
    case "disk-compared":
      logComparison(log, event);
      break;
    case "cache-miss":
      log.debug({ reason: event.reason }, "No usable catalog in the cache");
      break;
    case "defect":
      log.error({ detail: event.detail, stack: event.stack }, "Unexpected failure of the catalog service");
      break;
    case "cache-hit":
    case "disk-previewed":
    case "reloaded":
      break;
  }
}

function logDiagnostics(log: Log, level: "error" | "warn", diagnostics: readonly string[]): void {
  for (const diagnostic of diagnostics.slice(0, LOGGED_DIAGNOSTICS_MAX))
    log[level]({ diagnostic }, "Diagnostic of the catalog");
  const more = diagnostics.length - LOGGED_DIAGNOSTICS_MAX;
  if (more > 0) log[level]({ more }, "More diagnostics of the catalog");
}

function logComparison(
  log: Log,
  { diskHash, divergent }: Extract<CatalogEvent, { readonly kind: "disk-compared" }>,
): void {
  if (!divergent) log.debug({ disk_hash: diskHash }, "The catalog on disk is the active one");
  else if (diskHash === undefined)
    log.warn("The catalog on disk is invalid or unreadable: the active one stays in use");
  else
    log.warn(
      { disk_hash: diskHash },
      "The catalog on disk differs from the active one: reload to activate it",
    );
}

export function logFleetEvent(log: Log, notice: FleetEvent): void {
  switch (notice.kind) {
    case "subscribed":
      log.info("Subscribed to announcements");
      break;
    case "unsubscribed":
      log.warn(
        { reason: notice.reason, detail: notice.detail },
        "Subscription lost: falling back to periodic comparison",
      );
      break;
    case "announced":
      log.debug({ announcement: notice.announcement.kind }, "Announcement sent");
      break;
    case "received":
      log.debug(
        { announcement: notice.announcement.kind, from: notice.announcement.replica },
        "Announcement received",
      );
      break;
    case "not-announced":
      log.info(
        { announcement: notice.announcement, reason: notice.reason, detail: notice.detail },
        "Announcement not sent: other replicas compare periodically",
      );
      break;
    case "ignored":
      log.debug({ bytes: notice.bytes }, "Invalid announcement ignored");
      break;
    case "defect":
      log.error({ detail: notice.detail, stack: notice.stack }, "Unexpected failure of the fleet service");
      break;
  }
}

/** Logs the events of the tickers. `database` is the name of the database, without secrets. */
export function logTickerEvent(log: Log, event: TickerEvent, database: string): void {
  switch (event.kind) {
    case "loaded":
      log[event.source === "database" ? "info" : "debug"](
        { source: event.source, count: event.count },
        "Tickers loaded",
      );
      break;
    case "database-failed":
      logDatabaseFailure(log, `Tickers not loaded: ${describeRemainingList(event.hasList)}`, {
        database,
        error: { ...event, message: event.detail },
      });
      break;
    case "rows-ignored":
      log.warn(
        { database, rows: event.rows, no_text: event.noTexts },
        "Rows skipped because they are not text: cast the column to text in TICKERS_SQL",
      );
      break;
    case "empty-ignored":
      log.warn(`The database returned no tickers: ${describeRemainingList(event.hasList)}`);
      break;
    case "cache-write-failed":
      log.warn({ detail: event.detail }, "Tickers not written to the shared cache");
      break;
    case "cache-miss":
      log.debug({ reason: event.reason }, "No usable tickers in the cache");
      break;
    case "cache-bypassed":
    case "cache-hit":
    case "refreshed":
      break;
  }
}

function describeRemainingList(hasList: boolean): string {
  return hasList ? "the current list stays in use" : "no list is known yet";
}

/** Logs a failed call of the database, with the database's own message. */
export function logDatabaseFailure(
  log: Log,
  what: string,
  {
    database,
    error: { code, message, databaseMessage },
  }: {
    readonly database: string;
    readonly error: Pick<DatabaseError, "code" | "databaseMessage" | "message">;
  },
): void {
  const said = databaseMessage === undefined ? {} : { said: databaseMessage };
  log.warn({ database, reason: code, detail: message, ...said }, what);
}
