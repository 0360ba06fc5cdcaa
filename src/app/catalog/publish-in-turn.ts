import type { Catalog } from "../../domain/catalog/catalog.ts";
import {
  afterFailedTransfer,
  isLargeTransfer,
  type TransferBackoff,
  transferPauseMs,
  turnSeconds,
} from "../../domain/release/transfer-backoff.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { type PublicationPlan, publishActive } from "./activate-catalog.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { ignoreCacheErrors } from "./observation.ts";
import type { Moment } from "./repair-pauses.ts";

/** The transfers of a replica that failed. */
export interface TransferMemory {
  transfer?: TransferBackoff | undefined;
}

/** `waiting`: another replica sends it, or the last transfer failed too recently. Nothing was sent. */
export type TurnPublication = "conflict" | "failed" | "published" | "waiting";

/**
 * Publishes the active catalog. The replicas of a fleet that lose the publication together would each send all
 * of a large catalog, and all but one in vain: so one takes the turn, on condition that the cache is still in
 * the observed state, and the others compare again later.
 *
 * Safety does not depend on the turn: the publication has its own conditions, and replicas of versions without
 * turns publish beside it.
 */
export async function publishInTurn(
  deps: CatalogDeps,
  memory: TransferMemory,
  { active, plan }: { readonly active: ActiveCatalog; readonly plan: PublicationPlan },
): Promise<TurnPublication> {
  const bytes = bytesOf(active.catalog);
  if (plan.scope !== "all" || !isLargeTransfer(bytes)) return publishActive(deps, active, plan);
  if (transferPauseMs(memory.transfer, momentOf(deps, active)) > 0) return "waiting";
  const turn = await takeTurn(deps, active, { bytes, plan });
  if (turn !== "taken") return turn;
  const outcome = await publishActive(deps, active, plan);
  if (outcome === "failed") {
    noteFailure(deps, memory, active);
    return outcome;
  }
  noteArrival(deps, memory);
  await deps.store.endTurn({ signal: deps.signal }).catch(ignoreCacheErrors);
  return outcome;
}

/** The cache has the catalog, from any replica: transfers need no more pauses. */
export function noteArrival({ emit }: CatalogDeps, memory: TransferMemory): void {
  if (memory.transfer === undefined) return;
  memory.transfer = undefined;
  emit({ kind: "transfer-recovered" });
}

function noteFailure(deps: CatalogDeps, memory: TransferMemory, active: ActiveCatalog): void {
  const moment = momentOf(deps, active);
  memory.transfer = afterFailedTransfer(memory.transfer, moment, deps.random());
  const { failures } = memory.transfer;
  const pauseMs = transferPauseMs(memory.transfer, moment);
  deps.emit({ kind: "transfer-failed", hash: active.catalog.hash, failures, pauseMs });
}

/** A small write, whose failure stands for that of the publication. */
async function takeTurn(
  { store, signal, emit }: CatalogDeps,
  { catalog: { hash } }: ActiveCatalog,
  { bytes, plan }: { readonly bytes: number; readonly plan: PublicationPlan },
): Promise<"failed" | "taken" | "waiting"> {
  try {
    const isTaken = await store.takeTurn(plan.over, { ttlSeconds: turnSeconds(bytes), signal });
    return isTaken ? "taken" : "waiting";
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    emit({ kind: "publish-failed", hash, reason: error.code, detail: error.message });
    return "failed";
  }
}

function bytesOf({ views }: Catalog): number {
  return views.values().reduce((total, { byteLength }) => total + byteLength, 0);
}

export function momentOf({ monotonicMs }: CatalogDeps, { catalog }: ActiveCatalog): Moment {
  return { hash: catalog.hash, nowMs: monotonicMs() };
}
