import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { TickerEvent } from "../../src/app/tickers/events.ts";
import { createLease } from "../../src/app/tickers/lease.ts";
import { createTickerService, type TickerService } from "../../src/app/tickers/ticker-service.ts";
import type { TickerLoad } from "../../src/app/tickers/ticker-snapshot.ts";
import type { CachePort } from "../../src/ports/cache-port.ts";
import type { TickerSourcePort } from "../../src/ports/database-port.ts";

export const TICKERS_TTL_SECONDS = 300;
/** How long a list is served after it has expired. */
export const STALE_SECONDS = 3600;
/** How long a database that failed is left alone. */
export const RETRY_SECONDS = 1;

export interface FakeClock {
  nowMs(): number;
  elapse(seconds: number): void;
}

export function createFakeClock(startMs: number = Date.UTC(2026, 0, 2, 3, 4, 5)): FakeClock {
  let now = startMs;
  return {
    nowMs: () => now,
    elapse(seconds) {
      now += seconds * 1000;
    },
  };
}

export interface TickerReplicaOptions {
  readonly cache: CachePort;
  readonly source: TickerSourcePort;
  readonly clock: FakeClock;
  readonly ttlSeconds?: number;
  /** Runs in every pause; default: the next turn of the event loop, and the clock stands still. */
  readonly onPause?: (ms: number) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** A replica's tickers, with everything they told written down. */
export interface TickerReplica extends TickerService {
  readonly events: readonly TickerEvent[];
  /** What was told since the last time that this was asked. */
  story(): readonly string[];
}

export function createTickerReplica(options: TickerReplicaOptions): TickerReplica {
  const { cache, source, clock, ttlSeconds = TICKERS_TTL_SECONDS, signal } = options;
  const { onPause = async () => setImmediate() } = options;
  const events: TickerEvent[] = [];
  let told = 0;
  const emit = (event: TickerEvent): void => {
    events.push(event);
  };
  const service = createTickerService({
    cache,
    source,
    ttlSeconds,
    emit,
    nowMs: clock.nowMs,
    lease: createLease({ cache, key: "leases:tickers", ttlSeconds: 5, createToken: randomUUID, signal }),
    random: Math.random,
    pause: onPause,
    signal,
  });
  return {
    ...service,
    events,
    story() {
      // What follows says that the cache failed.
      const since = events
        .slice(told)
        .filter(({ kind }) => kind !== "cache-bypassed")
        .map(tell);
      told = events.length;
      return since;
    },
  };
}

/** A load in a form that compares by content. */
export function seen(load: TickerLoad): string {
  if (load.kind === "unavailable") return "unavailable";
  const { set, source } = load.snapshot;
  return `${load.stale ? "stale" : "fresh"} from ${source}: ${set.tickers.join(" ")}`;
}

function tell(event: TickerEvent): string {
  switch (event.kind) {
    case "loaded":
      return `loaded ${event.count} from ${event.source}`;
    case "cache-hit":
      return "cache-hit";
    case "cache-miss":
      return `cache-miss: ${event.reason}`;
    case "cache-write-failed":
      return `cache-write-failed: ${event.detail}`;
    case "database-failed":
      return `database-failed: ${event.code}, ${event.detail}`;
    case "refreshed":
      return "refreshed";
    case "rows-ignored":
      return `rows-ignored: ${event.noTexts} of ${event.rows}`;
    case "cache-bypassed":
    case "empty-ignored":
      return event.kind;
  }
}
