import { GRACE_MS, type Grace } from "./refusal-reasons.ts";
import {
  type Held,
  nextRevision,
  ownRevision,
  plausibleRevision,
  rank,
  requestedRevision,
} from "./revision.ts";

/** The verdict on the manifest of a publication, independent of its views. */
export type SeenManifest =
  | { readonly kind: "none" }
  | { readonly kind: "signed"; readonly generation: number; readonly hash: string }
  /** Present, but not verifiable here: it may belong to a newer release. */
  | { readonly kind: "unverifiable" };

/** The observed state of the shared cache. */
export type Seen =
  /** It did not answer. */
  | { readonly kind: "unreachable" }
  /** A catalog that verifies, whose signature is accepted, and that can be served here. */
  | {
      readonly kind: "whole";
      readonly hash: string;
      readonly generation?: number | undefined;
      /** The revision in the publication state; undefined where the state is about another catalog. */
      readonly revision: number | undefined;
      /** `other`: the state is of another catalog, so this one is of a program that writes no state. */
      readonly author: "mosaic" | "other";
      /** Whether its manifest has the same bytes as the held catalog's. */
      readonly hasHeldManifest: boolean;
      readonly manifest: SeenManifest;
    }
  /** A publication of another fleet, whole or not. */
  | { readonly kind: "foreign"; readonly revision: number | undefined }
  /** Nothing, or nothing that can be served. */
  | {
      readonly kind: "unusable";
      readonly grace: Grace;
      /** Set when only `views:loaded` is absent and everything else matches the state. */
      readonly lacksOnlyFlag: boolean;
      /** The revision that the state claims. */
      readonly revision: number | undefined;
      readonly manifest: SeenManifest;
      /** How long this replica has observed it unchanged. */
      readonly unchangedMs: number;
    };

/** The state of the catalog on disk. */
export type Disk =
  /** Not read yet; `generation` where only its manifest was read, and verifies. */
  | { readonly kind: "unread"; readonly generation?: number | undefined }
  | { readonly kind: "loaded"; readonly hash: string; readonly generation?: number | undefined }
  /** Invalid, unreadable, or refused. */
  | { readonly kind: "unusable" };

/** The input of the decision. Pure data: no I/O, no clock. */
export type PlanInput = CycleInput | RequestInput;

/** A start or a comparison, for which the views in the cache were verified. */
export interface CycleInput {
  readonly trigger: "preload" | "reconcile";
  readonly held: Held | undefined;
  readonly seen: Seen;
  /** Used only while nothing is held. */
  readonly disk: Disk;
  /** Milliseconds since the epoch by the cache's clock. */
  readonly nowMs: number;
}

/**
 * A reload: first with the disk that was read, then, once that is held, without it. The views in the cache do
 * not matter.
 */
export interface RequestInput {
  readonly trigger: "reload";
  readonly held: Held | undefined;
  readonly seen: SeenBeforeRead;
  readonly disk: Disk;
  readonly nowMs: number;
}

/** The state of the cache from before the disk was read. */
export type SeenBeforeRead =
  | { readonly kind: "unreachable" }
  /** A publication of another fleet that the request does not replace. */
  | { readonly kind: "foreign" }
  | { readonly kind: "peeked"; readonly revision: number | undefined; readonly manifest: SeenManifest };

/** The part of a publication to write: all of it, the publication state, or the ready flag `views:loaded`. */
export type PublicationScope = "all" | "flag" | "state";

/** The action, and its reason. */
export type Plan =
  /** Nothing; `revision` where the cache has the served catalog, as that publication. */
  | { readonly kind: "keep"; readonly because: string; readonly revision?: number | undefined }
  | { readonly kind: "activate"; readonly from: "cache" | "disk"; readonly because: string }
  /** Publish the held catalog, on condition that the cache is still in the observed state. */
  | {
      readonly kind: "publish";
      readonly scope: PublicationScope;
      readonly revision: number;
      readonly because: string;
    }
  /** Another replica may be writing: compare again later. */
  | { readonly kind: "wait"; readonly remainingMs: number; readonly because: string }
  | {
      readonly kind: "refuse";
      readonly reason: "foreign-fleet" | "generation-conflict" | "rollback";
      readonly because: string;
    };

/**
 * How long a replica with a signed catalog keeps it when the manifest in the cache may be of a newer release:
 * longer than a new key takes to reach every replica.
 */
const UNVERIFIABLE_GRACE_MS = 600_000;

/**
 * The one rule for starts, comparisons and reloads: which catalog wins, and what this replica does about it.
 *
 * @see docs/decisions/0003-release-plan.md for the rule as a table, and its drawbacks
 */
export function plan(input: PlanInput): Plan {
  if (input.trigger === "reload") return planReload(input);
  const { held, seen, disk } = input;
  if (held === undefined) return planFirst(seen, disk);
  switch (seen.kind) {
    case "unreachable":
      return keep("the cache does not answer");
    case "foreign":
      return keep(FOREIGN);
    case "unusable":
      return planOverUnusable(input, held, seen);
    case "whole":
      return seen.hash === held.hash ? planSame(input, held, seen) : planDifferent(input, held, seen);
  }
}

const FOREIGN = "the cache has another fleet's publication";

type Whole = Seen & { readonly kind: "whole" };
type Unusable = Seen & { readonly kind: "unusable" };

/** Nothing is served yet. The fleet's catalog wins, unless the disk has a newer release. */
function planFirst(seen: Seen, disk: Disk): Plan {
  if (seen.kind === "whole") {
    const onDisk = "generation" in disk ? (disk.generation ?? 0) : 0;
    if (onDisk > (seen.generation ?? 0)) return activate("disk", "the disk has a newer generation");
    return activate("cache", "the cache has a whole catalog");
  }
  if (disk.kind === "unusable") return keep("neither the cache nor the disk has a catalog");
  if (seen.kind === "foreign") return activate("disk", FOREIGN);
  return activate("disk", "the cache has no whole catalog");
}

/** A requested catalog replaces everything but a newer release. */
function planReload({ held, seen, disk, nowMs }: RequestInput): Plan {
  switch (disk.kind) {
    case "loaded":
      if (seen.kind === "foreign") {
        return { kind: "refuse", reason: "foreign-fleet", because: `${FOREIGN}; ?force=true replaces it` };
      }
      return (seen.kind === "peeked" && refusalBy(seen.manifest, disk)) || activate("disk", "requested");
    case "unusable":
      return keep("the disk has no catalog");
    case "unread":
      if (held === undefined) return keep("nothing is served");
      if (seen.kind === "unreachable") return keep("the cache does not answer");
      if (seen.kind === "foreign") return keep(FOREIGN);
      return publish(requestedRevision(seen.revision, held, nowMs), "requested");
  }
}

function refusalBy(manifest: SeenManifest, disk: Disk & { readonly kind: "loaded" }): Plan | undefined {
  if (manifest.kind !== "signed" || disk.generation === undefined) return undefined;
  if (manifest.generation > disk.generation) {
    const because = `generation ${disk.generation} is lower than the published one, ${manifest.generation}`;
    return { kind: "refuse", reason: "rollback", because };
  }
  if (manifest.generation < disk.generation || manifest.hash === disk.hash) return undefined;
  const because = `generation ${manifest.generation} is published with another catalog hash`;
  return { kind: "refuse", reason: "generation-conflict", because };
}

/** The publication cannot be served: it counts as damage once no writer can be active. */
function planOverUnusable(input: CycleInput, held: Held, seen: Unusable): Plan {
  const graceMs = graceOf(held, seen);
  const remainingMs = graceMs - seen.unchangedMs;
  if (remainingMs > 0) return { kind: "wait", remainingMs, because: waitingFor(held, seen) };
  if (seen.lacksOnlyFlag) return publish(0, "only the ready flag is lost", "flag");
  return publish(ownRevision(held, seen.revision, input.nowMs), "nothing usable is published");
}

function graceOf(held: Held, { manifest, grace }: Unusable): number {
  // Two releases of one generation: only a third one decides.
  if (manifest.kind === "signed" && manifest.generation === held.generation && manifest.hash !== held.hash) {
    return GRACE_MS.never;
  }
  const isSigned = held.generation !== undefined;
  if (mayBeNewer(manifest, held)) return isSigned ? UNVERIFIABLE_GRACE_MS : GRACE_MS.never;
  // Where releases are signed, a program without a key has nothing to publish.
  return isSigned ? Math.min(GRACE_MS[grace], GRACE_MS.settle) : GRACE_MS[grace];
}

function waitingFor(held: Held, { manifest, grace }: Unusable): string {
  if (mayBeNewer(manifest, held)) return "its manifest may be of a newer release";
  return grace === "never" ? "an operator has to decide" : "another program may be publishing";
}

/** Whether the manifest in the cache may belong to a newer release than the held one. */
export function mayBeNewer(manifest: SeenManifest, { generation = 0 }: Pick<Held, "generation">): boolean {
  return manifest.kind === "unverifiable" || (manifest.kind === "signed" && manifest.generation > generation);
}

/** The cache has the views that are served; the rest of the publication may still differ. */
function planSame(input: CycleInput, held: Held, seen: Whole): Plan {
  const { trigger, nowMs } = input;
  const [heldGeneration, seenGeneration] = [held.generation ?? 0, seen.generation ?? 0];
  if (seenGeneration > heldGeneration) return activate("cache", "the same views under a newer generation");
  if (seenGeneration < heldGeneration) {
    return publish(ownRevision(held, seen.revision, input.nowMs), "the same views under an older generation");
  }
  const revision = plausibleRevision(seen.revision, nowMs);
  const own = rank(held, nowMs);
  if (!seen.hasHeldManifest) {
    if (own > (revision ?? 0)) {
      return publish(ownRevision(held, seen.revision, input.nowMs), "the same views under an older manifest");
    }
    return activate("cache", "the same views under another manifest");
  }
  if (trigger === "preload") return keep("already published", Math.max(revision ?? 0, own));
  if (seen.author === "other") {
    return publish(nextRevision(own, nowMs), "another program published it", "state");
  }
  if ((revision ?? -1) >= own) return keep("already published", revision);
  if (own > 0) return publish(ownRevision(held, undefined, nowMs), "its publication state is lost", "state");
  // An invented revision could outrank one that was requested later.
  return keep("its publication state is lost, and its revision is not known here");
}

/** Two complete catalogs: the higher generation wins, then the later request. */
function planDifferent(input: CycleInput, held: Held, seen: Whole): Plan {
  const order = compare(input, held, seen);
  if (order.isSeenFirst) return activate("cache", order.because);
  // A generation may win over a higher revision, which must not appear to go back.
  const there = plausibleRevision(seen.revision, input.nowMs) ?? 0;
  return publish(Math.max(ownRevision(held, seen.revision, input.nowMs), there), order.because);
}

interface Order {
  /** Whether the catalog in the cache wins over the held one. */
  readonly isSeenFirst: boolean;
  readonly because: string;
}

function compare({ nowMs }: CycleInput, held: Held, seen: Whole): Order {
  const [heldGeneration, seenGeneration] = [held.generation ?? 0, seen.generation ?? 0];
  if (heldGeneration > seenGeneration) return { isSeenFirst: false, because: "its generation is newer" };
  // An unsigned catalog may have been requested in order to replace a signed one.
  if (seenGeneration > heldGeneration && (heldGeneration > 0 || held.pending === undefined)) {
    return { isSeenFirst: true, because: "its generation is newer" };
  }
  const revision = plausibleRevision(seen.revision, nowMs);
  if (revision === undefined) {
    if (held.pending?.over === seen.hash) return { isSeenFirst: false, because: "requested to replace it" };
    // Its time of publication is unknown: an older catalog must not replace it.
    return { isSeenFirst: true, because: "another program published it" };
  }
  // Equal revisions are from replicas that published independently: all take the one in the cache.
  if (rank(held, nowMs) > revision) return { isSeenFirst: false, because: "its publication is newer" };
  return { isSeenFirst: true, because: "its publication is not older" };
}

function keep(because: string, revision?: number): Plan {
  return { kind: "keep", because, revision };
}

function activate(from: "cache" | "disk", because: string): Plan {
  return { kind: "activate", from, because };
}

function publish(revision: number, because: string, scope: PublicationScope = "all"): Plan {
  return { kind: "publish", scope, revision, because };
}
