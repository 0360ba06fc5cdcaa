import type { CatalogHash } from "../../domain/catalog.ts";
import { type CatalogDiff, diffCatalogs } from "../../domain/catalog-diff.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { activate, publishActive, takeFromSource } from "./take-catalog.ts";

/** How a reload ended. Unless it is `reloaded`, the active catalog and the cache are as they were. */
export type ReloadOutcome =
  | {
      readonly kind: "reloaded";
      readonly hash: CatalogHash;
      readonly previousHash: CatalogHash | undefined;
      readonly changes: CatalogDiff;
      /** How many views the catalog has now. */
      readonly views: number;
      /** False when the shared cache could not be written: the other replicas do not have this catalog yet. */
      readonly published: boolean;
    }
  | { readonly kind: "invalid"; readonly detail: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "unreadable"; readonly detail: string };

/** Reads the disk again, never the cache; activates what it finds and publishes it over whatever is there. */
export async function reload(deps: CatalogDeps): Promise<ReloadOutcome> {
  const loaded = await takeFromSource(deps, "reload");
  if (loaded.kind === "unreadable") return { kind: "unreadable", detail: loaded.refusal.detail };
  if (loaded.kind === "invalid") {
    return { kind: "invalid", detail: loaded.refusal.detail, diagnostics: loaded.diagnostics };
  }
  const { catalog } = loaded;
  const replaced = deps.registry.current();
  const previous = replaced?.catalog;
  // Until it is published the cache has the older catalog: no comparison may take that one back.
  const unpublishedOver = replaced?.unpublishedOver ?? previous?.hash;
  activate(deps, "reload", { catalog, origin: "disk", revision: replaced?.revision ?? 0, unpublishedOver });
  deps.emit({ kind: "disk-compared", diskHash: catalog.hash, divergent: false });
  const active = deps.registry.current();
  const published = active !== undefined && (await publishActive(deps, active, { previous })) === "published";
  deps.emit({ kind: "reloaded", hash: catalog.hash, previousHash: previous?.hash });
  return {
    kind: "reloaded",
    hash: catalog.hash,
    previousHash: previous?.hash,
    changes: diffCatalogs(previous, catalog),
    views: catalog.views.size,
    published,
  };
}
