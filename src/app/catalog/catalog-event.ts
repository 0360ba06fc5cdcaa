import type { Catalog, CatalogHash } from "../../domain/catalog.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import type { RejectionReason } from "../../domain/published-catalog.ts";
import type { CacheErrorCode } from "../../ports/cache-port.ts";
import type { CatalogSourceErrorCode } from "../../ports/catalog-source-port.ts";
import type { CatalogOrigin } from "./catalog-registry.ts";

/** What made a replica look for a catalog. */
export type ActivationTrigger = "preload" | "reconcile" | "reload";

/** Why a catalog was not taken; a bounded set, fit for a metric label. */
export type RefusalReason = RejectionReason | `cache-${CacheErrorCode}` | `source-${CatalogSourceErrorCode}` | "invalid-catalog";

/** A catalog that was looked at and not taken. */
export interface Refusal {
  readonly origin: CatalogOrigin;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** What the catalog service tells whoever logs and counts. */
export type CatalogEvent =
  | {
      readonly kind: "activated";
      readonly trigger: ActivationTrigger;
      readonly origin: CatalogOrigin;
      readonly catalog: Catalog;
      readonly previousHash: CatalogHash | undefined;
      readonly atMs: number;
    }
  | { readonly kind: "refused"; readonly trigger: ActivationTrigger; readonly refusal: Refusal }
  | { readonly kind: "cache-hit" }
  | { readonly kind: "cache-miss"; readonly reason: RefusalReason | "absent" }
  | { readonly kind: "published"; readonly hash: CatalogHash; readonly views: number; readonly removed: number }
  | {
      readonly kind: "publish-failed";
      readonly hash: CatalogHash;
      readonly reason: CacheErrorCode | "conflict";
      readonly detail: string;
    }
  | { readonly kind: "source-warnings"; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: "source-invalid"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "disk-compared"; readonly diskHash: CatalogHash | undefined; readonly divergent: boolean }
  | { readonly kind: "reloaded"; readonly hash: CatalogHash; readonly previousHash: CatalogHash | undefined };
