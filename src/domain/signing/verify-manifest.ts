import { timingSafeEqual } from "node:crypto";
import type { LocalizedText } from "../../lib/language.ts";
import type { Catalog, CatalogHash } from "../catalog/catalog.ts";
import type { Entity } from "../view/entity.ts";
import { hashBytes, type Manifest, type SignedCatalog } from "./manifest.ts";
import { parseManifest } from "./parse-manifest.ts";
import { SIGNATURE_ALGORITHM, type SigningKey } from "./signing-key.ts";

/**
 * What a mode requires of a catalog.
 *
 * - `none`: nothing; its manifest is not read
 * - `sha256`: its views have the hashes in its manifest; this detects accidental changes
 * - `hmac`: also, a trusted key has made one of the manifest's signatures; this detects forgeries
 */
export const SIGNATURE_MODES = ["none", "sha256", "hmac"] as const;

export type SignatureMode = (typeof SIGNATURE_MODES)[number];

/** The settings of a verification; a manifest cannot change them. */
export interface VerificationOptions {
  readonly mode: SignatureMode;
  /** The keys that are trusted, for `hmac`. */
  readonly keys: readonly SigningKey[];
}

/** Why a present manifest fails verification; a short fixed list, fit for a metric label. */
export type ManifestRefusalReason =
  | "manifest-malformed"
  | "manifest-too-large"
  | "signature-invalid"
  | "signed-hash-mismatch"
  | "signed-view-absent"
  | "signed-view-changed"
  | "view-not-signed";

/** How a catalog differs from the signed one, by entity. */
export interface ManifestDiff {
  /** In both, but with different canonical JSON. */
  readonly changed: readonly Entity[];
  /** In the catalog, but not signed. */
  readonly added: readonly Entity[];
  /** Signed, but not in the catalog. */
  readonly missing: readonly Entity[];
}

/** A manifest that is invalid, or that belongs to another catalog. */
export interface ManifestRefusal {
  readonly kind: "refused";
  readonly reason: ManifestRefusalReason;
  /** For the log: the first view that differs, or what is wrong with the manifest. It contains no secret. */
  readonly detail: string;
  /** The detail in each language; undefined if it is only in English. */
  readonly texts?: LocalizedText;
  /** Set when the manifest is valid and views differ from it. */
  readonly differences?: ManifestDiff;
}

/** A manifest that meets the requirements of the mode. */
export interface VerifiedManifest {
  readonly kind: "verified";
  readonly generation: number;
  readonly createdAt: string;
  readonly catalogHash: CatalogHash;
  /**
   * The name under which this service knows the signing key; undefined when the mode requires no signature.
   */
  readonly keyid: string | undefined;
}

/** The result of a verification; `unchecked`: the mode is `none`. */
export type ManifestOutcome =
  | VerifiedManifest
  | ManifestRefusal
  | { readonly kind: "missing" }
  | { readonly kind: "unchecked" };

/** Verifies a manifest, and that it is the manifest of a catalog. */
export function verifyManifest(
  bytes: Uint8Array | undefined,
  catalog: Catalog,
  options: VerificationOptions,
): ManifestOutcome {
  const checked = checkManifest(bytes, options);
  if (checked.kind !== "checked") return checked;
  const { signed, keyid } = checked;
  const differences = diffSigned(signed, catalog);
  const different = describeFirstDifference(differences);
  if (different !== undefined) return { kind: "refused", ...different, differences };
  const { generation, createdAt, catalogHash } = signed;
  if (catalogHash !== catalog.hash) {
    const texts = {
      en: `the manifest signs the catalog hash ${catalogHash}, but the catalog has ${catalog.hash}`,
      pt: `o manifesto assina o hash de catálogo ${catalogHash}, mas o do catálogo é ${catalog.hash}`,
    };
    return { kind: "refused", reason: "signed-hash-mismatch", detail: texts.en, texts };
  }
  return { kind: "verified", generation, createdAt, catalogHash, keyid };
}

/**
 * A manifest that was verified as the mode requires, but not yet compared with a catalog.
 */
export interface CheckedManifest {
  readonly kind: "checked";
  readonly signed: SignedCatalog;
  readonly keyid: string | undefined;
  /** The number of its signatures, valid or not. */
  readonly signatureCount: number;
}

/** Checks the form and the signature of a manifest. {@link verifyManifest} then compares it with a catalog. */
export function checkManifest(
  bytes: Uint8Array | undefined,
  { mode, keys }: VerificationOptions,
): CheckedManifest | Exclude<ManifestOutcome, VerifiedManifest> {
  if (mode === "none") return { kind: "unchecked" };
  if (bytes === undefined) return { kind: "missing" };
  const parsed = parseManifest(bytes);
  if (parsed.kind !== "manifest") {
    const { kind, detail: texts } = parsed;
    return { kind: "refused", reason: `manifest-${kind}`, detail: texts.en, texts };
  }
  const { manifest } = parsed;
  const checked = {
    kind: "checked",
    signed: manifest.signed,
    signatureCount: manifest.signatures.length,
  } as const;
  if (mode === "sha256") return { ...checked, keyid: undefined };
  const signer = findSigner(manifest, keys);
  if (signer !== undefined) return { ...checked, keyid: signer.keyid };
  const texts = describeSignatures(manifest, keys);
  return { kind: "refused", reason: "signature-invalid", detail: texts.en, texts };
}

/**
 * Finds the first trusted key that made one of the signatures.
 *
 * Every key is tried on every signature of the supported algorithm, because the key names in the manifest are
 * not trusted.
 */
function findSigner(
  { signedText, signatures }: Manifest,
  keys: readonly SigningKey[],
): SigningKey | undefined {
  const given = signatures
    .filter(({ alg }) => alg === SIGNATURE_ALGORITHM)
    .map(({ sig }) => Buffer.from(sig, "hex"));
  return keys.find(({ mac }) => {
    const expected = mac(signedText);
    return given.some((bytes) => bytes.length === expected.length && timingSafeEqual(bytes, expected));
  });
}

function describeSignatures({ signatures }: Manifest, keys: readonly SigningKey[]): LocalizedText {
  const known = keys.map(({ keyid }) => JSON.stringify(keyid)).join(", ");
  const given = signatures.map(({ keyid, alg }) =>
    alg === SIGNATURE_ALGORITHM ? JSON.stringify(keyid) : `${JSON.stringify(keyid)} (${JSON.stringify(alg)})`,
  );
  const signers = given.join(", ");
  const claims =
    signers === ""
      ? { en: "it has no signature", pt: "ele não tem assinatura" }
      : { en: `it claims to be signed by ${signers}`, pt: `ele diz ser assinado por ${signers}` };
  return {
    en: `no signature of the manifest is by a known key: ${claims.en}; known keys: ${known || "none"}`,
    pt: `nenhuma assinatura do manifesto é de uma chave conhecida: ${claims.pt}; chaves conhecidas: ${known || "nenhuma"}`,
  };
}

export function diffSigned(signed: SignedCatalog, { views }: Catalog): ManifestDiff {
  const changed: Entity[] = [];
  const added: Entity[] = [];
  for (const [entity, bytes] of views) {
    const hash = signed.views.get(entity);
    if (hash === undefined) added.push(entity);
    else if (hash !== hashBytes(bytes)) changed.push(entity);
  }
  const missing = [...signed.views.keys()].filter((entity) => !views.has(entity)).sort();
  return { changed, added, missing };
}

function describeFirstDifference({
  changed,
  added,
  missing,
}: ManifestDiff): Pick<ManifestRefusal, "detail" | "reason"> | undefined {
  const others = changed.length + added.length + missing.length - 1;
  const rest = others > 0 ? ` (and ${others} more)` : "";
  if (changed[0] !== undefined) {
    return {
      reason: "signed-view-changed",
      detail: `view "${changed[0]}" differs from its signed hash${rest}`,
    };
  }
  if (added[0] !== undefined) {
    return { reason: "view-not-signed", detail: `view "${added[0]}" is not in the manifest${rest}` };
  }
  if (missing[0] !== undefined) {
    return {
      reason: "signed-view-absent",
      detail: `view "${missing[0]}" is in the manifest, but not in the catalog${rest}`,
    };
  }
  return undefined;
}
