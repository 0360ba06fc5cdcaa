import type { CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import type { CatalogVerifier } from "../signing/catalog-verifier.ts";
import type { ActiveCatalogHolder } from "./active-catalog.ts";
import type { CatalogStore } from "./catalog-store.ts";
import type { CatalogEvent } from "./events.ts";
import type { FleetIdentity } from "./fleet-identity.ts";
import type { BeginDiskRead } from "./read-disk.ts";

export interface CatalogDeps {
  readonly store: CatalogStore;
  readonly source: CatalogSourcePort;
  readonly beginDiskRead: BeginDiskRead;
  readonly holder: ActiveCatalogHolder;
  /** Verifies every catalog before it is served or published. */
  readonly verifier: CatalogVerifier;
  /**
   * The fleet of this replica. If undefined, this replica publishes no fleet id, and no publication counts as
   * that of another fleet.
   */
  readonly fleet?: FleetIdentity | undefined;
  readonly ttlSeconds: number;
  readonly emit: (event: CatalogEvent) => void;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
  /** Returns a random number from 0 to 1; it spreads the attempts of replicas over time. */
  readonly random: () => number;
  /** Resolves after `ms`, or immediately on stop. */
  readonly pause: (ms: number) => Promise<void>;
  /** Fires when the service stops. */
  readonly signal?: AbortSignal | undefined;
}
