import { newerOf } from "../../domain/revision-order.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { activate, publishActive } from "./activate-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { CatalogEvent } from "./catalog-event.ts";
import type { ActiveCatalog } from "./catalog-registry.ts";
import type { SeenCatalog } from "./catalog-store.ts";
import { absencePatienceMs, patienceMs } from "./replacement-patience.ts";
import { type CachedCatalog, generationOf, takeCached } from "./take-catalog.ts";

/** What a replica remembers from one comparison to the next. */
export interface ComparisonMemory {
  /** What the last comparison found wrong, and since when it has been just that. */
  trouble?: { readonly text: string; readonly sinceMs: number } | undefined;
  /** Why the active catalog was not published last. */
  withheld?: string | undefined;
  /** How the last publication failed. */
  unpublished?: string | undefined;
  comparisons?: number;
}

/** One comparison in so many takes nobody's word for the manifest: with some seconds in between, its size costs little. */
const COMPARISONS_PER_CLOSE_LOOK = 20;

/**
 * Compares the active catalog with the published one, so that all replicas come to serve the newest.
 *
 * A published catalog that differs and is admitted is taken, unless it is older: then the active one is published again. An
 * empty cache gets the active catalog, unless another replica is faster. What does not verify is refused; when it stays as
 * it is, so that nobody can be at work on it, it is damage, and is replaced.
 *
 * @returns whether other views were taken
 */
export async function reconcile(deps: CatalogDeps, memory: ComparisonMemory = {}): Promise<boolean> {
  const active = deps.registry.current();
  if (active === undefined) return false;
  const cached = await look(deps, memory, active);
  switch (cached.kind) {
    case "same":
      settle(deps, active, cached.revision);
      if ((cached.revision ?? 0) < active.revision) await restoreState(deps, memory, active);
      return false;
    case "verified":
      if (isNewer(active, cached)) return take(deps, active, cached);
      await publishAgain(deps, memory, { active, cached });
      return false;
    case "absent":
    case "refused":
      if (hasLasted(deps, memory, patienceWith(deps, active, cached))) {
        await publishAgain(deps, memory, { active, cached });
      }
      return false;
  }
}

function patienceWith(
  deps: CatalogDeps,
  active: ActiveCatalog,
  cached: Extract<CachedCatalog, { readonly kind: "absent" | "refused" }>,
): number {
  if (cached.kind === "absent") return absencePatienceMs(deps, cached.seen, active);
  const { refusal, seen } = cached;
  return seen === undefined ? Number.POSITIVE_INFINITY : patienceMs(deps, refusal, seen, active.generation);
}

type VerifiedCatalog = Extract<CachedCatalog, { readonly kind: "verified" }>;

function isNewer(active: ActiveCatalog, cached: VerifiedCatalog): boolean {
  const held = { ...active, hash: active.catalog.hash };
  const { catalog, seen } = cached;
  const shared = { hash: catalog.hash, generation: generationOf(cached), revision: seen.revision };
  return newerOf(held, shared) === "shared";
}

function take(deps: CatalogDeps, active: ActiveCatalog, cached: VerifiedCatalog): boolean {
  const { catalog, manifest, admission, seen } = cached;
  const { revision = active.revision } = seen;
  activate(deps, "reconcile", { catalog, manifest, admission, origin: "cache", revision });
  return catalog.hash !== active.catalog.hash;
}

/** Looks into the cache; trouble is told once, not at every comparison. */
async function look(
  deps: CatalogDeps,
  memory: ComparisonMemory,
  active: ActiveCatalog,
): Promise<CachedCatalog> {
  const { comparisons = 0 } = memory;
  memory.comparisons = (comparisons + 1) % COMPARISONS_PER_CLOSE_LOOK;
  const suspects = memory.comparisons === 0 || memory.trouble !== undefined;
  const closely = active.manifest !== undefined && suspects;
  const events: CatalogEvent[] = [];
  const quiet = { ...deps, emit: (event: CatalogEvent) => events.push(event) };
  const cached = await takeCached(quiet, { trigger: "reconcile", active, closely });
  const text = troubleOf(cached);
  if (text === undefined || text !== memory.trouble?.text) for (const event of events) deps.emit(event);
  if (text === undefined) memory.trouble = undefined;
  else if (text !== memory.trouble?.text) memory.trouble = { text, sinceMs: deps.monotonicMs() };
  return cached;
}

function troubleOf(cached: CachedCatalog): string | undefined {
  if (cached.kind === "absent") {
    const { hashValue, manifestValue, isListed } = cached.seen;
    return (hashValue ?? manifestValue) === undefined && !isListed ? undefined : "absent";
  }
  if (cached.kind !== "refused") return undefined;
  const { refusal, seen } = cached;
  // A cache that fails does so in one way now and in another then: that is one trouble.
  if (seen === undefined) return "failed";
  const hash = seen.hashValue === undefined ? "" : Buffer.from(seen.hashValue).toString("base64");
  return [refusal.reason, refusal.detail, seen.revision, hash].join("\n");
}

function hasLasted({ monotonicMs }: CatalogDeps, { trouble }: ComparisonMemory, patience: number): boolean {
  if (patience === 0) return true;
  return trouble !== undefined && monotonicMs() - trouble.sinceMs >= patience;
}

/** The cache has what is served: it counts as published, whoever did it. */
function settle(deps: CatalogDeps, active: ActiveCatalog, shared: number | undefined): void {
  const revision = Math.max(active.revision, shared ?? 0);
  if (revision === active.revision && active.unpublishedOver === undefined) return;
  deps.registry.activate({ ...active, revision, unpublishedOver: undefined });
}

interface Again {
  readonly active: ActiveCatalog;
  readonly cached: Exclude<CachedCatalog, { readonly kind: "same" }>;
}

async function publishAgain(
  deps: CatalogDeps,
  memory: ComparisonMemory,
  { active, cached: { kind, seen } }: Again,
): Promise<void> {
  if (seen === undefined || isWithheld(deps, memory, active)) return;
  // What was published once stays the revision that it was, whatever damage says of itself: were it higher afterwards, a
  // reload that waits to replace it would seem to come too late.
  const known = active.revision > 0 && active.unpublishedOver === undefined;
  const claimed = kind === "refused" ? 0 : (seen.revision ?? 0);
  const revision = known ? Math.max(active.revision, claimed) : undefined;
  await publishQuietly(deps, memory, { active, seen, revision });
}

/**
 * The state that says which publication this is has gone, or is of an older one, as after a program that does not know it has
 * renewed all keys but that: whoever counts on from there would seem older than what is served.
 */
async function restoreState(
  deps: CatalogDeps,
  memory: ComparisonMemory,
  active: ActiveCatalog,
): Promise<void> {
  const seen = await peek(deps);
  const { hash } = active.catalog;
  const isStill = seen?.hashValue !== undefined && new TextDecoder().decode(seen.hashValue) === hash;
  if (!isStill || (seen.revision ?? 0) >= active.revision || isWithheld(deps, memory, active)) return;
  await publishQuietly(deps, memory, { active, seen, revision: active.revision });
}

async function peek({ store, signal }: CatalogDeps): Promise<SeenCatalog | undefined> {
  try {
    return await store.peek({ signal });
  } catch (error) {
    if (error instanceof CacheError) return undefined;
    throw error;
  }
}

interface Publication {
  readonly active: ActiveCatalog;
  readonly seen: SeenCatalog;
  readonly revision: number | undefined;
}

/** A cache that goes on refusing to be written is told of once, not at every comparison. */
async function publishQuietly(
  deps: CatalogDeps,
  memory: ComparisonMemory,
  { active, seen, revision }: Publication,
): Promise<void> {
  const emit = (event: CatalogEvent): void => {
    const failure = event.kind === "publish-failed" ? event.reason : undefined;
    if (failure === undefined || failure !== memory.unpublished) deps.emit(event);
    memory.unpublished = failure;
  };
  await publishActive({ ...deps, emit }, active, { over: seen, revision });
}

/** The keys may have changed since it was activated: what would not be let in now is not given to others. Told once. */
function isWithheld({ gate, emit }: CatalogDeps, memory: ComparisonMemory, active: ActiveCatalog): boolean {
  const { catalog, manifest, origin } = active;
  const admission = gate.admit({ catalog, manifest, origin }, undefined);
  const withheld = admission.kind === "refused" ? admission.detail : undefined;
  if (admission.kind === "refused" && withheld !== memory.withheld) {
    const { reason, detail } = admission;
    emit({ kind: "publish-failed", hash: catalog.hash, reason, detail });
  }
  memory.withheld = withheld;
  return withheld !== undefined;
}
