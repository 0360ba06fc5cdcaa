import { createHash } from "node:crypto";
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
import { type Entity, isEntity } from "../view/entity.ts";
import { CATALOG_KEYS, type VerificationTrust, verifyPublished } from "./published-catalog.ts";

/** Increased when the meaning of the index or of a page changes, so that earlier ones no longer count. */
const INDEX_VERSION = 1;

/** Up to this many views are one page. */
const PAGE_VIEWS = 64;

/** The largest page, in bytes: several times the size of one of the largest catalog. */
export const PAGE_BYTES_MAX = 256 * 1024;

/** Some of a catalog's views with the SHA-256 of their canonical JSON, in lower-case hex. */
export interface DigestPage {
  readonly key: string;
  readonly digests: ReadonlyMap<Entity, string>;
  /** The published value: one JSON object. */
  readonly value: Uint8Array;
  /** The SHA-256 of the value, in lower-case hex. */
  readonly digest: string;
}

/**
 * The digests of a publication's views, by which a reader finds the views that differ from its own. It is cut into
 * pages: the index has the digest of each page, a page has the digests of its views. For 10,000 views a reload of one
 * view changes the index of 9 KB and one page of 7 KB.
 *
 * Everything follows from the catalog alone, and the index names its hash. So an index that another publication has
 * left behind counts only for the very same catalog.
 */
export interface CatalogDigests {
  readonly hash: CatalogHash;
  /** The digests of all pages. */
  readonly digests: ReadonlyMap<Entity, string>;
  readonly pages: readonly DigestPage[];
}

/** The SHA-256 of bytes, in lower-case hex. */
export function digestBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Puts the digests of a catalog into pages, in turns.
 *
 * @param digests {@link digestBytes} of each view, in code point order of the entities
 * @param before those of another catalog, whose pages are taken where they are the same
 */
export async function createDigests(
  hash: CatalogHash,
  digests: ReadonlyMap<Entity, string>,
  { before, slices }: { readonly before: CatalogDigests | undefined; readonly slices: TimeSlices },
): Promise<CatalogDigests> {
  const pages: DigestPage[] = [];
  for (const [number, page] of intoPages(digests).entries()) {
    const known = before?.pages[number];
    pages.push(known !== undefined && isSamePage(known, page) ? known : encodePage(page, number));
    if (slices.isOver()) await slices.next();
  }
  return { hash, digests, pages };
}

/** {@link createDigests} of a catalog, in a single turn. */
export function digestCatalog({ hash, views }: Catalog): CatalogDigests {
  const digests = new Map(Array.from(views, ([entity, view]) => [entity, digestBytes(view)] as const));
  return { hash, digests, pages: intoPages(digests).map(encodePage) };
}

function intoPages(digests: ReadonlyMap<Entity, string>): readonly ReadonlyMap<Entity, string>[] {
  const count = pageCount(digests.size);
  const pages = Array.from({ length: count }, () => new Map<Entity, string>());
  for (const [entity, digest] of digests) pages[pageOf(entity, count)]?.set(entity, digest);
  return pages;
}

/** Both are in code point order of the entities. */
function isSamePage(known: DigestPage, page: ReadonlyMap<Entity, string>): boolean {
  if (known.digests.size !== page.size) return false;
  for (const [entity, digest] of page) if (known.digests.get(entity) !== digest) return false;
  return true;
}

/** A power of two near the square root: index and pages are about equally large. */
function pageCount(views: number): number {
  return views <= PAGE_VIEWS ? 1 : 2 ** Math.ceil(Math.log2(views) / 2);
}

/** FNV-1a: a view stays on its page while others come and go. */
function pageOf(entity: Entity, count: number): number {
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
  return { key: pageKey(number), digests, value, digest: digestBytes(value) };
}

/** The cache key of a page, before the namespace. */
export function pageKey(number: number): string {
  return `${CATALOG_KEYS.digests}:${number}`;
}

/** The cache entries of the pages and of the index. */
export function encodeDigests({
  hash,
  pages,
}: CatalogDigests): readonly { readonly key: string; readonly value: Uint8Array }[] {
  const index = { hash, pages: pages.map(({ digest }) => digest), version: BigInt(INDEX_VERSION) };
  const value = new TextEncoder().encode(canonicalText(index));
  return [...pages.map(({ key, value }) => ({ key, value })), { key: CATALOG_KEYS.digests, value }];
}

/** The digest of each page, if the index is of this catalog; otherwise undefined. */
export function readDigestIndex(index: Uint8Array | undefined, hash: string): readonly string[] | undefined {
  const value = index && readStoredJson(index);
  if (value === undefined || !isJsonObject(value)) return undefined;
  if (value.version !== BigInt(INDEX_VERSION) || value.hash !== hash) return undefined;
  return Array.isArray(value.pages) && value.pages.every(isDigest) ? value.pages : undefined;
}

/** The digests of a page's views; undefined if the page is not the one that the index names. */
export function readDigestPage(
  page: Uint8Array | undefined,
  digest: string,
): ReadonlyMap<Entity, string> | undefined {
  if (page === undefined || digestBytes(page) !== digest) return undefined;
  const value = readStoredJson(page);
  if (value === undefined || !isJsonObject(value)) return undefined;
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

/** The numbers of the published pages that differ from a replica's own. */
export function differentPages(own: CatalogDigests, index: readonly string[]): readonly number[] {
  // With another number of pages, each view may be on another page.
  const isSameCount = index.length === own.pages.length;
  return [...index.keys()].filter((number) => !isSameCount || own.pages[number]?.digest !== index[number]);
}

/** The views of a publication, in comparison with a replica's own. */
export interface PublishedViews {
  /** Published with the same text. */
  readonly same: ReadonlySet<Entity>;
  /** Published with another text, or only published, with the digests of their texts. */
  readonly different: ReadonlyMap<Entity, string>;
}

/**
 * Compares the views of a publication with a replica's own. Views in neither `same` nor `different` are no longer
 * published.
 *
 * @param pages the published pages that {@link differentPages} names
 */
export function compareDigests(
  own: CatalogDigests,
  index: readonly string[],
  pages: ReadonlyMap<number, ReadonlyMap<Entity, string>>,
): PublishedViews {
  const same = new Set<Entity>();
  const different = new Map<Entity, string>();
  for (const number of index.keys()) {
    const published = pages.get(number);
    if (published === undefined) {
      for (const entity of own.pages[number]?.digests.keys() ?? []) same.add(entity);
      continue;
    }
    for (const [entity, digest] of published) {
      if (own.digests.get(entity) === digest) same.add(entity);
      else different.set(entity, digest);
    }
  }
  return { same, different };
}

/** The keys of a publication that have the values of a replica's own catalog. */
export interface UnchangedValues {
  readonly views: ReadonlySet<Entity>;
  /** The keys of pages of digests. */
  readonly pages: ReadonlySet<string>;
}

/** Finds what need not be sent again. */
export function unchangedValues(
  own: CatalogDigests,
  index: readonly string[],
  { same }: PublishedViews,
): UnchangedValues {
  const pages = own.pages.filter(
    ({ digest }, number) => index.length === own.pages.length && digest === index[number],
  );
  return { views: same, pages: new Set(pages.map(({ key }) => key)) };
}

/**
 * Puts a published catalog together from a replica's own views and those that differ, and verifies it as a
 * whole against its hash; undefined if anything does not fit.
 *
 * @param fetched the stored bytes of the different views
 * @param own the verified views of the replica
 */
export function verifyChanged(
  hash: CatalogHash,
  { same, different }: PublishedViews,
  views: {
    readonly own: ReadonlyMap<Entity, Uint8Array>;
    readonly fetched: ReadonlyMap<Entity, Uint8Array | undefined>;
  },
  trust?: VerificationTrust,
): Catalog | undefined {
  for (const [entity, digest] of different) {
    const bytes = views.fetched.get(entity);
    if (bytes === undefined || digestBytes(bytes) !== digest) return undefined;
  }
  const entities = [...same, ...different.keys()].sort();
  if (entities.length > CATALOG_VIEWS_MAX) return undefined;
  const stored = entities.map((entity) => (same.has(entity) ? views.own : views.fetched).get(entity));
  const verification = verifyPublished({ kind: "published", hash, entities, checked: true }, stored, trust);
  return verification.kind === "verified" ? verification.catalog : undefined;
}
