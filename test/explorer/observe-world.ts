import { createSortedCatalog } from "../../src/domain/catalog/catalog.ts";
import type { ObservedCache, ObservedManifest } from "../../src/domain/release/plan.ts";
import {
  describeAbsentPublication,
  describeRejectedPublication,
  describeUnusablePublication,
  describeWholePublication,
  readStateClaim,
} from "../../src/domain/release/publication.ts";
import {
  CATALOG_KEYS,
  readHeader,
  type Verification,
  verifyPublished,
  viewKey,
} from "../../src/domain/release/published-catalog.ts";
import { assembleVerifiedCatalog } from "../../src/domain/release/published-digests.ts";
import { REFUSAL_RULES } from "../../src/domain/release/refusal-reasons.ts";
import type { HeldCatalog } from "../../src/domain/release/revision.ts";
import { type SignatureDecision, verifyCatalog } from "../../src/domain/signing/verify-catalog.ts";
import type { ManifestOutcome } from "../../src/domain/signing/verify-manifest.ts";
import type { Entity } from "../../src/domain/view/entity.ts";
import type { Rules } from "./rules.ts";
import {
  bytesOf,
  catalogOf,
  comparedWith,
  generationOf,
  type HeldState,
  headerOf,
  manifestOf,
  type Redis,
  type ReplicaState,
  signedVersion,
  valuesOf,
} from "./world.ts";

const NO_MANIFEST = { kind: "none" } as const;

/** What a manifest is worth: what it signs, or nothing where none are looked at. */
export function manifestSeen(header: Redis): ObservedManifest {
  const version = signedVersion(header[CATALOG_KEYS.manifest]);
  const generation = version === undefined ? undefined : generationOf(version);
  if (version === undefined || generation === undefined) return NO_MANIFEST;
  return { kind: "signed", generation, hash: catalogOf(version).hash };
}

/** Whether a catalog may be activated, by the product's own decision. */
export function decision(
  { isSigned, held }: { readonly isSigned: boolean; readonly held: HeldState | undefined },
  found: { readonly hash: string; readonly manifest: string | undefined; readonly source: "cache" | "disk" },
): SignatureDecision {
  const active = held && { hash: catalogOf(held.version).hash, generation: held.generation };
  return verifyCatalog(outcomeOf(isSigned, found), {
    isManifestRequired: false,
    source: found.source,
    active,
  });
}

function outcomeOf(
  isSigned: boolean,
  { hash, manifest }: { readonly hash: string; readonly manifest: string | undefined },
): ManifestOutcome {
  if (!isSigned) return { kind: "unchecked" };
  const version = signedVersion(manifest);
  if (version === undefined) return { kind: "missing" };
  const catalogHash = catalogOf(version).hash;
  const generation = generationOf(version) ?? 0;
  if (catalogHash !== hash) return { kind: "refused", reason: "signed-hash-mismatch", detail: "" };
  return { kind: "verified", generation, createdAt: "", catalogHash, keyid: "k" };
}

/** A held catalog as the plan sees it. */
export function heldOf(held: HeldState | undefined): HeldCatalog | undefined {
  if (held === undefined) return undefined;
  const { version, generation, revision, requestedAtMs, replacedVersion } = held;
  const pending =
    requestedAtMs === undefined
      ? undefined
      : { requestedAtMs, replacedHash: replacedVersion && catalogOf(replacedVersion).hash };
  return { hash: catalogOf(version).hash, generation, revision, pending };
}

/** Verifications by what was read: the same few publications come again and again. */
const verified = new Map<string, ReturnType<typeof readPublication>>();

function readPublication(header: Redis, views: Redis, options: ReadOptions) {
  const changed = options.active === undefined ? undefined : readChanged(header, views, options.active);
  if (changed !== undefined) return changed;
  const { loadedValue, hashValue, listValue, stateValue } = valuesOf(header);
  const loaded = options.withoutFlag ? bytesOf("1") : loadedValue;
  const read = readHeader({ loaded, hash: hashValue, list: listValue, state: stateValue });
  if (read.kind !== "published") return { read, verification: undefined };
  const values = read.entities.map((entity) => bytesOf(views[viewKey(entity)]));
  if (options.trustsState && read.isChecked && values.every((value) => value !== undefined)) {
    const stored = new Map(
      read.entities.map((entity, index) => [entity as Entity, values[index] ?? new Uint8Array()]),
    );
    const catalog = createSortedCatalog(stored);
    if (catalog.hash === read.hash)
      return { read, verification: { kind: "verified", catalog } as Verification };
  }
  return { read, verification: verifyPublished(read, values) };
}

interface ReadOptions {
  readonly trustsState: boolean;
  readonly withoutFlag: boolean;
  /** The version that is served, where only views that differ from it are read. */
  readonly active?: string | undefined;
}

/** The product's reading of what differs; undefined where everything has to be read. */
function readChanged(header: Redis, redis: Redis, active: string) {
  const compared = comparedWith(active, header, redis);
  if (compared === undefined) return undefined;
  const { hash, views } = compared;
  const fetched = new Map(
    [...views.differentDigests.keys()].map((entity) => [entity, bytesOf(redis[viewKey(entity)])]),
  );
  const catalog = assembleVerifiedCatalog(hash, views, { own: catalogOf(active).views, fetched });
  const list = catalog && `["${[...catalog.views.keys()].join('", "')}"]`;
  if (catalog === undefined || redis[CATALOG_KEYS.list] !== list) return undefined;
  const entities = [...catalog.views.keys()];
  const read = { kind: "published", hash, entities, isChecked: true } as const;
  return { read, verification: { kind: "verified", catalog } as Verification };
}

function verify(header: Redis, views: Redis, options: ReadOptions) {
  const key = JSON.stringify([header, views, options]);
  const known = verified.get(key);
  if (known !== undefined) return known;
  const found = readPublication(header, views, options);
  if (verified.size < 200_000) verified.set(key, found);
  return found;
}

export interface WorldObservation {
  readonly seen: ObservedCache;
  /** The bytes of all that was seen, while it cannot be served. */
  readonly trouble?: { readonly bytes: string; readonly sinceMs: number } | undefined;
  /** The hash of a whole catalog. */
  readonly hash?: string | undefined;
}

/** Whether a comparison stops at the header: it has the hash that is served. */
export function isQuick(replica: ReplicaState, header: Redis): boolean {
  const { held, trouble } = replica;
  const isSame = held !== undefined && header[CATALOG_KEYS.hash] === catalogOf(held.version).hash;
  const manifest = held?.generation === undefined ? undefined : manifestOf(held.version);
  const isSameManifest = header[CATALOG_KEYS.manifest] === manifest;
  return isSame && isSameManifest && header[CATALOG_KEYS.loaded] === "1" && trouble === undefined;
}

/** Whether the published views are not what the replica serves under the same hash: what a fingerprint shows. */
export function isDamaged(redis: Redis, held: HeldState | undefined): boolean {
  if (held === undefined) return false;
  const { hash, views } = catalogOf(held.version);
  if (redis[CATALOG_KEYS.hash] !== hash) return false;
  const isListed = redis[CATALOG_KEYS.list] === `["${[...views.keys()].join('", "')}"]`;
  const isSame = [...views].every(
    ([entity, bytes]) => redis[viewKey(entity)] === new TextDecoder().decode(bytes),
  );
  return !isListed || !isSame;
}

/** What the views under a header make of it: the product's own reading, verification and classification. */
export function observeWhole(
  replica: ReplicaState,
  read: {
    readonly header: Redis;
    readonly redis: Redis;
    readonly nowMs: number;
    readonly rules: Rules;
    readonly isSigned: boolean;
    readonly wholly: boolean;
  },
): WorldObservation {
  const { header, redis, rules, isSigned, wholly } = read;
  const { held } = replica;
  const trustsState = rules.trustsState === true;
  const { read: publication, verification } = verify(header, redis, {
    trustsState,
    withoutFlag: false,
    active: wholly ? undefined : held?.version,
  });
  const values = valuesOf(header);
  const shown = { ...values, ...readStateClaim(values) };
  const heldHash = held && catalogOf(held.version).hash;
  const manifest = isSigned ? manifestSeen(header) : NO_MANIFEST;
  if (verification?.kind === "verified") {
    const { hash } = verification.catalog;
    const text = header[CATALOG_KEYS.manifest];
    const admitted = decision({ isSigned, held }, { hash, manifest: text, source: "cache" });
    if (admitted.kind !== "refused") {
      const generation = admitted.kind === "accepted" ? admitted.generation : undefined;
      const heldManifest = held?.generation === undefined ? undefined : manifestOf(held.version);
      const place = { generation, heldHash, hasHeldManifest: text === heldManifest, manifest };
      return { seen: describeWholePublication(shown, { hash, ...place }), hash };
    }
    return lasting(
      describeUnusablePublication(shown, REFUSAL_RULES[admitted.reason].grace, manifest),
      replica,
      read,
    );
  }
  const rejection = verification ?? publication;
  const lacksOnlyFlag =
    rejection.kind === "absent" &&
    shown.hasMatchingState &&
    verify(header, redis, { trustsState, withoutFlag: true }).verification?.kind === "verified";
  const seen =
    rejection.kind === "rejected"
      ? describeRejectedPublication(shown, rejection.reason, manifest)
      : describeAbsentPublication(
          shown,
          { isSigned: held?.generation !== undefined, lacksOnlyFlag },
          manifest,
        );
  return lasting(seen, replica, read);
}

/** For how long it has been just this. */
function lasting(
  seen: ObservedCache & { readonly kind: "unusable" },
  { trouble }: ReplicaState,
  { header, redis, nowMs }: { readonly header: Redis; readonly redis: Redis; readonly nowMs: number },
): WorldObservation {
  const bytes = JSON.stringify([header, redis]);
  const isNothing = seen.grace === "none";
  const sinceMs = trouble?.bytes === bytes ? trouble.sinceMs : nowMs;
  return {
    seen: { ...seen, unchangedMs: nowMs - sinceMs },
    trouble: isNothing ? undefined : { bytes, sinceMs },
  };
}

/** What a comparison sees that stops at the header. */
export function observeQuick({ held }: ReplicaState, header: Redis): ObservedCache {
  const values = valuesOf(headerOf(header));
  const { revision, hasMatchingState } = readStateClaim(values);
  return {
    kind: "whole",
    hash: held === undefined ? "" : catalogOf(held.version).hash,
    generation: held?.generation,
    revision: hasMatchingState ? revision : undefined,
    author: hasMatchingState || values.stateValue === undefined ? "mosaic" : "other",
    hasHeldManifest: true,
    manifest: NO_MANIFEST,
  };
}
