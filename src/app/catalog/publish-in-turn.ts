import type { Catalog } from "../../domain/catalog/catalog.ts";
import {
  isLargeTransfer,
  recordFailedTransfer,
  type TransferBackoff,
  transferPauseMs,
  transferTurnSeconds,
} from "../../domain/release/transfer-backoff.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { type PublicationRequest, publishActive } from "./activate-catalog.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { ignoreCacheErrors } from "./observation.ts";
import type { ObservedHash } from "./repair-pauses.ts";

export interface TransferMemory {
  transfer?: TransferBackoff | undefined;
}

/**
 * `waiting`: nothing was sent. Another replica sends the catalog, the cache has changed, or the last transfer
 * has just failed.
 */
export type TurnPublication = "conflict" | "failed" | "published" | "waiting";

/**
 * Publishes the active catalog. Replicas take turns to send a large one: otherwise all would send a lost
 * catalog at once, and only one transfer would count. The sender takes a lease, if the cache still has the
 * observed values. The others compare again later.
 *
 * The lease only saves transfers: the publication has its own conditions, because older versions publish
 * without a lease.
 */
export async function publishInTurn(
  deps: CatalogDeps,
  memory: TransferMemory,
  { active, plan }: { readonly active: ActiveCatalog; readonly plan: PublicationRequest },
): Promise<TurnPublication> {
  const bytes = countCatalogBytes(active.catalog);
  if (plan.scope !== "all" || !isLargeTransfer(bytes)) return publishActive(deps, active, plan);
  if (transferPauseMs(memory.transfer, observeHashNow(deps, active)) > 0) return "waiting";
  const turn = await acquirePublishLease(deps, active, { bytes, plan });
  if (turn !== "taken") return turn;
  const outcome = await publishActive(deps, active, plan);
  if (outcome === "failed") {
    recordTransferFailure(deps, memory, active);
    return outcome;
  }
  recordTransfer(deps, memory);
  await deps.store.releasePublishLease({ signal: deps.signal }).catch(ignoreCacheErrors);
  return outcome;
}

/**
 * Ends the pauses between transfers. Called when the cache has the catalog, whichever replica sent it, or
 * when a transfer has met another publication.
 */
export function recordTransfer({ emit }: CatalogDeps, memory: TransferMemory): void {
  if (memory.transfer === undefined) return;
  memory.transfer = undefined;
  emit({ kind: "transfer-recovered" });
}

function recordTransferFailure(deps: CatalogDeps, memory: TransferMemory, active: ActiveCatalog): void {
  const observed = observeHashNow(deps, active);
  memory.transfer = recordFailedTransfer(memory.transfer, observed, deps.random());
  const { failures } = memory.transfer;
  const pauseMs = transferPauseMs(memory.transfer, observed);
  deps.emit({ kind: "transfer-failed", hash: active.catalog.hash, failures, pauseMs });
}

/** Acquires the lease. If this small write fails, the publication counts as failed. */
async function acquirePublishLease(
  { store, signal, emit }: CatalogDeps,
  { catalog: { hash } }: ActiveCatalog,
  { bytes, plan }: { readonly bytes: number; readonly plan: PublicationRequest },
): Promise<"failed" | "taken" | "waiting"> {
  try {
    const isTaken = await store.acquirePublishLease(plan.expected, {
      ttlSeconds: transferTurnSeconds(bytes),
      signal,
    });
    return isTaken ? "taken" : "waiting";
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    emit({ kind: "publish-failed", hash, reason: error.code, detail: error.message });
    return "failed";
  }
}

function countCatalogBytes({ views }: Catalog): number {
  return views.values().reduce((total, { byteLength }) => total + byteLength, 0);
}

export function observeHashNow({ monotonicMs }: CatalogDeps, { catalog }: ActiveCatalog): ObservedHash {
  return { hash: catalog.hash, nowMs: monotonicMs() };
}
