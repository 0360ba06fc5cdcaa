import type { TimeSlices } from "../../lib/time-slices.ts";
import {
  CATALOG_HASH_PATTERN,
  CATALOG_VIEWS_MAX,
  type Catalog,
  type CatalogHash,
} from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { isJsonObject } from "../json/json-value.ts";
import { readStoredJson } from "../json/parse-json.ts";
import { hashBytes } from "../signing/manifest.ts";
import { type Entity, isEntity } from "../view/entity.ts";
import {
  CATALOG_KEYS,
  type PublicationEntry,
  type VerificationTrust,
  verifyPublished,
} from "./published-catalog.ts";

/** To be increased when the format of the index or of a page changes: other versions are ignored. */
const INDEX_VERSION = 1;

/** The number of views up to which there is a single page. */
const PAGE_VIEWS = 64;

/** The largest page, in bytes: several times the size of a page of the largest catalog. */
export const PAGE_BYTES_MAX = 256 * 1024;

/** A part of a catalog's views, with the SHA-256 of each view's canonical JSON in lower-case hex. */
export interface DigestPage {
  readonly key: string;
  readonly digests: ReadonlyMap<Entity, string>;
  /** The published value: one JSON object. */
  readonly value: Uint8Array;
  /** The SHA-256 of the value, in lower-case hex. */
  readonly digest: string;
}

/**
 * The digests of a publication's views: a reader compares them with its own to find the views that differ. They are
 * divided into pages. The index has the digest of each page, and a page has the digests of its views. When one of
 * 10,000 views changes, only the index of 9 KB and one page of 7 KB change.
 *
 * The index names the catalog hash, and the digests depend on the catalog alone. An index of an earlier publication is
 * therefore valid for the same catalog, and for no other.
 */
export interface CatalogDigests {
  readonly hash: CatalogHash;
  /** The digest of each view, from all pages. */
  readonly digests: ReadonlyMap<Entity, string>;
  readonly pages: readonly DigestPage[];
}

/**
 * Divides the digests of a catalog into pages, in several turns of the event loop.
 *
 * @param digests {@link hashBytes} of each view, in code point order of the entities
 * @param before the digests of an earlier catalog; pages that are the same are used again
 */
export async function createDigests(
  hash: CatalogHash,
  digests: ReadonlyMap<Entity, string>,
  { before, slices }: { readonly before: CatalogDigests | undefined; readonly slices: TimeSlices },
): Promise<CatalogDigests> {
  const pages: DigestPage[] = [];
  for (const [number, page] of divideIntoPages(digests).entries()) {
    const known = before?.pages[number];
    pages.push(known !== undefined && isSamePage(known, page) ? known : encodePage(page, number));
    if (slices.isOver()) await slices.next();
  }
  return { hash, digests, pages };
}

function divideIntoPages(digests: ReadonlyMap<Entity, string>): readonly ReadonlyMap<Entity, string>[] {
  const count = pageCountOf(digests.size);
  const pages = Array.from({ length: count }, () => new Map<Entity, string>());
  for (const [entity, digest] of digests) pages[pageNumberOf(entity, count)]?.set(entity, digest);
  return pages;
}

function isSamePage(known: DigestPage, page: ReadonlyMap<Entity, string>): boolean {
  if (known.digests.size !== page.size) return false;
  for (const [entity, digest] of page) if (known.digests.get(entity) !== digest) return false;
  return true;
}

/** The number of pages: a power of two near the square root, so that index and pages have about the same size. */
function pageCountOf(views: number): number {
  return views <= PAGE_VIEWS ? 1 : 2 ** Math.ceil(Math.log2(views) / 2);
}

/**
 * The page of a view, by the FNV-1a hash of its entity: other views affect it only by the number of pages.
 */
function pageNumberOf(entity: Entity, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < entity.length; index++) {
    hash = Math.imul(hash ^ entity.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (count - 1);
}

function encodePage(digests: ReadonlyMap<Entity, string>, number: number): DigestPage {
  // An entity contains no character that JSON escapes.
  const members = Array.from(digests, ([entity, digest]) => `"${entity}": "${digest}"`);
  const value = new TextEncoder().encode(`{${members.join(", ")}}`);
  return { key: digestPageKey(number), digests, value, digest: hashBytes(value) };
}

/** The cache key of a page, without the namespace. */
export function digestPageKey(number: number): string {
  return `${CATALOG_KEYS.digests}:${number}`;
}

/** The cache entries of the pages and of the index. */
export function encodeDigests({ hash, pages }: CatalogDigests): readonly PublicationEntry[] {
  const index = { hash, pages: pages.map(({ digest }) => digest), version: BigInt(INDEX_VERSION) };
  const value = new TextEncoder().encode(canonicalText(index));
  return [...pages.map(({ key, value }) => ({ key, value })), { key: CATALOG_KEYS.digests, value }];
}

/** Reads the digest of each page; undefined if the index is invalid, or does not name this catalog hash. */
export function readDigestIndex(index: Uint8Array | undefined, hash: string): readonly string[] | undefined {
  const value = index && readStoredJson(index);
  if (!isJsonObject(value)) return undefined;
  if (value.version !== BigInt(INDEX_VERSION) || value.hash !== hash) return undefined;
  return Array.isArray(value.pages) && value.pages.every(isDigest) ? value.pages : undefined;
}

/**
 * Reads the digests of a page's views; undefined if the page is invalid, or does not have the digest from the
 * index.
 */
export function readDigestPage(
  page: Uint8Array | undefined,
  digest: string,
): ReadonlyMap<Entity, string> | undefined {
  if (page === undefined || hashBytes(page) !== digest) return undefined;
  const value = readStoredJson(page);
  if (!isJsonObject(value)) return undefined;
  const digests = new Map<Entity, string>();
  for (const [entity, found] of Object.entries(value)) {
    if (!isEntity(entity) || !isDigest(found)) return undefined;
    digests.set(entity, found);
  }
  return digests;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && CATALOG_HASH_PATTERN.test(value);
}

/** Finds the numbers of the published pages that differ from a replica's own pages. */
export function findDifferentPages(own: CatalogDigests, index: readonly string[]): readonly number[] {
  // If the number of pages differs, every view may be on another page, so all pages count as different.
  const isSameCount = index.length === own.pages.length;
  return [...index.keys()].filter((number) => !isSameCount || own.pages[number]?.digest !== index[number]);
}

/** The views of a publication, compared with a replica's own views. */
export interface PublishedViews {
  /** Views that are published with the same text. */
  readonly unchangedViews: ReadonlySet<Entity>;
  /** Views that are published with another text, or that the replica does not have, with the published digests. */
  readonly differentDigests: ReadonlyMap<Entity, string>;
}

/**
 * Compares the views of a publication with a replica's own views. An own view that is in neither
 * `unchangedViews` nor `differentDigests` is no longer published.
 *
 * @param pages the published pages that {@link findDifferentPages} names
 */
export function compareDigests(
  own: CatalogDigests,
  index: readonly string[],
  pages: ReadonlyMap<number, ReadonlyMap<Entity, string>>,
): PublishedViews {
  const unchangedViews = new Set<Entity>();
  const differentDigests = new Map<Entity, string>();
  for (const number of index.keys()) {
    const published = pages.get(number);
    if (published === undefined) {
      for (const entity of own.pages[number]?.digests.keys() ?? []) unchangedViews.add(entity);
      continue;
    }
    for (const [entity, digest] of published) {
      if (own.digests.get(entity) === digest) unchangedViews.add(entity);
      else differentDigests.set(entity, digest);
    }
  }
  return { unchangedViews, differentDigests };
}

/** The parts of a publication that have the same values as a replica's own catalog. */
export interface UnchangedValues {
  readonly views: ReadonlySet<Entity>;
  /** The keys of pages of digests. */
  readonly pages: ReadonlySet<string>;
}

/** Finds the views and pages that need not be sent again. */
export function findUnchangedValues(
  own: CatalogDigests,
  index: readonly string[],
  { unchangedViews }: PublishedViews,
): UnchangedValues {
  const pages = own.pages.filter(
    ({ digest }, number) => index.length === own.pages.length && digest === index[number],
  );
  return { views: unchangedViews, pages: new Set(pages.map(({ key }) => key)) };
}

/**
 * Builds a published catalog from the replica's own unchanged views and the fetched different ones, and verifies its
 * hash. Undefined if a fetched view does not have its digest, or if verification fails.
 *
 * @param views `own`: the verified views of the replica; `fetched`: the stored bytes of the different views
 */
export function assembleVerifiedCatalog(
  hash: CatalogHash,
  { unchangedViews, differentDigests }: PublishedViews,
  views: {
    readonly own: ReadonlyMap<Entity, Uint8Array>;
    readonly fetched: ReadonlyMap<Entity, Uint8Array | undefined>;
  },
  trust?: VerificationTrust,
): Catalog | undefined {
  for (const [entity, digest] of differentDigests) {
    const bytes = views.fetched.get(entity);
    if (bytes === undefined || hashBytes(bytes) !== digest) return undefined;
  }
  const entities = [...unchangedViews, ...differentDigests.keys()].sort();
  if (entities.length > CATALOG_VIEWS_MAX) return undefined;
  const stored = entities.map((entity) =>
    (unchangedViews.has(entity) ? views.own : views.fetched).get(entity),
  );
  const verification = verifyPublished({ kind: "published", hash, entities, isChecked: true }, stored, trust);
  return verification.kind === "verified" ? verification.catalog : undefined;
}
