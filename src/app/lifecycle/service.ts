import { setTimeout as delay } from "node:timers/promises";
import type { CacheBackend } from "../../domain/fleet/replica-record.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import type { BroadcastPort } from "../../ports/broadcast-port.ts";
import type { CacheFault, CacheObservation, CachePort } from "../../ports/cache-port.ts";
import type { CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import type { Database } from "../../ports/database-port.ts";
import type { ReloadOutcome } from "../catalog/reload.ts";
import type { RedisSettings } from "../settings/redis-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { CatalogVerifier } from "../signing/catalog-verifier.ts";
import type { BreakerStatus } from "../status/cache-status.ts";
import type { ReadViewText } from "../status/frame-diagnostics.ts";
import type { Log } from "../telemetry/log.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** A service that listens. */
export interface RunningService {
  readonly url: string;
  /** Resolves when the first attempt to load a catalog has ended, successful or not. */
  readonly loaded: Promise<void>;
  /** Reloads the catalog from disk, as `POST /admin/views/reload` does. */
  reload(): Promise<ReloadOutcome>;
  /** Stops the service after the current requests have ended or timed out. Repeated calls share one stop. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly settings: Settings;
  /** 1 to 1024 visible ASCII characters without spaces: the bearer token of the routes under `/admin`. */
  readonly adminToken: string;
  readonly log: Log;
  /** The number of log lines that were lost. */
  readonly droppedLogLines?: () => number;
  /**
   * `source`, `cache`, `broadcast` and `database` replace the adapters that the settings name: for tests, and
   * for programs that embed the service.
   */
  readonly source?: CatalogSourcePort;
  readonly cache?: CachePort;
  /** The channel of announcements, for a cache that several services share: `cache`, or that of the settings. */
  readonly broadcast?: BroadcastPort;
  readonly database?: Database;
  /** Replaces the telemetry that the settings name. */
  readonly telemetry?: Telemetry;
}

/**
 * Starts a service. Throws if no request can send the admin token, the signing keys or TLS files cannot be
 * read, or the address cannot be bound.
 */
export type StartService = (parts: ServiceParts) => Promise<RunningService>;

export type OpenSource = (
  viewsDir: string,
  options?: { readonly readers?: readonly ReaderLanguage[] },
) => CatalogSourcePort;

export type SharedCacheSettings = RedisSettings & Pick<Settings, "cacheNamespace">;

export interface ConnectionFailure {
  /** Undefined if the cause is not recognized; otherwise `detail` begins with `fault.advice`. */
  readonly fault: CacheFault | undefined;
  readonly detail: string;
}

/** A shared cache for read-only inspection. */
export interface CacheConnection {
  readonly cache: CachePort;
  /** Why connecting failed; undefined if the client is connected or no reason is known. */
  connectionFailure(): ConnectionFailure | undefined;
  /**
   * The fault of the cache server or of the connection to it, such as a refused login; undefined if no fault
   * is recognized.
   */
  fault(): CacheFault | undefined;
}

export interface SharedCacheHooks {
  /** Called for each operation that reached the shared cache. */
  readonly observe: (observation: CacheObservation) => void;
  readonly onBreaker: (status: BreakerStatus) => void;
  readonly onDefect: (error: unknown) => void;
}

/** The shared cache and the announcement channel, in this service's namespace. */
export interface SharedCache {
  readonly cache: CachePort;
  readonly broadcast: BroadcastPort;
  /** Whether there can be other replicas. */
  readonly hasFleet: boolean;
  /** The fault of the server or of the connection, if it is recognized. */
  fault(): CacheFault | undefined;
  /** The address of the cache server, without secrets; for clients with the admin token. */
  address(): string | undefined;
  /** Resolves when connected, or after the connect timeout. */
  connect(): Promise<void>;
  /** Calls the listeners each time the connection is ready or lost, from now on. */
  watch(listeners: { readonly ready: () => void; readonly lost: () => void }): void;
  close(): Promise<void>;
}

export interface ServiceDependencies {
  readonly settings: Settings;
  readonly adminToken: string;
  readonly cacheBackend: CacheBackend;
  readonly replicaId: string;
  readonly log: Log;
  readonly droppedLogLines?: (() => number) | undefined;
  readonly telemetry: Telemetry;
  readonly source: CatalogSourcePort;
  readonly database: Database;
  /** Its keys have been read. */
  readonly verifier: CatalogVerifier;
  readonly readPackageFile: (specifier: string) => Promise<Uint8Array>;
  /** Reads a view file, so that diagnostics can show its lines. */
  readonly readViewText: ReadViewText;
  readonly openShared: (hooks: SharedCacheHooks) => SharedCache;
  /** Closes the database and the telemetry; the shared cache has its own `close`. */
  readonly close: () => Promise<void>;
}

export type DatabaseSettings = Pick<Settings, "databaseUrl" | "tickersSql">;

const DRAIN_TIMEOUT_MS = 10_000;
/**
 * A stop has two phases. `stopRequested`: `/readyz` answers 503, and running requests, such as a reload,
 * still complete. `requestsDrained`: requests have ended or timed out, and all other work is aborted.
 */
export interface StopSignals {
  readonly stopRequested: AbortController;
  readonly requestsDrained: AbortController;
}

interface ServiceToStop {
  readonly stop: StopSignals;
  readonly statusStream: { close(): void };
  readonly server: { close(options: { readonly timeoutMs: number }): Promise<void> };
  readonly loaded: Promise<void>;
  readonly log: Log;
  /** How long requests are still accepted, while `/readyz` answers 503 to load balancers. */
  readonly drainDelayMs: number;
  /** Removes this replica from the fleet; needs the connection to the shared cache. */
  readonly leave: () => Promise<void>;
  /** Called together, after the last request has ended or timed out. */
  readonly close: readonly (() => Promise<void>)[];
}

export function createStopOnce(serviceToStop: ServiceToStop): () => Promise<void> {
  const { stop, statusStream, server, loaded, log, drainDelayMs, leave, close } = serviceToStop;
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= (async () => {
      log.info("Stopping");
      stop.stopRequested.abort();
      if (drainDelayMs > 0) await delay(drainDelayMs);
      // An open event stream counts as a running request, so `server.close` would wait for its whole timeout.
      statusStream.close();
      await server.close({ timeoutMs: DRAIN_TIMEOUT_MS });
      await leave();
      stop.requestsDrained.abort();
      // A first load that still runs ends soon, because `requestsDrained` has fired.
      await loaded;
      await Promise.all(close.map((end) => end()));
      log.info("Stopped");
    })();
    return stopped;
  };
}
