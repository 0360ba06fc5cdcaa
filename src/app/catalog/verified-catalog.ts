import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { SignatureDecision } from "../../domain/signing/verify-catalog.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { CatalogCandidate } from "../signing/catalog-verifier.ts";
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

/**
 * Verifies the signature of a catalog. If the signature is invalid, reads the keys and verifies it again: a
 * key may have been added.
 */
export async function verifyWithFreshKeys(
  { verifier, emit, signal }: CatalogDeps,
  candidate: CatalogCandidate,
  active: ActiveCatalog | undefined,
): Promise<SignatureDecision> {
  const options = active && { hash: active.catalog.hash, generation: active.generation };
  const first = verifier.verify(candidate, options);
  if (first.kind !== "refused" || first.reason !== "signature-invalid") return first;
  const keys = await verifier.refreshKeys(signal);
  if (keys.kind === "refused") return { ...first, detail: `${first.detail}; ${keys.detail}` };
  if (keys.warnings.length > 0) emit({ kind: "key-warnings", warnings: keys.warnings });
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
