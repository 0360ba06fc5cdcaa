import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { type MetricData, type MetricProducer, MetricReader } from "@opentelemetry/sdk-metrics";

/** A pull reader, unlike exporters, which push: each scrape collects. */
class ScrapeReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {
    // Nothing is buffered.
  }

  protected override async onShutdown(): Promise<void> {
    // Nothing is open.
  }
}

/** The Prometheus view of the instruments. */
export interface PrometheusReader {
  readonly reader: MetricReader;
  /** The text exposition format, version 0.0.4. */
  scrape(): Promise<string>;
}

/** @param metricProducers the metrics from outside the SDK */
export function createPrometheusReader(metricProducers: MetricProducer[]): PrometheusReader {
  const reader = new ScrapeReader({ metricProducers });
  // No prefix, no timestamps, and neither target_info nor labels of the instrumentation's name.
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  return {
    reader,
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
