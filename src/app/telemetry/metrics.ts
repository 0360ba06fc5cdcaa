import type { MetricData, MetricProducer } from "@opentelemetry/sdk-metrics";
import { REFUSAL_REASONS } from "../../domain/release/refusal-reasons.ts";
import type { CacheObservation, CacheOperation } from "../../ports/cache-port.ts";
import type { DatabaseObservation } from "../../ports/database-port.ts";
import type { ActiveCatalogHolder } from "../catalog/active-catalog.ts";
import { ACTIVATION_TRIGGERS, type CatalogEvent, isDiskDivergentAfter } from "../catalog/events.ts";
import type { FleetEvent } from "../fleet/events.ts";
import type { FleetCounts } from "../fleet/replica-registry.ts";
import { VERSION } from "../settings/version.ts";
import type { CacheStatus } from "../status/cache-status.ts";
import type { DatabaseStatus } from "../status/database-status.ts";
import { readRuntimeName } from "../status/replica-describer.ts";
import type { TickerEvent } from "../tickers/events.ts";
import type { TickerLoad } from "../tickers/ticker-snapshot.ts";
import {
  CACHE_OPERATIONS,
  createCacheDurations,
  createDatabaseDurations,
  createRequestDurations,
  type HttpObservation,
} from "./durations.ts";
import { countAnnouncements, observeFleet } from "./fleet-metrics.ts";
import {
  createMeter,
  DATA_POINT_GAUGE,
  type Meter,
  TEMPORALITY_CUMULATIVE,
  toCollectionResult,
  toHrTime,
  VALUE_TYPE_INT,
} from "./meter.ts";
import type { MetricScraper } from "./read-metrics.ts";
import type { Telemetry } from "./telemetry.ts";

export interface Metrics {
  onCatalogEvent(event: CatalogEvent): void;
  onTickerEvent(event: TickerEvent): void;
  onCacheOperation(observation: CacheObservation): void;
  onDatabaseCall(observation: DatabaseObservation): void;
  onHttpRequest(observation: HttpObservation): void;
  /** Creates the series of a route before its first request. */
  declareHttp(series: Omit<HttpObservation, "seconds">): void;
  onFleetEvent(event: FleetEvent): void;
  /** Returns the metrics in the Prometheus text format. */
  scrape(): Promise<string>;
}

export interface MetricsDeps {
  /** Exports the metrics, in addition to scrapes. */
  readonly telemetry: Telemetry;
  readonly isDisabled: boolean;
  readonly holder: ActiveCatalogHolder;
  readonly cacheStatus: () => CacheStatus;
  readonly databaseStatus: () => DatabaseStatus;
  /** The tickers of this process, without I/O. */
  readonly peekTickers: () => TickerLoad;
  readonly fleet: () => FleetCounts;
  readonly isSubscribed: () => boolean;
  readonly droppedLogLines?: (() => number) | undefined;
  readonly nowMs: () => number;
}

const CACHE_READ_KINDS = ["views", "tickers"] as const;

/** Creates the instruments. Series with known labels exist from the first scrape. */
export function createMetrics(deps: MetricsDeps): Metrics {
  if (deps.isDisabled) return NO_METRICS;
  const requests = createRequestDurations(Date.now);
  const cacheDurations = createCacheDurations(Date.now);
  const databaseDurations = createDatabaseDurations(Date.now);
  const meter = createMeter(Date.now);
  const producers = [
    meter.producer,
    createCatalogInfo(deps.holder, Date.now),
    requests.producer,
    cacheDurations.producer,
    databaseDurations.producer,
  ];
  // If metrics are exported, the SDK is loaded at once, otherwise at the first scrape.
  let reading: Promise<MetricScraper> | undefined;
  const read = (): Promise<MetricScraper> => {
    reading ??= import("./read-metrics.ts").then(({ readMetrics }) => readMetrics(deps.telemetry, producers));
    return reading;
  };
  if (deps.telemetry.resource !== undefined) void read();
  observeBuildInfo(meter);
  observeState(meter, deps);
  observeTickers(meter, deps);
  observeFleet(meter, deps);
  meter.observeCounter(
    "mosaic_log_lines_dropped_total",
    "Log lines dropped because standard output did not accept them",
    deps.droppedLogLines ?? (() => 0),
  );
  const readCounters = createCacheReadCounters(meter);
  const countBypass = createFallbackCounter(meter);
  return {
    onCatalogEvent: countCatalogEvents(meter, readCounters),
    onTickerEvent(event) {
      if (event.kind === "cache-hit") readCounters.countHit("tickers");
      if (event.kind === "cache-miss") readCounters.countMiss("tickers");
      if (event.kind === "cache-bypassed") countBypass(event.operation);
    },
    onCacheOperation: cacheDurations.record,
    onDatabaseCall: databaseDurations.record,
    onFleetEvent: countAnnouncements(meter),
    onHttpRequest: requests.record,
    declareHttp: requests.declare,
    scrape: async () => (await read()).scrape(),
  };
}

const NO_METRICS: Metrics = {
  onCatalogEvent: () => undefined,
  onTickerEvent: () => undefined,
  onCacheOperation: () => undefined,
  onDatabaseCall: () => undefined,
  onHttpRequest: () => undefined,
  declareHttp: () => undefined,
  onFleetEvent: () => undefined,
  scrape: async () => "",
};

/** Adds one series with the value 1, whose labels PromQL can join to other series of the instance. */
function observeBuildInfo(meter: Meter): void {
  const [runtime = "", runtimeVersion = ""] = readRuntimeName().split(" ");
  const labels = { version: VERSION, runtime, runtime_version: runtimeVersion };
  meter.observeGauge(
    "mosaic_build_info",
    "Version and runtime of the service: one series with the value 1",
    () => [{ labels, value: 1 }],
  );
}

function observeState({ observeGauge }: Meter, { holder, cacheStatus, databaseStatus }: MetricsDeps): void {
  observeGauge(
    "mosaic_catalog_views",
    "Views in the active catalog",
    () => holder.current()?.catalog.views.size ?? 0,
  );
  observeGauge(
    "mosaic_catalog_warnings",
    "Warnings about the active catalog when it was read from disk; 0 for a catalog from the cache",
    () => holder.current()?.warnings?.length ?? 0,
  );
  observeGauge(
    "mosaic_catalog_generation",
    "Generation of the verified manifest of the active catalog; 0 without one",
    () => holder.current()?.generation ?? 0,
  );
  observeGauge(
    "mosaic_catalog_last_activation_timestamp_seconds",
    "Time of the last activation, in Unix seconds",
    () => (holder.current()?.activatedAtMs ?? 0) / 1000,
  );
  observeGauge("mosaic_cache_up", "Whether the last cache operation succeeded: 1 or 0", () =>
    Number(cacheStatus().up),
  );
  observeGauge(
    "mosaic_catalog_transfer_failures",
    "Consecutive failed transfers of a large catalog to the shared cache; 0 after a successful one",
    () => cacheStatus().transferFailures ?? 0,
  );
  observeGauge(
    "mosaic_database_up",
    "Whether the last database call succeeded: 1 or 0; 0 before the first",
    () => Number(databaseStatus().state === "up"),
  );
  observeGauge(
    "mosaic_cache_breaker_state",
    "State of the circuit breaker of the shared cache: 1 for the current state, 0 for the others",
    () => {
      const { breaker } = cacheStatus();
      return BREAKER_STATES.map((state) => ({ labels: { state }, value: Number(state === breaker) }));
    },
  );
}

const BREAKER_STATES = ["closed", "half-open", "open"] as const satisfies readonly CacheStatus["breaker"][];

function observeTickers({ observeGauge }: Meter, { peekTickers, nowMs }: MetricsDeps): void {
  observeGauge("mosaic_tickers", "Valid tickers in the list of this replica", () => {
    const load = peekTickers();
    return load.kind === "tickers" ? load.snapshot.set.tickers.length : 0;
  });
  observeGauge(
    "mosaic_tickers_age_seconds",
    "Seconds since the list of tickers was read from the database",
    () => {
      const load = peekTickers();
      return load.kind === "tickers" ? Math.max(0, nowMs() - load.snapshot.loadedAtMs) / 1000 : 0;
    },
  );
}

interface CacheReadCounters {
  countHit(kind: (typeof CACHE_READ_KINDS)[number]): void;
  countMiss(kind: (typeof CACHE_READ_KINDS)[number]): void;
}

function createCacheReadCounters(meter: Meter): CacheReadCounters {
  const hit = meter.createCounter("mosaic_cache_hit_total", "Reads of the shared cache with a usable value");
  const miss = meter.createCounter(
    "mosaic_cache_miss_total",
    "Reads of the shared cache without a usable value",
  );
  for (const kind of CACHE_READ_KINDS) {
    hit.add(0, { kind });
    miss.add(0, { kind });
  }
  return { countHit: (kind) => hit.add(1, { kind }), countMiss: (kind) => miss.add(1, { kind }) };
}

function countCatalogEvents(meter: Meter, readCounters: CacheReadCounters): (event: CatalogEvent) => void {
  const reloaded = meter.createCounter(
    "mosaic_views_reloaded_total",
    "Reloads of the catalog from disk that succeeded",
  );
  const activations = meter.createCounter(
    "mosaic_catalog_activations_total",
    "Activations of catalogs by trigger, and refusals by reason",
  );
  const divergent = meter.createGauge(
    "mosaic_catalog_disk_divergent",
    "Whether the catalog on disk was refused or differed from the active one when it was last read: 1 or 0",
  );
  const unsigned = meter.createCounter(
    "mosaic_catalog_unsigned_total",
    "Catalogs that were activated without a manifest although the signature mode requires one",
  );
  const delayed = meter.createCounter(
    "mosaic_catalog_repairs_delayed_total",
    "Repairs of the published catalog that were delayed because it was lost repeatedly",
  );
  const foreign = meter.createGauge(
    "mosaic_catalog_foreign",
    "Whether another fleet's catalog is published in this namespace: 1 or 0",
  );
  foreign.record(0);
  delayed.add(0);
  reloaded.add(0);
  unsigned.add(0);
  divergent.record(0);
  for (const reason of ACTIVATION_TRIGGERS) activations.add(0, { result: "activated", reason });
  for (const reason of REFUSAL_REASONS) activations.add(0, { result: "refused", reason });

  return (event) => {
    if (event.kind === "activated") activations.add(1, { result: "activated", reason: event.trigger });
    if (event.kind === "refused") activations.add(1, { result: "refused", reason: event.refusal.reason });
    if (event.kind === "cache-hit") readCounters.countHit("views");
    if (event.kind === "cache-miss") readCounters.countMiss("views");
    if (event.kind === "reloaded") reloaded.add(1);
    if (event.kind === "unsigned") unsigned.add(1);
    if (event.kind === "repair-delayed") delayed.add(1);
    if (event.kind === "foreign-compared") foreign.record(Number(event.foreign));
    const isDivergent = isDiskDivergentAfter(event);
    if (isDivergent !== undefined) divergent.record(Number(isDivergent));
  };
}

function createFallbackCounter(meter: Meter): (operation: CacheOperation) => void {
  const bypasses = meter.createCounter(
    "mosaic_cache_fallback_total",
    "Failed operations on the shared tickers, after which the list in memory was used, by operation",
  );
  for (const operation of CACHE_OPERATIONS) bypasses.add(0, { operation });
  return (operation) => bypasses.add(1, { operation });
}

const CATALOG_INFO_DESCRIPTOR = {
  name: "mosaic_catalog_info",
  description: "Whether a catalog is active: 1 or 0; the labels describe that catalog",
  unit: "",
  valueType: VALUE_TYPE_INT,
};

/**
 * Makes a `MetricProducer` with one series, whose labels describe the active catalog. An instrument of the
 * OpenTelemetry SDK would keep the series of every old catalog.
 */
export function createCatalogInfo(holder: ActiveCatalogHolder, nowMs: () => number): MetricProducer {
  return {
    async collect() {
      const active = holder.current();
      const endTime = toHrTime(nowMs());
      const startTime = active === undefined ? endTime : toHrTime(active.activatedAtMs);
      const hash = active?.catalog.hash ?? "";
      const attributes = { hash, source: active?.source ?? "none" };
      const metric: MetricData = {
        descriptor: CATALOG_INFO_DESCRIPTOR,
        aggregationTemporality: TEMPORALITY_CUMULATIVE,
        dataPointType: DATA_POINT_GAUGE,
        dataPoints: [{ startTime, endTime, attributes, value: active === undefined ? 0 : 1 }],
      };
      return toCollectionResult([metric]);
    },
  };
}
