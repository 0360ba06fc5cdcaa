import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { SignatureDecision } from "../../domain/signing/verify-catalog.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { Candidate } from "../signing/catalog-verifier.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/** A catalog that may be served, with the manifest that was found beside it. */
export interface VerifiedCatalog {
  readonly catalog: Catalog;
  readonly manifest: Uint8Array | undefined;
  /** Set for a catalog from disk. */
  readonly warnings?: readonly Diagnostic[] | undefined;
  /** The digest of its files; set for a catalog from disk whose source has digests. */
  readonly digest?: string | undefined;
  readonly decision: Exclude<SignatureDecision, { readonly kind: "refused" }>;
}

/** The generation of its manifest, if one was verified. */
export function generationOf({ decision }: VerifiedCatalog): number | undefined {
  return decision.kind === "accepted" ? decision.generation : undefined;
}

/**
 * Verifies the signature of a catalog. A signature by an unknown key may be by one that was added since the
 * keys were read: they are read again first.
 */
export async function verifyWithFreshKeys(
  { verifier, emit, signal }: CatalogDeps,
  candidate: Candidate,
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

/** A verified catalog without the other fields of an object that is one. */
export function verifiedOf({
  catalog,
  manifest,
  warnings,
  digest,
  decision,
}: VerifiedCatalog): VerifiedCatalog {
  return { catalog, manifest, warnings, digest, decision };
}
