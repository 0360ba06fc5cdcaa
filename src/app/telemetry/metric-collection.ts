import { emptyResource } from "@opentelemetry/resources";
import type { CollectionResult, MetricData } from "@opentelemetry/sdk-metrics";

/** Metrics from outside the SDK, in the form of its readers. */
export function collected(metrics: MetricData[]): CollectionResult {
  const scopeMetrics = [{ scope: { name: "mosaic" }, metrics }];
  return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
}

/** Milliseconds since 1970 in OpenTelemetry's form of a time. */
export function hrTime(ms: number): [seconds: number, nanos: number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
