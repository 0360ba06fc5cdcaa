import type { Catalog, CatalogHash } from "../../domain/catalog/catalog.ts";
import type { PublicationScope } from "../../domain/release/plan.ts";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import type { VerificationRefusalReason } from "../../domain/signing/verify-catalog.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import type { Defect } from "../../lib/run-guarded.ts";
import type { CacheErrorCode } from "../../ports/cache-port.ts";
import type { CatalogSourceKind } from "./active-catalog.ts";

export const ACTIVATION_TRIGGERS = ["preload", "reconcile", "reload"] as const;

export type ActivationTrigger = (typeof ACTIVATION_TRIGGERS)[number];

export type SignatureRefusalReason = VerificationRefusalReason | "signing-keys-unusable";

export type ReloadRefusalReason = SignatureRefusalReason | "foreign-fleet";

export interface Refusal {
  readonly source: CatalogSourceKind;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/**
 * Why a catalog was not published: the cache failed or has changed, the published catalog must not be
 * replaced, or the active one no longer verifies.
 */
export type PublishFailure = VerificationRefusalReason | CacheErrorCode | "conflict" | "outranked";

export type CatalogEvent = CatalogEventFields & {
  /** The id of the request that caused the event. */
  readonly requestId?: string | undefined;
};

type CatalogEventFields =
  | {
      readonly kind: "activated";
      readonly trigger: ActivationTrigger;
      readonly source: CatalogSourceKind;
      readonly catalog: Catalog;
      readonly previousHash: CatalogHash | undefined;
      readonly generation: number | undefined;
      readonly atMs: number;
    }
  /** The active catalog has a new manifest; its views are unchanged. */
  | {
      readonly kind: "manifest-replaced";
      readonly hash: CatalogHash;
      readonly generation: number | undefined;
      readonly previousGeneration: number | undefined;
    }
  /** A catalog without a manifest was activated, although the signature mode is not `none`. */
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
  /** The publication state or the ready flag was written. */
  | {
      readonly kind: "repaired";
      readonly hash: CatalogHash;
      readonly part: Exclude<PublicationScope, "all">;
    }
  /** The published catalog was lost again soon after a repair: the next repair is delayed. */
  | {
      readonly kind: "repair-delayed";
      readonly hash: CatalogHash;
      /** The number of repairs in this series of losses. */
      readonly repairs: number;
      readonly remainingMs: number;
      /** True for at most one event in each series of losses; only this event is logged. */
      readonly shouldLog: boolean;
    }
  /** A large catalog was sent, but its publication failed. */
  | {
      readonly kind: "transfer-failed";
      readonly hash: CatalogHash;
      /** The number of failed transfers in a row. */
      readonly failures: number;
      readonly pauseMs: number;
    }
  /** After failed transfers, the cache has the catalog, or a transfer met another publication. */
  | { readonly kind: "transfer-recovered" }
  | {
      readonly kind: "publish-failed";
      readonly hash: CatalogHash;
      readonly reason: PublishFailure;
      readonly detail: string;
    }
  /** Whether the cache has another fleet's publication; emitted when that changes. */
  | { readonly kind: "foreign-compared"; readonly foreign: boolean; readonly fleet: string | undefined }
  /** Why the publication cannot be read, such as an evicted view; emitted when the reason changes. */
  | { readonly kind: "damage-compared"; readonly reason: RefusalReason | undefined }
  | { readonly kind: "source-warnings"; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: "source-invalid"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: "disk-compared";
      readonly diskHash: CatalogHash | undefined;
      readonly divergent: boolean;
    }
  /** A preview of a reload has read the disk. A refused catalog counts as divergent. */
  | {
      readonly kind: "disk-previewed";
      readonly divergent: boolean;
      readonly refusal:
        | { readonly reason: RefusalReason; readonly diagnostics: readonly Diagnostic[] }
        | undefined;
    }
  | Defect
  | { readonly kind: "reloaded"; readonly hash: CatalogHash; readonly previousHash: CatalogHash | undefined };

/** Whether the catalog on disk is refused, or differs from the active one; undefined if the event does not show it. */
export function isDiskDivergentAfter(event: CatalogEvent): boolean | undefined {
  switch (event.kind) {
    case "disk-compared":
    case "disk-previewed":
      return event.divergent;
    case "refused":
      return event.refusal.source === "disk" ? true : undefined;
    case "activated":
      return event.source === "disk" ? false : undefined;
    default:
      return undefined;
  }
}
