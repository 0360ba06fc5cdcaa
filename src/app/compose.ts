import type { Tracer } from "@opentelemetry/api";
import { withBreaker } from "../adapters/decorators/breaker.ts";
import { withNamespace } from "../adapters/decorators/namespace.ts";
import { withObserver } from "../adapters/decorators/observe.ts";
import { createFilesystemKeyring } from "../adapters/filesystem/keyring.ts";
import { readPackageFile } from "../adapters/filesystem/read-package-file.ts";
import { readSource } from "../adapters/filesystem/read-source.ts";
import { createFilesystemSource } from "../adapters/filesystem/source.ts";
import { createMemoryBroadcast } from "../adapters/memory/broadcast.ts";
import { createMemoryCache } from "../adapters/memory/cache.ts";
import { openDatabase } from "../adapters/open-database.ts";
import { withCacheSpans } from "../adapters/otel/cache.ts";
import { withDatabaseSpans } from "../adapters/otel/database.ts";
import { withSourceSpans } from "../adapters/otel/source.ts";
import { createRedisBroadcast } from "../adapters/redis/broadcast.ts";
import { createRedisCache } from "../adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../adapters/redis/client.ts";
import { connectionFailure, describeClientError } from "../adapters/redis/connection-failure.ts";
import { readCaCertificates } from "../adapters/redis/read-ca-certificates.ts";
import type { BroadcastPort } from "../ports/broadcast-port.ts";
import type { CachePort } from "../ports/cache-port.ts";
import type { DescribedDatabase } from "../ports/database-port.ts";
import { createReplicaId } from "./fleet/replica-registry.ts";
import type {
  DatabaseSettings,
  LookedIntoCache,
  RunningService,
  ServiceParts,
  SharedCacheSettings,
} from "./lifecycle/service.ts";
import { openCatalogVerifier } from "./open-catalog-verifier.ts";
import { runService, type SharedCache, type SharedCacheHooks } from "./run-service.ts";
import { CaCertificatesError } from "./settings/setting-values.ts";
import type { Settings } from "./settings/settings.ts";
import { maskUrl } from "./settings/url-settings.ts";
import type { Log } from "./telemetry/log.ts";
import { createOversizedLog } from "./telemetry/log-oversized.ts";
import { openTelemetry } from "./telemetry/open-telemetry.ts";

/** Different errors of one outage that are logged. */
const CONNECTION_ERRORS_TOLD_MAX = 10;
/** How long Redis may keep the start waiting. */
const CONNECT_WAIT_MS = 1000;
/** How long a command waits for a connection: an attempt's own time, and a little more to hear why it failed. */
const CONNECT_FAILURE_WAIT_MS = 1500;

/** The longest pause between two probes of a cache that has failed: a few beats, so that a repair is noticed within seconds. */
const PROBE_PAUSE_MS_MAX = 1000;

/**
 * Makes the adapters that the settings name, unless they are given, and starts a service on them.
 *
 * @throws {SigningKeysError} when the keys that the settings name cannot be had
 * @throws {CaCertificatesError} when the certificates that they name cannot be had
 * @throws when the address cannot be bound
 */
export async function startService(parts: ServiceParts): Promise<RunningService> {
  const { settings, adminToken, log } = parts;
  const verifier = await openCatalogVerifier(settings, { openKeyring: createFilesystemKeyring, log });
  const ca = parts.cache === undefined ? await loadCaCertificates(settings) : undefined;
  const replicaId = createReplicaId();
  const telemetry = parts.telemetry ?? (await openTelemetry({ settings: settings.otel, replicaId, log }));
  const { tracer } = telemetry;
  const opened = parts.database ?? connectDatabase(settings, log);
  const source = parts.source ?? createFilesystemSource(settings.viewsDir);
  return runService({
    settings,
    adminToken,
    replicaId,
    log,
    droppedLogLines: parts.droppedLogLines,
    telemetry,
    verifier,
    readPackageFile,
    readSource,
    source: tracer === undefined ? source : withSourceSpans(source, tracer),
    database:
      tracer === undefined
        ? opened
        : withDatabaseSpans(opened, { tracer, system: databaseSystem(settings.databaseUrl) }),
    openShared: (hooks) =>
      shareCache(
        traced(openCache(parts, ca, hooks), tracer, settings.cacheNamespace),
        settings.cacheNamespace,
        hooks,
      ),
    async close() {
      // The caller closes what the caller passed in.
      if (parts.database === undefined) await opened.close();
      if (parts.telemetry === undefined) await telemetry.shutdown();
    },
  });
}

function databaseSystem(url: string | undefined): "postgresql" | "sqlite" {
  return url?.startsWith("postgres") ? "postgresql" : "sqlite";
}

/** Makes the database that `DATABASE_URL` names. */
export function connectDatabase({ databaseUrl, tickersSql }: DatabaseSettings, log?: Log): DescribedDatabase {
  return openDatabase({
    url: databaseUrl,
    query: tickersSql,
    name: maskUrl(databaseUrl ?? ""),
    onIdleError: (error) => log?.debug({ error: error.message }, "Database connection failed"),
  });
}

/**
 * Connects to the shared cache that the settings name, for reading only; undefined without such settings.
 *
 * @throws {CaCertificatesError} when the certificates that they name cannot be had
 */
export async function openSharedCache(settings: SharedCacheSettings): Promise<LookedIntoCache | undefined> {
  const { redisUrl, cacheNamespace } = settings;
  if (redisUrl === undefined) return undefined;
  const client = createRedisClient(redisUrl, { ca: await loadCaCertificates(settings) });
  let failure: string | undefined;
  client.on("error", (error: Error) => {
    if (failure === undefined || connectionFailure(error) !== undefined) failure = describeClientError(error);
  });
  client.on("ready", () => {
    failure = undefined;
  });
  const cache = createRedisCache(client);
  await connectRedis(client, CONNECT_FAILURE_WAIT_MS);
  return { cache: withNamespace(cache, cacheNamespace), connectionFailure: () => failure };
}

async function loadCaCertificates({ redisTlsCa }: Pick<Settings, "redisTlsCa">): Promise<string | undefined> {
  if (redisTlsCa === undefined) return undefined;
  const read = await readCaCertificates(redisTlsCa);
  if (read.kind === "unusable") throw new CaCertificatesError(redisTlsCa, read.detail);
  return read.pem;
}

/** A cache and a channel as they are opened, before anything stands in front of them. */
interface OpenedCache extends Pick<SharedCache, "broadcast" | "close" | "connect" | "hasFleet" | "watch"> {
  readonly cache: CachePort;
  /** The server behind it, as spans name it. */
  readonly system?: string;
}

function traced(opened: OpenedCache, tracer: Tracer | undefined, namespace: string): OpenedCache {
  if (tracer === undefined) return opened;
  const familyOf = (key: string): string => {
    const family = key.slice(namespace.length + 1).split(":", 1)[0] ?? "";
    return KEY_FAMILIES.has(family) ? family : "other";
  };
  return { ...opened, cache: withCacheSpans(opened.cache, { tracer, system: opened.system, familyOf }) };
}

/** What follows the namespace in the keys of this service. */
const KEY_FAMILIES: ReadonlySet<string> = new Set(["catalog", "leases", "replicas", "tickers", "views"]);

/** From the inside out: each call is observed, guarded and kept in its namespace. */
function shareCache(opened: OpenedCache, namespace: string, hooks: SharedCacheHooks): SharedCache {
  const guarded = withBreaker(withObserver(opened.cache, hooks.observe), {
    onChange: hooks.onBreaker,
    policy: { probePauseMsMax: PROBE_PAUSE_MS_MAX },
  });
  return {
    cache: withNamespace(guarded, namespace),
    broadcast: opened.broadcast,
    hasFleet: opened.hasFleet,
    async connect() {
      await opened.connect();
      // Requests that came before there was a connection must not keep the first look for a catalog from Redis.
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

function openCache(
  { settings, log, cache, broadcast }: ServiceParts,
  ca: string | undefined,
  hooks: SharedCacheHooks,
): OpenedCache {
  if (cache !== undefined) {
    const channel = broadcast ?? createMemoryBroadcast().join({ onDefect: hooks.onDefect });
    return plainCache(cache, { broadcast: kept(channel), hasFleet: true });
  }
  if (settings.redisUrl !== undefined) {
    const connect = () => createRedisClient(settings.redisUrl ?? "", { ca });
    return openRedis(connect, settings, log, hooks);
  }
  const memory = createMemoryCache();
  return plainCache(memory, {
    broadcast: createMemoryBroadcast().join(),
    hasFleet: false,
    close: memory.close,
  });
}

/** The caller closes the channel that the caller passed in. */
function kept(broadcast: BroadcastPort): BroadcastPort {
  return { ...broadcast, close: async () => undefined };
}

interface PlainCacheOptions {
  readonly broadcast: BroadcastPort;
  readonly hasFleet: boolean;
  readonly close?: () => Promise<void>;
}

/** A cache that needs no connection; the caller closes one that the caller passed in. */
function plainCache(
  cache: CachePort,
  { broadcast, hasFleet, close = async () => undefined }: PlainCacheOptions,
): OpenedCache {
  return { cache, broadcast, hasFleet, close, connect: async () => undefined, watch: () => undefined };
}

function openRedis(
  createClient: () => ReturnType<typeof createRedisClient>,
  { cacheNamespace }: Settings,
  log: Log,
  { onDefect }: SharedCacheHooks,
): OpenedCache {
  const client = createClient();
  logConnectionErrors(client, log);
  const cache = createRedisCache(client, { onOversized: createOversizedLog(log) });
  const broadcast = createRedisBroadcast({
    publisher: client,
    subscriber: createClient(),
    channel: `${cacheNamespace}:events`,
    onDefect,
  });
  return {
    cache,
    system: "redis",
    broadcast,
    hasFleet: true,
    close: cache.close,
    async connect() {
      await connectRedis(client, CONNECT_WAIT_MS);
    },
    watch({ ready, lost }) {
      client.on("ready", ready);
      client.on("close", lost);
    },
  };
}

/** The client tries again and again: what it says is worth a line when it says something new. */
function logConnectionErrors(client: ReturnType<typeof createRedisClient>, log: Log): void {
  const told = new Set<string>();
  client.on("error", (error: Error) => {
    const detail = describeClientError(error);
    if (told.has(detail) || told.size === CONNECTION_ERRORS_TOLD_MAX) return;
    told.add(detail);
    log.warn({ detail }, "Redis connection failed");
  });
  client.on("ready", () => told.clear());
}
