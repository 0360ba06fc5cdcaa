import { setTimeout as delay } from "node:timers/promises";
import { createMemoryCache } from "../adapters/cache/memory-cache.ts";
import { withNamespace } from "../adapters/cache/namespaced-cache.ts";
import { withObserver } from "../adapters/cache/observed-cache.ts";
import { createRedisCache } from "../adapters/cache/redis-cache.ts";
import { connectRedis, createRedisClient } from "../adapters/cache/redis-client.ts";
import { createFilesystemSource } from "../adapters/catalog-source/filesystem-source.ts";
import { openDatabase } from "../adapters/database/open-database.ts";
import type { CachePort } from "../ports/cache-port.ts";
import { createCacheStatusTracker } from "./cache-status.ts";
import type { CatalogEvent } from "./catalog/catalog-event.ts";
import { createCatalogRegistry } from "./catalog/catalog-registry.ts";
import { createCatalogService } from "./catalog/catalog-service.ts";
import { createCatalogStore } from "./catalog/catalog-store.ts";
import { diffDatabase } from "./catalog/diff-database.ts";
import { createHttpApp } from "./http/http-app.ts";
import { type HttpServer, listen } from "./http/http-server.ts";
import { maskUrl } from "./mask-url.ts";
import type { ConnectDatabase, OpenSource, RunningService, ServiceParts } from "./service.ts";
import type { Settings } from "./settings.ts";
import type { Log } from "./telemetry/log.ts";
import { logCatalogEvent } from "./telemetry/log-catalog-event.ts";
import { logTickerEvent } from "./telemetry/log-ticker-event.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { createTickerService, type TickerLoad } from "./tickers/ticker-service.ts";

/** How long Redis may keep the start waiting. */
const CONNECT_WAIT_MS = 1000;
/** How long requests under way may take to end after the signal to stop. */
const DRAIN_TIMEOUT_MS = 10_000;

/** Makes the source that `VIEWS_DIR`, or a command's argument, names. */
export const openSource: OpenSource = createFilesystemSource;

/**
 * Wires everything and starts it: listens first, so that probes are answered, then looks for the catalog.
 *
 * @throws when the address cannot be bound
 */
export async function startService(parts: ServiceParts): Promise<RunningService> {
  const { settings, log } = parts;
  const stop: StopSignals = { asked: new AbortController(), drained: new AbortController() };
  const registry = createCatalogRegistry();
  const cacheStatus = createCacheStatusTracker(settings.cacheBackend, (status) =>
    status.up
      ? log.info({ backend: status.backend }, "Cache answers again")
      : log.warn(
          { backend: status.backend, reason: status.reason },
          "Cache does not answer: the service goes on without it",
        ),
  );
  const peekTickers = (): TickerLoad => tickers.peek();
  const metrics = createMetrics({
    registry,
    cacheStatus: cacheStatus.current,
    peekTickers,
    nowMs: monotonicMs,
  });
  const opened = parts.cache === undefined ? openCache(settings, log) : plainCache(parts.cache);
  const cache = withObserver(opened.cache, (observation) => {
    metrics.cacheOperation(observation);
    cacheStatus.record(observation.operation, observation.result);
  });
  const emit = (event: CatalogEvent): void => {
    metrics.catalogEvent(event);
    logCatalogEvent(log, event);
  };
  const shared = withNamespace(cache, settings.cacheNamespace);
  const database = parts.database ?? connectDatabase(settings, log);
  const closeDatabase = parts.database === undefined ? database.close : async () => undefined;
  const tickers = createTickerService({
    cache: shared,
    source: database,
    ttlSeconds: settings.tickersCacheTtlSeconds,
    emit: (event) => {
      metrics.tickerEvent(event);
      logTickerEvent(log, event);
    },
    nowMs: monotonicMs,
    signal: stop.drained.signal,
  });
  const catalog = createCatalogService({
    store: createCatalogStore(shared),
    source: parts.source ?? openSource(settings.viewsDir),
    registry,
    ttlSeconds: settings.viewsCacheTtlSeconds,
    emit,
    nowMs: () => Date.now(),
    random: Math.random,
    pause: (ms) => delay(ms, undefined, { signal: stop.drained.signal }).catch(() => undefined),
    signal: stop.drained.signal,
  });
  const handle = createHttpApp({
    adminToken: parts.adminToken,
    log,
    observe: metrics.httpRequest,
    declare: metrics.declareHttp,
    registry,
    problems: catalog.problems,
    cacheStatus: cacheStatus.current,
    scrape: metrics.scrape,
    stopping: () => stop.asked.signal.aborted,
    reload: catalog.reload,
    tickers,
    nowMs: monotonicMs,
    diffDatabase: async () => {
      const active = registry.current();
      return active === undefined ? undefined : diffDatabase(active.catalog, database);
    },
  });
  const server = await listen({ handle, host: settings.host, port: settings.port });
  log.info({ url: server.url, cache: settings.cacheBackend, views_dir: settings.viewsDir }, "Listening");

  opened.watch({
    ready: () => void catalog.reconcile(),
    lost: () => {
      if (!stop.drained.signal.aborted) cacheStatus.recordLoss();
    },
  });
  const loaded = opened.connect().then(catalog.start);
  if (settings.cacheBackend === "redis") void catalog.keepReconciling();
  return {
    url: server.url,
    loaded,
    stop: stopOnce({ stop, server, loaded, log, close: [opened.close, closeDatabase] }),
  };
}

/** Goes on evenly when somebody sets the machine's clock. */
function monotonicMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Makes the database that `DATABASE_URL` names. */
export const connectDatabase: ConnectDatabase = ({ databaseUrl, tickersSql }, log) =>
  openDatabase({
    url: databaseUrl,
    query: tickersSql,
    name: maskUrl(databaseUrl ?? ""),
    onIdleError: (error) => log.debug({ error: error.message }, "Database connection failed"),
  });

/** A cache with what only some have: a connection that is made, lost and made again. */
interface OpenedCache {
  readonly cache: CachePort;
  connect(): Promise<void>;
  /** Tells of the connection from then on. */
  watch(listeners: { readonly ready: () => void; readonly lost: () => void }): void;
  close(): Promise<void>;
}

/** A cache that needs no connection; one that was given is also closed by whoever gave it. */
function plainCache(cache: CachePort, close: () => Promise<void> = async () => undefined): OpenedCache {
  return { cache, connect: async () => undefined, watch: () => undefined, close };
}

function openCache({ redisUrl }: Settings, log: Log): OpenedCache {
  if (redisUrl === undefined) {
    const memory = createMemoryCache();
    return plainCache(memory, memory.close);
  }
  const client = createRedisClient(redisUrl);
  logConnectionErrors(client, log);
  const cache = createRedisCache(client);
  return {
    cache,
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
  let last: string | undefined;
  client.on("error", ({ message }: Error) => {
    if (message === last) return;
    last = message;
    log.warn({ detail: message }, "Redis connection failed");
  });
  client.on("ready", () => {
    last = undefined;
  });
}

/** A reload that is under way when the service is asked to stop still ends well: only then is the rest given up. */
interface StopSignals {
  readonly asked: AbortController;
  readonly drained: AbortController;
}

interface Stoppable {
  readonly stop: StopSignals;
  readonly server: HttpServer;
  readonly loaded: Promise<void>;
  readonly log: Log;
  /** What is closed when no request needs it any more. */
  readonly close: readonly (() => Promise<void>)[];
}

function stopOnce({ stop, server, loaded, log, close }: Stoppable): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= (async () => {
      log.info("Stopping");
      stop.asked.abort();
      await server.close({ timeoutMs: DRAIN_TIMEOUT_MS });
      stop.drained.abort();
      // A first load that was still under way gives up now.
      await loaded;
      await Promise.all(close.map((end) => end()));
      log.info("Stopped");
    })();
    return stopped;
  };
}
