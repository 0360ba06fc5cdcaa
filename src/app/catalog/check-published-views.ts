import type { Catalog } from "../../domain/catalog/catalog.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import { CacheError } from "../../ports/cache-port.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";

/** The memory between checks of the published views. */
export interface CheckMemory {
  nextCheckMs?: number | undefined;
  /** The catalog of the last check, and the fingerprint of its published list and views. */
  checked?: { readonly catalog: Catalog; readonly fingerprint: string } | undefined;
}

/** In each interval, one replica checks for the whole fleet. It need not be the same replica every time. */
const CHECK_PAUSE_MS = 25_000;

/**
 * Whether the published views must be read again, because their fingerprint has changed. The published hash
 * alone does not reveal evicted, deleted or changed views.
 *
 * One replica at a time makes this check for the fleet; the cache computes the fingerprint.
 */
export async function checkPublishedViews(
  deps: CatalogDeps,
  memory: CheckMemory,
  { catalog }: ActiveCatalog,
): Promise<boolean> {
  const { store, monotonicMs, signal } = deps;
  const nowMs = monotonicMs();
  memory.nextCheckMs ??= nowMs + CHECK_PAUSE_MS;
  if (nowMs < memory.nextCheckMs) return false;
  memory.nextCheckMs = nowMs + CHECK_PAUSE_MS;
  try {
    if (!(await store.acquireCheckLease({ ttlSeconds: CHECK_PAUSE_MS / 1000, signal }))) return false;
    const { fingerprint } = await store.fingerprint(catalog.views.keys(), { signal });
    if (memory.checked?.catalog !== catalog)
      memory.checked = { catalog, fingerprint: canonicalFingerprint(catalog) };
    if (fingerprint === memory.checked.fingerprint) return false;
    // Other programs may write views that are not canonical. The new fingerprint is remembered, so that such
    // views are read again only once.
    memory.checked = { catalog, fingerprint };
    return true;
  } catch (error) {
    if (error instanceof CacheError) return false;
    throw error;
  }
}

function canonicalFingerprint({ views }: Catalog): string {
  const list = new TextEncoder().encode(canonicalText([...views.keys()]));
  return continueFingerprint(EMPTY_FINGERPRINT, [list, ...views.values()]);
}
