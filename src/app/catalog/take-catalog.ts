import type { Catalog, CatalogHash } from "../../domain/catalog.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { ActivationTrigger, Refusal } from "./catalog-event.ts";
import type { ActiveCatalog } from "./catalog-registry.ts";
import type { PublicationTerms, SeenCatalog } from "./catalog-store.ts";

/** What a look into the cache gave; `seen` is there when the cache answered, so that a publication can rely on it. */
export type CachedCatalog =
  | { readonly kind: "verified"; readonly catalog: Catalog; readonly seen: SeenCatalog }
  | { readonly kind: "same"; readonly seen: SeenCatalog }
  | { readonly kind: "absent"; readonly seen: SeenCatalog }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly seen: SeenCatalog | undefined };

/** A publication that was under way at the first look has ended by the second. */
const SECOND_LOOK_MS = 100;

/**
 * Takes the published catalog, if it verifies; looks twice before it is refused. A hit, or a miss and why, is emitted.
 *
 * @param unless the hash that need not be read again
 */
export async function takeCached(
  deps: CatalogDeps,
  trigger: ActivationTrigger,
  unless?: CatalogHash,
): Promise<CachedCatalog> {
  const { emit } = deps;
  const stored = await readStore(deps, unless);
  if (stored instanceof CacheError) {
    const refusal: Refusal = { origin: "cache", reason: `cache-${stored.code}`, detail: stored.message };
    return miss(deps, trigger, refusal, undefined);
  }
  switch (stored.kind) {
    case "same":
      return { kind: "same", seen: stored };
    case "verified":
      emit({ kind: "cache-hit" });
      return { kind: "verified", catalog: stored.catalog, seen: stored };
    case "absent":
      emit({ kind: "cache-miss", reason: "absent" });
      return { kind: "absent", seen: stored };
    case "rejected": {
      const { reason, detail } = stored;
      return miss(deps, trigger, { origin: "cache", reason, detail }, stored);
    }
  }
}

async function readStore({ store, pause, signal }: CatalogDeps, unless: CatalogHash | undefined) {
  try {
    const first = await store.read({ unless, signal });
    if (first.kind !== "rejected") return first;
    await pause(SECOND_LOOK_MS);
    return await store.read({ unless, signal });
  } catch (error) {
    if (error instanceof CacheError) return error;
    throw error;
  }
}

function miss(
  deps: CatalogDeps,
  trigger: ActivationTrigger,
  refusal: Refusal,
  seen: SeenCatalog | undefined,
): CachedCatalog {
  deps.emit({ kind: "cache-miss", reason: refusal.reason });
  deps.emit({ kind: "refused", trigger, refusal });
  return { kind: "refused", refusal, seen };
}

/** What a look at the disk gave. */
export type SourceCatalog =
  | { readonly kind: "loaded"; readonly catalog: Catalog }
  | { readonly kind: "invalid"; readonly refusal: Refusal; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly refusal: Refusal; readonly error: CatalogSourceError };

/** Loads and checks the catalog on disk; warnings, errors and the refusal are emitted. */
export async function takeFromSource(deps: CatalogDeps, trigger: ActivationTrigger): Promise<SourceCatalog> {
  const { source, emit, signal } = deps;
  try {
    const load = await source.load({ signal });
    if (load.kind === "loaded") {
      if (load.warnings.length > 0) emit({ kind: "source-warnings", warnings: load.warnings });
      return load;
    }
    emit({ kind: "source-invalid", diagnostics: load.diagnostics });
    const detail = invalidCatalogMessage(source.name, load.diagnostics);
    const refusal: Refusal = { origin: "disk", reason: "invalid-catalog", detail };
    emit({ kind: "refused", trigger, refusal });
    return { kind: "invalid", refusal, diagnostics: load.diagnostics };
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    const refusal: Refusal = { origin: "disk", reason: `source-${error.code}`, detail: error.message };
    emit({ kind: "refused", trigger, refusal });
    return { kind: "unreadable", refusal, error };
  }
}

/** Says which source and how many of its files are wrong. */
export function invalidCatalogMessage(source: string, diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.some(({ code }) => code === "no-views")) {
    return `Cannot load catalog ${JSON.stringify(source)}: there is no view in it`;
  }
  const files = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ file }) => file));
  const views = files.size === 1 ? "1 view is" : `${files.size} views are`;
  return `Cannot load catalog ${JSON.stringify(source)}: ${views} invalid`;
}

/** Makes a verified catalog the active one. */
export function activate(
  { registry, emit, nowMs }: CatalogDeps,
  trigger: ActivationTrigger,
  next: Pick<ActiveCatalog, "catalog" | "origin" | "revision" | "unpublishedOver">,
): void {
  const atMs = nowMs();
  const { catalog, origin } = next;
  const previousHash = registry.activate({ ...next, activatedAtMs: atMs });
  emit({ kind: "activated", trigger, origin, catalog, previousHash, atMs });
}

/**
 * Publishes the active catalog, which then has its revision; a cache that fails is no error here, since the service goes
 * on without it.
 */
export async function publishActive(
  { registry, store, ttlSeconds, signal, emit }: CatalogDeps,
  active: ActiveCatalog,
  terms: Pick<PublicationTerms, "over" | "previous" | "revision">,
): Promise<"conflict" | "failed" | "published"> {
  const { catalog, revision: following } = active;
  const { hash, views } = catalog;
  try {
    const outcome = await store.publish(catalog, { ...terms, following, ttlSeconds, signal });
    if (outcome.kind === "published") {
      registry.activate({ ...active, revision: outcome.revision, unpublishedOver: undefined });
      emit({ kind: "published", hash, views: views.size, removed: outcome.removed });
    } else
      emit({
        kind: "publish-failed",
        hash,
        reason: "conflict",
        detail: "other replicas published meanwhile",
      });
    return outcome.kind;
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    emit({ kind: "publish-failed", hash, reason: error.code, detail: error.message });
    return "failed";
  }
}
