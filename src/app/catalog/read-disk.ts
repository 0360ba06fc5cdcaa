import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import type { VerificationRefusalReason } from "../../domain/signing/verify-catalog.ts";
import { type Diagnostic, translateDiagnostic } from "../../domain/view/diagnostic.ts";
import type { Language } from "../../lib/language.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { ActivationTrigger, Refusal } from "./events.ts";
import type { VerifiedCatalog } from "./verified-catalog.ts";

/** The result of reading the disk. `refused`: the catalog is valid, but the verifier refuses it. */
export type DiskCatalog =
  | ({ readonly kind: "loaded" } & VerifiedCatalog)
  | { readonly kind: "refused"; readonly refusal: Refusal & { readonly reason: VerificationRefusalReason } }
  | { readonly kind: "invalid"; readonly refusal: Refusal; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly refusal: Refusal; readonly error: CatalogSourceError };

/**
 * Begins a read of the disk. The returned function ends it, and returns whether its result is the newest: false if a
 * read that began later has ended.
 */
export type BeginDiskRead = () => () => boolean;

/** Reads may run at the same time: an old result must not replace a newer one in the state of the service. */
export function createDiskReadOrder(): BeginDiskRead {
  let begun = 0;
  let newest = 0;
  return () => {
    begun += 1;
    const own = begun;
    return () => {
      const isNewest = own >= newest;
      if (isNewest) newest = own;
      return isNewest;
    };
  };
}

/**
 * Loads the catalog from disk, checks it and verifies its signature. Emits warnings, errors and the refusal.
 */
export async function readDisk(deps: CatalogDeps, trigger: ActivationTrigger): Promise<DiskCatalog> {
  const { source, verifier, holder, emit, signal } = deps;
  const end = deps.beginDiskRead();
  const refuse = <Reason extends RefusalReason>(reason: Reason, detail: string) => {
    const refusal = { source: "disk", reason, detail } as const;
    emit({ kind: "refused", trigger, refusal });
    return { refusal };
  };
  try {
    const load = await source.load({ signal });
    if (load.kind === "invalid") {
      const { diagnostics } = load;
      emit({ kind: "source-invalid", diagnostics });
      const detail = createInvalidCatalogMessage(source.name, diagnostics);
      return { kind: "invalid", ...refuse("invalid-catalog", detail), diagnostics };
    }
    const { catalog, manifest, warnings, digest } = load;
    if (warnings.length > 0) emit({ kind: "source-warnings", warnings });
    const active = holder.current();
    const policy = active && { hash: active.catalog.hash, generation: active.generation };
    const decision = verifier.verify({ catalog, manifest, source: "disk" }, policy);
    if (decision.kind === "refused") return { kind: "refused", ...refuse(decision.reason, decision.detail) };
    return { kind: "loaded", catalog, manifest, warnings, digest, decision };
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    const { code, message } = error;
    return { kind: "unreadable", ...refuse(`source-${code}`, message), error };
  } finally {
    end();
  }
}

export function createInvalidCatalogMessage(
  source: string,
  diagnostics: readonly Diagnostic[],
  language: Language = "en",
): string {
  const texts = INVALID_CATALOG_TEXTS[language];
  const refused = texts.refused(JSON.stringify(source));
  if (diagnostics.some(({ code }) => code === "no-views")) return `${refused}: ${texts.noViews}`;
  const oversized = diagnostics.find(({ code }) => code === "catalog-size");
  if (oversized !== undefined) return `${refused}: ${translateDiagnostic(language, oversized).message}`;
  const files = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ file }) => file));
  return `${refused}: ${texts.invalid(files.size)}`;
}

const INVALID_CATALOG_TEXTS = {
  en: {
    refused: (source: string) => `Cannot load catalog ${source}`,
    noViews: "the catalog has no views",
    invalid: (views: number) => (views === 1 ? "1 view is invalid" : `${views} views are invalid`),
  },
  pt: {
    refused: (source: string) => `Não é possível carregar o catálogo ${source}`,
    noViews: "o catálogo não tem views",
    invalid: (views: number) => (views === 1 ? "1 view é inválida" : `${views} views são inválidas`),
  },
};
