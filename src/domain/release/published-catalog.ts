import { isSameBytes } from "../../lib/same-bytes.ts";
import { makeTextVisible } from "../../lib/visible-text.ts";
import {
  CATALOG_BYTES_MAX,
  type Catalog,
  type CatalogHash,
  createSortedCatalog,
  parseCatalogHash,
  VIEW_BYTES_MAX,
} from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { isJsonObject, type JsonValue } from "../json/json-value.ts";
import { readStoredJson, readStoredText } from "../json/parse-json.ts";
import { MANIFEST_BYTES_MAX } from "../signing/manifest.ts";
import { findViewError } from "../view/check-view.ts";
import { ENTITY_LENGTH_MAX, type Entity, isEntity, RESERVED_ENTITIES } from "../view/entity.ts";
import { encodeState, readState, STATE_BYTES_MAX } from "./publication-state.ts";
import { encodeList, LIST_BYTES_MAX, parseListedNames, sortEntities } from "./published-list.ts";

/**
 * The cache keys of a published catalog, without the namespace. The `views:` keys are shared with programs
 * that do not know Mosaic. `state` contains, among others, the hash and the revision of the catalog that a
 * Mosaic replica has checked and published. `manifest` contains the catalog's manifest, byte for byte as it
 * was signed. `digests` is the index of the views' digests.
 */
export const CATALOG_KEYS = {
  loaded: "views:loaded",
  hash: "views:hash",
  list: "views:list",
  state: "catalog:state",
  manifest: "catalog:manifest",
  digests: "catalog:digests",
} as const;

/**
 * The largest value under each of {@link CATALOG_KEYS}, in bytes. A larger value cannot be part of a publication: it
 * counts as absent, and a cache behind a network does not send it.
 */
export const CATALOG_KEY_BYTES_MAX = {
  // A valid `loaded` has 1 character, a valid `hash` 64. Their limits are higher on purpose: a value that is too long
  // then counts as damaged, and is replaced soon. If it counted as absent, replicas would wait for its author.
  loaded: STATE_BYTES_MAX,
  hash: STATE_BYTES_MAX,
  list: LIST_BYTES_MAX,
  state: STATE_BYTES_MAX,
  manifest: MANIFEST_BYTES_MAX,
  digests: 2 * 256 * (64 + 4),
} as const satisfies Record<keyof typeof CATALOG_KEYS, number>;

/** The cache key of one view, without the namespace. */
export function viewKey(entity: Entity): string {
  return `views:${entity}`;
}

export const REJECTION_REASONS = [
  "bad-hash",
  "bad-json",
  "bad-list",
  "bad-mark",
  "hash-mismatch",
  "invalid-entity",
  "invalid-view",
  "missing-hash",
  "missing-list",
  "missing-view",
] as const;

export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A published catalog that must not be served. */
export interface Rejection {
  readonly kind: "rejected";
  readonly reason: RejectionReason;
  /** For the log: the key, and what is wrong with its value. */
  readonly detail: string;
}

/** The values under {@link CATALOG_KEYS} that {@link readHeader} needs, as the cache returned them. */
export interface PublishedHeaderValues {
  readonly loaded: Uint8Array | undefined;
  readonly hash: Uint8Array | undefined;
  readonly list: Uint8Array | undefined;
  readonly state: Uint8Array | undefined;
}

/** The claims of a publication, not verified yet. */
export interface PublishedHeader {
  readonly kind: "published";
  readonly hash: CatalogHash;
  /** In code point order, each once. */
  readonly entities: readonly Entity[];
  /**
   * Whether the publication state names this hash. The state then claims that a Mosaic replica has checked
   * the views, and that they are canonical JSON. The claim proves nothing, because any program can write the
   * state.
   */
  readonly isChecked: boolean;
}

export interface PublicationEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Set if the entry is a view. */
  readonly entity?: Entity;
}

/**
 * Builds the cache entries of a catalog, with keys without the namespace.
 *
 * @param revision from 1 to `REVISION_MAX`
 * @param manifest published unchanged; without a manifest, the caller removes its key
 * @param fleet the id of the fleet that publishes it
 */
export function encodePublication(
  catalog: Catalog,
  revision: number,
  manifest?: Uint8Array,
  fleet?: string,
): readonly PublicationEntry[] {
  const encoder = new TextEncoder();
  return [
    // The ready flag is written first, so it expires first: an expiring catalog then counts as absent instead of
    // damaged.
    { key: CATALOG_KEYS.loaded, value: encoder.encode("1") },
    ...Array.from(catalog.views, ([entity, value]) => ({ key: viewKey(entity), value, entity })),
    ...(manifest === undefined ? [] : [{ key: CATALOG_KEYS.manifest, value: manifest }]),
    { key: CATALOG_KEYS.list, value: encodeList(catalog) },
    { key: CATALOG_KEYS.hash, value: encoder.encode(catalog.hash) },
    { key: CATALOG_KEYS.state, value: encodeState(catalog.hash, { revision, manifest, fleet }) },
  ];
}

/** Reads what a publication claims; `absent` without the ready flag. */
export function readHeader(
  values: PublishedHeaderValues,
): PublishedHeader | Rejection | { readonly kind: "absent" } {
  if (values.loaded === undefined) return { kind: "absent" };
  if (readStoredText(values.loaded) !== "1")
    return createRejection("bad-mark", `${CATALOG_KEYS.loaded} is not "1"`);
  if (values.hash === undefined) return createRejection("missing-hash", `${CATALOG_KEYS.hash} is absent`);
  if (values.list === undefined) return createRejection("missing-list", `${CATALOG_KEYS.list} is absent`);
  const hash = parseCatalogHash(readStoredText(values.hash) ?? "");
  if (hash === undefined) return createRejection("bad-hash", `${CATALOG_KEYS.hash} is not a catalog hash`);
  const names = parseListedNames(values.list);
  const noList = createRejection("bad-list", `${CATALOG_KEYS.list} is not a list of entities`);
  if (names === undefined) return noList;
  const strange = names.find((name) => !isEntity(name));
  // The view key of a reserved name is a key of the publication itself, so the whole list is wrong.
  if (strange !== undefined && RESERVED_ENTITIES.has(strange)) return noList;
  if (strange !== undefined) {
    const shown = makeTextVisible(strange.slice(0, ENTITY_LENGTH_MAX));
    return createRejection(
      "invalid-entity",
      `${CATALOG_KEYS.list} names "${shown}", which is not a valid entity`,
    );
  }
  const entities = sortEntities(names as readonly Entity[]);
  return { kind: "published", hash, entities, isChecked: readState(values.state)?.hash === hash };
}

/** Whether a publication has the ready flag and this hash. */
export function isPublishedHash(
  { loaded, hash }: Pick<PublishedHeaderValues, "hash" | "loaded">,
  expected: CatalogHash,
): boolean {
  const textOf = (bytes: Uint8Array | undefined) => bytes && readStoredText(bytes);
  return textOf(loaded) === "1" && textOf(hash) === expected;
}

/** The views and the hash that a reader trusts already: trusted views need not be parsed before they are served. */
export interface VerificationTrust {
  /** Views that this replica has verified before, by entity. */
  readonly known?: ReadonlyMap<Entity, Uint8Array> | undefined;
  /** The catalog hash that a trusted key has signed. */
  readonly signedHash?: string | undefined;
}

/**
 * Verifies the views of a publication against its hash.
 *
 * A Mosaic replica publishes canonical JSON, so hashing the stored bytes in order verifies its views. But any program
 * can write the publication state. Therefore each view is also parsed and checked before it is served, unless a
 * signature covers the hash or this replica has verified the same bytes before.
 *
 * Other programs may write the keys of a view in any order. Their views are parsed, made canonical and then
 * hashed. The same is done when the check of the stored bytes fails: another program may have written the
 * same catalog again in its own format, and left hash and state unchanged. The reason `invalid-view` means
 * that the hash is right and a view breaks a rule; all other reasons mean damage.
 *
 * @param views the bytes of each view, in the order of `header.entities`
 */
export function verifyPublished(
  header: PublishedHeader,
  views: readonly (Uint8Array | undefined)[],
  trust: VerificationTrust = {},
): Verification {
  const stored = new Map<Entity, Uint8Array>();
  let room = CATALOG_BYTES_MAX;
  for (const [index, entity] of header.entities.entries()) {
    const bytes = views[index];
    if (bytes === undefined) return createRejection("missing-view", describeAbsentView(entity, room));
    // The view counts as absent, because some caches do not return a value of this size.
    if (bytes.byteLength > VIEW_BYTES_MAX) {
      return createRejection("missing-view", `${viewKey(entity)} is larger than ${VIEW_BYTES_MAX} bytes`);
    }
    room -= bytes.byteLength;
    if (room < 0) return createRejection("missing-view", TOTAL_TOO_LARGE_TEXT);
    stored.set(entity, bytes);
  }
  if (header.isChecked) {
    const catalog = createSortedCatalog(stored);
    if (catalog.hash === header.hash && canBeServed(catalog, trust)) return { kind: "verified", catalog };
  }
  return verifyOtherFormat(header, stored);
}

const TOTAL_TOO_LARGE_TEXT = `the views have more than ${CATALOG_BYTES_MAX} bytes in total`;

/** Describes an absent view. The cache also returns nothing for views beyond the limit of the whole catalog. */
function describeAbsentView(entity: Entity, room: number): string {
  const absent = `${viewKey(entity)} is absent`;
  return room < VIEW_BYTES_MAX ? `${absent}, or ${TOTAL_TOO_LARGE_TEXT}` : absent;
}

export type Verification = { readonly kind: "verified"; readonly catalog: Catalog } | Rejection;

function canBeServed({ hash, views }: Catalog, { known, signedHash }: VerificationTrust): boolean {
  if (hash === signedHash) return true;
  for (const [entity, bytes] of views) {
    const verified = known?.get(entity);
    if (verified !== undefined && isSameBytes(verified, bytes)) continue;
    const value = readStoredJson(bytes);
    if (value === undefined || findStoredViewError(entity, value) !== undefined) return false;
  }
  return true;
}

function verifyOtherFormat(header: PublishedHeader, stored: ReadonlyMap<Entity, Uint8Array>): Verification {
  const views = new Map<Entity, Uint8Array>();
  let rule: string | undefined;
  let room = CATALOG_BYTES_MAX;
  for (const [entity, bytes] of stored) {
    const value = readStoredJson(bytes);
    if (value === undefined) return createRejection("bad-json", `${viewKey(entity)} is not JSON`);
    const canonicalJson = new TextEncoder().encode(canonicalText(value));
    room -= canonicalJson.byteLength;
    // The limit applies to canonical JSON. The stored text may be shorter, because it may have no spaces.
    if (canonicalJson.byteLength > VIEW_BYTES_MAX)
      rule ??= `${viewKey(entity)} has more than ${VIEW_BYTES_MAX} bytes of canonical JSON`;
    if (room < 0) rule ??= `${TOTAL_TOO_LARGE_TEXT}, as canonical JSON`;
    rule ??= findStoredViewError(entity, value);
    views.set(entity, canonicalJson);
  }
  const catalog = createSortedCatalog(views);
  if (catalog.hash !== header.hash) {
    return createRejection("hash-mismatch", `the hash of the views is ${catalog.hash}, not ${header.hash}`);
  }
  return rule === undefined ? { kind: "verified", catalog } : createRejection("invalid-view", rule);
}

/** The rule that a stored view breaks, for the log; undefined if the view can be served. */
function findStoredViewError(entity: Entity, value: JsonValue): string | undefined {
  const key = viewKey(entity);
  if (!isJsonObject(value)) return `${key} is not a JSON object`;
  const error = findViewError(value);
  if (error !== undefined) return `${key}: ${error.message.en}`;
  const own = value.entity ?? undefined;
  if (own !== undefined && own !== entity) return `${key} has the view of another entity`;
  return undefined;
}

function createRejection(reason: RejectionReason, detail: string): Rejection {
  return { kind: "rejected", reason, detail };
}
