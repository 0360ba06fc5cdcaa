import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createEventBus } from "../lib/event-bus.ts";
import { createActiveCatalog } from "./catalog/active-catalog.ts";
import { createCatalogService } from "./catalog/catalog-service.ts";
import { createCatalogStore } from "./catalog/catalog-store.ts";
import { createFleetIdentity } from "./catalog/fleet-identity.ts";
import { createDiskReadOrder } from "./catalog/read-disk.ts";
import { createFleetService, REPLICA_TTL_SECONDS } from "./fleet/fleet-service.ts";
import { createReplicaRegistry, type FleetCounts } from "./fleet/replica-registry.ts";
import type { ServiceDependencies, StopSignals } from "./lifecycle/service.ts";
import { createCacheStatusTracker } from "./status/cache-status.ts";
import { createChecks } from "./status/checks.ts";
import { createHistory } from "./status/history.ts";
import { createReadiness } from "./status/readiness.ts";
import { createActivityRecorder } from "./status/recent-activity.ts";
import { createReplicaDescriber, secondsBetween } from "./status/replica-describer.ts";
import { createStatusStream } from "./status/status-stream.ts";
import { createSubscribers, type ServiceEvents } from "./subscribers.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import type { ServiceSpans } from "./telemetry/telemetry.ts";
import { createLease } from "./tickers/lease.ts";
import { createTickerService } from "./tickers/ticker-service.ts";
import type { TickerLoad } from "./tickers/ticker-snapshot.ts";
import { watchDatabase } from "./watched-database.ts";

/** How long one replica may hold the lease to query the database for the fleet. */
const TICKERS_LEASE_SECONDS = 5;

/** When the service stops, these end what runs in the background. */
interface InterruptOptions {
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The parts of a service that `run-service.ts` uses. */
export type ServiceWiring = ReturnType<typeof wireService>;

/**
 * Makes the use cases and connects them by events. Callbacks may name parts that are made further down,
 * because they run later.
 */
export function wireService(deps: ServiceDependencies, stop: StopSignals, spans: ServiceSpans) {
  const { settings, log, source } = deps;
  const { signal } = stop.requestsDrained;
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
  const interruptible: InterruptOptions = { pause, signal };
  const holder = createActiveCatalog();
  const bus = createEventBus<ServiceEvents>();
  /** After a stop has aborted all work, events only report the abort, so only defects are published. */
  const emitTo =
    <Topic extends "catalog" | "fleet" | "tickers">(topic: Topic) =>
    (event: ServiceEvents[Topic]): void => {
      if (!signal.aborted || event.kind === "defect") bus.publish(topic, event);
    };
  const status = createCacheStatusTracker(deps.cacheBackend, (changed) =>
    bus.publish("cacheStatus", changed),
  );
  const lastFleet = (): FleetCounts => fleet.last();
  const peekTickers = (): TickerLoad => tickers.peek();
  const metrics = createMetrics({
    telemetry: deps.telemetry,
    isDisabled: settings.otel.disabled,
    holder,
    cacheStatus: status.current,
    databaseStatus: () => watched.status(),
    peekTickers,
    fleet: lastFleet,
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
    cacheFault: () => sharedCache.fault(),
    databaseStatus,
    tickers: { peek: peekTickers },
    nowMs: monotonicMs,
    checks: createChecks({
      holder,
      servedSince: (hash) => history.servedSince(hash),
      disk: () => stream.disk(),
      fleet: lastFleet,
      isForeign: () => stream.isForeign(),
      damage: () => stream.damage(),
      isSubscribed: () => fleet.isSubscribed(),
      hasFleet: () => sharedCache.hasFleet,
      cacheStatus: status.current,
      databaseStatus,
      peekTickers,
      signatures: settings,
      wallMs: Date.now,
      monotonicMs,
    }),
    isStopping: () => stop.stopRequested.signal.aborted,
  });
  const activity = createActivityRecorder({
    nowMs: monotonicMs,
    isCacheUp: () => status.current().up,
    tickersAgeSeconds: () => tickersAgeSecondsOf(peekTickers()),
    tickersTtlSeconds: settings.tickersCacheTtlSeconds,
  });
  const stream = createStatusStream({
    readiness,
    viewsDir: settings.viewsDir,
    fleet: lastFleet,
    activity,
    wallMs: Date.now,
  });
  const sharedCache = deps.openShared({
    observe: (observation) => bus.publish("cache", observation),
    onBreaker: (breaker) => bus.publish("breaker", breaker),
    onDefect: (error) => bus.publish("fleet", { kind: "defect", detail: String(error), stack: undefined }),
  });
  const tickers = createTickerService({
    ...interruptible,
    random: Math.random,
    cache: sharedCache.cache,
    lease: createLease({
      cache: sharedCache.cache,
      key: "leases:tickers",
      ttlSeconds: TICKERS_LEASE_SECONDS,
      createToken: randomUUID,
      signal,
    }),
    source: database,
    ttlSeconds: settings.tickersCacheTtlSeconds,
    emit: emitTo("tickers"),
    nowMs: monotonicMs,
  });
  const catalog = createCatalogService({
    ...interruptible,
    store: createCatalogStore(sharedCache.cache),
    source,
    beginDiskRead: createDiskReadOrder(),
    holder,
    verifier: deps.verifier,
    fleet: createFleetIdentity(settings.fleetId),
    ttlSeconds: settings.viewsCacheTtlSeconds,
    emit: emitTo("catalog"),
    wallMs: Date.now,
    monotonicMs,
    random: Math.random,
  });
  const describe = createReplicaDescriber({
    id: deps.replicaId,
    name: settings.replicaName,
    holder,
    cacheStatus: status.current,
    peekTickers,
    disk: stream.disk,
    wallMs: Date.now,
    monotonicMs,
  });
  const fleet = createFleetService({
    ...interruptible,
    random: Math.random,
    id: deps.replicaId,
    broadcast: sharedCache.broadcast,
    registry: createReplicaRegistry({
      cache: sharedCache.cache,
      describe,
      ttlSeconds: REPLICA_TTL_SECONDS,
      nowMs: monotonicMs,
      signal,
      onVanished: (lost) => history.departed(lost.map(({ id, since: at }) => ({ replica: id, at }))),
    }),
    compareCatalog: catalog.reconcile,
    resyncTickers: tickers.resync,
    emit: emitTo("fleet"),
    trace: spans.fleet,
  });
  const history = createHistory({
    ...interruptible,
    cache: sharedCache.cache,
    replica: deps.replicaId,
    name: settings.replicaName,
    viewsDir: settings.viewsDir,
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
  return {
    activity,
    bus,
    catalog,
    fleet,
    history,
    holder,
    interruptible,
    metrics,
    readiness,
    sharedCache,
    status,
    stream,
    tickers,
    watched,
  };
}

function tickersAgeSecondsOf(load: TickerLoad): number | null {
  if (load.kind === "unavailable") return null;
  return secondsBetween(load.snapshot.loadedAtMs, monotonicMs());
}

/** The time in milliseconds, by a clock that is not affected when the machine's clock is set. */
export function monotonicMs(): number {
  return performance.timeOrigin + performance.now();
}
