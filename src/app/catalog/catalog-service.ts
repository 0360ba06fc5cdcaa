import type { CatalogDeps } from "./catalog-deps.ts";
import { compareDisk } from "./compare-disk.ts";
import { createExclusive } from "./exclusive.ts";
import { type PreloadOutcome, preload } from "./preload.ts";
import { reconcile } from "./reconcile.ts";
import { type ReloadOutcome, reload } from "./reload.ts";

/** Brings catalogs from the cache and the disk into the registry, one step at a time. */
export interface CatalogService {
  /** Preloads, again and again with growing pauses until a catalog is active or the service stops. */
  start(): Promise<void>;
  /** Reloads from disk; calls that come while one runs share it. */
  reload(): Promise<ReloadOutcome>;
  /** Compares with the shared cache and takes or gives what is missing. */
  reconcile(): Promise<void>;
  /** Compares again and again, at intervals that differ from replica to replica, until the service stops. */
  keepReconciling(): Promise<void>;
  /** Why no catalog is active; empty once one is. */
  problems(): readonly string[];
}

/** Pauses between attempts to get a first catalog. */
const ATTEMPT_PAUSE_MS_MIN = 500;
const ATTEMPT_PAUSE_MS_MAX = 15_000;
/** The mean pause between two comparisons with the shared cache. */
const RECONCILE_PAUSE_MS = 30_000;

export function createCatalogService(deps: CatalogDeps): CatalogService {
  const exclusive = createExclusive();
  let reloading: Promise<ReloadOutcome> | undefined;
  let problems: readonly string[] = ["The first catalog is being loaded"];

  async function attempt(): Promise<PreloadOutcome | undefined> {
    if (deps.registry.current() !== undefined) return undefined;
    const outcome = await preload(deps);
    problems = outcome.kind === "active" ? [] : outcome.refusals.map(({ detail }) => detail);
    return outcome;
  }

  async function keepTrying(): Promise<void> {
    for (let pauseMs = ATTEMPT_PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, ATTEMPT_PAUSE_MS_MAX)) {
      await deps.pause(pauseMs);
      if (deps.signal?.aborted || deps.registry.current() !== undefined) return;
      await exclusive(attempt);
    }
  }

  return {
    async start() {
      const outcome = await exclusive(attempt);
      // Both go on in the background: requests are answered meanwhile.
      if (outcome?.kind === "unavailable") void keepTrying();
      if (outcome?.kind === "active" && outcome.origin === "cache") void compareDisk(deps);
    },

    reload() {
      reloading ??= exclusive(() => reload(deps)).finally(() => {
        reloading = undefined;
      });
      return reloading;
    },

    reconcile: () => exclusive(() => reconcile(deps)),

    async keepReconciling() {
      while (!deps.signal?.aborted) {
        await deps.pause(RECONCILE_PAUSE_MS * (0.75 + deps.random() / 2));
        if (!deps.signal?.aborted) await exclusive(() => reconcile(deps));
      }
    },

    problems: () => (deps.registry.current() === undefined ? problems : []),
  };
}
