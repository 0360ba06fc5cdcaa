import process from "node:process";
import { diag, ProxyTracerProvider, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import { setGlobalErrorHandler } from "@opentelemetry/core";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { PeriodicExportingMetricReader, type PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { Sampler } from "@opentelemetry/sdk-trace";
import { waitAtMost } from "../../lib/deadline.ts";
import type { MetricExport, OtelSettings, OtlpProtocol } from "../settings/otel-settings.ts";
import { VERSION } from "../settings/version.ts";
import type { Log } from "./log.ts";
import { NO_TELEMETRY, type Telemetry } from "./telemetry.ts";
import { createExportFailures, watchExports, withFailureReports } from "./watch-exports.ts";

export interface TelemetryOptions {
  readonly settings: OtelSettings;
  readonly replicaId: string;
  readonly log: Log;
}

/** The time limit for the last exports when the service stops, because a collector may not answer. */
const SHUTDOWN_TIMEOUT_MS = 2000;

/**
 * Starts exports to the collector of the settings.
 *
 * The exporters are loaded only if they are needed, because loading them takes longer than the rest of a start. A
 * process has one context manager, one propagator and one error handler, which its services share.
 */
export async function openTelemetry({ settings, replicaId, log }: TelemetryOptions): Promise<Telemetry> {
  if (!settings.traces && settings.metrics === undefined) return NO_TELEMETRY;
  setEnvironment(settings.environment);
  const failures = createExportFailures(log, () => performance.now());
  setGlobalErrorHandler(failures.reportFailure);
  const resource = describeResource(replicaId);
  const traces = settings.traces ? await startTraces(resource, settings) : undefined;
  const metricExport = settings.metrics;
  const createExporter =
    metricExport === undefined ? undefined : await loadMetricExporter(metricExport.protocol);
  // Called after `startTraces`, which would remove the logger that `watchExports` sets.
  const unwatch = watchExports(failures);
  // Kept so that `shutdown` can close them.
  const readers: PeriodicExportingMetricReader[] = [];
  return {
    tracer: traces?.tracer,
    requestRatio: settings.requestRatio,
    resource,
    metricReaders(producers) {
      if (metricExport === undefined || createExporter === undefined) return [];
      const reader = new PeriodicExportingMetricReader({
        ...toReaderTimes(metricExport),
        exporter: withFailureReports(createExporter(), failures),
        metricProducers: producers,
      });
      readers.push(reader);
      return [reader];
    },
    async shutdown() {
      const shutdowns = [traces?.sdk, ...readers].map((part) => part?.shutdown());
      await waitAtMost(SHUTDOWN_TIMEOUT_MS, Promise.allSettled(shutdowns), undefined);
      unwatch();
    },
  };
}

async function startTraces(
  resource: Resource,
  { requestRatio }: OtelSettings,
): Promise<{ readonly tracer: Tracer; readonly sdk: { shutdown(): Promise<void> } }> {
  const [{ NodeSDK }, { ParentBasedSampler, SamplingDecision, TraceIdRatioBasedSampler }] = await Promise.all(
    [import("@opentelemetry/sdk-node"), import("@opentelemetry/sdk-trace")],
  );
  const ratio = new TraceIdRatioBasedSampler(requestRatio ?? 1);
  // Requests are sampled before their span exists, so all their spans are recorded. Other spans are sampled by `ratio`.
  const root: Sampler = {
    shouldSample: (parent, traceId, _name, kind) =>
      kind === SpanKind.SERVER
        ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
        : ratio.shouldSample(parent, traceId),
    toString: () => `Requests or ${ratio.toString()}`,
  };
  const samplerOption = { sampler: new ParentBasedSampler({ root }) };
  const sdk = new NodeSDK({
    resource,
    ...(requestRatio === undefined ? {} : samplerOption),
    // Detected resources would export the command line, the user and the host name.
    autoDetectResources: false,
    metricReaders: [],
    logRecordProcessors: [],
  });
  // With OTEL_LOG_LEVEL, `NodeSDK` has set a logger that writes to the terminal: it is removed.
  diag.disable();
  return { tracer: startOwnTracer(sdk), sdk };
}

/**
 * Starts an SDK and returns its tracer. The SDK registers its provider only if the process has none, and never removes
 * it. So the provider is registered just for this call: the spans of this service reach this SDK, and the provider of
 * the program around the service stays in place.
 */
function startOwnTracer(sdk: { start(): void }): Tracer {
  const registered = trace.getTracerProvider();
  const isFree =
    registered instanceof ProxyTracerProvider && registered.getDelegateTracer("mosaic") === undefined;
  trace.disable();
  sdk.start();
  const tracer = trace.getTracer("mosaic", VERSION);
  trace.disable();
  if (!isFree) trace.setGlobalTracerProvider(registered);
  return tracer;
}

/**
 * Writes the checked values to the environment, where the SDK reads them: it does not handle invalid values
 * as the OpenTelemetry specification requires.
 */
function setEnvironment(environment: OtelSettings["environment"]): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function describeResource(replicaId: string): Resource {
  const own = resourceFromAttributes({
    "service.name": "mosaic",
    "service.version": VERSION,
    "service.instance.id": replicaId,
  });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

async function loadMetricExporter(protocol: OtlpProtocol): Promise<() => PushMetricExporter> {
  switch (protocol) {
    case "http/json": {
      const { OTLPMetricExporter } = await import("@opentelemetry/exporter-metrics-otlp-http");
      return () => new OTLPMetricExporter();
    }
    case "http/protobuf": {
      const { OTLPMetricExporter } = await import("@opentelemetry/exporter-metrics-otlp-proto");
      return () => new OTLPMetricExporter();
    }
  }
}

function toReaderTimes({ intervalMs, timeoutMs }: MetricExport) {
  return { exportIntervalMillis: intervalMs, exportTimeoutMillis: Math.min(timeoutMs, intervalMs) };
}
