import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { SigningKey } from "../../domain/signing/signing-key.ts";
import {
  type SignatureDecision,
  type VerificationPolicy,
  verifyCatalog,
} from "../../domain/signing/verify-catalog.ts";
import { checkManifest, verifyManifest } from "../../domain/signing/verify-manifest.ts";
import type { Settings } from "../settings/settings.ts";
import type { LoadSigningKeys, SigningKeysLoad } from "./signing-keys.ts";

export interface CatalogCandidate {
  readonly catalog: Catalog;
  readonly manifest: Uint8Array | undefined;
  readonly source: VerificationPolicy["source"];
}

/** Verifies every catalog, from the cache and from disk, before it is activated or published. */
export interface CatalogVerifier {
  /**
   * Whether signatures are verified with keys. If so, no decision may depend on a cache value that a program
   * without a key can write.
   */
  readonly hasKeys: boolean;

  /**
   * Reads the trusted keys: at start, before a reload, and after an invalid signature. Refused keys do not
   * replace the previous ones, so that a typing error does not cut a replica off from its fleet.
   */
  refreshKeys(signal?: AbortSignal): Promise<SigningKeysLoad>;

  /** Verifies a candidate by the settings and the keys that were read last. */
  verify(candidate: CatalogCandidate, active: VerificationPolicy["active"]): SignatureDecision;

  /** Verifies a manifest whose catalog is unknown, by the same settings and keys. */
  checkManifest(manifest: Uint8Array | undefined): ReturnType<typeof checkManifest>;
}

/** Makes a verifier with the mode of the settings; it trusts no key before the first `refreshKeys`. */
export function createCatalogVerifier(
  {
    viewsSignatureMode: mode,
    viewsSignatureRequired: required,
  }: Pick<Settings, "viewsSignatureMode" | "viewsSignatureRequired">,
  loadKeys: LoadSigningKeys,
): CatalogVerifier {
  let keys: readonly SigningKey[] = [];
  return {
    hasKeys: mode === "hmac",
    async refreshKeys(signal) {
      // Only the mode `hmac` checks signatures; in the other modes, the keyring is not read.
      if (mode !== "hmac") return { kind: "keys", keys, warnings: [] };
      const loaded = await loadKeys(signal);
      if (loaded.kind === "keys") keys = loaded.keys;
      return loaded;
    },
    verify({ catalog, manifest, source }, active) {
      const outcome = verifyManifest(manifest, catalog, { mode, keys });
      return verifyCatalog(outcome, { isManifestRequired: required, source, active });
    },
    checkManifest: (manifest) => checkManifest(manifest, { mode, keys }),
  };
}
