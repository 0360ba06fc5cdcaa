import type { MetricProducer } from "@opentelemetry/sdk-metrics";
import type { CacheObservation, CacheOperation } from "../../ports/cache-port.ts";
import { createDurationHistogram, type DurationSeries } from "./duration-histogram.ts";

/** The operations of a cache, in the form of labels. */
export const CACHE_OPERATIONS: readonly CacheOperation[] = [
  "delete",
  "get",
  "getWithTtl",
  "getMany",
  "publish",
  "set",
];

const BOUNDARIES_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * The duration of the cache's operations, by operation and result; the series of successes exist from the
 * start.
 */
export function createCacheDurations(nowMs: () => number): {
  record(observation: CacheObservation): void;
  readonly producer: MetricProducer;
} {
  const histogram = createDurationHistogram({
    name: "mosaic_cache_operation_duration_seconds",
    description: "Duration of cache operations by operation and result",
    boundariesSeconds: BOUNDARIES_SECONDS,
    nowMs,
  });
  const known = new Map<string, DurationSeries>();

  function seriesOf({ operation, result }: Omit<CacheObservation, "seconds">): DurationSeries {
    const name = `${operation} ${result}`;
    const series = known.get(name) ?? histogram.add({ operation, result });
    known.set(name, series);
    return series;
  }

  for (const operation of CACHE_OPERATIONS) seriesOf({ operation, result: "ok" });
  return {
    record: (observation) => seriesOf(observation).record(observation.seconds),
    producer: histogram.producer,
  };
}
