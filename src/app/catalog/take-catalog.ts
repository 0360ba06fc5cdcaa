import type { Admission } from "../../domain/admit-catalog.ts";
import type { Catalog } from "../../domain/catalog.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { Candidate } from "../signing/signature-gate.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { ActivationTrigger, Refusal } from "./catalog-event.ts";
import type { ActiveCatalog } from "./catalog-registry.ts";
import type { PublicationName, SeenCatalog } from "./catalog-store.ts";

/** A catalog that may be served, with the manifest that was found beside it. */
export interface AdmittedCatalog {
  readonly catalog: Catalog;
  readonly manifest: Uint8Array | undefined;
  readonly admission: Exclude<Admission, { readonly kind: "refused" }>;
}

/** That of its manifest, if one was verified. */
export function generationOf({ admission }: AdmittedCatalog): number | undefined {
  return admission.kind === "accepted" ? admission.generation : undefined;
}

/** What a look into the cache gave; `seen` is there when the cache answered, so that a publication can rely on it. */
export type CachedCatalog =
  | ({ readonly kind: "verified"; readonly seen: SeenCatalog } & AdmittedCatalog)
  | { readonly kind: "same"; readonly revision: number | undefined }
  | { readonly kind: "absent"; readonly seen: SeenCatalog }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly seen: SeenCatalog | undefined };

/** What a look is compared with. */
export interface LookOptions {
  readonly trigger: ActivationTrigger;
  /** What is served now; it need not be read again. */
  readonly active?: ActiveCatalog | undefined;
  /** Takes nobody's word that the manifest is the active one. */
  readonly closely?: boolean;
}

/** A publication that was under way at the first look has ended by the second. */
const SECOND_LOOK_MS = 100;

/**
 * Takes the published catalog, if it verifies and its signature lets it in; looks twice before what does not verify is
 * refused. A hit, or a miss and why, is emitted.
 */
export async function takeCached(deps: CatalogDeps, options: LookOptions): Promise<CachedCatalog> {
  const { emit } = deps;
  const stored = await readStore(deps, options);
  if (stored instanceof CacheError) {
    return miss(deps, options, { reason: `cache-${stored.code}`, detail: stored.message }, undefined);
  }
  switch (stored.kind) {
    case "same":
      return { kind: "same", revision: stored.revision };
    case "verified": {
      const { catalog, manifestValue: manifest } = stored;
      const admission = await admit(deps, { catalog, manifest, origin: "cache" }, options.active);
      if (admission.kind === "refused") return miss(deps, options, admission, stored);
      emit({ kind: "cache-hit" });
      return { kind: "verified", catalog, manifest, admission, seen: stored };
    }
    case "absent":
      emit({ kind: "cache-miss", reason: "absent" });
      return { kind: "absent", seen: stored };
    case "rejected":
      return miss(deps, options, stored, stored);
  }
}

/**
 * A signature by no known key may be one by a key that was added since the keys were read: they are read again, so that a
 * replica which was told of a new key too late refuses nothing that it could trust.
 */
async function admit(deps: CatalogDeps, candidate: Candidate, active: ActiveCatalog | undefined) {
  const { gate, emit, signal } = deps;
  const terms = active && { hash: active.catalog.hash, generation: active.generation };
  const first = gate.admit(candidate, terms);
  if (first.kind !== "refused" || first.reason !== "signature-invalid") return first;
  const keys = await gate.refreshKeys(signal);
  if (keys.kind === "refused") return { ...first, detail: `${first.detail}; ${keys.detail}` };
  if (keys.warnings.length > 0) emit({ kind: "key-warnings", warnings: keys.warnings });
  return gate.admit(candidate, terms);
}

async function readStore({ store, pause, signal }: CatalogDeps, { active, closely }: LookOptions) {
  const options = { unless: active && nameOf(active), closely, signal };
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

function miss(
  { emit }: CatalogDeps,
  { trigger }: LookOptions,
  { reason, detail }: Pick<Refusal, "detail" | "reason">,
  seen: SeenCatalog | undefined,
): CachedCatalog {
  const refusal: Refusal = { origin: "cache", reason, detail };
  emit({ kind: "cache-miss", reason });
  emit({ kind: "refused", trigger, refusal });
  return { kind: "refused", refusal, seen };
}

/** What a look at the disk gave; `refused`: the catalog is valid, and its signature does not let it in. */
export type SourceCatalog =
  | ({ readonly kind: "loaded" } & AdmittedCatalog)
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "invalid"; readonly refusal: Refusal; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly refusal: Refusal; readonly error: CatalogSourceError };

/** Loads and checks the catalog on disk and its signature; warnings, errors and the refusal are emitted. */
export async function takeFromSource(deps: CatalogDeps, trigger: ActivationTrigger): Promise<SourceCatalog> {
  const { source, gate, registry, emit, signal } = deps;
  const refuse = ({ reason, detail }: Pick<Refusal, "detail" | "reason">): { readonly refusal: Refusal } => {
    const refusal: Refusal = { origin: "disk", reason, detail };
    emit({ kind: "refused", trigger, refusal });
    return { refusal };
  };
  try {
    const load = await source.load({ signal });
    if (load.kind === "invalid") {
      const { diagnostics } = load;
      emit({ kind: "source-invalid", diagnostics });
      const detail = invalidCatalogMessage(source.name, diagnostics);
      return { kind: "invalid", ...refuse({ reason: "invalid-catalog", detail }), diagnostics };
    }
    const { catalog, manifest, warnings } = load;
    if (warnings.length > 0) emit({ kind: "source-warnings", warnings });
    const active = registry.current();
    const terms = active && { hash: active.catalog.hash, generation: active.generation };
    const admission = gate.admit({ catalog, manifest, origin: "disk" }, terms);
    if (admission.kind === "refused") return { kind: "refused", ...refuse(admission) };
    return { kind: "loaded", catalog, manifest, admission };
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    const { code, message } = error;
    return { kind: "unreadable", ...refuse({ reason: `source-${code}`, detail: message }), error };
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
