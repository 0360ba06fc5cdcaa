import { type Held, ownRevision, rank, requestedRevision } from "./held.ts";
import { GRACE_MS, type Grace } from "./refusal-reasons.ts";
import { nextRevision, plausibleRevision } from "./revision.ts";

/** The verdict on the manifest of a publication, independent of its views. */
export type SeenManifest =
  | { readonly kind: "none" }
  | { readonly kind: "signed"; readonly generation: number; readonly hash: string }
  /** Present, and nothing here can verify it: it may belong to a newer release. */
  | { readonly kind: "unverifiable" };

/** What the shared cache shows. */
export type Seen =
  /** It did not answer. */
  | { readonly kind: "unreachable" }
  /** A catalog that verifies, that its signature admits, and that can be served here. */
  | {
      readonly kind: "whole";
      readonly hash: string;
      readonly generation?: number | undefined;
      /** As the publication state has it; undefined where the state is about another catalog. */
      readonly revision: number | undefined;
      /** `other`: the state is of another catalog, so a program that keeps no state published this one. */
      readonly author: "mosaic" | "other";
      /** Whether the bytes of its manifest are those of the held catalog's. */
      readonly hasHeldManifest: boolean;
      readonly manifest: SeenManifest;
    }
  /** Nothing, or nothing that can be served. */
  | {
      readonly kind: "unusable";
      readonly grace: Grace;
      /** Set when only `views:loaded` is absent and everything else matches the state. */
      readonly lacksOnlyFlag: boolean;
      /** What the state claims. */
      readonly revision: number | undefined;
      readonly manifest: SeenManifest;
      /** For how long it has been just this, as far as this replica saw. */
      readonly unchangedMs: number;
    };

/** The catalog on disk, as far as a trigger needs it. */
export type Disk =
  /** Not read yet; `generation` where its manifest alone was read and verifies. */
  | { readonly kind: "unread"; readonly generation?: number | undefined }
  | { readonly kind: "loaded"; readonly hash: string; readonly generation?: number | undefined }
  /** Invalid, unreadable, or not admitted. */
  | { readonly kind: "unusable" };

/** What is decided from. Pure data: no I/O, no clock. */
export type PlanInput = CycleInput | RequestInput;

/** A start or a comparison, for which the views in the cache were verified. */
export interface CycleInput {
  readonly trigger: "preload" | "reconcile";
  readonly held: Held | undefined;
  readonly seen: Seen;
  /** Looked at only while nothing is held. */
  readonly disk: Disk;
  /** Milliseconds since the epoch by the cache's clock. */
  readonly nowMs: number;
}

/** A reload: first with the disk that was read, then, once that is held, without it. The views in the cache do not matter. */
export interface RequestInput {
  readonly trigger: "reload";
  readonly held: Held | undefined;
  readonly seen: SeenBeforeRead;
  readonly disk: Disk;
  readonly nowMs: number;
}

/** What the cache showed before the disk was read. */
export type SeenBeforeRead =
  | { readonly kind: "unreachable" }
  | { readonly kind: "peeked"; readonly revision: number | undefined; readonly manifest: SeenManifest };

/** How much of a publication is written: all of it, the publication state, or the ready flag `views:loaded`. */
export type PublicationScope = "all" | "flag" | "state";

/** What is to be done, and why. */
export type Plan =
  /** Nothing; `revision` where the cache has what is served, as that publication. */
  | { readonly kind: "keep"; readonly because: string; readonly revision?: number | undefined }
  | { readonly kind: "activate"; readonly from: "cache" | "disk"; readonly because: string }
  /** Publish what is held, on condition that the cache still shows what was seen. */
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
      readonly reason: "generation-conflict" | "rollback";
      readonly because: string;
    };

/**
 * How long a replica with a signed catalog keeps it when the manifest in the cache may be of a newer release:
 * longer than a new key takes to reach every replica.
 */
const UNVERIFIABLE_GRACE_MS = 600_000;

/**
 * Which catalog wins, and what this replica does about it: the one rule for starts, comparisons and reloads.
 *
 * @see docs/decisions/0003-release-plan.md for the rule as a table, and what it gives up
 */
export function plan(input: PlanInput): Plan {
  if (input.trigger === "reload") return planReload(input);
  const { held, seen, disk } = input;
  if (held === undefined) return planFirst(seen, disk);
  switch (seen.kind) {
    case "unreachable":
      return keep("the cache does not answer");
    case "unusable":
      return planOverUnusable(input, held, seen);
    case "whole":
      return seen.hash === held.hash ? planSame(input, held, seen) : planDifferent(input, held, seen);
  }
}

type Whole = Seen & { readonly kind: "whole" };
type Unusable = Seen & { readonly kind: "unusable" };

/** Nothing is served yet. The fleet's catalog goes first, unless the disk has a newer release. */
function planFirst(seen: Seen, disk: Disk): Plan {
  if (seen.kind === "whole") {
    const onDisk = "generation" in disk ? (disk.generation ?? 0) : 0;
    if (onDisk > (seen.generation ?? 0)) return activate("disk", "the disk has a newer generation");
    return activate("cache", "the cache has a whole catalog");
  }
  if (disk.kind === "unusable") return keep("neither the cache nor the disk has a catalog");
  return activate("disk", "the cache has no whole catalog");
}

/** A requested catalog goes over everything but a newer release. */
function planReload({ held, seen, disk, nowMs }: RequestInput): Plan {
  switch (disk.kind) {
    case "loaded":
      return (seen.kind === "peeked" && refusalBy(seen.manifest, disk)) || activate("disk", "requested");
    case "unusable":
      return keep("the disk has no catalog");
    case "unread":
      if (held === undefined) return keep("nothing is served");
      if (seen.kind === "unreachable") return keep("the cache does not answer");
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
  return publish(ownRevision(held, seen.revision, input.nowMs), "nobody is at work on what is there");
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
  return grace === "never" ? "only a person can decide" : "another program may be publishing";
}

/** Whether the manifest in the cache may belong to a newer release than the one that is held. */
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
  if (trigger === "preload") return keep("the cache has it", Math.max(revision ?? 0, own));
  if (seen.author === "other") {
    return publish(nextRevision(own, nowMs), "another program published it", "state");
  }
  if ((revision ?? -1) >= own) return keep("the cache has it", revision);
  if (own > 0) return publish(ownRevision(held, undefined, nowMs), "its publication state is lost", "state");
  // A revision that is made up could outrank one that was requested later.
  return keep("its publication state is lost, and its revision is not known here");
}

/** Two whole catalogs: the one with the higher generation, then the one that was requested last. */
function planDifferent(input: CycleInput, held: Held, seen: Whole): Plan {
  const order = compare(input, held, seen);
  if (order.isSeenFirst) return activate("cache", order.because);
  // A generation may win over a higher revision, which must not seem to go back.
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
  // An unsigned catalog may have been requested just to replace a signed one.
  if (seenGeneration > heldGeneration && (heldGeneration > 0 || held.pending === undefined)) {
    return { isSeenFirst: true, because: "its generation is newer" };
  }
  const revision = plausibleRevision(seen.revision, nowMs);
  if (revision === undefined) {
    if (held.pending?.over === seen.hash) return { isSeenFirst: false, because: "requested to replace it" };
    // Its time of publication is unknown: an older catalog must not replace it.
    return { isSeenFirst: true, because: "another program published it" };
  }
  // Of equal ones, made by replicas that did not know of each other, all take the one in the cache.
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
