import type { CatalogDeps } from "./catalog-deps.ts";
import { activate, publish, takeCached } from "./take-catalog.ts";

/**
 * Compares the active catalog with the published one.
 *
 * A published catalog that differs and verifies is taken; one that does not verify is refused and the active one stays.
 * An empty cache gets the active catalog, unless another replica is faster. So does a cache that still has the catalog
 * which a reload here was to replace and could not.
 *
 * @returns whether another catalog was taken
 */
export async function reconcile(deps: CatalogDeps): Promise<boolean> {
  const active = deps.registry.current();
  if (active === undefined) return false;
  const { catalog, unpublishedOver } = active;
  const cached = await takeCached(deps, "reconcile", catalog.hash);
  if (cached.kind === "verified" && cached.catalog.hash !== unpublishedOver) {
    activate(deps, "reconcile", "cache", cached.catalog);
    return true;
  }
  // A hash without the mark that all is loaded is a publication of another program, under way.
  const empty = cached.kind === "absent" && cached.seen.hashValue === undefined;
  if (!empty && cached.kind !== "verified") return false;
  const published = await publish(deps, catalog, { over: cached.seen, previous: catalog });
  if (published === "published") deps.registry.activate({ ...active, unpublishedOver: undefined });
  return false;
}
