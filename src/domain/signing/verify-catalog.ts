import type { CatalogHash } from "../catalog/catalog.ts";
import type { ManifestOutcome, ManifestRefusalReason, VerifiedManifest } from "./verify-manifest.ts";

/** Why a catalog's signature is refused; a short fixed list, fit for a metric label. */
export type VerificationRefusalReason =
  | ManifestRefusalReason
  | "generation-conflict"
  | "manifest-missing"
  | "manifest-stripped"
  | "manifest-unchecked"
  | "rollback";

/** The verification policy for a catalog that would replace the active one. */
export interface VerificationPolicy {
  readonly isManifestRequired: boolean;
  /**
   * Where the catalog was found. Different people may have write access to the cache and to the disk. A
   * catalog from the disk can become active only while none is, or by a requested reload.
   */
  readonly source: "cache" | "disk";
  /** The active catalog, if there is one; its generation, if its manifest was verified. */
  readonly active: { readonly hash: CatalogHash; readonly generation: number | undefined } | undefined;
}

/**
 * Whether a catalog may become the active one.
 *
 * - `accepted`: it may become active, under this generation; the generation is undefined in mode `none`
 * - `tolerated`: it may become active without a manifest, with a warning
 * - `refused`: it may not become active
 */
export type SignatureDecision =
  | {
      readonly kind: "accepted";
      readonly generation: number | undefined;
      readonly keyid: string | undefined;
    }
  | { readonly kind: "tolerated"; readonly reason: "manifest-missing"; readonly detail: string }
  | { readonly kind: "refused"; readonly reason: VerificationRefusalReason; readonly detail: string };

/** Decides on a catalog by the result of verifying its manifest. */
export function verifyCatalog(outcome: ManifestOutcome, policy: VerificationPolicy): SignatureDecision {
  switch (outcome.kind) {
    case "unchecked":
      if (!policy.isManifestRequired) return { kind: "accepted", generation: undefined, keyid: undefined };
      return refuseCatalog("manifest-unchecked", "a manifest is required, but not verified");
    case "refused":
      return refuseCatalog(outcome.reason, outcome.detail);
    case "missing":
      return verifyUnsigned(policy);
    case "verified":
      return verifyGeneration(outcome, policy);
  }
}

/**
 * Decides on a catalog without a manifest. Deleting the manifest of a signed catalog is the simplest attack, and many
 * programs can write to the cache. So an unsigned catalog from the cache is refused while the active one is signed. On
 * disk, an absent manifest is a decision of the deployment.
 */
function verifyUnsigned({
  isManifestRequired: required,
  source,
  active,
}: VerificationPolicy): SignatureDecision {
  if (required) return refuseCatalog("manifest-missing", "the catalog has no manifest, but one is required");
  if (source === "cache" && active?.generation !== undefined) {
    const detail = `the catalog in the cache has no manifest, but the active one is signed (generation ${active.generation})`;
    return refuseCatalog("manifest-stripped", detail);
  }
  return { kind: "tolerated", reason: "manifest-missing", detail: "the catalog has no manifest" };
}

function verifyGeneration(
  { generation, keyid, catalogHash }: VerifiedManifest,
  { active }: VerificationPolicy,
): SignatureDecision {
  const accepted: SignatureDecision = { kind: "accepted", generation, keyid };
  if (active?.generation === undefined || generation > active.generation) return accepted;
  if (generation < active.generation) {
    return refuseCatalog(
      "rollback",
      `generation ${generation} is lower than the active generation ${active.generation}`,
    );
  }
  if (catalogHash === active.hash) return accepted;
  return refuseCatalog(
    "generation-conflict",
    `generation ${generation} is already active with another catalog hash`,
  );
}

function refuseCatalog(reason: VerificationRefusalReason, detail: string): SignatureDecision {
  return { kind: "refused", reason, detail };
}
