import type { CatalogHash } from "../../domain/catalog.ts";
import { type CatalogDiff, diffCatalogs } from "../../domain/catalog-diff.ts";
import type { Diagnostic } from "../../domain/diagnostic.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { activate, publish, takeFromSource } from "./take-catalog.ts";

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
  const previous = deps.registry.current()?.catalog;
  activate(deps, "reload", "disk", catalog);
  deps.emit({ kind: "disk-compared", diskHash: catalog.hash, divergent: false });
  const published = (await publish(deps, catalog, { previous })) === "published";
  const active = deps.registry.current();
  // The cache still has the older catalog: the next comparison must not take that one back.
  if (!published && active !== undefined)
    deps.registry.activate({ ...active, unpublishedOver: previous?.hash });
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
