import type { Subscribers } from "../lib/event-bus.ts";
import type { CacheObservation } from "../ports/cache-port.ts";
import type { DatabaseObservation } from "../ports/database-port.ts";
import type { CatalogEvent } from "./catalog/events.ts";
import type { FleetEvent } from "./fleet/events.ts";
import type { FleetService } from "./fleet/fleet-service.ts";
import type { BreakerStatus, CacheStatus, CacheStatusTracker } from "./status/cache-status.ts";
import type { History } from "./status/history.ts";
import type { StatusStream } from "./status/status-stream.ts";
import type { Log } from "./telemetry/log.ts";
import { logCatalogEvent, logFleetEvent, logTickerEvent } from "./telemetry/log-events.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { ServiceSpans } from "./telemetry/telemetry.ts";
import type { TickerEvent } from "./tickers/events.ts";

export interface ServiceEvents {
  readonly catalog: CatalogEvent;
  readonly tickers: TickerEvent;
  readonly fleet: FleetEvent;
  /** An operation that reached the shared cache. */
  readonly cache: CacheObservation;
  readonly breaker: BreakerStatus;
  /** The cache went down, or came back. */
  readonly cacheStatus: CacheStatus;
  readonly database: DatabaseObservation;
}

export interface SubscriberDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly spans: ServiceSpans;
  readonly stream: StatusStream;
  readonly history: Pick<History, "onCatalogEvent">;
  readonly cacheStatus: CacheStatusTracker;
  readonly fleet: Pick<FleetService, "announceCatalog" | "announceTickers" | "reconnected">;
  /** The URL of the database without secrets, for the log. */
  readonly databaseName: string;
}

export function createSubscribers(deps: SubscriberDeps): Subscribers<ServiceEvents> {
  const { log, metrics, spans, stream, history, cacheStatus, fleet, databaseName } = deps;
  const stateChanged = (): void => stream.changed();
  return {
    catalog: [
      metrics.onCatalogEvent,
      spans.onCatalogEvent,
      (event) => logCatalogEvent(log, event),
      (event) => {
        if (event.kind === "transfer-failed") cacheStatus.recordTransfers(event.failures);
        if (event.kind === "transfer-recovered") cacheStatus.recordTransfers(0);
      },
      stream.onCatalogEvent,
      history.onCatalogEvent,
      (event) => event.kind === "published" && fleet.announceCatalog(event.hash),
    ],
    tickers: [
      metrics.onTickerEvent,
      (event) => logTickerEvent(log, event, databaseName),
      stateChanged,
      (event) => event.kind === "refreshed" && fleet.announceTickers(),
    ],
    fleet: [metrics.onFleetEvent, (event) => logFleetEvent(log, event), stateChanged],
    cache: [metrics.onCacheOperation, ({ operation, result }) => cacheStatus.record(operation, result)],
    breaker: [
      cacheStatus.recordBreaker,
      // The breaker closed: run the comparisons and the heartbeat, which failed while it was open.
      ({ state }) => state === "closed" && fleet.reconnected(),
    ],
    cacheStatus: [(status) => logCacheStatus(log, status), stateChanged],
    database: [metrics.onDatabaseCall],
  };
}

function logCacheStatus(log: Log, { backend, up, reason }: CacheStatus): void {
  if (up) log.info({ backend }, "Cache answers again");
  else log.warn({ backend, reason }, "Cache does not answer: requests are served from memory");
}
