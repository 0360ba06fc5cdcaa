import { formatDiagnostic } from "../../domain/diagnostic.ts";
import type { CatalogEvent } from "../catalog/catalog-event.ts";
import type { Log } from "./log.ts";

/** Findings of one load that are logged one by one; the rest is counted. */
const FINDINGS_LOGGED_MAX = 20;

/** Writes what happened to the catalog; `views_hash` is there at every activation. */
export function logCatalogEvent(log: Log, event: CatalogEvent): void {
  switch (event.kind) {
    case "activated": {
      const { catalog, trigger, origin, previousHash } = event;
      const fields = { views_hash: catalog.hash, previous_hash: previousHash, views: catalog.views.size };
      return log.info({ ...fields, source: origin, trigger }, "Catalog activated");
    }
    case "refused": {
      const { trigger, refusal } = event;
      const { origin, reason, detail } = refusal;
      return log.warn({ trigger, source: origin, reason, detail }, "Catalog refused");
    }
    case "published":
      return log.info({ views_hash: event.hash, views: event.views, removed: event.removed }, "Catalog published");
    case "publish-failed":
      return log.warn({ views_hash: event.hash, reason: event.reason, detail: event.detail }, "Catalog not published");
    case "source-invalid":
      return logFindings(log, "error", event.diagnostics.map(formatDiagnostic));
    case "source-warnings":
      return logFindings(log, "warn", event.warnings.map(formatDiagnostic));
    case "disk-compared":
      return logComparison(log, event);
    case "cache-miss":
      return log.debug({ reason: event.reason }, "No catalog taken from the cache");
    case "cache-hit":
    case "reloaded":
      return;
  }
}

function logFindings(log: Log, level: "error" | "warn", findings: readonly string[]): void {
  for (const finding of findings.slice(0, FINDINGS_LOGGED_MAX)) log[level]({ finding }, "Finding in the catalog");
  const more = findings.length - FINDINGS_LOGGED_MAX;
  if (more > 0) log[level]({ more }, "More findings in the catalog");
}

function logComparison(log: Log, event: Extract<CatalogEvent, { readonly kind: "disk-compared" }>): void {
  const { diskHash, divergent } = event;
  if (divergent) log.warn({ disk_hash: diskHash ?? null }, "The catalog on disk is not the one served: reload to activate it");
  else log.debug({ disk_hash: diskHash }, "The catalog on disk is the one served");
}
