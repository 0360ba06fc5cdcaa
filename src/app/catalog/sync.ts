import type { CatalogHash } from "../../domain/catalog/catalog.ts";
import { type Disk, mayBeNewer, type Plan, plan } from "../../domain/release/plan.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { activate } from "./activate-catalog.ts";
import { type ActiveCatalog, type CatalogSourceKind, heldOf } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { type CheckMemory, checkPublishedViews } from "./check-published-views.ts";
import type { CatalogEvent, Refusal } from "./events.ts";
import type { Observation, ObservationMemory } from "./observation.ts";
import { observe } from "./observe.ts";
import {
  momentOf,
  noteArrival,
  publishInTurn,
  type TransferMemory,
  type TurnPublication,
} from "./publish-in-turn.ts";
import { readDisk } from "./read-disk.ts";
import { noteDamage, noteRepaired, noteWhole, type RepairMemory } from "./repair-pauses.ts";
import { verifiedOf } from "./verified-catalog.ts";

/** The result of a preload: a catalog is active, or the reason why none is. */
export type PreloadOutcome =
  | { readonly kind: "active"; readonly source: CatalogSourceKind; readonly hash: CatalogHash }
  | { readonly kind: "unavailable"; readonly refusals: readonly Refusal[] };

/** State that a replica keeps between comparisons. */
export interface ComparisonMemory extends ObservationMemory, CheckMemory, RepairMemory, TransferMemory {
  /** The signature failure that last kept the active catalog from being published. */
  withheld?: string | undefined;
  /** The failure of the last publication. */
  unpublished?: string | undefined;
}

/** Maximum number of attempts that lose the race to publish; in each, another replica has published. */
const ROUNDS_MAX = 3;

/**
 * Activates a first catalog: from the cache, unless the disk has a newer release; else from the disk, and publishes
 * it.
 *
 * A replica that loses the race to publish takes the winner's catalog, so that replicas which start together agree.
 */
export async function preload(deps: CatalogDeps, memory: ComparisonMemory = {}): Promise<PreloadOutcome> {
  const { holder } = deps;
  let refusals: readonly Refusal[] = [];
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const observation = await observe(deps, { trigger: "preload", active: holder.current(), memory });
    const end = await carryOut({ deps, trigger: "preload", observation, memory });
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
 * @returns whether other views were activated
 */
export async function reconcile(deps: CatalogDeps, memory: ComparisonMemory = {}): Promise<boolean> {
  const { holder } = deps;
  const active = holder.current();
  if (active === undefined) return false;
  // During a fault, every observation reads all that has changed.
  const wholly = memory.trouble === undefined && (await checkPublishedViews(deps, memory, active));
  const observation = await observe(deps, { trigger: "reconcile", active, memory, wholly });
  await carryOut({ deps, trigger: "reconcile", observation, memory });
  return holder.current()?.catalog.hash !== active.catalog.hash;
}

interface Round {
  readonly deps: CatalogDeps;
  readonly trigger: "preload" | "reconcile";
  readonly observation: Observation;
  readonly memory: ComparisonMemory;
}

interface RoundEnd {
  readonly kind: "conflict" | "done";
  /** Why no catalog could be activated. */
  readonly refusals: readonly Refusal[];
}

/**
 * Plans and acts until the observation needs no more action. Each activation changes what is held, what was seen of it or what
 * the disk has, so that the plan does not ask for it again.
 */
async function carryOut(round: Round): Promise<RoundEnd> {
  const { deps, trigger, observation } = round;
  const { refusal, nowMs } = observation;
  let { seen } = observation;
  const refusals: Refusal[] = refusal === undefined ? [] : [refusal];
  let disk: Disk = await firstDisk(round);
  for (;;) {
    const active = deps.holder.current();
    const held = active && heldOf(deps, active, nowMs);
    const next = plan({ trigger, held, seen, disk, nowMs });
    if (next.kind === "activate") {
      const refused = await activatePlanned(round, next.from);
      if (next.from === "cache" && seen.kind === "whole") seen = { ...seen, hasHeldManifest: true };
      if (refused !== undefined) {
        disk = { kind: "unusable" };
        refusals.push(refused);
      }
      continue;
    }
    const isConflict = active !== undefined && (await finish(round, active, next)) === "conflict";
    return { kind: isConflict ? "conflict" : "done", refusals };
  }
}

/**
 * Where the cache has a complete catalog, the manifest on disk shows whether the disk has a newer release.
 */
async function firstDisk({ deps, observation: { seen } }: Round): Promise<Disk> {
  const isAsked = deps.holder.current() === undefined && seen.kind === "whole";
  return { kind: "unread", generation: isAsked ? await readGeneration(deps) : undefined };
}

/** Why it could not be activated; undefined when it was. */
async function activatePlanned(round: Round, from: "cache" | "disk"): Promise<Refusal | undefined> {
  const { deps, trigger } = round;
  if (from === "cache") {
    takePublished(round);
    return undefined;
  }
  const read = await readDisk(deps, trigger);
  if (read.kind !== "loaded") return read.refusal;
  activate(deps, trigger, { ...verifiedOf(read), source: "disk", revision: 0 });
  return undefined;
}

async function finish(
  round: Round,
  active: ActiveCatalog,
  next: Exclude<Plan, { readonly kind: "activate" }>,
): Promise<"conflict" | "done"> {
  switch (next.kind) {
    case "publish":
      if (delayRepair(round, active)) return "done";
      return (await publishPlanned(round, active, next)) === "conflict" ? "conflict" : "done";
    case "keep":
      if (round.observation.seen.kind === "whole") {
        noteWhole(round.memory, momentOf(round.deps, active));
        noteArrival(round.deps, round.memory);
      }
      if (next.revision !== undefined) {
        round.deps.fleet?.adopt(round.observation.fleet);
        settle(round.deps, active, next.revision);
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
 * A catalog that is lost repeatedly, as under memory pressure, is restored after growing pauses: each
 * publication costs the server a write of the whole catalog, and evicts the keys of others.
 */
function delayRepair(round: Round, active: ActiveCatalog): boolean {
  if (!isRepair(round, active)) return false;
  const { remainingMs, count, isNews } = noteDamage(round.memory, momentOf(round.deps, active));
  if (remainingMs === 0) return false;
  round.deps.emit({ kind: "repair-delayed", hash: active.catalog.hash, repairs: count, remainingMs, isNews });
  return true;
}

/** Whether the catalog to publish is the one that the cache has lost, and not a newer one. */
function isRepair({ trigger, observation: { seen } }: Round, { pending }: ActiveCatalog): boolean {
  return trigger === "reconcile" && pending === undefined && seen.kind === "unusable";
}

function takePublished({ deps, trigger, observation }: Round): void {
  const { seen, admitted } = observation;
  if (admitted === undefined || seen.kind !== "whole") {
    throw new TypeError("Cannot activate a catalog that was not read");
  }
  const place =
    seen.author === "mosaic"
      ? { revision: seen.revision ?? 0 }
      : // Another program's publication counts as requested when it is first seen, and gets its revision from that time.
        { revision: 0, pending: { requestedMs: deps.monotonicMs(), over: undefined } };
  deps.fleet?.adopt(observation.fleet);
  activate(deps, trigger, { ...verifiedOf(admitted), source: "cache", ...place });
}

/** The generation of the manifest on disk, which is known without reading the views. */
async function readGeneration({ source, verifier, signal }: CatalogDeps): Promise<number | undefined> {
  try {
    const opened = verifier.openManifest(await source.readManifest({ signal }));
    return opened.kind === "opened" ? opened.signed.generation : undefined;
  } catch (error) {
    // Ignore it: the verified catalog from the cache is used.
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}

/** The cache has the served catalog: it counts as published, by any replica. */
function settle({ holder }: CatalogDeps, active: ActiveCatalog, revision: number): void {
  if (revision === active.revision && active.pending === undefined) return;
  holder.activate({ ...active, revision, pending: undefined });
}

function reportOutranked({ deps, trigger, observation: { seen } }: Round, active: ActiveCatalog): void {
  if (trigger !== "preload" || seen.kind !== "unusable" || !mayBeNewer(seen.manifest, active)) return;
  const detail = "the manifest in the cache may belong to a newer release, and cannot be verified here";
  deps.emit({ kind: "publish-failed", hash: active.catalog.hash, reason: "outranked", detail });
}

/** A cache that keeps refusing writes is reported once, not at every comparison. */
async function publishPlanned(
  round: Round,
  active: ActiveCatalog,
  { scope, revision }: Plan & { readonly kind: "publish" },
): Promise<TurnPublication | "withheld"> {
  const { deps, trigger, observation, memory } = round;
  if (withholdUnverified(deps, memory, active)) return "withheld";
  const over = observation.over ?? (await readCurrentOf(deps, active, observation));
  if (over === undefined) return "failed";
  const emit = (event: CatalogEvent): void => {
    const failure = event.kind === "publish-failed" ? event.reason : undefined;
    if (trigger === "preload" || failure === undefined || failure !== memory.unpublished) deps.emit(event);
    memory.unpublished = failure;
  };
  const publication = { over, revision, scope };
  const published = await publishInTurn({ ...deps, emit }, memory, { active, plan: publication });
  if (published === "published" && isRepair(round, active)) noteRepaired(memory, momentOf(deps, active));
  return published;
}

/** The state of the active catalog's publication, if it is still the observed one. */
async function readCurrentOf(
  { store, signal }: CatalogDeps,
  { catalog }: ActiveCatalog,
  { seen }: Observation,
) {
  try {
    const over = await store.readCurrent({ signal });
    const { hashValue, isStated } = over;
    const isSame = hashValue !== undefined && new TextDecoder().decode(hashValue) === catalog.hash;
    const observed = seen.kind === "whole" ? seen.revision : undefined;
    return isSame && (isStated ? over.revision : undefined) === observed ? over : undefined;
  } catch (error) {
    if (error instanceof CacheError) return undefined;
    throw error;
  }
}

/**
 * The keys may have changed since it was activated: a catalog that does not verify now is not published.
 * Reported once.
 */
function withholdUnverified(
  { verifier, emit }: CatalogDeps,
  memory: ComparisonMemory,
  active: ActiveCatalog,
): boolean {
  const { catalog, manifest, source } = active;
  const decision = verifier.verify({ catalog, manifest, source }, undefined);
  const withheld = decision.kind === "refused" ? decision.detail : undefined;
  if (decision.kind === "refused" && withheld !== memory.withheld) {
    const { reason, detail } = decision;
    emit({ kind: "publish-failed", hash: catalog.hash, reason, detail });
  }
  memory.withheld = withheld;
  return withheld !== undefined;
}
