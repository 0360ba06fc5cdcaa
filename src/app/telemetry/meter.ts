import type { Attributes, ValueType } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type {
  AggregationTemporality,
  CollectionResult,
  DataPointType,
  MetricData,
  MetricProducer,
} from "@opentelemetry/sdk-metrics";

/** An instrument whose values only grow, one value for each set of labels. */
interface CounterMetric {
  add(value: number, labels?: Attributes): void;
}

/** An instrument with one value, which is set. */
interface GaugeMetric {
  record(value: number): void;
}

/**
 * Creates the instruments that this service needs.
 *
 * The meter of the OpenTelemetry SDK is not used, because loading its modules takes a fifth of a start, or
 * more. The SDK is loaded only when metrics are exported or first scraped; then `producer` passes the values
 * to the SDK's metric readers.
 */
export interface Meter {
  createCounter(name: string, description: string): CounterMetric;
  createGauge(name: string, description: string): GaugeMetric;
  /** Creates a counter whose value is read at each collection. */
  observeCounter(name: string, description: string, read: () => number): void;
  /** Creates a gauge whose value, or values by labels, are read at each collection. */
  observeGauge(name: string, description: string, read: () => number | readonly MeterSeries[]): void;
  readonly producer: MetricProducer;
}

interface MeterSeries {
  readonly labels: Attributes;
  value: number;
}

/** Maximum number of series of one instrument, far above what the service creates. */
const SERIES_MAX = 200;

export function createMeter(nowMs: () => number): Meter {
  const startTime = toHrTime(nowMs());
  const instruments: (() => MetricData)[] = [];

  /** Adds an instrument whose series are read at each collection. */
  function add(
    kind: typeof DATA_POINT_GAUGE | typeof DATA_POINT_SUM,
    name: string,
    description: string,
    read: () => Iterable<MeterSeries>,
  ) {
    const descriptor = { name, description, unit: "", valueType: VALUE_TYPE_DOUBLE };
    instruments.push(() => {
      const endTime = toHrTime(nowMs());
      const dataPoints = [...read()].map(({ labels, value }) => ({
        startTime,
        endTime,
        attributes: labels,
        value,
      }));
      const common = { descriptor, aggregationTemporality: TEMPORALITY_CUMULATIVE, dataPoints };
      return kind === DATA_POINT_SUM
        ? { ...common, dataPointType: kind, isMonotonic: true }
        : { ...common, dataPointType: kind };
    });
  }

  return {
    createCounter(name, description) {
      const byLabels = new Map<string, MeterSeries>();
      add(DATA_POINT_SUM, name, description, () => byLabels.values());
      return {
        add(value, labels = {}) {
          const key = JSON.stringify(labels);
          const known = byLabels.get(key);
          if (known !== undefined) known.value += value;
          else if (byLabels.size < SERIES_MAX) byLabels.set(key, { labels, value });
        },
      };
    },
    createGauge(name, description) {
      const series: MeterSeries = { labels: {}, value: 0 };
      add(DATA_POINT_GAUGE, name, description, () => [series]);
      return {
        record(value) {
          series.value = value;
        },
      };
    },
    observeCounter: (name, description, read) =>
      add(DATA_POINT_SUM, name, description, () => [{ labels: {}, value: read() }]),
    observeGauge: (name, description, read) =>
      add(DATA_POINT_GAUGE, name, description, () => {
        const values = read();
        return typeof values === "number" ? [{ labels: {}, value: values }] : values;
      }),
    producer: { collect: async () => toCollectionResult(instruments.map((collect) => collect())) },
  };
}

// The values of the SDK's enumerations, which are stable. An import of them would load the SDK.
export const VALUE_TYPE_DOUBLE: ValueType.DOUBLE = 1;
export const VALUE_TYPE_INT: ValueType.INT = 0;
export const TEMPORALITY_CUMULATIVE: AggregationTemporality.CUMULATIVE = 1;
export const DATA_POINT_HISTOGRAM: DataPointType.HISTOGRAM = 0;
export const DATA_POINT_GAUGE: DataPointType.GAUGE = 2;
export const DATA_POINT_SUM: DataPointType.SUM = 3;

/** Never exported: `MetricReader` uses the resource of its `MeterProvider`. */
const NO_RESOURCE: Resource = {
  attributes: {},
  merge: (other) => other ?? NO_RESOURCE,
  getRawAttributes: () => [],
};

/** Converts metrics to the form that the readers of the SDK expect. */
export function toCollectionResult(metrics: MetricData[]): CollectionResult {
  const scopeMetrics = [{ scope: { name: "mosaic" }, metrics }];
  return { resourceMetrics: { resource: NO_RESOURCE, scopeMetrics }, errors: [] };
}

/** Converts milliseconds since the epoch to the `HrTime` of OpenTelemetry. */
export function toHrTime(ms: number): [seconds: number, nanos: number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
