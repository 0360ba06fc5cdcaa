import type { Catalog, CatalogHash } from "../../domain/catalog/catalog.ts";
import type { HeldCatalog } from "../../domain/release/revision.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";

export type CatalogSourceKind = "cache" | "disk";

/**
 * A publication that this replica has to make: after a reload, or to add the publication state to a catalog
 * that another program published.
 */
export interface PendingPublication {
  /** When the publication was requested, by the monotonic clock. */
  readonly requestedMs: number;
  /** The hash of the catalog that was active before the first request that is still pending. */
  readonly replacedHash: CatalogHash | undefined;
}

export interface ActiveCatalog {
  readonly catalog: Catalog;
  readonly source: CatalogSourceKind;
  readonly activatedAtMs: number;
  /** Since when these views are served; activating the same views again does not change it. */
  readonly servedSinceMs?: number | undefined;
  /** The revision of its publication, or of an earlier one while `pending` is set; 0 if neither is known. */
  readonly revision: number;
  /** The generation of its manifest, if one was verified. */
  readonly generation?: number | undefined;
  /** The bytes of its manifest, which are published unchanged. */
  readonly manifest?: Uint8Array | undefined;
  /** The digest of the manifest; undefined without a manifest. */
  readonly manifestDigest?: string | undefined;
  /** False once no trusted key signs its manifest any more; it is then served, but not published. */
  readonly isTrusted?: boolean | undefined;
  /** The warnings of the load from disk; undefined for a catalog from the cache. */
  readonly warnings?: readonly Diagnostic[] | undefined;
  /** The digest of the view files that it was loaded from, if the catalog source computes digests. */
  readonly digest?: string | undefined;
  /** Set while a publication is due. */
  readonly pending?: PendingPublication | undefined;
}

/**
 * Holds the active catalog in one reference, which all requests read. Callers must activate verified catalogs
 * only.
 */
export interface ActiveCatalogHolder {
  current(): ActiveCatalog | undefined;
  /** Replaces the active catalog in one assignment, and returns the hash of the previous catalog. */
  activate(next: ActiveCatalog): CatalogHash | undefined;
}

export function createActiveCatalog(): ActiveCatalogHolder {
  let active: ActiveCatalog | undefined;
  return {
    current: () => active,
    activate(next) {
      const previousHash = active?.catalog.hash;
      active = next;
      return previousHash;
    },
  };
}

/** The active catalog as input of the plan. */
export function toHeldCatalog(
  { monotonicMs }: { readonly monotonicMs: () => number },
  { catalog, generation, revision, pending }: ActiveCatalog,
  nowMs: number,
): HeldCatalog {
  const requestedAtMs = pending && nowMs - (monotonicMs() - pending.requestedMs);
  return {
    hash: catalog.hash,
    generation,
    revision,
    pending: requestedAtMs === undefined ? undefined : { requestedAtMs, replacedHash: pending?.replacedHash },
  };
}
