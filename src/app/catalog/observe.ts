import type { SeenManifest } from "../../domain/release/plan.ts";
import { seenAbsent, seenRejected, seenUnusable, seenWhole } from "../../domain/release/publication.ts";
import type { VerificationTrust } from "../../domain/release/published-catalog.ts";
import { REFUSALS } from "../../domain/release/refusal-reasons.ts";
import { digestManifest } from "../../domain/release/verified-marker.ts";
import { CacheError } from "../../ports/cache-port.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { StoredCatalog } from "./catalog-store.ts";
import type { ActivationTrigger, CatalogEvent, Refusal } from "./events.ts";
import { isForeign } from "./fleet-identity.ts";
import {
  CONTENT_REASONS,
  findUnchanged,
  fingerprintPublication,
  ignoreCacheErrors,
  type Observation,
  type ObservationMemory,
  withElapsedTime,
} from "./observation.ts";
import type { PublicationName } from "./published-keys.ts";
import { generationOf, verifyWithFreshKeys } from "./verified-catalog.ts";

interface ObserveOptions {
  readonly trigger: Exclude<ActivationTrigger, "reload">;
  readonly active: ActiveCatalog | undefined;
  readonly memory: ObservationMemory;
  /** Reads the views even where the hash is the active one. */
  readonly wholly?: boolean;
}

/** One comparison in this many reads the manifest itself: with seconds in between, its size costs little. */
const COMPARISONS_PER_CLOSE_LOOK = 20;

/** A publication that was being written at the first read is complete by the second. */
const SECOND_LOOK_MS = 100;

/**
 * Reads the cache, verifies the result and classifies it for the plan. A fault is reported once while it stays the
 * same; until it changes, only the fingerprint of the views is read.
 */
export async function observe(deps: CatalogDeps, options: ObserveOptions): Promise<Observation> {
  const { memory, active } = options;
  const before = memory.trouble;
  const unchanged = before && !options.wholly ? await findUnchanged(deps, before, memory) : undefined;
  if (unchanged !== undefined) return unchanged;
  const events: CatalogEvent[] = [];
  const found = await look({ ...deps, emit: (event) => events.push(event) }, options);
  const text = troubleOf(found);
  if (text === undefined || text !== before?.text) for (const event of events) deps.emit(event);
  reportForeign(deps, memory, found);
  reportDamage(deps, memory, found);
  const observation = { ...found, nowMs: await cacheClock(deps, found, active) };
  if (text === undefined) {
    memory.trouble = undefined;
    return observation;
  }
  const fingerprint = await fingerprintPublication(deps, found.over).catch(ignoreCacheErrors);
  const isSame = before !== undefined && before.text === text && before.fingerprint === fingerprint?.text;
  const sinceMs = isSame ? before.sinceMs : deps.monotonicMs();
  const checkedMs = deps.monotonicMs();
  memory.trouble = { text, fingerprint: fingerprint?.text, sinceMs, checkedMs, observation };
  return withElapsedTime(deps, memory.trouble, observation.nowMs);
}

type Found = Omit<Observation, "nowMs">;

/** Emits when the namespace's owner changes; skipped while the cache is down. */
function reportForeign({ emit }: CatalogDeps, memory: ObservationMemory, { seen, fleet }: Found): void {
  if (seen.kind === "unreachable") return;
  const foreign = seen.kind === "foreign";
  if (foreign !== (memory.isForeign ?? false)) emit({ kind: "foreign-compared", foreign, fleet });
  memory.isForeign = foreign;
}

/** Emits when the damage reason changes; skipped likewise. */
function reportDamage({ emit }: CatalogDeps, memory: ObservationMemory, { seen, refusal }: Found): void {
  if (seen.kind === "unreachable") return;
  const reason = refusal !== undefined && CONTENT_REASONS.has(refusal.reason) ? refusal.reason : undefined;
  if (reason !== memory.damage) emit({ kind: "damage-compared", reason });
  memory.damage = reason;
}

/**
 * Read only where a revision has to be judged: an ordinary comparison costs nothing more. Without the cache's clock
 * every revision is accepted: this machine's clock may be arbitrarily wrong.
 */
async function cacheClock(
  { store, wallMs, signal }: CatalogDeps,
  { seen }: Pick<Observation, "seen">,
  active: ActiveCatalog | undefined,
): Promise<number> {
  if (seen.kind === "unreachable") return wallMs();
  const undoubted = Math.max(wallMs(), seen.revision ?? 0, active?.revision ?? 0);
  const isSettled =
    seen.kind === "whole" &&
    seen.hash === active?.catalog.hash &&
    seen.revision === active.revision &&
    active.pending === undefined;
  if (isSettled) return undoubted;
  const answer = await store.fingerprint([], { signal }).catch(ignoreCacheErrors);
  return answer?.nowMs ?? undoubted;
}

async function look(deps: CatalogDeps, options: ObserveOptions): Promise<Found> {
  const { verifier, emit } = deps;
  const { active, memory } = options;
  const stillForeign = memory.isForeign === true ? await findForeign(deps) : undefined;
  if (stillForeign !== undefined) return stillForeign;
  const stored = await readStore(deps, options);
  if (stored instanceof CacheError) {
    const refusal = { reason: `cache-${stored.code}`, detail: stored.message } as const;
    return { seen: { kind: "unreachable" }, over: undefined, ...refused(deps, options, refusal) };
  }
  const shown = { listValue: undefined, manifestValue: undefined, ...stored };
  const manifest = seenManifest(verifier, shown.manifestValue);
  if (await isForeign(deps, shown, manifest)) {
    return { seen: { kind: "foreign", revision: stored.revision }, over: undefined, fleet: stored.fleet };
  }
  if (stored.kind === "same") {
    const { hash, revision, isStated, fleet } = stored;
    const author = isStated ? "mosaic" : "other";
    const generation = active?.generation;
    const place = { revision, author, hasHeldManifest: true, manifest } as const;
    return { seen: { kind: "whole", hash, generation, ...place }, over: undefined, fleet };
  }
  switch (stored.kind) {
    case "verified":
      return observeVerified(deps, options, { stored, manifest });
    case "absent": {
      emit({ kind: "cache-miss", reason: "absent" });
      const isSigned = active?.generation !== undefined;
      const lacksOnlyFlag = stored.isStated && (await isWholeWithoutFlag(deps));
      return { seen: seenAbsent(stored, { isSigned, lacksOnlyFlag }, manifest), over: stored };
    }
    case "rejected":
      return {
        seen: seenRejected(stored, stored.reason, manifest),
        over: stored,
        ...refused(deps, options, stored),
      };
  }
}

/** Another fleet's publication is known without its views. */
async function findForeign(deps: CatalogDeps): Promise<Found | undefined> {
  const { store, verifier, signal } = deps;
  const over = await store.readCurrent({ signal }).catch(ignoreCacheErrors);
  if (over === undefined) return undefined;
  const { fleet, revision, manifestValue } = over;
  if (!(await isForeign(deps, over, seenManifest(verifier, manifestValue)))) return undefined;
  return { seen: { kind: "foreign", revision }, over: undefined, fleet };
}

async function observeVerified(
  deps: CatalogDeps,
  options: ObserveOptions,
  found: {
    readonly stored: StoredCatalog & { readonly kind: "verified" };
    readonly manifest: SeenManifest;
  },
): Promise<Found> {
  const { active } = options;
  const { stored, manifest } = found;
  const { catalog, manifestValue } = stored;
  const decision = await verifyWithFreshKeys(
    deps,
    { catalog, manifest: manifestValue, source: "cache" },
    active,
  );
  if (decision.kind === "refused") {
    const seen = seenUnusable(stored, REFUSALS[decision.reason].grace, manifest);
    return { seen, over: stored, ...refused(deps, options, decision) };
  }
  deps.emit({ kind: "cache-hit" });
  const admitted = { catalog, manifest: manifestValue, decision };
  const seen = seenWhole(stored, {
    hash: catalog.hash,
    generation: generationOf(admitted),
    heldHash: active?.catalog.hash,
    hasHeldManifest: digestManifest(manifestValue) === (active?.manifestDigest ?? ""),
    manifest,
  });
  return { seen, over: stored, admitted, fleet: stored.fleet };
}

async function isWholeWithoutFlag({ store, signal }: CatalogDeps): Promise<boolean> {
  const stored = await store.read({ withoutFlag: true, signal }).catch(ignoreCacheErrors);
  return stored?.kind === "verified";
}

/** The verdict on the manifest in the cache by the settings and keys of this replica. */
export function seenManifest(
  verifier: Pick<CatalogDeps["verifier"], "openManifest">,
  manifestValue: Uint8Array | undefined,
): SeenManifest {
  const opened = verifier.openManifest(manifestValue);
  switch (opened.kind) {
    case "unchecked":
    case "missing":
      return { kind: "none" };
    case "refused":
      return { kind: "unverifiable" };
    case "opened":
      return { kind: "signed", generation: opened.signed.generation, hash: opened.signed.catalogHash };
  }
}

function refused(
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
  { active, memory, wholly = false }: ObserveOptions,
): Promise<StoredCatalog | CacheError> {
  memory.comparisons = ((memory.comparisons ?? 0) + 1) % COMPARISONS_PER_CLOSE_LOOK;
  const suspects = memory.comparisons === 0 || memory.trouble !== undefined;
  const closely = active?.manifest !== undefined && suspects;
  // Damage under the served hash is visible in the views alone.
  const reason = memory.trouble?.observation.refusal?.reason;
  const isDamaged = reason !== undefined && CONTENT_REASONS.has(reason);
  const unless = wholly || isDamaged ? undefined : active && nameOf(active);
  const trust = (manifest: Uint8Array | undefined): VerificationTrust => {
    const opened = verifier.openManifest(manifest);
    const isSigned = opened.kind === "opened" && opened.keyid !== undefined;
    const known = active?.catalog.views;
    return { known, signedHash: isSigned ? opened.signed.catalogHash : undefined };
  };
  // Where every view must be read, earlier knowledge does not count.
  const known = wholly || isDamaged ? undefined : active?.catalog;
  const options = { unless, closely, active: known, trust, signal };
  try {
    const first = await store.read(options);
    if (first.kind !== "rejected") return first;
    await pause(SECOND_LOOK_MS);
    return await store.read(options);
  } catch (error) {
    if (error instanceof CacheError) return error;
    throw error;
  }
}

function nameOf({ catalog, manifestDigest = "" }: ActiveCatalog): PublicationName {
  return { hash: catalog.hash, manifestDigest };
}

/** Identifies a fault, to distinguish it from others; undefined without one. */
function troubleOf({ seen, over, refusal }: Found): string | undefined {
  // A failing cache alternates between kinds of failure: they count as one fault.
  if (seen.kind === "unreachable") return "unreachable";
  if (seen.kind === "whole" || seen.kind === "foreign") return undefined;
  if (refusal === undefined) {
    const isEmpty = seen.grace === "none" && over?.manifestValue === undefined;
    return isEmpty ? undefined : "absent";
  }
  const hash = over?.hashValue === undefined ? "" : Buffer.from(over.hashValue).toString("base64");
  return [refusal.reason, refusal.detail, seen.revision, hash].join("\n");
}
