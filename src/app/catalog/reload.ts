import { type CatalogHash, isSameWithoutInternalKeys } from "../../domain/catalog/catalog.ts";
import {
  type CatalogDiff,
  describeViewChanges,
  diffCatalogs,
  type ViewChanges,
} from "../../domain/catalog/view-changes.ts";
import { type CacheBeforeDiskRead, type Plan, plan } from "../../domain/release/plan.ts";
import type { ObservedPublication } from "../../domain/release/publication.ts";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { CacheError } from "../../ports/cache-port.ts";
import { activateCatalog, publishActive } from "./activate-catalog.ts";
import { type ActiveCatalog, toHeldCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import type { ReloadRefusalReason } from "./events.ts";
import { isForeignPublication } from "./fleet-identity.ts";
import { observeManifest } from "./observe.ts";
import { type DiskCatalog, readDisk } from "./read-disk.ts";
import { generationOf, refreshTrust, toVerifiedCatalog } from "./verified-catalog.ts";

/** The result of a reload that changed neither the active catalog nor the cache. */
export interface UnchangedReload {
  readonly detail: string;
  /** The hash of the catalog that stays active; undefined before the first activation. */
  readonly active?: CatalogHash | undefined;
}

/** The result of a reload. Unless it is `reloaded`, the active catalog and the cache are unchanged. */
export type ReloadOutcome =
  | {
      readonly kind: "reloaded";
      readonly hash: CatalogHash;
      readonly previousHash: CatalogHash | undefined;
      readonly generation: number | undefined;
      readonly previousGeneration: number | undefined;
      readonly changes: CatalogDiff;
      /** Changes inside changed views, limited in number and size. */
      readonly details: readonly ViewChanges[];
      /** The number of views of the new catalog. */
      readonly views: number;
      /** The warnings about the files of the new catalog. */
      readonly warnings: readonly Diagnostic[];
      /** False if the catalog was not written to the shared cache: the other replicas do not have it yet. */
      readonly published: boolean;
      /** Set only by a preview, if the shared cache does not answer: a reload would not reach the other replicas. */
      readonly cacheDown?: true | undefined;
    }
  /**
   * The verifier refuses the catalog, the keys cannot be read, or the catalog would replace a newer release
   * or another fleet's catalog.
   */
  | ({ readonly kind: "refused"; readonly reason: ReloadRefusalReason } & UnchangedReload)
  | ({ readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] } & UnchangedReload)
  | ({ readonly kind: "unreadable" } & UnchangedReload);

export interface ReloadOptions {
  readonly force?: boolean | undefined;
  /** The id of the request, for the history. */
  readonly requestId?: string | undefined;
}

/**
 * Maximum number of rounds; a further round follows if a new publication appears while the disk is read.
 */
const RELOAD_ROUNDS_MAX = 5;

/**
 * Reads the signing keys and the disk again. Activates the catalog on disk and publishes it, unless the cache
 * has a newer release or another fleet's catalog.
 *
 * The published values are read before the disk, and the publication requires that the cache still has them.
 * If another replica has published in between, the disk may have changed, too, so both are read again.
 *
 * @param options `force`: publishes over another fleet's catalog as well
 */
export async function reload(
  caller: CatalogDeps,
  { force = false, requestId }: ReloadOptions = {},
): Promise<ReloadOutcome> {
  const deps: CatalogDeps =
    requestId === undefined ? caller : { ...caller, emit: (event) => caller.emit({ ...event, requestId }) };
  const { holder, emit } = deps;
  const keys = await refreshTrust(deps);
  if (keys.kind === "refused")
    return refuseReload(deps, { reason: "signing-keys-unusable", detail: keys.detail });
  const replaced = holder.current();
  for (let round = 1; ; round++) {
    const before = await readPublishedState(deps, force);
    const read = await readDisk(deps, "reload");
    if (read.kind !== "loaded")
      return round === 1 ? toFailedOutcome(deps, read) : createReloadedOutcome(deps, replaced, false);
    const first = planReloadOf(read, before);
    if (first.kind === "refuse") {
      const refusal = { reason: first.reason, detail: first.because };
      if (round === 1) return refuseReload(deps, refusal);
      emit({ kind: "publish-failed", hash: read.catalog.hash, reason: "outranked", detail: refusal.detail });
      return createReloadedOutcome(deps, replaced, false);
    }
    activateRequested(deps, read, { before, replaced, isFirst: round === 1 });
    const published = await publishRequested(deps, before);
    if (published !== "conflict" || round === RELOAD_ROUNDS_MAX) {
      return createReloadedOutcome(deps, replaced, published === "published");
    }
  }
}

/**
 * Describes what {@link reload} would do now. Reads and checks the disk in the same way, but with the signing keys
 * that were read last. Changes and publishes nothing. Emits only the state of the disk.
 */
export async function previewReload(
  deps: CatalogDeps,
  { force = false }: ReloadOptions = {},
): Promise<ReloadOutcome> {
  const isNewest = deps.beginDiskRead();
  const silent: CatalogDeps = { ...deps, emit: () => undefined, beginDiskRead: () => () => true };
  const before = await readPublishedState(silent, force);
  const compared = deps.holder.current();
  const read = await readDisk(silent, "reload");
  const next = read.kind === "loaded" ? planReloadOf(read, before) : undefined;
  // If another catalog was activated during the read, that catalog gets its own comparison.
  if (isNewest() && compared !== undefined && deps.holder.current()?.catalog === compared.catalog)
    reportDiskState(deps, { read, next, active: compared });
  if (read.kind !== "loaded") return toFailedOutcome(deps, read);
  if (next?.kind === "refuse") return { kind: "refused", reason: next.reason, detail: next.because };
  const active = { catalog: read.catalog, generation: generationOf(read), warnings: read.warnings };
  const cacheDown = before.cache.kind === "unreachable" ? { cacheDown: true as const } : {};
  return { ...describeChange(active, deps.holder.current()), published: false, ...cacheDown };
}

function reportDiskState(
  { emit }: CatalogDeps,
  {
    read,
    next,
    active,
  }: { readonly read: DiskCatalog; readonly next: Plan | undefined; readonly active: ActiveCatalog },
): void {
  const refusal =
    read.kind !== "loaded" ? read.refusal : next?.kind === "refuse" ? { reason: next.reason } : undefined;
  // Neither of these refusals is a fault of the catalog on disk.
  if (refusal?.reason === "foreign-fleet" || refusal?.reason === "source-aborted") return;
  const isSame = read.kind === "loaded" && isSameWithoutInternalKeys(read.catalog, active.catalog);
  const diagnostics = read.kind === "invalid" ? read.diagnostics : [];
  emit({
    kind: "disk-previewed",
    divergent: refusal !== undefined || !isSame,
    refusal: refusal && { reason: refusal.reason, diagnostics },
  });
}

interface StateBefore {
  readonly cache: CacheBeforeDiskRead;
  readonly publication: ObservedPublication | undefined;
  /** Milliseconds since the epoch, by the cache's clock if that was read. */
  readonly nowMs: number;
  /** The time of the observation by the monotonic clock. */
  readonly monotonicMs: number;
}

/**
 * Reads the published values without the views. If the cache fails, the reload continues, and a later comparison
 * publishes.
 */
async function readPublishedState(deps: CatalogDeps, force: boolean): Promise<StateBefore> {
  const { store, verifier, wallMs, monotonicMs, signal } = deps;
  const atMs = monotonicMs();
  try {
    const publication = await store.readCurrent({ signal });
    const clock = await store.fingerprint([], { signal });
    const manifest = observeManifest(verifier, publication.manifestValue);
    const isOfOtherFleet = !force && (await isForeignPublication(deps, publication, manifest));
    const cache = isOfOtherFleet
      ? ({ kind: "foreign" } as const)
      : ({ kind: "peeked", revision: publication.revision, manifest } as const);
    return { cache, publication, nowMs: clock.nowMs, monotonicMs: atMs };
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    return { cache: { kind: "unreachable" }, publication: undefined, nowMs: wallMs(), monotonicMs: atMs };
  }
}

type LoadedCatalog = DiskCatalog & { readonly kind: "loaded" };

function planReloadOf(read: LoadedCatalog, { cache, nowMs }: StateBefore): Plan {
  const disk = { kind: "loaded", hash: read.catalog.hash, generation: generationOf(read) } as const;
  return plan({ trigger: "reload", held: undefined, cache, disk, nowMs });
}

/**
 * Activates the catalog from disk and marks its publication as pending. While it is pending, the cache has an older
 * catalog, which a comparison must not activate.
 */
function activateRequested(
  deps: CatalogDeps,
  read: LoadedCatalog,
  context: {
    readonly before: StateBefore;
    readonly replaced: ActiveCatalog | undefined;
    readonly isFirst: boolean;
  },
): void {
  const { before, replaced, isFirst } = context;
  const active = deps.holder.current();
  const replacedHash = replaced?.pending?.replacedHash ?? replaced?.catalog.hash;
  const pending = { requestedMs: before.monotonicMs, replacedHash };
  const { hash } = read.catalog;
  if (!isFirst && active?.catalog.hash === hash && active.generation === generationOf(read)) {
    const { warnings, digest } = read;
    deps.holder.activate({ ...active, warnings, digest, pending });
    return;
  }
  const revision = active?.revision ?? 0;
  activateCatalog(deps, "reload", { ...toVerifiedCatalog(read), source: "disk", revision, pending });
  deps.emit({ kind: "disk-compared", diskHash: hash, divergent: false });
}

async function publishRequested(
  deps: CatalogDeps,
  { cache, publication, nowMs, monotonicMs }: StateBefore,
): Promise<"conflict" | "failed" | "published"> {
  const active = deps.holder.current();
  if (active === undefined) throw new TypeError("Cannot publish before a catalog is active");
  // `nowMs` is from before the disk was read, so the monotonic time must be too: with the current one, the
  // request for the reload would seem older than it is.
  const held = toHeldCatalog({ monotonicMs: () => monotonicMs }, active, nowMs);
  const next = plan({ trigger: "reload", held, cache, disk: { kind: "unread" }, nowMs });
  if (next.kind === "publish" && publication !== undefined) {
    return publishActive(deps, active, { expected: publication, revision: next.revision, scope: next.scope });
  }
  const { hash } = active.catalog;
  deps.emit({ kind: "publish-failed", hash, reason: "unavailable", detail: next.because });
  return "failed";
}

function createReloadedOutcome(
  deps: CatalogDeps,
  replaced: ActiveCatalog | undefined,
  published: boolean,
): ReloadOutcome {
  const active = deps.holder.current();
  if (active === undefined) throw new TypeError("Cannot describe a reload without an active catalog");
  const outcome = { ...describeChange(active, replaced), published };
  deps.emit({ kind: "reloaded", hash: outcome.hash, previousHash: outcome.previousHash });
  return outcome;
}

function describeChange(
  active: Pick<ActiveCatalog, "catalog" | "generation" | "warnings">,
  replaced: ActiveCatalog | undefined,
): Omit<ReloadOutcome & { readonly kind: "reloaded" }, "published"> {
  const previous = replaced?.catalog;
  const { hash, views } = active.catalog;
  const changes = diffCatalogs(previous, active.catalog);
  return {
    kind: "reloaded",
    hash,
    previousHash: previous?.hash,
    generation: active.generation,
    previousGeneration: replaced?.generation,
    changes,
    details: previous === undefined ? [] : describeViewChanges(previous, active.catalog, changes.changed),
    views: views.size,
    warnings: active.warnings ?? [],
  };
}

function refuseReload(
  { emit, holder }: CatalogDeps,
  { reason, detail }: { readonly reason: ReloadRefusalReason; readonly detail: string },
): ReloadOutcome {
  emit({ kind: "refused", trigger: "reload", refusal: { source: "disk", reason, detail } });
  return { kind: "refused", reason, detail, active: holder.current()?.catalog.hash };
}

function toFailedOutcome(
  { holder }: CatalogDeps,
  read: Exclude<DiskCatalog, { readonly kind: "loaded" }>,
): ReloadOutcome {
  const unchanged = { detail: read.refusal.detail, active: holder.current()?.catalog.hash };
  switch (read.kind) {
    case "unreadable":
      return { kind: "unreadable", ...unchanged };
    case "invalid":
      return { kind: "invalid", diagnostics: read.diagnostics, ...unchanged };
    case "refused":
      return { kind: "refused", reason: read.refusal.reason, ...unchanged };
  }
}
