import type { PublicationScope } from "../../domain/release/plan.ts";
import type { ObservedPublication } from "../../domain/release/publication.ts";
import { digestManifest } from "../../domain/release/publication-state.ts";
import { CacheError } from "../../ports/cache-port.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { ActivationTrigger, PublishFailure } from "./events.ts";
import { recordParsedSource } from "./parsed-source.ts";
import { generationOf, type VerifiedCatalog } from "./verified-catalog.ts";

export type NextCatalog = VerifiedCatalog & Pick<ActiveCatalog, "pending" | "revision" | "source">;

/**
 * Activates a verified catalog. If the active catalog has the same views, its `Catalog` object is kept, with
 * everything that is cached for that object.
 */
export function activateCatalog(
  { holder, emit, wallMs }: CatalogDeps,
  trigger: ActivationTrigger,
  next: NextCatalog,
): ActiveCatalog {
  const { catalog: candidate, manifest, decision, ...fields } = next;
  const held = holder.current();
  const isSame = held?.catalog.hash === candidate.hash;
  const catalog = isSame ? held.catalog : candidate;
  const generation = generationOf(next);
  const manifestDigest = manifest && digestManifest(manifest);
  const signature = { generation, manifest, manifestDigest, isTrusted: undefined };
  const { hash } = catalog;
  if (isSame && trigger === "reconcile") {
    const { pending, revision } = fields;
    const active = { ...held, ...signature, revision, pending };
    holder.activate(active);
    emit({ kind: "manifest-replaced", hash, generation, previousGeneration: held.generation });
    return active;
  }
  const atMs = wallMs();
  const servedSinceMs = isSame ? (held.servedSinceMs ?? held.activatedAtMs) : atMs;
  const active = { catalog, ...signature, ...fields, activatedAtMs: atMs, servedSinceMs };
  const previousHash = holder.activate(active);
  const { source } = fields;
  emit({ kind: "activated", trigger, source, catalog, previousHash, generation, atMs });
  if (decision.kind === "tolerated") emit({ kind: "unsigned", hash, source });
  return active;
}

/** How to publish: the values that the cache must still have, the revision, and the scope. */
export interface PublicationRequest {
  readonly expected: ObservedPublication;
  readonly revision: number;
  readonly scope: PublicationScope;
}

/**
 * Publishes the part of the active catalog that `scope` names; all parts but `flag` record the revision. If the
 * cache fails or has changed, emits `publish-failed` and does not throw: the service goes on without the cache.
 */
export async function publishActive(
  deps: CatalogDeps,
  active: ActiveCatalog,
  { expected, revision, scope }: PublicationRequest,
): Promise<"conflict" | "failed" | "published"> {
  const { holder, store, fleet: identity, ttlSeconds, signal, emit } = deps;
  const { catalog, manifest } = active;
  const { hash, views } = catalog;
  const failed = (reason: PublishFailure, detail: string): void =>
    emit({ kind: "publish-failed", hash, reason, detail });
  try {
    const fleet = identity?.forPublication();
    const options = { expected, revision, scope, manifest, fleet, ttlSeconds, signal };
    const outcome = await store.publish(catalog, options);
    if (outcome.kind === "conflict") {
      failed("conflict", "another publication came first");
      return "conflict";
    }
    // The scope `flag` writes only the ready flag, for published views that may differ from the active ones.
    if (scope !== "flag") holder.activate({ ...active, revision, pending: undefined });
    if (scope === "all") emit({ kind: "published", hash, views: views.size, removed: outcome.removed });
    else emit({ kind: "repaired", hash, part: scope });
    await recordParsedSource(deps, active);
    return "published";
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    failed(error.code, error.message);
    return "failed";
  }
}
