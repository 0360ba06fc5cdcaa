import { GRACE_MS, type GraceKind } from "./refusal-reasons.ts";
import {
  catalogRank,
  type HeldCatalog,
  nextRevision,
  ownRevision,
  plausibleRevision,
  requestedRevision,
} from "./revision.ts";

/** The verdict on the manifest of a publication, independent of its views. */
export type ObservedManifest =
  | { readonly kind: "none" }
  | { readonly kind: "signed"; readonly generation: number; readonly hash: string }
  /** Present, but not verifiable here: it may belong to a newer release. */
  | { readonly kind: "unverifiable" };

export type ObservedCache =
  | { readonly kind: "unreachable" }
  /** A complete catalog: its hash verifies, no signature rule refuses it, and this replica can serve it. */
  | {
      readonly kind: "whole";
      readonly hash: string;
      readonly generation?: number | undefined;
      /** The revision in the publication state; undefined unless the state names this hash. */
      readonly revision: number | undefined;
      /** `other`: a program that writes no publication state has probably published it. */
      readonly author: "mosaic" | "other";
      /** Whether its manifest has the same bytes as the manifest of the held catalog. */
      readonly hasHeldManifest: boolean;
      readonly manifest: ObservedManifest;
    }
  /** A publication of another fleet, complete or not. */
  | { readonly kind: "foreign"; readonly revision: number | undefined }
  /** No publication, or one that cannot be served. */
  | {
      readonly kind: "unusable";
      readonly grace: GraceKind;
      /** Whether `views:loaded` is absent and everything else matches the publication state. */
      readonly lacksOnlyFlag: boolean;
      /** The revision that the publication state claims. */
      readonly revision: number | undefined;
      readonly manifest: ObservedManifest;
      /** How long this replica has observed the publication without a change. */
      readonly unchangedMs: number;
    };

export type DiskState =
  /** Not loaded yet; `generation` is set if the manifest was read and verified. */
  | { readonly kind: "unread"; readonly generation?: number | undefined }
  | { readonly kind: "loaded"; readonly hash: string; readonly generation?: number | undefined }
  /** Invalid, unreadable, or refused. */
  | { readonly kind: "unusable" };

export type PlanInput = CycleInput | RequestInput;

/** The input at a start or a comparison; `cache` is the result of verifying the publication. */
export interface CycleInput {
  readonly trigger: "preload" | "reconcile";
  readonly held: HeldCatalog | undefined;
  readonly cache: ObservedCache;
  /** Matters only while no catalog is held. */
  readonly disk: DiskState;
  /** Milliseconds since the epoch by the cache's clock. */
  readonly nowMs: number;
}

/**
 * The input of a reload, which plans twice: first whether to activate the loaded catalog; then, with the disk
 * `unread`, whether to publish it. The views in the cache do not matter.
 */
export interface RequestInput {
  readonly trigger: "reload";
  readonly held: HeldCatalog | undefined;
  readonly cache: CacheBeforeDiskRead;
  readonly disk: DiskState;
  readonly nowMs: number;
}

/** The state of the cache before the disk was read. */
export type CacheBeforeDiskRead =
  | { readonly kind: "unreachable" }
  /** A publication of another fleet, which a reload without `force` does not replace. */
  | { readonly kind: "foreign" }
  | { readonly kind: "peeked"; readonly revision: number | undefined; readonly manifest: ObservedManifest };

/** The part of a publication to write: all of it, the publication state, or the ready flag `views:loaded`. */
export type PublicationScope = "all" | "flag" | "state";

/** The action of a replica, and the reason for it. */
export type Plan =
  /** Do nothing. `revision`: the known revision of the publication, if the cache has the served catalog. */
  | { readonly kind: "keep"; readonly because: string; readonly revision?: number | undefined }
  | { readonly kind: "activate"; readonly from: "cache" | "disk"; readonly because: string }
  /** Publish the held catalog, on condition that the cache is still in the observed state. */
  | {
      readonly kind: "publish";
      readonly scope: PublicationScope;
      readonly revision: number;
      readonly because: string;
    }
  /** Do nothing, and compare again after `remainingMs`, which is infinite if a person has to decide. */
  | { readonly kind: "wait"; readonly remainingMs: number; readonly because: string }
  | {
      readonly kind: "refuse";
      readonly reason: "foreign-fleet" | "generation-conflict" | "rollback";
      readonly because: string;
    };

/**
 * How long a replica with a signed catalog waits before it replaces a publication whose manifest may be of a newer
 * release: longer than a new key takes to reach every replica.
 */
const UNVERIFIABLE_GRACE_MS = 600_000;

/**
 * Decides which catalog wins, and what this replica does: the one rule for starts, comparisons and reloads.
 *
 * @see docs/decisions/0003-release-plan.md for the rule as a table, and its drawbacks
 */
export function plan(input: PlanInput): Plan {
  if (input.trigger === "reload") return planReload(input);
  const { held, cache, disk } = input;
  if (held === undefined) return planFirst(cache, disk);
  switch (cache.kind) {
    case "unreachable":
      return keepPlan("the cache does not answer");
    case "foreign":
      return keepPlan(FOREIGN_FLEET);
    case "unusable":
      return planOverUnusable(input, held, cache);
    case "whole":
      return cache.hash === held.hash ? planSame(input, held, cache) : planDifferent(input, held, cache);
  }
}

const FOREIGN_FLEET = "the cache has another fleet's publication";

type WholeCache = ObservedCache & { readonly kind: "whole" };
type UnusableCache = ObservedCache & { readonly kind: "unusable" };

/** Plans for a replica that serves nothing yet: the published catalog wins, unless the disk has a newer release. */
function planFirst(cache: ObservedCache, disk: DiskState): Plan {
  if (cache.kind === "whole") {
    const onDisk = "generation" in disk ? (disk.generation ?? 0) : 0;
    if (onDisk > (cache.generation ?? 0)) return activatePlan("disk", "the disk has a newer generation");
    return activatePlan("cache", "the cache has a complete catalog");
  }
  if (disk.kind === "unusable") return keepPlan("neither the cache nor the disk has a catalog");
  if (cache.kind === "foreign") return activatePlan("disk", FOREIGN_FLEET);
  return activatePlan("disk", "the cache has no complete catalog");
}

/**
 * Plans a reload. It is refused if it would replace another fleet's publication, a newer release, or another
 * catalog of the same generation.
 */
function planReload({ held, cache, disk, nowMs }: RequestInput): Plan {
  switch (disk.kind) {
    case "loaded":
      if (cache.kind === "foreign") {
        return {
          kind: "refuse",
          reason: "foreign-fleet",
          because: `${FOREIGN_FLEET}; ?force=true replaces it`,
        };
      }
      return (
        (cache.kind === "peeked" && refuseRelease(cache.manifest, disk)) || activatePlan("disk", "requested")
      );
    case "unusable":
      return keepPlan("the disk has no catalog");
    case "unread":
      if (held === undefined) return keepPlan("this replica serves no catalog");
      if (cache.kind === "unreachable") return keepPlan("the cache does not answer");
      if (cache.kind === "foreign") return keepPlan(FOREIGN_FLEET);
      return publishPlan(requestedRevision(cache.revision, held, nowMs), "requested");
  }
}

function refuseRelease(
  manifest: ObservedManifest,
  disk: DiskState & { readonly kind: "loaded" },
): Plan | undefined {
  if (manifest.kind !== "signed" || disk.generation === undefined) return undefined;
  if (manifest.generation > disk.generation) {
    const because = `generation ${disk.generation} is lower than the published one, ${manifest.generation}`;
    return { kind: "refuse", reason: "rollback", because };
  }
  if (manifest.generation < disk.generation || manifest.hash === disk.hash) return undefined;
  const because = `generation ${manifest.generation} is published with another catalog hash`;
  return { kind: "refuse", reason: "generation-conflict", because };
}

/** Plans for a publication that cannot be served: waits for the rest of its grace period, then publishes. */
function planOverUnusable(input: CycleInput, held: HeldCatalog, cache: UnusableCache): Plan {
  const graceMs = gracePeriodMs(held, cache);
  const remainingMs = graceMs - cache.unchangedMs;
  if (remainingMs > 0) return { kind: "wait", remainingMs, because: describeWait(held, cache) };
  if (cache.lacksOnlyFlag) return publishPlan(0, "only the ready flag is lost", "flag");
  return publishPlan(ownRevision(held, cache.revision, input.nowMs), "nothing usable is published");
}

function gracePeriodMs(held: HeldCatalog, { manifest, grace }: UnusableCache): number {
  // Two different catalogs have the same generation: only a later release can decide between them.
  if (manifest.kind === "signed" && manifest.generation === held.generation && manifest.hash !== held.hash) {
    return GRACE_MS.never;
  }
  const isSigned = held.generation !== undefined;
  if (isPossiblyNewer(manifest, held)) return isSigned ? UNVERIFIABLE_GRACE_MS : GRACE_MS.never;
  // While a signed catalog is held, a program that writes no manifest cannot publish a valid catalog: a short wait
  // is enough.
  return isSigned ? Math.min(GRACE_MS[grace], GRACE_MS.settle) : GRACE_MS[grace];
}

function describeWait(held: HeldCatalog, { manifest, grace }: UnusableCache): string {
  if (isPossiblyNewer(manifest, held)) return "the manifest in the cache may belong to a newer release";
  return grace === "never" ? "only an operator may replace it" : "another program may be publishing";
}

/** Whether the manifest in the cache may belong to a newer release than the held catalog. */
export function isPossiblyNewer(
  manifest: ObservedManifest,
  { generation = 0 }: Pick<HeldCatalog, "generation">,
): boolean {
  return manifest.kind === "unverifiable" || (manifest.kind === "signed" && manifest.generation > generation);
}

/** Plans for a publication with the served views; its manifest and its state may differ from those held here. */
function planSame(input: CycleInput, held: HeldCatalog, cache: WholeCache): Plan {
  const { trigger, nowMs } = input;
  const republish = (because: string): Plan => publishPlan(ownRevision(held, cache.revision, nowMs), because);
  const [heldGeneration, cachedGeneration] = [held.generation ?? 0, cache.generation ?? 0];
  if (cachedGeneration > heldGeneration)
    return activatePlan("cache", "the cache has the same views under a newer generation");
  if (cachedGeneration < heldGeneration)
    return republish("the cache has the same views under an older generation");
  const revision = plausibleRevision(cache.revision, nowMs);
  const own = catalogRank(held, nowMs);
  if (!cache.hasHeldManifest) {
    if (own > (revision ?? 0)) return republish("the cache has the same views under an older manifest");
    return activatePlan("cache", "the cache has the same views under another manifest");
  }
  if (trigger === "preload") return keepPlan("already published", Math.max(revision ?? 0, own));
  if (cache.author === "other")
    return publishPlan(nextRevision(own, nowMs), "another program published the cached catalog", "state");
  if ((revision ?? -1) >= own) return keepPlan("already published", revision);
  if (own > 0)
    return publishPlan(ownRevision(held, undefined, nowMs), "the publication state is lost", "state");
  // Publishing under a guessed revision could outrank a later request.
  return keepPlan("the publication state is lost, and this replica does not know the revision");
}

/** Plans for a publication with other views: the higher generation wins, then the later request. */
function planDifferent(input: CycleInput, held: HeldCatalog, cache: WholeCache): Plan {
  const order = comparePublications(input, held, cache);
  if (order.isCacheFirst) return activatePlan("cache", order.because);
  // A newer generation wins even over a higher revision, but the published revision must never decrease.
  const there = plausibleRevision(cache.revision, input.nowMs) ?? 0;
  return publishPlan(Math.max(ownRevision(held, cache.revision, input.nowMs), there), order.because);
}

interface PlanOrder {
  readonly isCacheFirst: boolean;
  readonly because: string;
}

function comparePublications({ nowMs }: CycleInput, held: HeldCatalog, cache: WholeCache): PlanOrder {
  const [heldGeneration, cachedGeneration] = [held.generation ?? 0, cache.generation ?? 0];
  if (heldGeneration > cachedGeneration)
    return { isCacheFirst: false, because: "the served catalog has a newer generation" };
  // An unsigned pending catalog is not outranked here: it may have been requested to replace the signed one.
  if (cachedGeneration > heldGeneration && (heldGeneration > 0 || held.pending === undefined)) {
    return { isCacheFirst: true, because: "the cache has a newer generation" };
  }
  const revision = plausibleRevision(cache.revision, nowMs);
  if (revision === undefined) {
    if (held.pending?.replacedHash === cache.hash)
      return { isCacheFirst: false, because: "a reload is to replace the catalog in the cache" };
    // The time of the publication is unknown: the held catalog may be older, and must not replace it.
    return { isCacheFirst: true, because: "another program published the cached catalog" };
  }
  // Equal revisions come from replicas that published independently: all of them take the catalog in the cache.
  if (catalogRank(held, nowMs) > revision)
    return { isCacheFirst: false, because: "the served catalog was published or requested later" };
  return { isCacheFirst: true, because: "the catalog in the cache is not older" };
}

function keepPlan(because: string, revision?: number): Plan {
  return { kind: "keep", because, revision };
}

function activatePlan(from: "cache" | "disk", because: string): Plan {
  return { kind: "activate", from, because };
}

function publishPlan(revision: number, because: string, scope: PublicationScope = "all"): Plan {
  return { kind: "publish", scope, revision, because };
}
