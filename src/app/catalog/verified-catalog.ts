import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { SignatureDecision } from "../../domain/signing/verify-catalog.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { CatalogCandidate } from "../signing/catalog-verifier.ts";
import type { SigningKeysLoad } from "../signing/signing-keys.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/** A catalog that may be served, and its manifest. */
export interface VerifiedCatalog {
  readonly catalog: Catalog;
  readonly manifest: Uint8Array | undefined;
  /** The warnings of the load from disk; undefined for a catalog from the cache. */
  readonly warnings?: readonly Diagnostic[] | undefined;
  /** The digest of the view files that it was loaded from, if the catalog source computes digests. */
  readonly digest?: string | undefined;
  readonly decision: Exclude<SignatureDecision, { readonly kind: "refused" }>;
}

export function generationOf({ decision }: VerifiedCatalog): number | undefined {
  return decision.kind === "accepted" ? decision.generation : undefined;
}

/** Reads the signing keys, and records whether they still verify the active catalog. */
export async function refreshTrust({
  verifier,
  holder,
  emit,
  signal,
}: CatalogDeps): Promise<SigningKeysLoad> {
  const keys = await verifier.refreshKeys(signal);
  if (keys.kind === "refused") return keys;
  if (keys.warnings.length > 0) emit({ kind: "key-warnings", warnings: keys.warnings });
  const active = holder.current();
  if (verifier.hasKeys && active?.manifest !== undefined)
    holder.activate({ ...active, isTrusted: verifier.checkManifest(active.manifest).kind === "checked" });
  return keys;
}

/**
 * Verifies the signature of a catalog. If the signature is invalid, reads the keys and verifies it again: a
 * key may have been added.
 */
export async function verifyWithFreshKeys(
  deps: CatalogDeps,
  candidate: CatalogCandidate,
  active: ActiveCatalog | undefined,
): Promise<SignatureDecision> {
  const { verifier } = deps;
  const options = active && { hash: active.catalog.hash, generation: active.generation };
  const first = verifier.verify(candidate, options);
  if (first.kind !== "refused" || first.reason !== "signature-invalid") return first;
  const keys = await refreshTrust(deps);
  if (keys.kind === "refused") return { ...first, detail: `${first.detail}; ${keys.detail}` };
  return verifier.verify(candidate, options);
}

/** Copies only the fields of a verified catalog: the given object may have more fields. */
export function toVerifiedCatalog({
  catalog,
  manifest,
  warnings,
  digest,
  decision,
}: VerifiedCatalog): VerifiedCatalog {
  return { catalog, manifest, warnings, digest, decision };
}
