import type { CatalogHash } from "../../domain/catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { Refusal } from "./catalog-event.ts";
import type { CatalogOrigin } from "./catalog-registry.ts";
import type { SeenCatalog } from "./catalog-store.ts";
import { activate, publishActive, takeCached, takeFromSource } from "./take-catalog.ts";

/** How a preload ended: a catalog is active, or none is and this is why. */
export type PreloadOutcome =
  | { readonly kind: "active"; readonly origin: CatalogOrigin; readonly hash: CatalogHash }
  | { readonly kind: "unavailable"; readonly refusals: readonly Refusal[] };

/** Rounds that may lose the race to publish; in each of them another replica has published. */
const ROUNDS_MAX = 3;

/**
 * Activates the verified catalog of the cache, else the one on disk, which is then published.
 *
 * A replica that finds, when it publishes, that another one was faster takes that one's catalog, so that replicas which
 * start together agree.
 */
export async function preload(deps: CatalogDeps): Promise<PreloadOutcome> {
  for (let round = 1; ; round++) {
    const cached = await takeCached(deps, "preload");
    if (cached.kind === "verified") {
      const { catalog, seen } = cached;
      activate(deps, "preload", { catalog, origin: "cache", revision: seen.revision ?? 0 });
      return { kind: "active", origin: "cache", hash: catalog.hash };
    }
    const loaded = await takeFromSource(deps, "preload");
    if (loaded.kind !== "loaded") {
      const refusals = cached.kind === "refused" ? [cached.refusal, loaded.refusal] : [loaded.refusal];
      return { kind: "unavailable", refusals };
    }
    activate(deps, "preload", { catalog: loaded.catalog, origin: "disk", revision: 0 });
    // A cache that did not answer is given the catalog when it is back, if it is empty then.
    const published = await publishOver(deps, cached.seen);
    if (published !== "conflict" || round === ROUNDS_MAX) {
      return { kind: "active", origin: "disk", hash: loaded.catalog.hash };
    }
  }
}

async function publishOver(deps: CatalogDeps, seen: SeenCatalog | undefined) {
  const active = deps.registry.current();
  return seen === undefined || active === undefined
    ? "failed"
    : await publishActive(deps, active, { over: seen });
}
