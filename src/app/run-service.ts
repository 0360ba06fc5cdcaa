import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createEventBus } from "../lib/event-bus.ts";
import { runGuarded } from "../lib/run-guarded.ts";
import { createActiveCatalog } from "./catalog/active-catalog.ts";
import { createCatalogService } from "./catalog/catalog-service.ts";
import { createCatalogStore } from "./catalog/catalog-store.ts";
import { createSharedDiff } from "./catalog/diff-database.ts";
import { createFleetIdentity } from "./catalog/fleet-identity.ts";
import { createFleetService, REPLICA_TTL_SECONDS } from "./fleet/fleet-service.ts";
import { createReplicaRegistry, type FleetCounts } from "./fleet/replica-registry.ts";
import { createHttpApp } from "./http/http-app.ts";
import { listen } from "./http/server/listen.ts";
import {
  type RunningService,
  type ServiceDependencies,
  type StopSignals,
  stopOnce,
} from "./lifecycle/service.ts";
import { createCacheStatusTracker } from "./status/cache-status.ts";
import { createChecks } from "./status/checks.ts";
import { createHistory } from "./status/history.ts";
import { createReadiness } from "./status/readiness.ts";
import { createActivityRecorder } from "./status/recent-activity.ts";
import { createReplicaDescriber } from "./status/replica-describer.ts";
import { createStatusStream } from "./status/status-stream.ts";
import { createSubscribers, type ServiceEvents } from "./subscribers.ts";
import { logDiffFailure } from "./telemetry/log-events.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { NO_SPANS } from "./telemetry/telemetry.ts";
import { createLease } from "./tickers/lease.ts";
import { createTickerService, warmTickers } from "./tickers/ticker-service.ts";
import type { TickerLoad } from "./tickers/ticker-snapshot.ts";
import { watchDatabase } from "./watched-database.ts";

/** How long one replica holds the lease to query the database for the fleet. */
const TICKERS_LEASE_SECONDS = 5;

/**
 * Wires the use cases to their ports and starts them: listens first, so that probes are answered, then loads the
 * catalog.
 *
 * @throws when the address cannot be bound
 */
export async function runService(deps: ServiceDependencies): Promise<RunningService> {
  const { settings, log, source } = deps;
  const stop: StopSignals = { asked: new AbortController(), drained: new AbortController() };
  const { signal } = stop.drained;
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
  const holder = createActiveCatalog();
  const bus = createEventBus<ServiceEvents>();
  const status = createCacheStatusTracker(settings.cacheBackend, (changed) =>
    bus.publish("cacheStatus", changed),
  );
  const { tracer, requestRatio } = deps.telemetry;
  const spans =
    tracer === undefined
      ? NO_SPANS
      : (await import("./telemetry/service-spans.ts")).createServiceSpans(tracer, requestRatio);
  const metrics = createMetrics({
    telemetry: deps.telemetry,
    disabled: settings.otel.disabled,
    holder,
    cacheStatus: status.current,
    databaseStatus: () => watched.status(),
    peekTickers: (): TickerLoad => tickers.peek(),
    fleet: (): FleetCounts => fleet.last(),
    isSubscribed: () => fleet.isSubscribed(),
    droppedLogLines: deps.droppedLogLines,
    nowMs: monotonicMs,
  });
  const watched = watchDatabase({
    database: deps.database,
    log,
    observe: (observation) => bus.publish("database", observation),
    onChange: () => stream.changed(),
    nowMs: monotonicMs,
  });
  const { database, status: databaseStatus } = watched;
  const readiness = createReadiness({
    holder,
    problems: () => catalog.problems(),
    paths: { VIEWS_DIR: settings.viewsDir, VIEWS_SIGNATURE_KEYRING: settings.viewsSignatureKeyring },
    cacheStatus: status.current,
    cacheFault: () => opened.fault(),
    databaseStatus,
    tickers: { peek: () => tickers.peek() },
    nowMs: monotonicMs,
    checks: createChecks({
      holder,
      disk: () => stream.disk(),
      fleet: () => fleet.last(),
      isForeign: () => stream.isForeign(),
      damage: () => stream.damage(),
      isSubscribed: () => fleet.isSubscribed(),
      cacheStatus: status.current,
      databaseStatus,
      peekTickers: () => tickers.peek(),
      signatures: settings,
      wallMs: Date.now,
      monotonicMs,
    }),
    stopping: () => stop.asked.signal.aborted,
  });
  const { viewsDir } = settings;
  const activity = createActivityRecorder({
    nowMs: monotonicMs,
    isCacheUp: () => status.current().up,
    tickersAgeSeconds: () => tickersAgeSeconds(tickers.peek()),
    tickersTtlSeconds: settings.tickersCacheTtlSeconds,
  });
  const lastFleet = (): FleetCounts => fleet.last();
  const stream = createStatusStream({
    readiness,
    viewsDir,
    fleet: lastFleet,
    activity,
    wallMs: Date.now,
  });
  const opened = deps.openShared({
    observe: (observation) => bus.publish("cache", observation),
    onBreaker: (breaker) => bus.publish("breaker", breaker),
    onDefect: (error) => bus.publish("fleet", { kind: "defect", detail: String(error), stack: undefined }),
  });
  const common = { pause, signal };
  const tickers = createTickerService({
    ...common,
    random: Math.random,
    cache: opened.cache,
    lease: createLease({
      cache: opened.cache,
      key: "leases:tickers",
      ttlSeconds: TICKERS_LEASE_SECONDS,
      createToken: randomUUID,
      signal,
    }),
    source: database,
    ttlSeconds: settings.tickersCacheTtlSeconds,
    emit: (event) => bus.publish("tickers", event),
    nowMs: monotonicMs,
  });
  const catalog = createCatalogService({
    ...common,
    store: createCatalogStore(opened.cache),
    source,
    holder,
    verifier: deps.verifier,
    fleet: createFleetIdentity(settings.fleetId),
    ttlSeconds: settings.viewsCacheTtlSeconds,
    emit: (event) => bus.publish("catalog", event),
    wallMs: Date.now,
    monotonicMs,
    random: Math.random,
  });
  const describe = createReplicaDescriber({
    id: deps.replicaId,
    holder,
    cacheStatus: status.current,
    peekTickers: tickers.peek,
    disk: stream.disk,
    wallMs: Date.now,
    monotonicMs,
  });
  const fleet = createFleetService({
    ...common,
    random: Math.random,
    id: deps.replicaId,
    broadcast: opened.broadcast,
    registry: createReplicaRegistry({
      cache: opened.cache,
      describe,
      ttlSeconds: REPLICA_TTL_SECONDS,
      nowMs: monotonicMs,
      signal,
    }),
    compareCatalog: catalog.reconcile,
    resyncTickers: tickers.resync,
    emit: (event) => bus.publish("fleet", event),
    trace: spans.fleet,
  });
  const history = createHistory({
    ...common,
    cache: opened.cache,
    replica: deps.replicaId,
    wallMs: Date.now,
    random: Math.random,
  });
  bus.subscribe(
    createSubscribers({
      log,
      metrics,
      spans,
      stream,
      history,
      cacheStatus: status,
      fleet,
      databaseName: database.name,
    }),
  );
  const compareColumns = createSharedDiff(database);
  const handle = createHttpApp({
    adminToken: deps.adminToken,
    log,
    observe(observation) {
      metrics.httpRequest(observation);
      activity.request(observation);
    },
    activity: activity.current,
    declare: metrics.declareHttp,
    startSpan: spans.startRequest,
    holder,
    onActivation: (listener) =>
      bus.subscribe({ catalog: [({ kind }) => kind === "activated" && listener()] }),
    readiness,
    live: stream,
    scrape: metrics.scrape,
    reload: (options) => spans.around("catalog reload", () => catalog.reload(options))(),
    previewReload: catalog.previewReload,
    tickers,
    listReplicas: fleet.list,
    listHistory: history.list,
    readPackageFile: deps.readPackageFile,
    readViewText: deps.readViewText,
    nowMs: monotonicMs,
    diffDatabase: async () => {
      const active = holder.current();
      const diff = active === undefined ? undefined : await compareColumns(active.catalog);
      if (diff?.kind === "failed") logDiffFailure(log, diff.error, database.name);
      return diff;
    },
  });
  const limits = { idleTimeoutMs: settings.httpIdleTimeoutSeconds * 1000 };
  const server = await listen({ handle, host: settings.host, port: settings.port, limits });
  log.info(
    { url: server.url, replica: deps.replicaId, cache: settings.cacheBackend, views_dir: viewsDir },
    "Listening",
  );
  opened.watch({
    ready: fleet.reconnected,
    lost: () => {
      if (!signal.aborted) status.recordLoss();
    },
  });
  const connected = opened.connect();
  const loaded = connected.then(spans.around("catalog preload", catalog.start));
  // Concurrently with the catalog: neither waits for the other.
  const background = (task: () => Promise<void>): Promise<void> =>
    runGuarded(({ detail, stack }) => log.error({ detail, stack }, "Background task failed"), task);
  const firstTickers = { load: spans.around("tickers preload", tickers.load), peek: tickers.peek };
  void connected.then(() => background(() => warmTickers({ ...common, tickers: firstTickers })));
  void background(() => watched.keepProbing(common));
  if (opened.hasFleet) void loaded.then(() => signal.aborted || fleet.start());
  const leaveFleet = opened.hasFleet ? fleet.leave : async () => undefined;
  const leave = async (): Promise<void> => {
    await history.flush();
    await leaveFleet();
  };
  const close = [opened.broadcast.close, opened.close, deps.close];
  return {
    url: server.url,
    loaded,
    reload: catalog.reload,
    stop: stopOnce({
      stop,
      live: stream,
      server,
      loaded,
      log,
      leave,
      close,
      drainDelayMs: settings.httpDrainDelaySeconds * 1000,
    }),
  };
}

function tickersAgeSeconds(load: TickerLoad): number | null {
  if (load.kind === "unavailable") return null;
  return Math.max(0, Math.round((monotonicMs() - load.snapshot.loadedAtMs) / 1000));
}

/** Not affected when the machine's clock is set. */
function monotonicMs(): number {
  return performance.timeOrigin + performance.now();
}
