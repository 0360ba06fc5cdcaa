import { type Catalog, VIEW_BYTES_MAX } from "../../domain/catalog/catalog.ts";
import { continueFingerprint, EMPTY_FINGERPRINT } from "../../domain/catalog/values-fingerprint.ts";
import { type ObservedPublication, readStatedHash } from "../../domain/release/publication.ts";
import { type VerificationTrust, viewKey } from "../../domain/release/published-catalog.ts";
import {
  assembleVerifiedCatalog,
  type CatalogDigests,
  compareDigests,
  createDigests,
  digestPageKey,
  findDifferentPages,
  PAGE_BYTES_MAX,
  type PublishedViews,
  readDigestIndex,
  readDigestPage,
} from "../../domain/release/published-digests.ts";
import { encodeList } from "../../domain/release/published-list.ts";
import { hashBytes } from "../../domain/signing/manifest.ts";
import type { Entity } from "../../domain/view/entity.ts";
import { isSameBytes } from "../../lib/same-bytes.ts";
import { createTimeSlices } from "../../lib/time-slices.ts";
import type { CacheCallOptions, CachePort } from "../../ports/cache-port.ts";
import { fingerprintControlKeys } from "./published-keys.ts";

export type DigestCatalog = (catalog: Catalog) => Promise<CatalogDigests>;

/** After this time, long work yields to the event loop. */
const YIELD_AFTER_MS = 10;

/**
 * Makes a function that computes digests. It remembers the last catalog, so that only changed views are
 * hashed.
 */
export function createCatalogDigester(): DigestCatalog {
  let last: { readonly catalog: Catalog; readonly digests: CatalogDigests } | undefined;
  return async (catalog) => {
    if (last?.catalog === catalog) return last.digests;
    const made = new Map<Entity, string>();
    const slices = createTimeSlices(YIELD_AFTER_MS);
    for (const [entity, view] of catalog.views) {
      const before = last?.catalog.views.get(entity);
      const isSame = before !== undefined && isSameBytes(before, view);
      made.set(entity, (isSame ? last?.digests.digests.get(entity) : undefined) ?? hashBytes(view));
      if (slices.isOver()) await slices.next();
    }
    const digests = await createDigests(catalog.hash, made, { before: last?.digests, slices });
    last = { catalog, digests };
    return digests;
  };
}

/**
 * The differences between the published views and those of a replica, and the index of the published digests.
 */
export type PublishedComparison = PublishedViews & { readonly index: readonly string[] };

/**
 * Finds the views of a publication that differ from the replica's own views. Undefined if the published
 * digests are absent, damaged or of another publication.
 *
 * @throws {CacheError}
 */
export async function comparePublished(
  cache: CachePort,
  own: CatalogDigests,
  { publication, ...options }: CacheCallOptions & { readonly publication: ObservedPublication },
): Promise<PublishedComparison | undefined> {
  const hash = readStatedHash(publication);
  const index = hash && readDigestIndex(publication.digestsValue, hash);
  if (index === undefined) return undefined;
  const numbers = findDifferentPages(own, index);
  const values = await cache.getMany(numbers.map(digestPageKey), { ...options, bytesMax: PAGE_BYTES_MAX });
  const pages = new Map<number, ReadonlyMap<Entity, string>>();
  for (const [at, number] of numbers.entries()) {
    const page = readDigestPage(values[at], index[number] ?? "");
    if (page === undefined) return undefined;
    pages.set(number, page);
  }
  return { index, ...compareDigests(own, index, pages) };
}

/**
 * Reads the views of a publication that differ from the active catalog, and verifies the resulting catalog
 * against the published hash. Undefined if the result does not verify, or if the published digests or the
 * list are unusable: the caller then reads all views.
 *
 * @throws {CacheError}
 */
export async function readChanges(
  cache: CachePort,
  active: Catalog,
  context: CacheCallOptions & {
    readonly publication: ObservedPublication;
    readonly digestCatalog: DigestCatalog;
    readonly trust?: VerificationTrust | undefined;
  },
): Promise<{ readonly catalog: Catalog; readonly listValue: Uint8Array } | undefined> {
  const { publication, digestCatalog, trust, signal } = context;
  const hash = readStatedHash(publication);
  if (hash === undefined || publication.digestsValue === undefined) return undefined;
  const published = await comparePublished(cache, await digestCatalog(active), { publication, signal });
  if (published === undefined) return undefined;
  const entities = [...published.differentDigests.keys()];
  const [values, list] = await Promise.all([
    cache.getMany(entities.map(viewKey), { signal, bytesMax: VIEW_BYTES_MAX }),
    fingerprintControlKeys(cache, ["list"], { signal }),
  ]);
  const fetched = new Map(entities.map((entity, at) => [entity, values[at]]));
  const catalog = assembleVerifiedCatalog(hash, published, { own: active.views, fetched }, trust);
  if (catalog === undefined) return undefined;
  const listValue = encodeList(catalog);
  // Other programs read the list, so a wrong list counts as damage.
  return list === fingerprintValue(listValue) ? { catalog, listValue } : undefined;
}

export function fingerprintValue(value: Uint8Array): string {
  return continueFingerprint(EMPTY_FINGERPRINT, [value]);
}
