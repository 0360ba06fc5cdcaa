import { formatDiagnostic } from "../../domain/view/diagnostic.ts";
import type { CatalogEvent } from "../catalog/events.ts";
import type { Log } from "./log.ts";

/** The most diagnostics of one load that are logged one by one; the rest is counted. */
const FINDINGS_LOGGED_MAX = 20;

/** Logs the events of the catalog; `views_hash` is present at every activation. */
export function logCatalogEvent(log: Log, event: CatalogEvent): void {
  switch (event.kind) {
    case "activated": {
      const { catalog, trigger, origin, previousHash, generation } = event;
      const fields = { views_hash: catalog.hash, previous_hash: previousHash, views: catalog.views.size };
      log.info({ ...fields, generation, source: origin, trigger }, "Catalog activated");
      break;
    }
    case "manifest-taken": {
      const { hash, generation, previousGeneration } = event;
      const fields = { views_hash: hash, generation, previous_generation: previousGeneration };
      log.info(fields, "Manifest of the active catalog replaced");
      break;
    }
    case "unsigned":
      log.warn({ views_hash: event.hash, source: event.origin }, "The active catalog has no manifest");
      break;
    case "key-warnings":
      for (const detail of event.warnings) log.warn({ detail }, "Signing keys");
      break;
    case "refused": {
      const { trigger, refusal } = event;
      const { origin, reason, detail } = refusal;
      log.warn({ trigger, source: origin, reason, detail }, "Catalog refused");
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
      if (event.isNews)
        log.warn(fields, "The published catalog is lost again and again: repairs are delayed");
      break;
    }
    case "publish-failed":
      // Replicas that start together all publish, and all but one lose the race: not a fault.
      log[event.reason === "conflict" ? "info" : "warn"](
        { views_hash: event.hash, reason: event.reason, detail: event.detail },
        "Catalog not published",
      );
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
      log.debug({ reason: event.reason }, "No catalog taken from the cache");
      break;
    case "defect":
      log.error({ detail: event.detail, stack: event.stack }, "Work on the catalog failed unexpectedly");
      break;
    case "cache-hit":
    case "reloaded":
      break;
  }
}

function logDiagnostics(log: Log, level: "error" | "warn", diagnostics: readonly string[]): void {
  for (const diagnostic of diagnostics.slice(0, FINDINGS_LOGGED_MAX))
    log[level]({ diagnostic }, "Finding in the catalog");
  const more = diagnostics.length - FINDINGS_LOGGED_MAX;
  if (more > 0) log[level]({ more }, "More findings in the catalog");
}

function logComparison(
  log: Log,
  { diskHash, divergent }: Extract<CatalogEvent, { readonly kind: "disk-compared" }>,
): void {
  if (!divergent) log.debug({ disk_hash: diskHash }, "The catalog on disk is the one served");
  else if (diskHash === undefined)
    log.warn("The catalog on disk is invalid or cannot be read: another one is served");
  else log.warn({ disk_hash: diskHash }, "The catalog on disk is not the one served: reload to activate it");
}
