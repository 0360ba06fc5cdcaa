import type { ValueType } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type {
  AggregationTemporality,
  CollectionResult,
  DataPointType,
  MetricData,
} from "@opentelemetry/sdk-metrics";

// The numbers of the SDK's enumerations: they are part of its stable interface, and importing them would load it.
export const DOUBLE: ValueType.DOUBLE = 1;
export const INT: ValueType.INT = 0;
export const CUMULATIVE: AggregationTemporality.CUMULATIVE = 1;
export const DATA_POINT_HISTOGRAM: DataPointType.HISTOGRAM = 0;
export const GAUGE: DataPointType.GAUGE = 2;
export const SUM: DataPointType.SUM = 3;

/** Placeholder: SDK readers use their provider's resource. */
const NO_RESOURCE: Resource = {
  attributes: {},
  merge: (other) => other ?? NO_RESOURCE,
  getRawAttributes: () => [],
};

/** Metrics from outside the SDK, in the form of its readers. */
export function collected(metrics: MetricData[]): CollectionResult {
  const scopeMetrics = [{ scope: { name: "mosaic" }, metrics }];
  return { resourceMetrics: { resource: NO_RESOURCE, scopeMetrics }, errors: [] };
}

/** Milliseconds since 1970 in OpenTelemetry's form of a time. */
export function hrTime(ms: number): [seconds: number, nanos: number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
