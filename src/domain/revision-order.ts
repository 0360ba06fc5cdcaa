import type { CatalogHash } from "./catalog.ts";

/** The catalog that a replica serves, and where it stands among the publications. */
export interface HeldRevision {
  readonly hash: CatalogHash;
  /** That of its verified manifest, from 1; undefined without one. */
  readonly generation?: number | undefined;
  /** That of its publication; 0 before any. */
  readonly revision: number;
  /** Set while it could not be published: the hash of the catalog that it was to replace. */
  readonly unpublishedOver?: CatalogHash | undefined;
}

/** A verified catalog in the shared cache. */
export interface SharedRevision {
  readonly hash: CatalogHash;
  readonly generation?: number | undefined;
  /** Undefined when nothing tells: then another program wrote it. */
  readonly revision: number | undefined;
}

/**
 * Which of two different catalogs is to be served by all: the one that a replica holds, or the one in the shared cache.
 *
 * A generation was given by whoever signed, a revision by whoever could write: the higher generation wins, whatever the
 * revisions are, and a catalog that has one wins over one that has none, unless that one was loaded just to replace it.
 *
 * Revisions count publications, not time: no clock is compared with another. The higher one wins. Of equal ones, which
 * replicas made that did not know of each other, the shared one wins, so that all agree. A catalog that could not be
 * published wins over what it was to replace, and over what is no newer than that.
 */
export function newerOf(held: HeldRevision, shared: SharedRevision): "held" | "shared" {
  const [heldGeneration, sharedGeneration] = [held.generation ?? 0, shared.generation ?? 0];
  const bothSigned = heldGeneration > 0 && sharedGeneration > 0;
  if (bothSigned && heldGeneration !== sharedGeneration) {
    return heldGeneration > sharedGeneration ? "held" : "shared";
  }
  if (held.unpublishedOver !== undefined && held.unpublishedOver === shared.hash) return "held";
  if (heldGeneration !== sharedGeneration) return heldGeneration > sharedGeneration ? "held" : "shared";
  if (shared.revision === undefined || shared.revision > held.revision) return "shared";
  if (shared.revision < held.revision) return "held";
  return held.unpublishedOver === undefined ? "shared" : "held";
}
