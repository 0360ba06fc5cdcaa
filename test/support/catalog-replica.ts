import { withNamespace } from "../../src/adapters/decorators/namespace.ts";
import { createMemorySource, type MemoryCatalogSource } from "../../src/adapters/memory/source.ts";
import { createActiveCatalog } from "../../src/app/catalog/active-catalog.ts";
import type { CatalogDeps } from "../../src/app/catalog/catalog-deps.ts";
import { createCatalogStore } from "../../src/app/catalog/catalog-store.ts";
import type { CatalogEvent } from "../../src/app/catalog/events.ts";
import { createDiskReadOrder } from "../../src/app/catalog/read-disk.ts";
import { type CatalogVerifier, createCatalogVerifier } from "../../src/app/signing/catalog-verifier.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import type { CatalogSourcePort } from "../../src/ports/catalog-source-port.ts";
import { NOW_MS, publishOver } from "./publish-over.ts";

export { NOW_MS };

/** YAML by path, as `createMemorySource` takes it. */
export type ViewFiles = Readonly<Record<string, string>>;

export interface ReplicaOptions {
  readonly cache: CachePort;
  readonly source: CatalogSourcePort;
  /** Runs in every pause of the replica, which takes no time. */
  readonly onPause?: (ms: number) => Promise<void> | void;
  readonly signal?: AbortSignal;
  /** Default: one that checks nothing. */
  readonly verifier?: CatalogVerifier;
}

/** What the catalog's use cases need, with a clock that nearly stands still, and everything they did written down. */
export interface Replica {
  readonly deps: CatalogDeps;
  readonly events: readonly CatalogEvent[];
  readonly pauses: readonly number[];
  /** The kind of each event and what distinguishes it. */
  story(): readonly string[];
  /** Lets time pass on its clock. */
  elapse(ms: number): void;
  /** Begins the story anew. */
  forget(): void;
  /** Resolves at the next event that fits. */
  next(fits: (event: CatalogEvent) => boolean): Promise<void>;
}

export const TTL_SECONDS = 600;

/** Lets every catalog in. */
export const OPEN_GATE = createCatalogVerifier(
  { viewsSignatureMode: "none", viewsSignatureRequired: false },
  async () => ({ kind: "keys", keys: [], warnings: [] }),
);

export function createReplica({
  cache,
  source,
  onPause = () => undefined,
  signal,
  verifier = OPEN_GATE,
}: ReplicaOptions): Replica {
  const events: CatalogEvent[] = [];
  const pauses: number[] = [];
  let elapsedMs = 0;
  // Each call counts a fraction of a millisecond, as real clocks do.
  let fractionMs = 0;
  const clocked: CachePort = {
    ...cache,
    fingerprint: async (...call) => ({ ...(await cache.fingerprint(...call)), nowMs: NOW_MS + elapsedMs }),
  };
  const waiters = new Set<{
    readonly fits: (event: CatalogEvent) => boolean;
    readonly resolve: () => void;
  }>();
  return {
    events,
    pauses,
    elapse: (ms) => {
      elapsedMs += ms;
    },
    // What a refusal says already.
    story: () => events.filter(({ kind }) => kind !== "damage-compared").map(tell),
    forget: () => {
      events.length = 0;
    },
    next: (fits) => new Promise((resolve) => waiters.add({ fits, resolve })),
    deps: {
      store: createCatalogStore(withNamespace(clocked, "mosaic")),
      source,
      beginDiskRead: createDiskReadOrder(),
      holder: createActiveCatalog(),
      verifier,
      ttlSeconds: TTL_SECONDS,
      emit: (event) => {
        events.push(event);
        for (const { fits, resolve } of waiters) if (fits(event)) resolve();
      },
      wallMs: () => NOW_MS,
      monotonicMs: () => {
        fractionMs += 1 / 1024;
        return elapsedMs + fractionMs;
      },
      random: () => 0.5,
      pause: async (ms) => {
        pauses.push(ms);
        await onPause(ms);
      },
      signal,
    },
  };
}

function tell(event: CatalogEvent): string {
  switch (event.kind) {
    case "activated":
      return `activated from ${event.source} by ${event.trigger}`;
    case "refused":
      return `refused from ${event.refusal.source} by ${event.trigger}: ${event.refusal.reason}, ${event.refusal.detail}`;
    case "cache-miss":
      return `cache-miss: ${event.reason}`;
    case "published":
      return `published ${event.views}, removed ${event.removed}`;
    case "repaired":
      return `repaired: ${event.part}`;
    case "repair-delayed":
      return `repair delayed after ${event.repairs}`;
    case "transfer-failed":
      return `transfer failed: ${event.failures}`;
    case "publish-failed":
      return `publish-failed: ${event.reason}`;
    case "defect":
      return `defect: ${event.detail}`;
    case "disk-compared":
    case "disk-previewed":
      return `${event.kind}: ${event.divergent ? "divergent" : "same"}`;
    case "manifest-replaced":
      return `manifest taken: generation ${event.generation} after ${event.previousGeneration}`;
    case "foreign-compared":
      return `foreign: ${event.foreign}`;
    case "unsigned":
      return `unsigned from ${event.source}`;
    case "damage-compared":
    case "key-warnings":
    case "source-invalid":
    case "source-warnings":
    case "cache-hit":
    case "reloaded":
    case "transfer-recovered":
      return event.kind;
  }
}

/** The catalog of some files. */
export async function catalogOf(files: ViewFiles): Promise<Catalog> {
  const load = await createMemorySource(files).load();
  if (load.kind !== "loaded") throw new Error("These views are invalid");
  return load.catalog;
}

/** A memory source that runs something before each load and counts them. */
export function observedSource(
  source: MemoryCatalogSource,
  beforeLoad: (load: number) => Promise<void> | void = () => undefined,
): CatalogSourcePort & { readonly loads: () => number } {
  let loads = 0;
  return {
    name: source.name,
    loads: () => loads,
    readManifest: source.readManifest,
    async load(options) {
      loads += 1;
      await beforeLoad(loads);
      return source.load(options);
    },
  };
}

/** Publishes as another replica would, over whatever is there. */
export async function publishAs(cache: CachePort, files: ViewFiles): Promise<Catalog> {
  const catalog = await catalogOf(files);
  const { store } = createReplica({ cache, source: createMemorySource(files) }).deps;
  const outcome = await publishOver(store, catalog, { ttlSeconds: TTL_SECONDS });
  if (outcome.kind !== "published") throw new Error("Another publisher got in between");
  return catalog;
}

/** A catalog in a form that compares by content, whatever kind of byte array a cache returns. */
export interface CatalogContent {
  readonly hash: string;
  readonly views: Readonly<Record<string, string>>;
}

export function contentOf({ hash, views }: Catalog): CatalogContent {
  return {
    hash,
    views: Object.fromEntries([...views].map(([entity, bytes]) => [entity, new TextDecoder().decode(bytes)])),
  };
}

/** What a replica that starts now finds in the cache: a verified catalog, or what is wrong with it. */
export async function readPublished(cache: CachePort): Promise<CatalogContent | string> {
  const stored = await createCatalogStore(withNamespace(cache, "mosaic")).read();
  return stored.kind === "verified" ? contentOf(stored.catalog) : stored.kind;
}
