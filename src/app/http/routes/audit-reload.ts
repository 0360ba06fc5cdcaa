import type { ReloadOutcome } from "../../catalog/reload.ts";
import type { Log } from "../../telemetry/log.ts";

/** The served catalog at the time of a reload request. */
export interface ReloadedFrom {
  readonly hash: string | undefined;
  readonly generation: number | undefined;
}

/** The most views of each kind of change in one line; the rest is counted. */
const NAMES_MAX = 20;

/** Logs each reload request with its client, for every result: one line a request. */
export function auditReload(
  log: Pick<Log, "info" | "warn">,
  requestId: string,
  { from, outcome }: { readonly from: ReloadedFrom; readonly outcome: ReloadOutcome },
): void {
  const fields = { audit: "reload", request_id: requestId, outcome: outcome.kind };
  if (outcome.kind !== "reloaded") {
    const { detail } = outcome;
    const reason = outcome.kind === "refused" ? outcome.reason : outcome.kind;
    const kept = { from_hash: from.hash, from_generation: from.generation };
    log.warn({ ...fields, ...kept, reason, detail }, "Catalog reload");
    return;
  }
  const { hash, previousHash, generation, previousGeneration, published } = outcome;
  const { added, removed, changed } = outcome.changes;
  log.info(
    {
      ...fields,
      from_hash: previousHash,
      from_generation: previousGeneration,
      to_hash: hash,
      to_generation: generation,
      added: named(added),
      removed: named(removed),
      changed: named(changed),
      published,
    },
    "Catalog reload",
  );
}

function named(entities: readonly string[]): { readonly count: number; readonly names: readonly string[] } {
  return { count: entities.length, names: entities.slice(0, NAMES_MAX) };
}
