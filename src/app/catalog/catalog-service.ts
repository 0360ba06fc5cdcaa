import type { CatalogDeps } from "./catalog-deps.ts";
import { compareDisk } from "./compare-disk.ts";
import { createExclusive } from "./exclusive.ts";
import { preload } from "./preload.ts";
import { reconcile } from "./reconcile.ts";
import { type ReloadOutcome, reload } from "./reload.ts";

/** Brings catalogs from the cache and the disk into the registry, one step at a time. */
export interface CatalogService {
  /** Preloads, again and again with growing pauses until a catalog is active or the service stops. */
  start(): Promise<void>;
  /** Reloads from disk; calls that come while one runs share it. */
  reload(): Promise<ReloadOutcome>;
  /** Compares with the shared cache and takes or gives what is missing; without a catalog, looks for one. */
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
  const { registry, emit, pause, random, signal } = deps;
  const exclusive = createExclusive();
  let reloading: Promise<ReloadOutcome> | undefined;
  let problems: readonly string[] = ["The first catalog is being loaded"];

  async function attempt(): Promise<void> {
    if (registry.current() !== undefined || signal?.aborted) return;
    const outcome = await preload(deps);
    problems = outcome.kind === "active" ? [] : outcome.refusals.map(({ detail }) => detail);
    // The disk is hashed in the background: requests are answered meanwhile.
    if (outcome.kind === "active" && outcome.origin === "cache") void guarded(() => compareDisk(deps));
  }

  async function compare(): Promise<void> {
    if (registry.current() === undefined) return attempt();
    const taken = await reconcile(deps);
    if (taken) void guarded(() => compareDisk(deps));
  }

  /** What nothing expects is a defect: it is told, and whatever goes on in the background goes on. */
  async function guarded(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      emit({ kind: "defect", detail: message, stack });
    }
  }

  async function keepTrying(): Promise<void> {
    for (let pauseMs = ATTEMPT_PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, ATTEMPT_PAUSE_MS_MAX)) {
      await pause(pauseMs);
      if (signal?.aborted || registry.current() !== undefined) return;
      await guarded(() => exclusive(attempt));
    }
  }

  return {
    async start() {
      await guarded(() => exclusive(attempt));
      if (registry.current() === undefined) void keepTrying();
    },

    reload() {
      reloading ??= exclusive(() => reload(deps)).finally(() => {
        reloading = undefined;
      });
      return reloading;
    },

    reconcile: () => guarded(() => exclusive(compare)),

    async keepReconciling() {
      while (!signal?.aborted) {
        await pause(RECONCILE_PAUSE_MS * (0.75 + random() / 2));
        if (!signal?.aborted) await guarded(() => exclusive(compare));
      }
    },

    problems: () => (registry.current() === undefined ? problems : []),
  };
}
