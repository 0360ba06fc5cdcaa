import type { CatalogHash } from "../../domain/catalog.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/**
 * Hashes the disk and reports whether it holds what is served, so that a deploy which nobody reloaded shows. A disk that
 * is invalid or cannot be read differs too.
 */
export async function compareDisk(deps: CatalogDeps): Promise<void> {
  const diskHash = await hashDisk(deps);
  if (deps.signal?.aborted) return;
  deps.emit({
    kind: "disk-compared",
    diskHash,
    divergent: diskHash !== deps.registry.current()?.catalog.hash,
  });
}

async function hashDisk({ source, signal }: CatalogDeps): Promise<CatalogHash | undefined> {
  try {
    const load = await source.load(signal === undefined ? {} : { signal });
    return load.kind === "loaded" ? load.catalog.hash : undefined;
  } catch (error) {
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}
