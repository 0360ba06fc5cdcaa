import type { LocalizedText } from "../../lib/language.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { createSignedCatalog, GENERATION_MAX, type SignedCatalog, writeManifest } from "./manifest.ts";
import type { SigningKey } from "./signing-key.ts";
import { type CheckedManifest, checkManifest, diffSigned } from "./verify-manifest.ts";

/** The input of a signing. */
export interface SigningOptions {
  /** The present manifest of the catalog, if it has one. */
  readonly present: Uint8Array | undefined;
  /** The keys that verify the present manifest; without keys, its signatures are not checked. */
  readonly trusted: readonly SigningKey[];
  /** The keys that sign. */
  readonly signers: readonly SigningKey[];
  /** The generation to sign; undefined for the one that follows the generation of the present manifest. */
  readonly generation: number | undefined;
  readonly createdAt: string;
}

export type SigningRefusalReason =
  | "generation-taken"
  | "generation-used-up"
  | "present-manifest"
  | "rollback";

/** The result of signing: the manifest to store, or the reason why the catalog is not signed. */
export type Signing =
  | { readonly kind: "signed"; readonly bytes: Uint8Array; readonly signed: SignedCatalog }
  | {
      readonly kind: "refused";
      readonly reason: SigningRefusalReason;
      readonly detail: string;
      readonly texts: LocalizedText;
    };

/**
 * Signs a catalog under the next generation, or under the one in the options.
 *
 * One generation has only one content. The same content may be signed again, for example by other keys; different
 * content is refused. If the present manifest fails verification, its generation is unknown, so the options must name a
 * generation.
 *
 * @throws {RangeError} for a generation, a time or a key id that manifests cannot have, and for too many keys
 */
export function signCatalog(catalog: Catalog, options: SigningOptions): Signing {
  const { present, trusted, signers, generation, createdAt } = options;
  const checked = checkManifest(present, { mode: trusted.length === 0 ? "sha256" : "hmac", keys: trusted });
  if (checked.kind === "checked" && checked.signatureCount > 0 && signers.length === 0) {
    return refuseSigning("present-manifest", {
      en: "the existing manifest is signed, but no signing key is configured",
      pt: "o manifesto atual está assinado, mas nenhuma chave de assinatura está configurada",
    });
  }
  if (checked.kind === "refused" && generation === undefined) {
    return refuseSigning("present-manifest", {
      en: `a generation is required, because the existing manifest fails verification: ${checked.detail}`,
      pt: `o manifesto atual não passa na verificação, e é preciso indicar a geração com --generation: ${checked.texts?.pt ?? checked.detail}`,
    });
  }
  const before = checked.kind === "checked" ? checked.signed : undefined;
  const signed = prepareSignedCatalog(catalog, { before, generation, createdAt });
  if ("kind" in signed) return signed;
  return { kind: "signed", bytes: writeManifest(signed, signers), signed };
}

interface NextGenerationOptions extends Pick<SigningOptions, "createdAt" | "generation"> {
  readonly before: CheckedManifest["signed"] | undefined;
}

function prepareSignedCatalog(
  catalog: Catalog,
  { before, generation, createdAt }: NextGenerationOptions,
): SignedCatalog | Extract<Signing, { kind: "refused" }> {
  const latest = before?.generation ?? 0;
  const next = generation ?? latest + 1;
  if (next > GENERATION_MAX)
    return refuseSigning("generation-used-up", {
      en: `generation ${latest} is the highest that exists`,
      pt: `não há geração depois de ${latest}`,
    });
  if (before === undefined || next > latest)
    return createSignedCatalog(catalog, { generation: next, createdAt });
  if (next < latest) {
    return refuseSigning("rollback", {
      en: `generation ${next} is lower than that of the existing manifest, ${latest}`,
      pt: `a geração ${next} é menor que a atual, ${latest}`,
    });
  }
  if (matchesSignedCatalog(before, catalog)) return before;
  return refuseSigning("generation-taken", {
    en: `generation ${next} was signed with other views`,
    pt: `a geração ${next} foi assinada com outras views`,
  });
}

function matchesSignedCatalog(before: SignedCatalog, catalog: Catalog): boolean {
  const { added, changed, missing } = diffSigned(before, catalog);
  return before.catalogHash === catalog.hash && added.length + changed.length + missing.length === 0;
}

function refuseSigning(
  reason: SigningRefusalReason,
  texts: LocalizedText,
): Extract<Signing, { kind: "refused" }> {
  return { kind: "refused", reason, detail: texts.en, texts };
}
