import { preferAtStart } from "../../domain/admit-catalog.ts";
import type { CatalogHash } from "../../domain/catalog.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { activate, publishActive } from "./activate-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { Refusal } from "./catalog-event.ts";
import type { ActiveCatalog, CatalogOrigin } from "./catalog-registry.ts";
import { mayBeNewer } from "./replacement-patience.ts";
import {
  type AdmittedCatalog,
  type CachedCatalog,
  generationOf,
  takeCached,
  takeFromSource,
} from "./take-catalog.ts";

/** How a preload ended: a catalog is active, or none is and this is why. */
export type PreloadOutcome =
  | { readonly kind: "active"; readonly origin: CatalogOrigin; readonly hash: CatalogHash }
  | { readonly kind: "unavailable"; readonly refusals: readonly Refusal[] };

/** Rounds that may lose the race to publish; in each of them another replica has published. */
const ROUNDS_MAX = 3;

/**
 * Activates the verified catalog of the cache, unless the one on disk is a newer release; else the one on disk, which is
 * then published.
 *
 * A replica that finds, when it publishes, that another one was faster takes that one's catalog, so that replicas which
 * start together agree.
 */
export async function preload(deps: CatalogDeps): Promise<PreloadOutcome> {
  for (let round = 1; ; round++) {
    const cached = await takeCached(deps, { trigger: "preload" });
    const newer = cached.kind === "verified" ? await takeNewerFromSource(deps, cached) : undefined;
    if (cached.kind === "verified" && newer === undefined) {
      const revision = cached.seen.revision ?? 0;
      const { catalog } = activate(deps, "preload", { ...admittedOf(cached), origin: "cache", revision });
      return { kind: "active", origin: "cache", hash: catalog.hash };
    }
    const loaded = newer ?? (await takeFromSource(deps, "preload"));
    if (loaded.kind !== "loaded") {
      const refusals = cached.kind === "refused" ? [cached.refusal, loaded.refusal] : [loaded.refusal];
      return { kind: "unavailable", refusals };
    }
    const active = activate(deps, "preload", { ...admittedOf(loaded), origin: "disk", revision: 0 });
    // A cache that did not answer is given the catalog when it is back, if it is empty then.
    const published = await publishOver(deps, active, cached);
    if (published !== "conflict" || round === ROUNDS_MAX) {
      return { kind: "active", origin: "disk", hash: active.catalog.hash };
    }
  }
}

/**
 * The catalog on disk, if it goes before the one of the cache. Its manifest alone says whether that can be, so that the views
 * of a large folder are not read in vain.
 */
async function takeNewerFromSource(deps: CatalogDeps, cached: AdmittedCatalog) {
  const opened = deps.gate.open(await peekManifest(deps));
  if (opened.kind !== "opened" || opened.signed.generation <= (generationOf(cached) ?? 0)) return undefined;
  const loaded = await takeFromSource(deps, "preload");
  const isNewer = loaded.kind === "loaded" && preferAtStart(cached.admission, loaded.admission) === "disk";
  return isNewer ? loaded : undefined;
}

async function peekManifest({ source, signal }: CatalogDeps): Promise<Uint8Array | undefined> {
  try {
    return await source.peekManifest({ signal });
  } catch (error) {
    // Then there is the cache's catalog, which verifies.
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}

async function publishOver(deps: CatalogDeps, active: ActiveCatalog, cached: CachedCatalog) {
  const { hash } = active.catalog;
  const seen = cached.kind === "same" ? undefined : cached.seen;
  if (seen === undefined) return "failed";
  if (!mayBeNewer(deps, seen, active.generation)) return publishActive(deps, active, { over: seen });
  const detail = "the cache has a manifest that may be of a newer release, and cannot be used here";
  deps.emit({ kind: "publish-failed", hash, reason: "outranked", detail });
  return "outranked";
}

function admittedOf({ catalog, manifest, admission }: AdmittedCatalog): AdmittedCatalog {
  return { catalog, manifest, admission };
}
