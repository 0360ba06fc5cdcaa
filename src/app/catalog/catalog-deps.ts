import type { CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import type { CatalogEvent } from "./catalog-event.ts";
import type { CatalogRegistry } from "./catalog-registry.ts";
import type { CatalogStore } from "./catalog-store.ts";

/** What the catalog's use cases work with. */
export interface CatalogDeps {
  readonly store: CatalogStore;
  readonly source: CatalogSourcePort;
  readonly registry: CatalogRegistry;
  /** Life of a publication. */
  readonly ttlSeconds: number;
  readonly emit: (event: CatalogEvent) => void;
  readonly nowMs: () => number;
  /** A number from 0 to 1 that keeps replicas out of step. */
  readonly random: () => number;
  /** Resolves after the time, or at once when the service stops. */
  readonly pause: (ms: number) => Promise<void>;
  /** Fires when the service stops. */
  readonly signal?: AbortSignal | undefined;
}
