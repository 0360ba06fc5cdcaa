import type { ObservedManifest } from "../../domain/release/plan.ts";
import {
  describeAbsentPublication,
  describeRejectedPublication,
  describeUnusablePublication,
  describeWholePublication,
} from "../../domain/release/publication.ts";
import { digestManifest } from "../../domain/release/publication-state.ts";
import type { VerificationTrust } from "../../domain/release/published-catalog.ts";
import { REFUSAL_RULES } from "../../domain/release/refusal-reasons.ts";
import { CacheError } from "../../ports/cache-port.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { StoredCatalog } from "./catalog-store.ts";
import type { ActivationTrigger, CatalogEvent, Refusal } from "./events.ts";
import { isForeignPublication } from "./fleet-identity.ts";
import {
  addElapsedTime,
  CONTENT_REASONS,
  fingerprintPublication,
  ignoreCacheErrors,
  type Observation,
  type ObservationMemory,
  reuseUnchanged,
} from "./observation.ts";
import type { PublicationName } from "./published-keys.ts";
import { generationOf, verifyWithFreshKeys } from "./verified-catalog.ts";

interface ObserveOptions {
  readonly trigger: Exclude<ActivationTrigger, "reload">;
  readonly active: ActiveCatalog | undefined;
  readonly memory: ObservationMemory;
  /** Reads all views, even if the published hash is that of the active catalog. */
  readonly readsAllViews?: boolean;
}

/** The manifest may be large, so without a change or a fault, only one of this many comparisons reads it. */
const COMPARISONS_PER_MANIFEST_READ = 20;

/**
 * A rejected publication is read once more after this time, because it may have been written during the read.
 */
const SECOND_READ_DELAY_MS = 100;

/**
 * Reads and verifies the published catalog, and describes the cache as input of the plan. An unchanged fault
 * is reported once. If the published bytes are its cause, the views are read again only after a change.
 */
export async function observePublication(deps: CatalogDeps, options: ObserveOptions): Promise<Observation> {
  const { memory, active } = options;
  const before = memory.fault;
  const unchanged = before && !options.readsAllViews ? await reuseUnchanged(deps, before, memory) : undefined;
  if (unchanged !== undefined) return unchanged;
  const events: CatalogEvent[] = [];
  const found = await readAndClassify({ ...deps, emit: (event) => events.push(event) }, options);
  const text = describeFault(found);
  if (text === undefined || text !== before?.text) for (const event of events) deps.emit(event);
  reportForeignFleet(deps, memory, found);
  reportDamage(deps, memory, found);
  const observation = { ...found, nowMs: await readCacheClock(deps, found, active) };
  if (text === undefined) {
    memory.fault = undefined;
    return observation;
  }
  const fingerprint = await fingerprintPublication(deps, found.publication).catch(ignoreCacheErrors);
  const isSame = before !== undefined && before.text === text && before.fingerprint === fingerprint?.text;
  const sinceMs = isSame ? before.sinceMs : deps.monotonicMs();
  const checkedMs = deps.monotonicMs();
  memory.fault = { text, fingerprint: fingerprint?.text, sinceMs, checkedMs, observation };
  return addElapsedTime(deps, memory.fault, observation.nowMs);
}

type UntimedObservation = Omit<Observation, "nowMs">;

/** Emits an event when another fleet's catalog appears or disappears; skipped while the cache is down. */
function reportForeignFleet(
  { emit }: CatalogDeps,
  memory: ObservationMemory,
  { cache, fleet }: UntimedObservation,
): void {
  if (cache.kind === "unreachable") return;
  const foreign = cache.kind === "foreign";
  if (foreign !== (memory.isForeign ?? false)) emit({ kind: "foreign-compared", foreign, fleet });
  memory.isForeign = foreign;
}

/** Emits an event when the reason of the damage changes; skipped while the cache is down. */
function reportDamage(
  { emit }: CatalogDeps,
  memory: ObservationMemory,
  { cache, refusal }: UntimedObservation,
): void {
  if (cache.kind === "unreachable") return;
  const reason = refusal !== undefined && CONTENT_REASONS.has(refusal.reason) ? refusal.reason : undefined;
  if (reason !== memory.damage) emit({ kind: "damage-compared", reason });
  memory.damage = reason;
}

/**
 * Reads the clock of the cache, because that of this machine may be wrong. If no revision must be judged, or
 * the clock cannot be read, returns a time at which every observed revision is valid.
 */
async function readCacheClock(
  { store, wallMs, signal }: CatalogDeps,
  { cache }: Pick<Observation, "cache">,
  active: ActiveCatalog | undefined,
): Promise<number> {
  if (cache.kind === "unreachable") return wallMs();
  const acceptingAllMs = Math.max(wallMs(), cache.revision ?? 0, active?.revision ?? 0);
  const hasNothingToJudge =
    cache.kind === "whole" &&
    cache.hash === active?.catalog.hash &&
    cache.revision === active.revision &&
    active.pending === undefined;
  if (hasNothingToJudge) return acceptingAllMs;
  const answer = await store.fingerprint([], { signal }).catch(ignoreCacheErrors);
  return answer?.nowMs ?? acceptingAllMs;
}

async function readAndClassify(deps: CatalogDeps, options: ObserveOptions): Promise<UntimedObservation> {
  const { verifier, emit } = deps;
  const { active, memory } = options;
  const stillForeign = memory.isForeign === true ? await findForeignPublication(deps) : undefined;
  if (stillForeign !== undefined) return stillForeign;
  const stored = await readStore(deps, options);
  if (stored instanceof CacheError) {
    const refusal = { reason: `cache-${stored.code}`, detail: stored.message } as const;
    return {
      cache: { kind: "unreachable" },
      publication: undefined,
      ...reportRefusal(deps, options, refusal),
    };
  }
  const shown = { listValue: undefined, manifestValue: undefined, ...stored };
  const manifest = observeManifest(verifier, shown.manifestValue);
  if (await isForeignPublication(deps, shown, manifest)) {
    return {
      cache: { kind: "foreign", revision: stored.revision },
      publication: undefined,
      fleet: stored.fleet,
    };
  }
  if (stored.kind === "same") {
    const { hash, revision, hasMatchingState, fleet } = stored;
    const author = hasMatchingState ? "mosaic" : "other";
    const generation = active?.generation;
    const claims = { revision, author, hasHeldManifest: true, manifest } as const;
    return { cache: { kind: "whole", hash, generation, ...claims }, publication: undefined, fleet };
  }
  switch (stored.kind) {
    case "verified":
      return observeVerified(deps, options, { stored, manifest });
    case "absent": {
      emit({ kind: "cache-miss", reason: "absent" });
      const isSigned = active?.generation !== undefined;
      const lacksOnlyFlag = stored.hasMatchingState && (await isWholeWithoutFlag(deps));
      return {
        cache: describeAbsentPublication(stored, { isSigned, lacksOnlyFlag }, manifest),
        publication: stored,
      };
    }
    case "rejected":
      return {
        cache: describeRejectedPublication(stored, stored.reason, manifest),
        publication: stored,
        ...reportRefusal(deps, options, stored),
      };
  }
}

/** Recognizes the publication of another fleet without reading its views. */
async function findForeignPublication(deps: CatalogDeps): Promise<UntimedObservation | undefined> {
  const { store, verifier, signal } = deps;
  const publication = await store.readCurrent({ signal }).catch(ignoreCacheErrors);
  if (publication === undefined) return undefined;
  const { fleet, revision, manifestValue } = publication;
  if (!(await isForeignPublication(deps, publication, observeManifest(verifier, manifestValue))))
    return undefined;
  return { cache: { kind: "foreign", revision }, publication: undefined, fleet };
}

async function observeVerified(
  deps: CatalogDeps,
  options: ObserveOptions,
  found: {
    readonly stored: StoredCatalog & { readonly kind: "verified" };
    readonly manifest: ObservedManifest;
  },
): Promise<UntimedObservation> {
  const { active } = options;
  const { stored, manifest } = found;
  const { catalog, manifestValue } = stored;
  const decision = await verifyWithFreshKeys(
    deps,
    { catalog, manifest: manifestValue, source: "cache" },
    active,
  );
  if (decision.kind === "refused") {
    const cache = describeUnusablePublication(stored, REFUSAL_RULES[decision.reason].grace, manifest);
    return { cache, publication: stored, ...reportRefusal(deps, options, decision) };
  }
  deps.emit({ kind: "cache-hit" });
  const admitted = { catalog, manifest: manifestValue, decision };
  const cache = describeWholePublication(stored, {
    hash: catalog.hash,
    generation: generationOf(admitted),
    heldHash: active?.catalog.hash,
    hasHeldManifest: digestManifest(manifestValue) === (active?.manifestDigest ?? ""),
    manifest,
  });
  return { cache, publication: stored, admitted, fleet: stored.fleet };
}

async function isWholeWithoutFlag({ store, signal }: CatalogDeps): Promise<boolean> {
  const stored = await store.read({ withoutFlag: true, signal }).catch(ignoreCacheErrors);
  return stored?.kind === "verified";
}

/** Verifies the manifest in the cache by the settings and keys of this replica. */
export function observeManifest(
  verifier: Pick<CatalogDeps["verifier"], "checkManifest">,
  manifestValue: Uint8Array | undefined,
): ObservedManifest {
  const checked = verifier.checkManifest(manifestValue);
  switch (checked.kind) {
    case "unchecked":
    case "missing":
      return { kind: "none" };
    case "refused":
      return { kind: "unverifiable" };
    case "checked":
      return { kind: "signed", generation: checked.signed.generation, hash: checked.signed.catalogHash };
  }
}

function reportRefusal(
  { emit }: CatalogDeps,
  { trigger }: ObserveOptions,
  { reason, detail }: Pick<Refusal, "detail" | "reason">,
): { readonly refusal: Refusal } {
  const refusal: Refusal = { source: "cache", reason, detail };
  emit({ kind: "cache-miss", reason });
  emit({ kind: "refused", trigger, refusal });
  return { refusal };
}

async function readStore(
  { store, verifier, pause, signal }: CatalogDeps,
  { active, memory, readsAllViews = false }: ObserveOptions,
): Promise<StoredCatalog | CacheError> {
  memory.comparisons = ((memory.comparisons ?? 0) + 1) % COMPARISONS_PER_MANIFEST_READ;
  const isManifestReadDue = memory.comparisons === 0 || memory.fault !== undefined;
  const comparesManifest = active?.manifest !== undefined && isManifestReadDue;
  // The published hash does not reveal damage or its repair, so damaged views are read again.
  const reason = memory.fault?.observation.refusal?.reason;
  const isDamaged = reason !== undefined && CONTENT_REASONS.has(reason);
  const unless = readsAllViews || isDamaged ? undefined : active && publicationNameOf(active);
  const trust = (manifest: Uint8Array | undefined): VerificationTrust => {
    const checked = verifier.checkManifest(manifest);
    const isSigned = checked.kind === "checked" && checked.keyid !== undefined;
    const known = active?.catalog.views;
    return { known, signedHash: isSigned ? checked.signed.catalogHash : undefined };
  };
  // Without a catalog to compare with, the store reads every view.
  const known = readsAllViews || isDamaged ? undefined : active?.catalog;
  const options = { unless, comparesManifest, active: known, trust, signal };
  try {
    const first = await store.read(options);
    if (first.kind !== "rejected") return first;
    await pause(SECOND_READ_DELAY_MS);
    return await store.read(options);
  } catch (error) {
    if (error instanceof CacheError) return error;
    throw error;
  }
}

function publicationNameOf({ catalog, manifestDigest = "" }: ActiveCatalog): PublicationName {
  return { hash: catalog.hash, manifestDigest };
}

/** Identifies a fault, so that a change is noticed; undefined without a fault. */
function describeFault({ cache, publication, refusal }: UntimedObservation): string | undefined {
  // A cache that fails may change between error codes: all of them count as one fault.
  if (cache.kind === "unreachable") return "unreachable";
  if (cache.kind === "whole" || cache.kind === "foreign") return undefined;
  if (refusal === undefined) {
    const isEmpty = cache.grace === "none" && publication?.manifestValue === undefined;
    return isEmpty ? undefined : "absent";
  }
  const hash =
    publication?.hashValue === undefined ? "" : Buffer.from(publication.hashValue).toString("base64");
  return [refusal.reason, refusal.detail, cache.revision, hash].join("\n");
}
