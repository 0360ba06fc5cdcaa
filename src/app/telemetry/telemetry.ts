import type { Tracer } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { MetricProducer, MetricReader } from "@opentelemetry/sdk-metrics";

import type { CatalogEvent } from "../catalog/events.ts";
import type { FleetTrace } from "../fleet/events.ts";
import type { StartRequestSpan } from "./request-spans.ts";

/** Exports traces and metrics, in addition to the log and `/metrics`. */
export interface Telemetry {
  /** Creates spans; undefined while traces are off. */
  readonly tracer: Tracer | undefined;
  /** The sampling ratio of new traces; undefined if the tracer samples them. */
  readonly requestRatio: number | undefined;
  /** The resource of the exported metrics; undefined if no metrics are exported. */
  readonly resource: Resource | undefined;
  /** Makes the readers that export metrics. @param producers the metrics from outside the SDK */
  metricReaders(producers: MetricProducer[]): readonly MetricReader[];
  /** Exports buffered data, up to a time limit. It never fails. */
  shutdown(): Promise<void>;
}

export const NO_TELEMETRY: Telemetry = {
  tracer: undefined,
  requestRatio: undefined,
  resource: undefined,
  metricReaders: () => [],
  shutdown: async () => undefined,
};

/** The spans of a service besides those of its ports. */
export interface ServiceSpans {
  readonly startRequest: StartRequestSpan | undefined;
  readonly fleet: FleetTrace | undefined;
  /** Makes a span for each activation. */
  onCatalogEvent(event: CatalogEvent): void;
  /** Wraps a task: each run gets a span. */
  withSpan<Result>(name: string, task: () => Promise<Result>): () => Promise<Result>;
}

export const NO_SPANS: ServiceSpans = {
  startRequest: undefined,
  fleet: undefined,
  onCatalogEvent: () => undefined,
  withSpan: (_, task) => task,
};
