import type { Attributes } from "@opentelemetry/api";
import type { MetricProducer } from "@opentelemetry/sdk-metrics";
import { CUMULATIVE, collected, DATA_POINT_HISTOGRAM, DOUBLE, hrTime } from "./metric-data.ts";

/** The durations of one combination of labels. */
export interface DurationSeries {
  record(seconds: number): void;
}

/**
 * A histogram of durations that needs no limit of labels, since its callers create each series once and keep
 * it.
 *
 * Not an instrument of the SDK: that serialises and sorts the labels at every call, and shows no series
 * before its first value.
 */
export interface DurationHistogram {
  /** Makes a series, which exists from then on. */
  add(attributes: Attributes): DurationSeries;
  /** Provides the histogram to any reader of the SDK, beside the SDK's own instruments. */
  readonly producer: MetricProducer;
}

export interface DurationHistogramOptions {
  readonly name: string;
  readonly description: string;
  /** Upper bounds of the buckets, ascending. */
  readonly boundariesSeconds: readonly number[];
  readonly nowMs: () => number;
}

interface Counts {
  readonly attributes: Attributes;
  readonly buckets: number[];
  count: number;
  sum: number;
}

export function createDurationHistogram(options: DurationHistogramOptions): DurationHistogram {
  const { name, description, nowMs } = options;
  const boundaries = [...options.boundariesSeconds];
  const descriptor = { name, description, unit: "s", valueType: DOUBLE };
  const startTime = hrTime(nowMs());
  const all: Counts[] = [];
  return {
    add(attributes) {
      const buckets = new Array<number>(boundaries.length + 1).fill(0);
      const counts: Counts = { attributes, buckets, count: 0, sum: 0 };
      all.push(counts);
      return { record: (seconds) => count(counts, boundaries, seconds) };
    },
    producer: {
      async collect() {
        const endTime = hrTime(nowMs());
        const dataPoints = all.map(({ attributes, buckets, count, sum }) => ({
          startTime,
          endTime,
          attributes,
          value: { buckets: { boundaries, counts: [...buckets] }, count, sum },
        }));
        const metric = {
          descriptor,
          aggregationTemporality: CUMULATIVE,
          dataPointType: DATA_POINT_HISTOGRAM,
          dataPoints,
        };
        return collected(dataPoints.length === 0 ? [] : [metric]);
      },
    },
  };
}

function count(counts: Counts, boundaries: readonly number[], seconds: number): void {
  let bucket = 0;
  while (bucket < boundaries.length && seconds > (boundaries[bucket] ?? 0)) bucket += 1;
  counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
  counts.count += 1;
  counts.sum += seconds;
}
