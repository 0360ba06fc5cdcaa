import type { CatalogHash } from "../../domain/catalog.ts";
import type { RejectionReason } from "../../domain/published-catalog.ts";
import { newerOf } from "../../domain/revision-order.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { CatalogEvent, RefusalReason } from "./catalog-event.ts";
import type { ActiveCatalog } from "./catalog-registry.ts";
import { activate, type CachedCatalog, publishActive, takeCached } from "./take-catalog.ts";

/** What a replica remembers from one comparison to the next. */
export interface ComparisonMemory {
  /** What the last comparison found wrong, and since when it has been just that. */
  trouble?: { readonly text: string; readonly sinceMs: number } | undefined;
}

/**
 * Compares the active catalog with the published one, so that all replicas come to serve the newest.
 *
 * A published catalog that differs and verifies is taken, unless it is older: then the active one is published again. An
 * empty cache gets the active catalog, unless another replica is faster. What does not verify is refused; when it stays as
 * it is, so that nobody can be at work on it, it is damage, and is replaced.
 *
 * @returns whether another catalog was taken
 */
export async function reconcile(deps: CatalogDeps, memory: ComparisonMemory = {}): Promise<boolean> {
  const active = deps.registry.current();
  if (active === undefined) return false;
  const cached = await look(deps, memory, active.catalog.hash);
  switch (cached.kind) {
    case "same":
      settle(deps, active, cached.seen.revision);
      return false;
    case "verified": {
      const { catalog, seen } = cached;
      const { revision = active.revision } = seen;
      if (
        newerOf({ ...active, hash: active.catalog.hash }, { hash: catalog.hash, revision: seen.revision }) ===
        "shared"
      ) {
        activate(deps, "reconcile", { catalog, origin: "cache", revision });
        return true;
      }
      await publishAgain(deps, active, cached);
      return false;
    }
    case "absent":
      // A hash without the mark that all is loaded is a publication of another program, under way.
      if (cached.seen.hashValue === undefined) await publishAgain(deps, active, cached);
      return false;
    case "refused":
      if (isDamage(cached.refusal.reason) && hasLasted(deps, memory))
        await publishAgain(deps, active, cached);
      return false;
  }
}

/** Looks into the cache; trouble is told once, not at every comparison. */
async function look(deps: CatalogDeps, memory: ComparisonMemory, hash: CatalogHash): Promise<CachedCatalog> {
  const events: CatalogEvent[] = [];
  const cached = await takeCached({ ...deps, emit: (event) => events.push(event) }, "reconcile", hash);
  const text = troubleOf(cached);
  if (text === undefined || text !== memory.trouble?.text) for (const event of events) deps.emit(event);
  if (text === undefined) memory.trouble = undefined;
  else if (text !== memory.trouble?.text) memory.trouble = { text, sinceMs: deps.monotonicMs() };
  return cached;
}

function troubleOf(cached: CachedCatalog): string | undefined {
  if (cached.kind === "absent") return cached.seen.hashValue === undefined ? undefined : "absent";
  if (cached.kind !== "refused") return undefined;
  const { refusal, seen } = cached;
  const hash = seen?.hashValue === undefined ? "" : Buffer.from(seen.hashValue).toString("base64");
  return [refusal.reason, refusal.detail, seen?.revision, hash].join("\n");
}

/** Longer than a publication of another program, key by key, stands still. */
const DAMAGE_MS = 1500;

function hasLasted({ monotonicMs }: CatalogDeps, { trouble }: ComparisonMemory): boolean {
  return trouble !== undefined && monotonicMs() - trouble.sinceMs >= DAMAGE_MS;
}

/** A view that is whole and breaks a rule may come from a program with newer rules: that is no damage. */
const DAMAGE: ReadonlySet<RefusalReason> = new Set<RejectionReason>([
  "bad-hash",
  "bad-json",
  "bad-list",
  "bad-mark",
  "hash-mismatch",
  "missing-hash",
  "missing-list",
  "missing-view",
]);

function isDamage(reason: RefusalReason): boolean {
  return DAMAGE.has(reason);
}

/** The cache has what is served: it counts as published, whoever did it. */
function settle(deps: CatalogDeps, active: ActiveCatalog, shared: number | undefined): void {
  const revision = Math.max(active.revision, shared ?? 0);
  if (revision === active.revision && active.unpublishedOver === undefined) return;
  deps.registry.activate({ ...active, revision, unpublishedOver: undefined });
}

async function publishAgain(
  deps: CatalogDeps,
  active: ActiveCatalog,
  { kind, seen }: Exclude<CachedCatalog, { readonly kind: "same" }>,
): Promise<void> {
  if (seen === undefined) return;
  // What was published once stays the revision that it was; damage is replaced by a revision of its own.
  const known = active.revision > 0 && active.unpublishedOver === undefined && kind !== "refused";
  const revision = known ? Math.max(active.revision, seen.revision ?? 0) : undefined;
  await publishActive(deps, active, { over: seen, previous: active.catalog, revision });
}
