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
 * published wins over what it was to replace, and over what is no newer than that; it gives way to what was published since.
 */
export function newerOf(held: HeldRevision, shared: SharedRevision): "held" | "shared" {
  const [heldGeneration, sharedGeneration] = [held.generation ?? 0, shared.generation ?? 0];
  if (heldGeneration > sharedGeneration) return "held";
  // What has none may have been loaded just to replace one that has.
  if (heldGeneration > 0 && sharedGeneration > heldGeneration) return "shared";
  // Where the one that it was to replace stands is known, unless none was ever seen in the cache.
  const isReplaced = held.revision === 0 || (shared.revision ?? 0) <= held.revision;
  if (held.unpublishedOver === shared.hash && isReplaced) return "held";
  if (sharedGeneration > heldGeneration) return "shared";
  if (shared.revision === undefined || shared.revision > held.revision) return "shared";
  if (shared.revision < held.revision) return "held";
  return held.unpublishedOver === undefined ? "shared" : "held";
}
