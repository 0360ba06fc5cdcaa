import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import {
  MeterProvider,
  type MetricData,
  type MetricProducer,
  MetricReader,
} from "@opentelemetry/sdk-metrics";
import type { Telemetry } from "./telemetry.ts";

class ScrapeReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {
    // No buffer to flush.
  }

  protected override async onShutdown(): Promise<void> {
    // No connection to close.
  }
}

export interface MetricScraper {
  /** Returns the metrics in the text exposition format of Prometheus, version 0.0.4. */
  scrape(): Promise<string>;
}

/** Attaches a reader for scrapes, and the readers of the exports. */
export function readMetrics(telemetry: Telemetry, metricProducers: MetricProducer[]): MetricScraper {
  const reader = new ScrapeReader({ metricProducers });
  const { resource } = telemetry;
  const readers = [reader, ...telemetry.metricReaders(metricProducers)];
  // A reader works only after it is attached to a provider.
  new MeterProvider({ readers, ...(resource === undefined ? {} : { resource }) });
  // The arguments leave out a prefix, timestamps, `target_info` and the labels of the instrumentation scope.
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  return {
    async scrape() {
      const { resourceMetrics } = await reader.collect();
      const scopeMetrics = resourceMetrics.scopeMetrics.map((scope) => ({
        ...scope,
        metrics: scope.metrics.map(addUnitToName),
      }));
      return serializer.serialize({ ...resourceMetrics, scopeMetrics });
    },
  };
}

/** Adds the unit to the name of a metric, as Prometheus requires; the serializer does not add it. */
function addUnitToName(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  if (unit !== "s" || /seconds$/.test(name)) return metric;
  return { ...metric, descriptor: { ...metric.descriptor, name: `${name}.seconds` } };
}
