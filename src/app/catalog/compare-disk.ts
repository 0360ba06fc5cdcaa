import type { Catalog } from "../../domain/catalog/catalog.ts";
import { sameWithoutInternalKeys } from "../../domain/catalog/internal-keys.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/**
 * Hashes the disk and reports whether it holds the served catalog, so that a deploy without a reload is
 * visible. A disk that is invalid or cannot be read differs too. Keys that begin with `__` do not count:
 * other programs add them when they publish.
 */
export async function compareDisk(deps: CatalogDeps): Promise<void> {
  const { holder, emit, signal } = deps;
  const compared = holder.current();
  const onDisk = await loadDisk(deps);
  // A catalog that was activated meanwhile has its own comparison.
  if (signal?.aborted || !isStill(holder.current(), compared)) return;
  const isSame =
    onDisk !== undefined && compared !== undefined && sameWithoutInternalKeys(onDisk, compared.catalog);
  emit({ kind: "disk-compared", diskHash: onDisk?.hash, divergent: !isSame });
}

/** Whether it is the same activation; its revision may have become known since. */
function isStill(current: ActiveCatalog | undefined, compared: ActiveCatalog | undefined): boolean {
  return current?.catalog === compared?.catalog && current?.activatedAtMs === compared?.activatedAtMs;
}

async function loadDisk({ source, emit, signal }: CatalogDeps): Promise<Catalog | undefined> {
  try {
    const load = await source.load({ signal });
    if (load.kind === "loaded") return load.catalog;
    emit({ kind: "source-invalid", diagnostics: load.diagnostics });
    return undefined;
  } catch (error) {
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}
