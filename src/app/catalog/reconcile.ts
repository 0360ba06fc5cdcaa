import type { CatalogDeps } from "./catalog-deps.ts";
import { activate, publish, takeCached } from "./take-catalog.ts";

/**
 * Compares the active catalog with the published one.
 *
 * A published catalog that differs and verifies is taken; one that does not verify is refused and the active one stays.
 * An empty cache gets the active catalog, unless another replica is faster.
 */
export async function reconcile(deps: CatalogDeps): Promise<void> {
  const active = deps.registry.current()?.catalog;
  if (active === undefined) return;
  const cached = await takeCached(deps, "reconcile", active.hash);
  if (cached.kind === "verified") activate(deps, "reconcile", "cache", cached.catalog);
  // A hash without the mark that all is loaded is a publication of another program, under way.
  const empty = cached.kind === "absent" && cached.seen.hashValue === undefined;
  if (empty) await publish(deps, active, { over: cached.seen, previous: active });
}
