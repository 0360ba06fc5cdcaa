import type { CatalogHash } from "./catalog.ts";

/** The catalog that a replica serves, and where it stands among the publications. */
export interface HeldRevision {
  readonly hash: CatalogHash;
  /** That of its publication; 0 before any. */
  readonly revision: number;
  /** Set while it could not be published: the hash of the catalog that it was to replace. */
  readonly unpublishedOver?: CatalogHash | undefined;
}

/** A verified catalog in the shared cache. */
export interface SharedRevision {
  readonly hash: CatalogHash;
  /** Undefined when nothing tells: then another program wrote it. */
  readonly revision: number | undefined;
}

/**
 * Which of two different catalogs is to be served by all: the one that a replica holds, or the one in the shared cache.
 *
 * Revisions count publications, not time: no clock is compared with another. The higher one wins. Of equal ones, which
 * replicas made that did not know of each other, the shared one wins, so that all agree. A catalog that could not be
 * published wins over what it was to replace, and over what is no newer than that.
 */
export function newerOf(held: HeldRevision, shared: SharedRevision): "held" | "shared" {
  if (held.unpublishedOver !== undefined && held.unpublishedOver === shared.hash) return "held";
  if (shared.revision === undefined || shared.revision > held.revision) return "shared";
  if (shared.revision < held.revision) return "held";
  return held.unpublishedOver === undefined ? "shared" : "held";
}
