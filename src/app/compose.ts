import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { withBreaker } from "../adapters/decorators/breaker.ts";
import { withNamespace } from "../adapters/decorators/namespace.ts";
import { withObserver } from "../adapters/decorators/observe.ts";
import {
  withBroadcastErrors,
  withCacheErrors,
  withDatabaseErrors,
  withSourceErrors,
} from "../adapters/decorators/own-errors.ts";
import { createFilesystemKeyring } from "../adapters/filesystem/keyring.ts";
import { readPackageFile, readViewText } from "../adapters/filesystem/read-file.ts";
import { createFilesystemSource } from "../adapters/filesystem/source.ts";
import { createMemoryBroadcast } from "../adapters/memory/broadcast.ts";
import { createMemoryCache } from "../adapters/memory/cache.ts";
import { openDatabase } from "../adapters/open-database.ts";
import { createReportFilter } from "../lib/report-filter.ts";
import { describeError } from "../lib/run-guarded.ts";
import type { BroadcastPort } from "../ports/broadcast-port.ts";
import type { CachePort } from "../ports/cache-port.ts";
import type { DescribedDatabase } from "../ports/database-port.ts";
import type {
  DatabaseSettings,
  RunningService,
  ServiceParts,
  SharedCache,
  SharedCacheHooks,
} from "./lifecycle/service.ts";
import type { OpenedCache } from "./open-redis.ts";
import { runService } from "./run-service.ts";
import type { Settings } from "./settings/settings.ts";
import { maskUrl } from "./settings/url-settings.ts";
import { type CatalogVerifier, createCatalogVerifier } from "./signing/catalog-verifier.ts";
import { createSigningKeysLoader, type OpenKeyring, SigningKeysError } from "./signing/signing-keys.ts";
import type { Log } from "./telemetry/log.ts";
import { NO_TELEMETRY, type Telemetry } from "./telemetry/telemetry.ts";
import type { TracedPorts } from "./trace-ports.ts";

/**
 * The longest pause between two probes of a cache that has failed, so that a repair is noticed within
 * seconds.
 */
const PROBE_PAUSE_MS_MAX = 1000;

/** What the header `Authorization: Bearer …` can carry. */
const ADMIN_TOKEN_PATTERN = /^[\x21-\x7e]{1,1024}$/;

/**
 * Starts a service. Makes the adapters that the settings name, except those that the caller passed in.
 *
 * @throws {TypeError} for an admin token that no request can send
 * @throws {SigningKeysError} when the signing keys cannot be read
 * @throws {CaCertificatesError} when the TLS files of Redis cannot be read
 * @throws when the address cannot be bound
 */
export async function startService(parts: ServiceParts): Promise<RunningService> {
  const { settings, adminToken, log } = parts;
  if (!ADMIN_TOKEN_PATTERN.test(adminToken)) {
    throw new TypeError("Cannot start: adminToken must be 1 to 1024 visible ASCII characters without spaces");
  }
  const verifier = await openCatalogVerifier(settings, { openKeyring: createFilesystemKeyring, log });
  const openShared = await prepareCache(parts);
  const replicaId = createReplicaId();
  const telemetry = parts.telemetry ?? (await exportTelemetry(parts, replicaId));
  const traced = await createTracedPorts(telemetry, settings);
  const opened = parts.database ?? (await connectDatabase(settings, log));
  const source = parts.source ?? createFilesystemSource(settings.viewsDir);
  const logUnexpected = createUnexpectedErrorLog(log);
  return runService({
    settings,
    adminToken,
    cacheBackend: parts.cache === undefined ? settings.cacheBackend : "custom",
    replicaId,
    log,
    droppedLogLines: parts.droppedLogLines,
    telemetry,
    verifier,
    readPackageFile,
    readViewText,
    source: traced.source(withSourceErrors(source, logUnexpected("source"))),
    database: traced.database(withDatabaseErrors(opened, logUnexpected("database"))),
    openShared(hooks) {
      const shared = openShared(hooks);
      const cache = withCacheErrors(shared.cache, logUnexpected("cache"));
      const broadcast = withBroadcastErrors(shared.broadcast, logUnexpected("broadcast"));
      return createSharedCache(traced.cache({ ...shared, cache, broadcast }), settings.cacheNamespace, hooks);
    },
    async close() {
      // The caller closes what the caller passed in.
      if (parts.database === undefined) await opened.close();
      if (parts.telemetry === undefined) await telemetry.shutdown();
    },
  });
}

/** Maximum number of different unexpected errors that are logged for each port. */
const UNEXPECTED_ERRORS_LOGGED_MAX = 10;

/** Other logs have only the code of a port's error; this one has the message and stack of any other error, once while it recurs. */
function createUnexpectedErrorLog(log: Log) {
  return (port: string) => {
    const decide = createReportFilter(UNEXPECTED_ERRORS_LOGGED_MAX);
    return (error: unknown): void => {
      const described = describeError(error);
      if (decide(described.detail) === "new")
        log.error({ port, ...described }, "Adapter failed with an unexpected error");
    };
  };
}

/** Loads the SDK only if something is exported. */
async function exportTelemetry(
  { settings: { otel }, log }: ServiceParts,
  replicaId: string,
): Promise<Telemetry> {
  if (!otel.traces && otel.metrics === undefined) return NO_TELEMETRY;
  return (await import("./telemetry/open-telemetry.ts")).openTelemetry({ settings: otel, replicaId, log });
}

const UNTRACED_PORTS: TracedPorts = {
  source: (source) => source,
  database: (database) => database,
  cache: (opened) => opened,
};

async function createTracedPorts(
  { tracer }: Telemetry,
  settings: ServiceParts["settings"],
): Promise<TracedPorts> {
  return tracer === undefined
    ? UNTRACED_PORTS
    : (await import("./trace-ports.ts")).tracePorts(tracer, settings);
}

export async function connectDatabase(
  { databaseUrl, tickersSql }: DatabaseSettings,
  log?: Log,
): Promise<DescribedDatabase> {
  return openDatabase({
    url: databaseUrl,
    query: tickersSql,
    name: maskUrl(databaseUrl ?? ""),
    onIdleError: (error) => log?.debug({ error: error.message }, "Database connection failed"),
  });
}

/** Adds the decorators, from the inside out: observer, breaker, namespace. */
function createSharedCache(opened: OpenedCache, namespace: string, hooks: SharedCacheHooks): SharedCache {
  const guarded = withBreaker(withObserver(opened.cache, hooks.observe), {
    onChange: hooks.onBreaker,
    policy: { probePauseMsMax: PROBE_PAUSE_MS_MAX },
  });
  return {
    cache: withNamespace(guarded, namespace),
    broadcast: opened.broadcast,
    hasFleet: opened.hasFleet,
    fault: opened.fault,
    address: opened.address,
    async connect() {
      await opened.connect();
      // Calls that failed before the first connection may have opened the breaker; reset it so that the preload
      // reaches Redis.
      guarded.reset();
    },
    watch: ({ ready, lost }) =>
      opened.watch({
        ready() {
          guarded.probeNow();
          ready();
        },
        lost,
      }),
    close: opened.close,
  };
}

/** Makes the function that opens the shared cache; the client of Redis is loaded only if it is used. */
async function prepareCache({
  settings,
  log,
  cache,
  broadcast,
}: ServiceParts): Promise<(hooks: SharedCacheHooks) => OpenedCache> {
  if (cache !== undefined) {
    return (hooks) => {
      const channel = broadcast ?? createMemoryBroadcast().join({ onDefect: hooks.onDefect });
      return createPlainCache(cache, { broadcast: removeClose(channel), hasFleet: true });
    };
  }
  if (settings.redisUrl !== undefined) {
    const open = await (await import("./open-redis.ts")).prepareRedis(settings, log);
    if (broadcast === undefined) return open;
    return (hooks) => {
      const opened = open(hooks);
      return { ...opened, broadcast: { ...removeClose(broadcast), close: opened.broadcast.close } };
    };
  }
  const memory = createMemoryCache();
  return () =>
    createPlainCache(memory, {
      broadcast: createMemoryBroadcast().join(),
      hasFleet: false,
      close: memory.close,
    });
}

/** A channel that the caller passed in: the caller closes it, not the service. */
function removeClose(broadcast: BroadcastPort): BroadcastPort {
  return {
    publish: (message, options) => broadcast.publish(message, options),
    subscribe: (listener) => broadcast.subscribe(listener),
    close: async () => undefined,
  };
}

interface PlainCacheOptions {
  readonly broadcast: BroadcastPort;
  readonly hasFleet: boolean;
  readonly close?: () => Promise<void>;
}

/**
 * A cache that needs no connection. By default `close` does nothing: the caller closes a cache that the
 * caller passed in.
 */
function createPlainCache(
  cache: CachePort,
  { broadcast, hasFleet, close = async () => undefined }: PlainCacheOptions,
): OpenedCache {
  const nothing = () => undefined;
  return {
    cache,
    broadcast,
    hasFleet,
    close,
    connect: async () => undefined,
    fault: nothing,
    address: nothing,
    watch: nothing,
  };
}

/**
 * Makes the verifier of a service and reads its keys.
 *
 * @throws {SigningKeysError} when the keys cannot be read: a service that cannot check signatures must not
 * start
 */
export async function openCatalogVerifier(
  settings: Settings,
  { openKeyring, log }: { readonly openKeyring: OpenKeyring; readonly log: Log },
): Promise<CatalogVerifier> {
  const verifier = createCatalogVerifier(settings, createSigningKeysLoader(settings, openKeyring));
  const keys = await verifier.refreshKeys();
  if (keys.kind === "refused") throw new SigningKeysError(`Cannot start: ${keys.detail}`, keys.texts);
  for (const detail of keys.warnings) log.warn({ detail }, "Signing key warning");
  return verifier;
}

/** The host name, which is the pod's name in Kubernetes, and a random part that differs at each start. */
function createReplicaId(): string {
  return `${readHostName().slice(0, 60)}-${randomBytes(4).toString("hex")}`;
}

function readHostName(): string {
  try {
    return hostname().replace(/[^\x21-\x7e]/g, "") || "replica";
  } catch {
    // Deno throws without the permission to read the host name.
    return "replica";
  }
}
