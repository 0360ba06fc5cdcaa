import type {
  CacheBeforeDiskRead,
  DiskState,
  ObservedCache,
  ObservedManifest,
  Plan,
  PlanInput,
} from "../../../src/domain/release/plan.ts";
import { type HeldCatalog, nextRevision, REVISION_MAX } from "../../../src/domain/release/revision.ts";

export const NOW_MS = Date.UTC(2026, 10, 28);
const [MINE, THEIRS] = ["a".repeat(64), "b".repeat(64)];
/** Revisions: of what is held, of an older and of a newer publication. */
const HELD = nextRevision(0, NOW_MS - 60_000);
const [OLDER, NEWER] = [nextRevision(0, NOW_MS - 90_000), nextRevision(0, NOW_MS - 1000)];
const NONE: ObservedManifest = { kind: "none" };

const signed = (generation: number, hash: string): ObservedManifest => ({ kind: "signed", generation, hash });

/** What a replica may serve. In mode `none`, and without manifests, nothing is signed. */
export const HELDS: Readonly<Record<string, HeldCatalog | undefined>> = {
  nothing: undefined,
  "a bootstrap, unpublished": { hash: MINE, revision: 0 },
  "a publication": { hash: MINE, revision: HELD },
  "a reload, unpublished": {
    hash: MINE,
    revision: OLDER,
    pending: { requestedAtMs: NOW_MS - 60_000, replacedHash: THEIRS },
  },
  "generation 7": { hash: MINE, generation: 7, revision: HELD },
};

const whole = (
  hash: string,
  revision: number | undefined,
  more: Partial<ObservedCache & { readonly kind: "whole" }> = {},
): ObservedCache => ({
  kind: "whole",
  hash,
  revision,
  author: "mosaic",
  hasHeldManifest: true,
  manifest: NONE,
  ...more,
});
const unusable = (
  grace: (ObservedCache & { readonly kind: "unusable" })["grace"],
  unchangedMs: number,
  more: Partial<ObservedCache & { readonly kind: "unusable" }> = {},
): ObservedCache => ({
  kind: "unusable",
  grace,
  unchangedMs,
  lacksOnlyFlag: false,
  revision: OLDER,
  manifest: NONE,
  ...more,
});

const generation = (number: number, hash: string) => ({
  generation: number,
  manifest: signed(number, hash),
  hasHeldManifest: number === 7 && hash === MINE,
});

/** What the shared cache may show to a start or a comparison. */
export const SEENS: Readonly<Record<string, ObservedCache>> = {
  unreachable: { kind: "unreachable" },
  "a publication of another fleet": { kind: "foreign", revision: NEWER },
  "nothing at all": unusable("none", 0),
  "the same": whole(MINE, HELD),
  "the same, published later": whole(MINE, NEWER),
  "the same, published earlier": whole(MINE, OLDER),
  "the same, without a state": whole(MINE, undefined),
  "the same, by another program": whole(MINE, undefined, { author: "other" }),
  "the same, with a forged revision": whole(MINE, REVISION_MAX),
  "the same, under generation 6": whole(MINE, NEWER, generation(6, MINE)),
  "the same, under generation 7": whole(MINE, HELD, generation(7, MINE)),
  "the same, under generation 8": whole(MINE, OLDER, generation(8, MINE)),
  "the same, under another manifest of generation 7": whole(MINE, NEWER, {
    ...generation(7, MINE),
    hasHeldManifest: false,
  }),
  "another, published later": whole(THEIRS, NEWER),
  "another, published earlier": whole(THEIRS, OLDER),
  "another, published at the same time": whole(THEIRS, HELD),
  "another, by an earlier version": whole(THEIRS, 5),
  "another, by another program": whole(THEIRS, undefined, { author: "other" }),
  "another, with a forged revision": whole(THEIRS, REVISION_MAX),
  "another, of generation 6": whole(THEIRS, NEWER, generation(6, THEIRS)),
  "another, of generation 8": whole(THEIRS, OLDER, generation(8, THEIRS)),
  "a list that is none, for a second": unusable("settle", 1000),
  "a list that is none, for two seconds": unusable("settle", 2000),
  "half a catalog, for 29 s": unusable("publication", 29_000),
  "half a catalog, for 30 s": unusable("publication", 30_000),
  "all but the ready flag, for 29 s": unusable("publication", 29_000, { lacksOnlyFlag: true }),
  "all but the ready flag, for 30 s": unusable("publication", 30_000, { lacksOnlyFlag: true }),
  "a catalog that breaks a rule, for a day": unusable("never", 86_400_000),
  "an older release": unusable("none", 0, { manifest: signed(6, THEIRS) }),
  "another release of generation 7, for a day": unusable("never", 86_400_000, {
    manifest: signed(7, THEIRS),
  }),
  "half a newer release, for 599 s": unusable("publication", 599_000, { manifest: signed(8, THEIRS) }),
  "half a newer release, for 600 s": unusable("publication", 600_000, { manifest: signed(8, THEIRS) }),
  "a signature by no known key, for 599 s": unusable("settle", 599_000, {
    manifest: { kind: "unverifiable" },
  }),
  "a signature by no known key, for 600 s": unusable("settle", 600_000, {
    manifest: { kind: "unverifiable" },
  }),
};

/** What is known of the disk while nothing is held. */
export const FIRST_DISKS: Readonly<Record<string, DiskState>> = {
  "not read": { kind: "unread" },
  "not read, with a manifest of generation 8": { kind: "unread", generation: 8 },
  unusable: { kind: "unusable" },
};

/** What the cache showed before a reload read the disk. */
export const SEENS_BEFORE: Readonly<Record<string, CacheBeforeDiskRead>> = {
  unreachable: { kind: "unreachable" },
  "a publication of another fleet": { kind: "foreign" },
  "no manifest": { kind: "peeked", revision: NEWER, manifest: NONE },
  "a forged revision": { kind: "peeked", revision: REVISION_MAX, manifest: NONE },
  "generation 6": { kind: "peeked", revision: OLDER, manifest: signed(6, THEIRS) },
  "generation 7 of the disk's catalog": { kind: "peeked", revision: HELD, manifest: signed(7, MINE) },
  "generation 7 of another catalog": { kind: "peeked", revision: HELD, manifest: signed(7, THEIRS) },
  "generation 8": { kind: "peeked", revision: NEWER, manifest: signed(8, THEIRS) },
  "a signature by no known key": { kind: "peeked", revision: NEWER, manifest: { kind: "unverifiable" } },
};

/** The disk of a reload; `active`: it was activated, and is now to be published. */
export const RELOAD_DISKS: Readonly<Record<string, DiskState>> = {
  unsigned: { kind: "loaded", hash: MINE },
  "generation 7": { kind: "loaded", hash: MINE, generation: 7 },
  unusable: { kind: "unusable" },
  active: { kind: "unread" },
};

interface NamedInput {
  readonly names: readonly string[];
  readonly input: PlanInput;
}

/** Every input, by the names of what it is made of. */
export function planInputs(): readonly NamedInput[] {
  return [...lookInputs("preload"), ...lookInputs("reconcile"), ...reloadInputs()];
}

function lookInputs(trigger: "preload" | "reconcile"): readonly NamedInput[] {
  return Object.entries(HELDS).flatMap(([heldName, held]) =>
    Object.entries(SEENS).flatMap(([seenName, seen]) => {
      const all = Object.entries(FIRST_DISKS);
      const disks = held === undefined ? all : all.slice(0, 1);
      return disks.map(([diskName, disk]) => ({
        names: [trigger, heldName, seenName, diskName],
        input: { trigger, held, cache: seen, disk, nowMs: NOW_MS },
      }));
    }),
  );
}

function reloadInputs(): readonly NamedInput[] {
  return Object.entries(HELDS).flatMap(([heldName, held]) =>
    Object.entries(SEENS_BEFORE).flatMap(([seenName, seen]) =>
      Object.entries(RELOAD_DISKS).map(
        ([diskName, disk]): NamedInput => ({
          names: ["reload", heldName, seenName, diskName],
          input: { trigger: "reload", held, cache: seen, disk, nowMs: NOW_MS },
        }),
      ),
    ),
  );
}

const REVISIONS: Readonly<Record<number, string>> = {
  0: "-",
  2: "as a bootstrap",
  [OLDER - 1]: "as a bootstrap below what is there",
  [HELD]: "as it was, or as requested",
  [NEWER]: "as what is there",
  [NEWER + 2]: "after what is there",
  [nextRevision(0, NOW_MS)]: "as of now",
};

/** A plan in words. */
export function describePlan(plan: Plan): string {
  switch (plan.kind) {
    case "keep":
      return plan.revision === undefined ? "keep" : `keep ${named(plan.revision)}`;
    case "activate":
      return `activate the ${plan.from}'s`;
    case "publish":
      return `publish ${plan.scope} ${named(plan.revision)}`;
    case "wait":
      return Number.isFinite(plan.remainingMs) ? `wait ${plan.remainingMs} ms` : "wait for ever";
    case "refuse":
      return `refuse: ${plan.reason}`;
  }
}

function named(revision: number): string {
  return REVISIONS[revision] ?? String(revision - NOW_MS);
}
