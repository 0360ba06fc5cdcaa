import { isSameBytes } from "../../lib/same-bytes.ts";
import { type Catalog, type CatalogHash, parseCatalogHash } from "../catalog/catalog.ts";
import { readStoredText } from "../json/parse-json.ts";
import type { Entity } from "../view/entity.ts";
import type { ObservedCache, ObservedManifest, PublicationScope } from "./plan.ts";
import { encodeState, readState } from "./publication-state.ts";
import {
  CATALOG_KEY_BYTES_MAX,
  CATALOG_KEYS,
  encodePublication,
  isPublishedHash,
  type PublicationEntry,
  type RejectionReason,
  viewKey,
} from "./published-catalog.ts";
import { type CatalogDigests, encodeDigests, type UnchangedValues } from "./published-digests.ts";
import { type GraceKind, REFUSAL_RULES } from "./refusal-reasons.ts";

/** The values of a publication except its views, as the cache returned them, not verified. */
export interface PublicationValues {
  readonly loadedValue: Uint8Array | undefined;
  readonly hashValue: Uint8Array | undefined;
  readonly listValue: Uint8Array | undefined;
  readonly stateValue: Uint8Array | undefined;
  readonly manifestValue: Uint8Array | undefined;
  /**
   * The index of the views' digests. Undefined if it is absent, and for an incomplete publication, so that
   * all its views are written again.
   */
  readonly digestsValue?: Uint8Array | undefined;
}

export interface StateClaim {
  /** Undefined without a publication state, or if the state has no valid revision. */
  readonly revision: number | undefined;
  /** Whether the publication state names the published hash. */
  readonly hasMatchingState: boolean;
  /** The fleet that has published it; undefined if the state names no fleet. */
  readonly fleet: string | undefined;
}

/**
 * The observed values of a publication, and the claims of its state. A publication over it requires that the
 * cache still has these values, except `digestsValue`.
 */
export type ObservedPublication = PublicationValues & StateClaim;

export function readStateClaim({ hashValue, stateValue }: PublicationValues): StateClaim {
  const stated = readState(stateValue);
  const hasMatchingState =
    stated !== undefined && hashValue !== undefined && readStoredText(hashValue) === stated.hash;
  return { revision: stated?.revision, hasMatchingState, fleet: stated?.fleet };
}

/** The published hash, if the ready flag is set and the publication state names the same hash; else undefined. */
export function readStatedHash({
  loadedValue,
  hashValue,
  hasMatchingState,
}: ObservedPublication): CatalogHash | undefined {
  const hash = hashValue && parseCatalogHash(readStoredText(hashValue) ?? "");
  if (hash === undefined || !hasMatchingState) return undefined;
  return isPublishedHash({ loaded: loadedValue, hash: hashValue }, hash) ? hash : undefined;
}

/** Describes a complete publication, as input of the plan. */
export function describeWholePublication(
  { revision, hasMatchingState, stateValue }: ObservedPublication,
  found: {
    readonly hash: string;
    readonly generation: number | undefined;
    readonly heldHash: string | undefined;
    readonly hasHeldManifest: boolean;
    readonly manifest: ObservedManifest;
  },
): ObservedCache {
  const { heldHash, ...place } = found;
  // Without a state the publisher is unknown. But if the published hash is the active one, a Mosaic replica
  // has probably published it, and the state was lost.
  const isOwnUnstated = found.hash === heldHash && stateValue === undefined;
  const author = hasMatchingState || isOwnUnstated ? "mosaic" : "other";
  return { kind: "whole", revision: hasMatchingState ? revision : undefined, author, ...place };
}

/** Describes a publication that failed verification, as input of the plan. */
export function describeRejectedPublication(
  values: ObservedPublication,
  reason: RejectionReason,
  manifest: ObservedManifest,
): ObservedCache & { readonly kind: "unusable" } {
  // Other programs write `views:list` first: while it is absent, most probably none has begun to publish.
  const isEmpty = reason === "missing-hash" && values.listValue === undefined;
  const grace = isEmpty ? "settle" : REFUSAL_RULES[reason].grace;
  // A valid state remains of a complete publication, so another program may be replacing that: some programs set a
  // control key to a word of their own while they publish.
  const isReplaced = grace === "settle" && readState(values.stateValue) !== undefined;
  return describeUnusablePublication(values, isReplaced ? "publication" : grace, manifest);
}

/**
 * Describes a cache without the ready flag, or without any publication, as input of the plan.
 *
 * @param isSigned whether the held catalog is signed: then a program without a key cannot be publishing
 */
export function describeAbsentPublication(
  values: ObservedPublication,
  { isSigned, lacksOnlyFlag }: { readonly isSigned: boolean; readonly lacksOnlyFlag: boolean },
  manifest: ObservedManifest,
): ObservedCache & { readonly kind: "unusable" } {
  const isBegun = values.listValue !== undefined && !isSigned;
  const isNothing = values.hashValue === undefined && !isBegun;
  return {
    ...describeUnusablePublication(values, isNothing ? "none" : "publication", manifest),
    lacksOnlyFlag,
  };
}

/** Describes a publication that this replica cannot serve, as input of the plan. */
export function describeUnusablePublication(
  { revision }: StateClaim,
  grace: GraceKind,
  manifest: ObservedManifest,
): ObservedCache & { readonly kind: "unusable" } {
  return { kind: "unusable", grace, lacksOnlyFlag: false, revision, manifest, unchangedMs: 0 };
}

/** Changes to a cache that are applied in one atomic step, if all expectations hold. */
export interface PublicationStep {
  readonly entries: readonly PublicationEntry[];
  /** Entries that the cache has already; see `CachePublication`. */
  readonly unchanged?: { readonly since: string; readonly entries: readonly PublicationEntry[] };
  readonly remove: readonly string[];
  /** A stored value larger than `bytesMax` counts as absent. */
  readonly expect: readonly {
    readonly key: string;
    readonly value: Uint8Array | undefined;
    readonly bytesMax: number;
  }[];
}

/**
 * Builds the step that publishes a catalog, or that restores one key of an otherwise complete publication. It expects
 * the observed values, so that it fails after a concurrent publication.
 *
 * @param observed the values in the cache
 * @param options `stale`: entities that are no longer in the catalog, but may be in the cache; `digests`: the digests
 * of the catalog's views; `unchanged`: the keys that have the catalog's values already, found by the digests of the
 * observed publication
 */
export function buildPublicationStep(
  catalog: Catalog,
  observed: PublicationValues,
  options: {
    readonly scope: PublicationScope;
    readonly revision: number;
    readonly manifest?: Uint8Array | undefined;
    readonly fleet?: string | undefined;
    readonly stale?: readonly Entity[];
    readonly digests?: CatalogDigests | undefined;
    readonly unchanged?: UnchangedValues | undefined;
  },
): PublicationStep {
  const { scope, revision, manifest, fleet, stale = [] } = options;
  const expected = (name: keyof typeof CATALOG_KEYS, value: Uint8Array | undefined) => ({
    key: CATALOG_KEYS[name],
    value,
    bytesMax: CATALOG_KEY_BYTES_MAX[name],
  });
  const expect = [
    expected("loaded", observed.loadedValue),
    expected("list", observed.listValue),
    expected("hash", observed.hashValue),
    expected("state", observed.stateValue),
    expected("manifest", observed.manifestValue),
  ];
  switch (scope) {
    case "flag": {
      const entries = [{ key: CATALOG_KEYS.loaded, value: new TextEncoder().encode("1") }];
      return { entries, remove: [], expect };
    }
    case "state": {
      const entries = [{ key: CATALOG_KEYS.state, value: encodeState(catalog.hash, options) }];
      return { entries, remove: [], expect };
    }
    case "all": {
      const keys = stale.map(viewKey);
      const remove = manifest === undefined ? [...keys, CATALOG_KEYS.manifest] : keys;
      const digests = options.digests === undefined ? [] : encodeDigests(options.digests);
      const all = [...encodePublication(catalog, revision, manifest, fleet), ...digests];
      return { ...separateUnchanged(all, observed, options.unchanged), remove, expect };
    }
  }
}

function separateUnchanged(
  all: readonly PublicationEntry[],
  { listValue, manifestValue }: PublicationValues,
  unchanged: UnchangedValues | undefined,
): Pick<PublicationStep, "entries" | "unchanged"> {
  if (unchanged === undefined) return { entries: all };
  const { views, pages } = unchanged;
  const isUnchanged = ({ key, value, entity }: PublicationEntry): boolean => {
    if (entity !== undefined) return views.has(entity);
    if (key === CATALOG_KEYS.list) return listValue !== undefined && isSameBytes(listValue, value);
    if (key === CATALOG_KEYS.manifest)
      return manifestValue !== undefined && isSameBytes(manifestValue, value);
    return pages.has(key);
  };
  const kept: PublicationEntry[] = [];
  const written: PublicationEntry[] = [];
  for (const entry of all) (isUnchanged(entry) ? kept : written).push(entry);
  return { entries: written, unchanged: { since: CATALOG_KEYS.state, entries: kept } };
}
