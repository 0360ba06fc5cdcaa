import { sameBytes } from "../../lib/same-bytes.ts";
import { type Catalog, type CatalogHash, parseCatalogHash } from "../catalog/catalog.ts";
import { readStoredText } from "../json/parse-json.ts";
import type { Entity } from "../view/entity.ts";
import type { PublicationScope, Seen, SeenManifest } from "./plan.ts";
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
import { type Grace, REFUSALS } from "./refusal-reasons.ts";
import { encodeState, readState } from "./verified-marker.ts";

/** The values of a publication without its views, as the cache returned them, not verified. */
export interface PublicationValues {
  readonly loadedValue: Uint8Array | undefined;
  readonly hashValue: Uint8Array | undefined;
  readonly listValue: Uint8Array | undefined;
  readonly stateValue: Uint8Array | undefined;
  readonly manifestValue: Uint8Array | undefined;
  /**
   * The index of the views' digests; also undefined for a publication that is not complete, since its views
   * may not be left as they are.
   */
  readonly digestsValue?: Uint8Array | undefined;
}

/** What the publication state claims about the publication. */
export interface StateClaim {
  /** Undefined without a state, or where the state has none. */
  readonly revision: number | undefined;
  /** Whether the state is of the published hash. */
  readonly isStated: boolean;
  /** The fleet that it is of; undefined where the state names none. */
  readonly fleet: string | undefined;
}

/** Parses the claim of a publication's state. */
export function claimOf({ hashValue, stateValue }: PublicationValues): StateClaim {
  const stated = readState(stateValue);
  const isStated =
    stated !== undefined && hashValue !== undefined && readStoredText(hashValue) === stated.hash;
  return { revision: stated?.revision, isStated, fleet: stated?.fleet };
}

/** The hash of a publication with its ready flag and its state; undefined where they do not fit together. */
export function statedHash({
  loadedValue,
  hashValue,
  isStated,
}: PublicationValues & StateClaim): CatalogHash | undefined {
  const hash = hashValue && parseCatalogHash(readStoredText(hashValue) ?? "");
  if (hash === undefined || !isStated) return undefined;
  return isPublishedHash({ loaded: loadedValue, hash: hashValue }, hash) ? hash : undefined;
}

/** A complete publication, as input of the plan. */
export function seenWhole(
  { revision, isStated, stateValue }: PublicationValues & StateClaim,
  found: {
    readonly hash: string;
    readonly generation: number | undefined;
    readonly heldHash: string | undefined;
    readonly hasHeldManifest: boolean;
    readonly manifest: SeenManifest;
  },
): Seen {
  const { heldHash, ...place } = found;
  // Without a state the publisher is unknown. If the hash is the active one, Mosaic published it and the state was
  // lost.
  const isOwnUnstated = found.hash === heldHash && stateValue === undefined;
  const author = isStated || isOwnUnstated ? "mosaic" : "other";
  return { kind: "whole", revision: isStated ? revision : undefined, author, ...place };
}

/** A refused publication, as input of the plan. */
export function seenRejected(
  values: PublicationValues & StateClaim,
  reason: RejectionReason,
  manifest: SeenManifest,
): Seen & { readonly kind: "unusable" } {
  // Other programs write the list first: without a list, no write has begun.
  const isEmpty = reason === "missing-hash" && values.listValue === undefined;
  return seenUnusable(values, isEmpty ? "settle" : REFUSALS[reason].grace, manifest);
}

/**
 * A publication without the ready flag, or none at all.
 *
 * @param isSigned whether the held catalog is: then a program that has no key has nothing to publish
 */
export function seenAbsent(
  values: PublicationValues & StateClaim,
  { isSigned, lacksOnlyFlag }: { readonly isSigned: boolean; readonly lacksOnlyFlag: boolean },
  manifest: SeenManifest,
): Seen & { readonly kind: "unusable" } {
  const isBegun = values.listValue !== undefined && !isSigned;
  const isNothing = values.hashValue === undefined && !isBegun;
  return { ...seenUnusable(values, isNothing ? "none" : "publication", manifest), lacksOnlyFlag };
}

/** A publication that cannot be used here. */
export function seenUnusable(
  { revision }: StateClaim,
  grace: Grace,
  manifest: SeenManifest,
): Seen & { readonly kind: "unusable" } {
  return { kind: "unusable", grace, lacksOnlyFlag: false, revision, manifest, unchangedMs: 0 };
}

/** Changes to a cache in one atomic step, on condition that all expectations hold. */
export interface PublicationStep {
  readonly entries: readonly { readonly key: string; readonly value: Uint8Array }[];
  /** Entries that are in the cache already; see `CachePublication`. */
  readonly unchanged?: {
    readonly since: string;
    readonly entries: readonly { readonly key: string; readonly value: Uint8Array }[];
  };
  readonly remove: readonly string[];
  /** A value larger than `bytesMax` was not read, and counts as absent. */
  readonly expect: readonly {
    readonly key: string;
    readonly value: Uint8Array | undefined;
    readonly bytesMax: number;
  }[];
}

/**
 * The step that publishes a catalog, or restores one key of an otherwise complete publication. All observed
 * values must be unchanged: a concurrent publication prevents it.
 *
 * @param over the observed values
 * @param stale the entities that may be in the cache and are no longer in the catalog
 * @param digests those of the catalog
 * @param unchanged what holds the catalog's own values, by the digests of the publication that
 * `over.stateValue` is of
 */
export function publicationStep(
  catalog: Catalog,
  over: PublicationValues,
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
    expected("loaded", over.loadedValue),
    expected("list", over.listValue),
    expected("hash", over.hashValue),
    expected("state", over.stateValue),
    expected("manifest", over.manifestValue),
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
      return { ...withoutUnchanged(all, over, options.unchanged), remove, expect };
    }
  }
}

/** Keeps apart what the cache has already. */
function withoutUnchanged(
  all: readonly PublicationEntry[],
  { listValue, manifestValue }: PublicationValues,
  unchanged: UnchangedValues | undefined,
): Pick<PublicationStep, "entries" | "unchanged"> {
  if (unchanged === undefined) return { entries: all };
  const { views, pages } = unchanged;
  const isUnchanged = ({ key, value, entity }: PublicationEntry): boolean => {
    if (entity !== undefined) return views.has(entity);
    if (key === CATALOG_KEYS.list) return listValue !== undefined && sameBytes(listValue, value);
    if (key === CATALOG_KEYS.manifest) return manifestValue !== undefined && sameBytes(manifestValue, value);
    return pages.has(key);
  };
  const kept: PublicationEntry[] = [];
  const written: PublicationEntry[] = [];
  for (const entry of all) (isUnchanged(entry) ? kept : written).push(entry);
  return { entries: written, unchanged: { since: CATALOG_KEYS.state, entries: kept } };
}
