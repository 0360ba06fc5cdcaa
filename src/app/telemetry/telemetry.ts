import type { Tracer } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { MetricProducer, MetricReader } from "@opentelemetry/sdk-metrics";

/** Where traces and metrics are sent, beside the log and `/metrics`. */
export interface Telemetry {
  /** Makes spans; undefined while traces are off. */
  readonly tracer: Tracer | undefined;
  /** The share of the requests that begin a recorded trace; undefined where the tracer decides of each. */
  readonly requestRatio: number | undefined;
  /** The resource of the metrics; undefined while they are not sent. */
  readonly resource: Resource | undefined;
  /** Makes the readers that send metrics. @param producers what is counted outside the SDK */
  metricReaders(producers: MetricProducer[]): readonly MetricReader[];
  /** Sends what waits, for a bounded time. Never fails. */
  shutdown(): Promise<void>;
}

/** Nothing is sent anywhere. */
export const NO_TELEMETRY: Telemetry = {
  tracer: undefined,
  requestRatio: undefined,
  resource: undefined,
  metricReaders: () => [],
  shutdown: async () => undefined,
};
