import type { CatalogHash } from "../../domain/catalog.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/**
 * Hashes the disk and reports whether it holds what is served, so that a deploy which nobody reloaded shows. A disk that
 * is invalid or cannot be read differs too.
 */
export async function compareDisk(deps: CatalogDeps): Promise<void> {
  const { registry, emit, signal } = deps;
  const compared = registry.current();
  const diskHash = await hashDisk(deps);
  // Whoever activated another catalog meanwhile has compared it, or will.
  if (signal?.aborted || registry.current() !== compared) return;
  emit({ kind: "disk-compared", diskHash, divergent: diskHash !== compared?.catalog.hash });
}

async function hashDisk({ source, emit, signal }: CatalogDeps): Promise<CatalogHash | undefined> {
  try {
    const load = await source.load({ signal });
    if (load.kind === "loaded") return load.catalog.hash;
    emit({ kind: "source-invalid", diagnostics: load.diagnostics });
    return undefined;
  } catch (error) {
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}
