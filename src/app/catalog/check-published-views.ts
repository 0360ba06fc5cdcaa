import type { Catalog } from "../../domain/catalog/catalog.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { ignoreCacheErrors } from "./observation.ts";

export interface CheckMemory {
  nextCheckMs?: number | undefined;
  /** A catalog, and the fingerprint of its published list and views when they were last known to be complete. */
  checked?: { readonly catalog: Catalog; readonly fingerprint: string } | undefined;
}

/** In each interval of this length, one replica checks for the whole fleet, not always the same one. */
const CHECK_PAUSE_MS = 25_000;

/**
 * Returns the fingerprint of the published list and views if a check is due and finds it changed: the views
 * must then be read again. The published hash alone does not reveal evicted, deleted or changed views.
 *
 * Only the replica with the lease makes this check, for the whole fleet. The cache computes the fingerprint.
 */
export async function checkPublishedViews(
  deps: CatalogDeps,
  memory: CheckMemory,
  { catalog }: ActiveCatalog,
): Promise<string | undefined> {
  const { store, monotonicMs, signal } = deps;
  const nowMs = monotonicMs();
  memory.nextCheckMs ??= nowMs + CHECK_PAUSE_MS;
  if (nowMs < memory.nextCheckMs) return undefined;
  memory.nextCheckMs = nowMs + CHECK_PAUSE_MS;
  try {
    if (!(await store.acquireCheckLease({ ttlSeconds: CHECK_PAUSE_MS / 1000, signal }))) return undefined;
    const { fingerprint } = await store.fingerprint(catalog.views.keys(), { signal });
    if (memory.checked?.catalog !== catalog)
      memory.checked = { catalog, fingerprint: createCanonicalFingerprint(catalog) };
    return fingerprint === memory.checked.fingerprint ? undefined : fingerprint;
  } catch (error) {
    return ignoreCacheErrors(error);
  }
}

/**
 * Remembers the fingerprint of complete views, so that views that are not canonical, such as those of another
 * program, are read only once. The fingerprint must be the same before and after the read: otherwise damaged
 * views could be remembered, and the same damage would not be noticed after a repair.
 */
export async function recordCheckedViews(
  { store, signal }: CatalogDeps,
  memory: CheckMemory,
  { catalog, fingerprint }: NonNullable<CheckMemory["checked"]>,
): Promise<void> {
  const now = await store.fingerprint(catalog.views.keys(), { signal }).catch(ignoreCacheErrors);
  if (now?.fingerprint === fingerprint) memory.checked = { catalog, fingerprint };
}

function createCanonicalFingerprint({ views }: Catalog): string {
  const list = new TextEncoder().encode(canonicalText([...views.keys()]));
  return continueFingerprint(EMPTY_FINGERPRINT, [list, ...views.values()]);
}
