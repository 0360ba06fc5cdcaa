import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import type { Language } from "../../lib/language.ts";
import type { BroadcastPort } from "../../ports/broadcast-port.ts";
import type { CacheFault } from "../../ports/cache-fault.ts";
import type { CachePort } from "../../ports/cache-port.ts";
import type { CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import type { Database } from "../../ports/database-port.ts";
import type { ReloadOutcome } from "../catalog/reload.ts";
import type { RedisSettings } from "../settings/redis-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { Log } from "../telemetry/log.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** A service that listens. */
export interface RunningService {
  readonly url: string;
  /** Resolves when the first search for a catalog has ended, with or without one. */
  readonly loaded: Promise<void>;
  /** Reads the disk again, as `POST /admin/views/reload` does. */
  reload(): Promise<ReloadOutcome>;
  /** Ends the current requests, then everything else. Repeated stops share one. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly settings: Settings;
  readonly adminToken: string;
  readonly log: Log;
  /** Lost lines of the log. */
  readonly droppedLogLines?: () => number;
  /** Replacements of the adapters from the settings: for tests and for programs that embed the service. */
  readonly source?: CatalogSourcePort;
  readonly cache?: CachePort;
  /** The channel of announcements, beside a cache that several services share. */
  readonly broadcast?: BroadcastPort;
  readonly database?: Database;
  /** Replaces the collector of the settings. */
  readonly telemetry?: Telemetry;
}

/** Starts a service; fails when its keys cannot be read or its address cannot be bound. */
export type StartService = (parts: ServiceParts) => Promise<RunningService>;

/** Makes the source of the catalog in a folder. */
export type OpenSource = (
  viewsDir: string,
  options?: { readonly readers?: readonly ReaderLanguage[]; readonly language?: Language },
) => CatalogSourcePort;

/** The settings that name a shared cache. */
export type SharedCacheSettings = RedisSettings & Pick<Settings, "cacheNamespace">;

/** A shared cache for read-only inspection. */
export interface LookedIntoCache {
  readonly cache: CachePort;
  /** Why there is no connection, if the client knows. */
  connectionFailure(): string | undefined;
  /** The fault of a server that answers. */
  fault(): CacheFault | undefined;
}

/** The settings that name a database. */
export type DatabaseSettings = Pick<Settings, "databaseUrl" | "tickersSql">;
