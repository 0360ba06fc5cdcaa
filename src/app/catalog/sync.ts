import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { type DiskState, isPossiblyNewer, type Plan, plan } from "../../domain/release/plan.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { activateCatalog } from "./activate-catalog.ts";
import { type ActiveCatalog, type CatalogSourceKind, toHeldCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { type CheckMemory, checkPublishedViews, recordCheckedViews } from "./check-published-views.ts";
import type { CatalogEvent, Refusal } from "./events.ts";
import { ignoreCacheErrors, type Observation, type ObservationMemory } from "./observation.ts";
import { observePublication } from "./observe.ts";
import {
  observeHashNow,
  publishInTurn,
  recordTransfer,
  type TransferMemory,
  type TurnPublication,
} from "./publish-in-turn.ts";
import { readDisk } from "./read-disk.ts";
import { type RepairMemory, recordComplete, recordDamage, recordRepair } from "./repair-pauses.ts";
import { toVerifiedCatalog } from "./verified-catalog.ts";

export type PreloadOutcome =
  | { readonly kind: "active"; readonly source: CatalogSourceKind; readonly hash: CatalogHash }
  | { readonly kind: "unavailable"; readonly refusals: readonly Refusal[] };

export interface ComparisonMemory extends ObservationMemory, CheckMemory, RepairMemory, TransferMemory {
  /**
   * Why the verifier refused the active catalog when it was last to be published; undefined if it was
   * accepted.
   */
  unverifiedDetail?: string | undefined;
  /** Why the last publication failed; undefined if it succeeded. */
  publishFailure?: string | undefined;
}

/** Maximum number of rounds of a preload. A further round follows only if another replica published first. */
const PRELOAD_ROUNDS_MAX = 3;

/**
 * Activates a first catalog: the published one, or that on disk. The disk is used if it has a newer release,
 * or if the cache has no usable catalog; the plan then decides whether and when this replica publishes it.
 *
 * If another replica publishes first, this replica activates the other's catalog, so that replicas that start
 * together agree.
 */
export async function preload(deps: CatalogDeps, memory: ComparisonMemory = {}): Promise<PreloadOutcome> {
  const { holder } = deps;
  let refusals: readonly Refusal[] = [];
  for (let round = 1; round <= PRELOAD_ROUNDS_MAX; round++) {
    const observation = await observePublication(deps, {
      trigger: "preload",
      active: holder.current(),
      memory,
    });
    const end = await planAndAct({ deps, trigger: "preload", observation, memory });
    refusals = end.refusals;
    if (end.kind !== "conflict") break;
  }
  const active = holder.current();
  if (active === undefined) return { kind: "unavailable", refusals };
  return { kind: "active", source: active.source, hash: active.catalog.hash };
}

/**
 * Compares the active catalog with the published one, so that all replicas converge on the newest.
 *
 * @returns whether a catalog with another hash was activated
 */
export async function reconcile(deps: CatalogDeps, memory: ComparisonMemory = {}): Promise<boolean> {
  const { holder } = deps;
  const active = holder.current();
  if (active === undefined) return false;
  // No check during a fault: observePublication() looks for changes itself.
  const changed = memory.fault === undefined ? await checkPublishedViews(deps, memory, active) : undefined;
  const readsAllViews = changed !== undefined;
  const observation = await observePublication(deps, { trigger: "reconcile", active, memory, readsAllViews });
  const { cache } = observation;
  if (readsAllViews && cache.kind === "whole" && cache.hash === active.catalog.hash)
    await recordCheckedViews(deps, memory, { catalog: active.catalog, fingerprint: changed });
  await planAndAct({ deps, trigger: "reconcile", observation, memory });
  return holder.current()?.catalog.hash !== active.catalog.hash;
}

interface SyncRound {
  readonly deps: CatalogDeps;
  readonly trigger: "preload" | "reconcile";
  readonly observation: Observation;
  readonly memory: ComparisonMemory;
}

interface SyncRoundResult {
  readonly kind: "conflict" | "done";
  /** Why the catalog in the cache or on disk was refused. */
  readonly refusals: readonly Refusal[];
}

/**
 * Plans and acts until nothing is left to do. Each activation changes the input of the next plan, so the loop
 * ends.
 */
async function planAndAct(round: SyncRound): Promise<SyncRoundResult> {
  const { deps, trigger, observation } = round;
  const { refusal, nowMs } = observation;
  let { cache } = observation;
  const refusals: Refusal[] = refusal === undefined ? [] : [refusal];
  let disk: DiskState = await readInitialDiskState(round);
  for (;;) {
    const active = deps.holder.current();
    const held = active && toHeldCatalog(deps, active, nowMs);
    const next = plan({ trigger, held, cache, disk, nowMs });
    if (next.kind === "activate") {
      const refused = await activatePlanned(round, next.from);
      if (next.from === "cache" && cache.kind === "whole") cache = { ...cache, hasHeldManifest: true };
      if (refused !== undefined) {
        disk = { kind: "unusable" };
        refusals.push(refused);
      }
      continue;
    }
    const isConflict = active !== undefined && (await completeRound(round, active, next)) === "conflict";
    return { kind: isConflict ? "conflict" : "done", refusals };
  }
}

/**
 * What is known of the disk before its view files are read. At a start with a complete catalog in the cache,
 * the manifest on disk shows whether the disk has a newer release.
 */
async function readInitialDiskState({ deps, observation: { cache } }: SyncRound): Promise<DiskState> {
  const isGenerationNeeded = deps.holder.current() === undefined && cache.kind === "whole";
  return { kind: "unread", generation: isGenerationNeeded ? await readGeneration(deps) : undefined };
}

/** Returns why the catalog could not be activated; undefined if it was activated. */
async function activatePlanned(round: SyncRound, from: "cache" | "disk"): Promise<Refusal | undefined> {
  const { deps, trigger } = round;
  if (from === "cache") {
    activatePublished(round);
    return undefined;
  }
  const read = await readDisk(deps, trigger);
  if (read.kind !== "loaded") return read.refusal;
  activateCatalog(deps, trigger, { ...toVerifiedCatalog(read), source: "disk", revision: 0 });
  return undefined;
}

async function completeRound(
  round: SyncRound,
  active: ActiveCatalog,
  next: Exclude<Plan, { readonly kind: "activate" }>,
): Promise<"conflict" | "done"> {
  switch (next.kind) {
    case "publish":
      if (delayRepair(round, active)) return "done";
      return (await publishPlanned(round, active, next)) === "conflict" ? "conflict" : "done";
    case "keep":
      if (round.observation.cache.kind === "whole") {
        recordComplete(round.memory, observeHashNow(round.deps, active));
        recordTransfer(round.deps, round.memory);
      }
      if (next.revision !== undefined) {
        round.deps.fleet?.adopt(round.observation.fleet);
        recordRevision(round.deps, active, next.revision);
      }
      return "done";
    case "wait":
      reportOutranked(round, active);
      return "done";
    case "refuse":
      throw new TypeError(`Cannot carry out a ${round.trigger}: ${next.because}`);
  }
}

/**
 * Whether a repair has to wait. A catalog that is lost repeatedly, as under memory pressure, is restored
 * after growing pauses, because each publication makes the cache write the whole catalog and evict other
 * keys.
 */
function delayRepair(round: SyncRound, active: ActiveCatalog): boolean {
  if (!isRepair(round, active)) return false;
  const { remainingMs, count, shouldLog } = recordDamage(round.memory, observeHashNow(round.deps, active));
  if (remainingMs === 0) return false;
  round.deps.emit({
    kind: "repair-delayed",
    hash: active.catalog.hash,
    repairs: count,
    remainingMs,
    shouldLog,
  });
  return true;
}

/** Whether the cache has lost the active catalog; false if a newer catalog is to be published. */
function isRepair({ trigger, observation: { cache } }: SyncRound, { pending }: ActiveCatalog): boolean {
  return trigger === "reconcile" && pending === undefined && cache.kind === "unusable";
}

function activatePublished({ deps, trigger, observation }: SyncRound): void {
  const { cache, admitted } = observation;
  if (admitted === undefined || cache.kind !== "whole") {
    throw new TypeError("Cannot activate a catalog that was not read");
  }
  const ranking =
    cache.author === "mosaic"
      ? { revision: cache.revision ?? 0 }
      : // The publication of another program counts as requested when it is first observed.
        { revision: 0, pending: { requestedMs: deps.monotonicMs(), replacedHash: undefined } };
  deps.fleet?.adopt(observation.fleet);
  activateCatalog(deps, trigger, { ...toVerifiedCatalog(admitted), source: "cache", ...ranking });
}

/** Reads the generation of the manifest on disk, which needs no view files. */
async function readGeneration({ source, verifier, signal }: CatalogDeps): Promise<number | undefined> {
  try {
    const checked = verifier.checkManifest(await source.readManifest({ signal }));
    return checked.kind === "checked" ? checked.signed.generation : undefined;
  } catch (error) {
    // Not reported: the verified catalog of the cache is used.
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}

/** Records the revision under which the cache has the active catalog, whichever replica published it. */
function recordRevision({ holder }: CatalogDeps, active: ActiveCatalog, revision: number): void {
  if (revision === active.revision && active.pending === undefined) return;
  holder.activate({ ...active, revision, pending: undefined });
}

function reportOutranked({ deps, trigger, observation: { cache } }: SyncRound, active: ActiveCatalog): void {
  if (trigger !== "preload" || cache.kind !== "unusable" || !isPossiblyNewer(cache.manifest, active)) return;
  const detail = "the manifest in the cache may belong to a newer release, and cannot be verified here";
  deps.emit({ kind: "publish-failed", hash: active.catalog.hash, reason: "outranked", detail });
}

/** Publishes the active catalog. A failure is reported once, and not at every comparison. */
async function publishPlanned(
  round: SyncRound,
  active: ActiveCatalog,
  { scope, revision }: Plan & { readonly kind: "publish" },
): Promise<TurnPublication | "withheld"> {
  const { deps, trigger, observation, memory } = round;
  if (reportIfUnverified(deps, memory, active)) return "withheld";
  const publication = observation.publication ?? (await readUnchangedPublication(deps, active, observation));
  if (publication === undefined) return "failed";
  const emit = (event: CatalogEvent): void => {
    const failure = event.kind === "publish-failed" ? event.reason : undefined;
    if (trigger === "preload" || failure === undefined || failure !== memory.publishFailure) deps.emit(event);
    // `transfer-failed` repeats the failure of a `publish-failed`: the recorded failure must stay.
    if (event.kind !== "transfer-failed") memory.publishFailure = failure;
  };
  const planned = { expected: publication, revision, scope };
  const published = await publishInTurn({ ...deps, emit }, memory, { active, plan: planned });
  if (published === "published" && isRepair(round, active))
    recordRepair(memory, observeHashNow(deps, active));
  return published;
}

/** Reads the publication again; undefined if its hash or revision has changed, or the cache fails. */
async function readUnchangedPublication(
  { store, signal }: CatalogDeps,
  { catalog }: ActiveCatalog,
  { cache }: Observation,
) {
  const publication = await store.readCurrent({ signal }).catch(ignoreCacheErrors);
  if (publication === undefined) return undefined;
  const { hashValue, hasMatchingState, revision } = publication;
  const isSame = hashValue !== undefined && new TextDecoder().decode(hashValue) === catalog.hash;
  const observed = cache.kind === "whole" ? cache.revision : undefined;
  return isSame && (hasMatchingState ? revision : undefined) === observed ? publication : undefined;
}

/**
 * Checks that the active catalog still verifies, because the keys may have changed. Reports each failure
 * once.
 *
 * @returns true if it does not verify: it must then not be published
 */
function reportIfUnverified(
  { verifier, emit }: CatalogDeps,
  memory: ComparisonMemory,
  active: ActiveCatalog,
): boolean {
  const { catalog, manifest, source } = active;
  const decision = verifier.verify({ catalog, manifest, source }, undefined);
  const unverifiedDetail = decision.kind === "refused" ? decision.detail : undefined;
  if (decision.kind === "refused" && unverifiedDetail !== memory.unverifiedDetail) {
    const { reason, detail } = decision;
    emit({ kind: "publish-failed", hash: catalog.hash, reason, detail });
  }
  memory.unverifiedDetail = unverifiedDetail;
  return unverifiedDetail !== undefined;
}
