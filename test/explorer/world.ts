import { type Catalog, createCatalog } from "../../src/domain/catalog/catalog.ts";
import { canonicalText } from "../../src/domain/json/canonical-json.ts";
import type { Plan } from "../../src/domain/release/plan.ts";
import {
  type PublicationStep,
  type PublicationValues,
  readStateClaim,
  readStatedHash,
} from "../../src/domain/release/publication.ts";
import { CATALOG_KEYS, viewKey } from "../../src/domain/release/published-catalog.ts";
import {
  type CatalogDigests,
  compareDigests,
  createDigests,
  digestPageKey,
  findDifferentPages,
  findUnchangedValues,
  readDigestIndex,
  readDigestPage,
} from "../../src/domain/release/published-digests.ts";
import { hashBytes } from "../../src/domain/signing/manifest.ts";
import type { Entity } from "../../src/domain/view/entity.ts";
import { createTimeSlices } from "../../src/lib/time-slices.ts";

/** What lies in one Redis: texts by key. */
export type Redis = Readonly<Record<string, string>>;

export interface HeldState {
  readonly version: string;
  /** Of its manifest, if it has one that verified. */
  readonly generation?: number | undefined;
  readonly revision: number;
  readonly requestedAtMs?: number | undefined;
  readonly replacedVersion?: string | undefined;
}

/** What a replica is in the middle of. Between two of these, anybody else may act. */
export type Doing =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "looking";
      readonly trigger: "preload" | "reconcile";
      readonly header: Redis;
      /** Whether it reads every view, and not only those that differ from its own. */
      readonly wholly: boolean;
    }
  | { readonly kind: "reloading"; readonly header: Redis | undefined; readonly requestedAtMs: number }
  | {
      readonly kind: "publishing";
      readonly trigger: "preload" | "reconcile" | "reload";
      readonly step: Readonly<
        Record<"write" | "expect" | "keep", Readonly<Record<string, string | undefined>>>
      >;
      readonly plan: Plan & { readonly kind: "publish" };
      readonly requestedAtMs?: number | undefined;
      /** Set where it was planned over what the cache shows at that moment. */
      readonly isReplanned?: boolean;
      /** The disk of a request that shares this run. */
      readonly sharedDisk?: number | undefined;
    };

export interface ReplicaState {
  readonly isUp: boolean;
  /** Which Redis it reaches; undefined while it is cut off. */
  readonly reaches: number | undefined;
  readonly held?: HeldState | undefined;
  readonly doing: Doing;
  readonly trouble?: { readonly bytes: string; readonly sinceMs: number } | undefined;
}

/** A program that writes key by key; `at` counts the keys that it has written, undefined while it does not publish. */
export interface ForeignState {
  readonly version: string;
  readonly at: number | undefined;
  /** Whether anything of it shows yet. */
  readonly isVisible?: boolean;
}

/** A publication that was acknowledged, or that another program completed. */
export interface Acknowledged {
  readonly version: string;
  /** 0 for another program's, which has none. */
  readonly revision: number;
  readonly atMs: number;
}

/** What only the explorer knows. */
export interface Ledger {
  readonly acknowledged: readonly Acknowledged[];
  /** By version: when it was last requested. */
  readonly requested: Readonly<Record<string, number>>;
}

/** When the last request was made of which a revision of this version tells; 0 without any. */
export function acknowledgedAt({ acknowledged }: Ledger, version: string, revision: number): number {
  const known = acknowledged.filter((one) => one.version === version && one.revision <= revision);
  return Math.max(0, ...known.map(({ atMs }) => atMs));
}

/** When a version was last requested or, of another program, completed; 0 for what only lay on a disk. */
export function lastRequest(ledger: Ledger, version: string): number {
  return Math.max(ledger.requested[version] ?? 0, acknowledgedAt(ledger, version, Number.POSITIVE_INFINITY));
}

/** How many more of each may happen. */
export type Budget = Readonly<Record<Deed, number>>;

export type Deed =
  | "crash"
  | "cut"
  | "edit"
  | "evict"
  | "flush"
  | "foreign"
  | "forge"
  | "look"
  | "pause"
  | "promote"
  | "reload"
  | "snapshot"
  | "split";

export interface World {
  readonly nowMs: number;
  readonly redis: readonly Redis[];
  readonly replicas: readonly ReplicaState[];
  readonly foreign: ForeignState;
  /** Whether releases are signed: of the versions `s0`, `s1`, … each is a release of its own. */
  readonly isSigned: boolean;
  /** The version on disk, which all replicas share. */
  readonly disk: number;
  readonly snapshot?: Redis | undefined;
  readonly ledger: Ledger;
  readonly budget: Budget;
}

const ENTITIES: Readonly<Record<string, readonly string[]>> = {
  d: ["a", "b"],
  f: ["a", "c"],
  r: ["a", "c"],
  s: ["a", "b"],
};

function catalogOfVersion(version: string): Catalog {
  const encoder = new TextEncoder();
  const entities = ENTITIES[version.charAt(0)] ?? [];
  return createCatalog(
    entities.map((entity) => {
      // Version "r" breaks a rule: it has no identifiers.
      const identifiers = version.startsWith("r") ? {} : { identifiers: ["x"] };
      const text = canonicalText({ columns: ["x", `${entity}_${version}`], ...identifiers });
      return [entity as Entity, encoder.encode(text)] as const;
    }),
  );
}

const VERSIONS = ["d0", "d1", "d2", "d3", "f1", "r1", "s0", "s1", "s2", "s3"];
const CATALOGS = new Map(VERSIONS.map((version) => [version, catalogOfVersion(version)]));
const BY_HASH = new Map([...CATALOGS].map(([version, { hash }]) => [hash as string, version]));

export function catalogOf(version: string): Catalog {
  const catalog = CATALOGS.get(version);
  if (catalog === undefined) throw new RangeError(`There is no version ${version}`);
  return catalog;
}

/** The version that lies on disk. */
export function diskVersion({ isSigned, disk }: Pick<World, "disk" | "isSigned">): string {
  return `${isSigned ? "s" : "d"}${disk}`;
}

/** The generation that a version was signed under. */
export function generationOf(version: string): number | undefined {
  return version.startsWith("s") ? Number(version.slice(1)) + 1 : undefined;
}

/** Stands for a signed manifest: nobody in this world can make one but whoever releases. */
export function manifestOf(version: string): string {
  return `manifest of ${version}`;
}

/** The version that a manifest signs. */
export function signedVersion(manifest: string | undefined): string | undefined {
  return manifest?.slice("manifest of ".length);
}

/** The version of a hash; undefined for what nobody ever authored. */
export function versionOf(hash: string): string | undefined {
  return BY_HASH.get(hash);
}

const HEADER_KEYS = Object.values(CATALOG_KEYS);

/** What one MGET reads beside the views. */
export function headerOf(redis: Redis): Redis {
  return Object.fromEntries(
    HEADER_KEYS.flatMap((key) => (redis[key] === undefined ? [] : [[key, redis[key]]])),
  );
}

export function bytesOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

export function valuesOf(header: Redis): PublicationValues {
  return {
    loadedValue: bytesOf(header[CATALOG_KEYS.loaded]),
    hashValue: bytesOf(header[CATALOG_KEYS.hash]),
    listValue: bytesOf(header[CATALOG_KEYS.list]),
    stateValue: bytesOf(header[CATALOG_KEYS.state]),
    manifestValue: bytesOf(header[CATALOG_KEYS.manifest]),
    digestsValue: bytesOf(header[CATALOG_KEYS.digests]),
  };
}

const DIGESTS = new Map<string, CatalogDigests>();
for (const [version, { hash, views }] of CATALOGS) {
  const digests = new Map(Array.from(views, ([entity, view]) => [entity, hashBytes(view)] as const));
  const options = { before: undefined, slices: createTimeSlices(Number.POSITIVE_INFINITY) };
  DIGESTS.set(version, await createDigests(hash, digests, options));
}

/** The published views in comparison with those of a version, by the product's own reading of the digests. */
export function comparedWith(version: string, header: Redis, redis: Redis) {
  const own = digestsOf(version);
  const values = valuesOf(header);
  const hash = readStatedHash({ ...values, ...readStateClaim(values) });
  const index = hash && readDigestIndex(values.digestsValue, hash);
  if (hash === undefined || index === undefined) return undefined;
  const pages = new Map<number, ReadonlyMap<Entity, string>>();
  for (const number of findDifferentPages(own, index)) {
    const page = readDigestPage(bytesOf(redis[digestPageKey(number)]), index[number] ?? "");
    if (page === undefined) return undefined;
    pages.set(number, page);
  }
  const views = compareDigests(own, index, pages);
  return { hash, views, unchanged: findUnchangedValues(own, index, views) };
}

export function digestsOf(version: string): CatalogDigests {
  const digests = DIGESTS.get(version);
  if (digests === undefined) throw new RangeError(`There is no version ${version}`);
  return digests;
}

const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

export function textsOfStep({ entries, unchanged, remove, expect }: PublicationStep) {
  const removed = remove.map((key) => [key, undefined] as const);
  const written = entries.map(({ key, value }) => [key, textOf(value)] as const);
  const kept = unchanged?.entries.map(({ key, value }) => [key, textOf(value)] as const);
  return {
    write: Object.fromEntries([...removed, ...written]),
    keep: Object.fromEntries(kept ?? []),
    expect: Object.fromEntries(expect.map(({ key, value }) => [key, textOf(value)])),
  };
}

/** What is forged keeps the TTL of what it replaces: a publication cannot see it. */
const FORGED_TEXTS: ReadonlySet<string | undefined> = new Set(["{}", "{not json}"]);

/** The atomic step: values that are to stay are left, unless one of them was written or has gone since. */
export function published(
  redis: Redis,
  { write, keep }: (Doing & { readonly kind: "publishing" })["step"],
): Redis {
  const isKept = Object.entries(keep).every(
    ([key, text]) => redis[key] === text || FORGED_TEXTS.has(redis[key]),
  );
  return written(redis, isKept ? write : { ...write, ...keep });
}

/** Writes texts; an undefined one removes its key. */
export function written(redis: Redis, texts: Readonly<Record<string, string | undefined>>): Redis {
  const next = Object.entries({ ...redis, ...texts }).filter(([, text]) => text !== undefined);
  return Object.fromEntries(next.sort(([left], [right]) => (left < right ? -1 : 1))) as Redis;
}

/** The keys that another program writes, in its order; it removes the ready flag first. */
export function foreignWrites(version: string): readonly Readonly<Record<string, string | undefined>>[] {
  const { hash, views } = catalogOf(version);
  return [
    { [CATALOG_KEYS.loaded]: undefined },
    { [CATALOG_KEYS.list]: JSON.stringify([...views.keys()]) },
    ...[...views].map(([entity, bytes]) => ({ [viewKey(entity)]: textOf(bytes) })),
    { [CATALOG_KEYS.hash]: hash },
    { [CATALOG_KEYS.loaded]: "1" },
  ];
}
