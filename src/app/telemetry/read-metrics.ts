import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import {
  MeterProvider,
  type MetricData,
  type MetricProducer,
  MetricReader,
} from "@opentelemetry/sdk-metrics";
import type { Telemetry } from "./telemetry.ts";

/** A pull reader, unlike exporters, which push: each scrape collects. */
class ScrapeReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {
    // No buffer to flush.
  }

  protected override async onShutdown(): Promise<void> {
    // No connection to close.
  }
}

/** The readers of the metrics. */
export interface MetricReading {
  /** The text exposition format of Prometheus, version 0.0.4. */
  scrape(): Promise<string>;
}

/** Opens a reader for scrapes, and those that the telemetry exports with. */
export function readMetrics(telemetry: Telemetry, metricProducers: MetricProducer[]): MetricReading {
  const reader = new ScrapeReader({ metricProducers });
  const { resource } = telemetry;
  const readers = [reader, ...telemetry.metricReaders(metricProducers)];
  // Readers only work when attached to a provider.
  new MeterProvider({ readers, ...(resource === undefined ? {} : { resource }) });
  // No prefix, no timestamps, and neither target_info nor labels of the instrumentation's name.
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  return {
    async scrape() {
      const { resourceMetrics } = await reader.collect();
      const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
        ...scope,
        metrics: scope.metrics.map(withUnit),
      }));
      return serializer.serialize({ ...resourceMetrics, scopeMetrics });
    },
  };
}

/** Prometheus names end in the unit, those of OpenTelemetry do not; the serializer omits that. */
function withUnit(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  if (unit !== "s" || /seconds$/.test(name)) return metric;
  return { ...metric, descriptor: { ...metric.descriptor, name: `${name}.seconds` } };
}
