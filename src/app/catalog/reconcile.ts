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
  if (cached.kind === "absent") await publish(deps, active, { over: cached.seen, previous: active });
}

/** Hashes the disk and reports whether it still holds what is served: a deploy that nobody reloaded shows. */
export async function compareDisk({ source, registry, emit, signal }: CatalogDeps): Promise<void> {
  const load = await source.load(signal === undefined ? {} : { signal });
  const diskHash = load.kind === "loaded" ? load.catalog.hash : undefined;
  emit({ kind: "disk-compared", diskHash, divergent: diskHash !== registry.current()?.catalog.hash });
}
