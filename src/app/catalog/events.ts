import type { Catalog, CatalogHash } from "../../domain/catalog/catalog.ts";
import type { PublicationScope } from "../../domain/release/plan.ts";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import type { VerificationRefusalReason } from "../../domain/signing/verify-catalog.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { Defect } from "../../lib/run-guarded.ts";
import type { CacheErrorCode } from "../../ports/cache-port.ts";
import type { CatalogSourceKind } from "./active-catalog.ts";

/** The triggers of a search for a catalog. */
export const ACTIVATION_TRIGGERS = ["preload", "reconcile", "reload"] as const;

/** One of {@link ACTIVATION_TRIGGERS}. */
export type ActivationTrigger = (typeof ACTIVATION_TRIGGERS)[number];

/** Why signatures refuse a reload. */
export type SignatureRefusalReason = VerificationRefusalReason | "signing-keys-unusable";

/** Why a reload of a valid catalog is refused. */
export type ReloadRefusalReason = SignatureRefusalReason | "foreign-fleet";

/** A catalog that was read and refused. */
export interface Refusal {
  readonly source: CatalogSourceKind;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/**
 * Why a catalog was not published: the cache failed, the present publication must not be replaced, or this
 * one must not be published.
 */
export type PublishFailure = VerificationRefusalReason | CacheErrorCode | "conflict" | "outranked";

/** Events of the catalog service, for logs and metrics. */
export type CatalogEvent =
  | {
      readonly kind: "activated";
      readonly trigger: ActivationTrigger;
      readonly source: CatalogSourceKind;
      readonly catalog: Catalog;
      readonly previousHash: CatalogHash | undefined;
      readonly generation: number | undefined;
      readonly atMs: number;
    }
  /** The active catalog was released or signed again: its views are unchanged. */
  | {
      readonly kind: "manifest-taken";
      readonly hash: CatalogHash;
      readonly generation: number | undefined;
      readonly previousGeneration: number | undefined;
    }
  /** An active catalog has no manifest although the mode requires one. */
  | { readonly kind: "unsigned"; readonly hash: CatalogHash; readonly source: CatalogSourceKind }
  | { readonly kind: "key-warnings"; readonly warnings: readonly string[] }
  | { readonly kind: "refused"; readonly trigger: ActivationTrigger; readonly refusal: Refusal }
  | { readonly kind: "cache-hit" }
  | { readonly kind: "cache-miss"; readonly reason: RefusalReason | "absent" }
  | {
      readonly kind: "published";
      readonly hash: CatalogHash;
      readonly views: number;
      readonly removed: number;
    }
  /** A missing part of the publication was restored. */
  | {
      readonly kind: "repaired";
      readonly hash: CatalogHash;
      readonly part: Exclude<PublicationScope, "all">;
    }
  /** The publication was lost soon after a repair, so the next repair has to wait. */
  | {
      readonly kind: "repair-delayed";
      readonly hash: CatalogHash;
      /** The number of repairs so far. */
      readonly repairs: number;
      readonly remainingMs: number;
      /** Set once for a series of losses. */
      readonly isNews: boolean;
    }
  /** A large catalog was sent and did not arrive. */
  | {
      readonly kind: "transfer-failed";
      readonly hash: CatalogHash;
      /** In a row. */
      readonly failures: number;
      /** The pause before the next attempt. */
      readonly pauseMs: number;
    }
  /** The cache has the catalog after transfers that failed. */
  | { readonly kind: "transfer-recovered" }
  | {
      readonly kind: "publish-failed";
      readonly hash: CatalogHash;
      readonly reason: PublishFailure;
      readonly detail: string;
    }
  /** Whether the cache has another fleet's publication; emitted when that changes. */
  | { readonly kind: "foreign-compared"; readonly foreign: boolean; readonly fleet: string | undefined }
  /** Why the publication cannot be read, such as a view that was evicted; emitted when that changes. */
  | { readonly kind: "damage-compared"; readonly reason: RefusalReason | undefined }
  | { readonly kind: "source-warnings"; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: "source-invalid"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: "disk-compared";
      readonly diskHash: CatalogHash | undefined;
      readonly divergent: boolean;
    }
  | Defect
  | { readonly kind: "reloaded"; readonly hash: CatalogHash; readonly previousHash: CatalogHash | undefined };
