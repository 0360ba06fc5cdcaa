import { isSameWithoutInternalKeys } from "../../domain/catalog/catalog.ts";
import { backoffMs } from "../../lib/backoff.ts";
import { createMutex } from "../../lib/mutex.ts";
import { runGuarded } from "../../lib/run-guarded.ts";
import { createSingleFlight } from "../../lib/single-flight.ts";
import { type CatalogLoad, CatalogSourceError } from "../../ports/catalog-source-port.ts";
import type { ActiveCatalog } from "./active-catalog.ts";
import type { CatalogDeps } from "./catalog-deps.ts";
import { isParsedByOtherReplica, recordParsedSource } from "./parsed-source.ts";
import { previewReload, type ReloadOptions, type ReloadOutcome, reload } from "./reload.ts";
import { type ComparisonMemory, preload, reconcile } from "./sync.ts";

/** Loads catalogs from the cache and the disk into the holder, one operation at a time. */
export interface CatalogService {
  /**
   * Preloads once; after a failure, retries in the background until a catalog is active or the service stops.
   */
  start(): Promise<void>;
  /**
   * Reloads from disk. Calls with the same `force` that come before a run starts share that run. A call
   * during a run waits for the next run, because the current one may have read the disk already.
   */
  reload(options?: ReloadOptions): Promise<ReloadOutcome>;
  /**
   * Describes what a reload would do now, and changes nothing. Without `force`, calls that come before a
   * preview starts share it.
   */
  previewReload(options?: ReloadOptions): Promise<ReloadOutcome>;
  /**
   * Compares the active catalog with the published one. If they differ, activates the published catalog,
   * publishes the active one, or waits, as the plan decides. Without an active catalog, tries to load one.
   * Calls that come before a comparison starts share that comparison.
   */
  reconcile(): Promise<void>;
  /** Why no catalog is active; empty once one is. */
  problems(): readonly string[];
}

const ATTEMPT_PAUSE_MS_MIN = 500;
const ATTEMPT_PAUSE_MS_MAX = 15_000;

export function createCatalogService(deps: CatalogDeps): CatalogService {
  const { holder, emit, pause, signal } = deps;
  const exclusive = createMutex();
  const memory: ComparisonMemory = {};
  const compareDiskSoon = createSingleFlight(() => guarded(() => compareWithDisk(deps)));
  const compareSoon = createSingleFlight(() => guarded(compareOnce), exclusive);
  const previewSoon = createSingleFlight(() => previewReload(deps));
  const reloadSoon = createReload(false);
  const forceSoon = createReload(true);
  let problems: readonly string[] = ["The first catalog is being loaded"];

  /** A run that several requests share gets the id of the first request. */
  function createReload(force: boolean) {
    let waiting: string | undefined;
    const soon = createSingleFlight(() => {
      const requestId = waiting;
      waiting = undefined;
      return reload(deps, { force, requestId });
    }, exclusive);
    return (requestId: string | undefined): Promise<ReloadOutcome> => {
      waiting ??= requestId;
      return soon();
    };
  }

  async function attemptPreload(): Promise<void> {
    if (holder.current() !== undefined || signal?.aborted) return;
    const outcome = await preload(deps, memory).catch((error: unknown) => {
      problems = ["Loading the catalog failed unexpectedly: the log has the cause"];
      throw error;
    });
    problems = outcome.kind === "active" ? [] : outcome.refusals.map(({ detail }) => detail);
    // Not awaited: the preload is complete, and reading the disk takes time.
    if (outcome.kind === "active" && outcome.source === "cache") void compareDiskSoon();
  }

  async function compareOnce(): Promise<void> {
    if (holder.current() === undefined) return attemptPreload();
    const hasChanged = await reconcile(deps, memory);
    if (hasChanged) void compareDiskSoon();
  }

  const guarded = (task: () => Promise<void>): Promise<void> => runGuarded(emit, task);

  async function retryPreload(): Promise<void> {
    for (let attempts = 0; ; attempts += 1) {
      await pause(backoffMs(attempts, { minMs: ATTEMPT_PAUSE_MS_MIN, maxMs: ATTEMPT_PAUSE_MS_MAX }));
      if (signal?.aborted || holder.current() !== undefined) return;
      await guarded(() => exclusive(attemptPreload));
    }
  }

  return {
    async start() {
      await guarded(() => exclusive(attemptPreload));
      if (holder.current() === undefined) void retryPreload();
    },

    reload: ({ force = false, requestId } = {}) => (force ? forceSoon : reloadSoon)(requestId),
    previewReload: ({ force = false } = {}) => (force ? previewReload(deps, { force }) : previewSoon()),

    reconcile: compareSoon,

    problems: () => (holder.current() === undefined ? problems : []),
  };
}

/**
 * Reports whether the disk has the active catalog, so that a deploy without a reload becomes visible. A catalog on
 * disk that is invalid or unreadable counts as different. Keys that begin with `__` are ignored, because other
 * programs add them when they publish.
 */
export async function compareWithDisk(deps: CatalogDeps): Promise<void> {
  const { holder, emit, signal } = deps;
  const compared = holder.current();
  const isNewest = deps.beginDiskRead();
  const isKnown = compared !== undefined && (await isParsedByOtherReplica(deps, compared.catalog));
  const load = isKnown ? undefined : await loadDisk(deps);
  const onDisk = isKnown ? compared.catalog : load?.catalog;
  // If another catalog was activated during the read, that catalog gets its own comparison.
  if (!isNewest() || signal?.aborted || !isSameActivation(holder.current(), compared)) return;
  const isSame =
    onDisk !== undefined && compared !== undefined && isSameWithoutInternalKeys(onDisk, compared.catalog);
  emit({ kind: "disk-compared", diskHash: onDisk?.hash, divergent: !isSame });
  // Records only the active catalog: isParsedByOtherReplica() looks for the hash of the active catalog.
  if (load?.catalog.hash === compared?.catalog.hash) await recordParsedSource(deps, load);
}

/**
 * Whether both values come from one activation. They may be different objects, because recording a revision
 * makes a new one.
 */
function isSameActivation(current: ActiveCatalog | undefined, compared: ActiveCatalog | undefined): boolean {
  return current?.catalog === compared?.catalog && current?.activatedAtMs === compared?.activatedAtMs;
}

async function loadDisk({
  source,
  emit,
  signal,
}: CatalogDeps): Promise<(CatalogLoad & { readonly kind: "loaded" }) | undefined> {
  try {
    const load = await source.load({ signal });
    if (load.kind === "loaded") return load;
    emit({ kind: "source-invalid", diagnostics: load.diagnostics });
    return undefined;
  } catch (error) {
    if (error instanceof CatalogSourceError) return undefined;
    throw error;
  }
}
