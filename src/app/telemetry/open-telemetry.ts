import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { diag, trace } from "@opentelemetry/api";
import { setGlobalErrorHandler } from "@opentelemetry/core";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { PeriodicExportingMetricReader, type PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { MetricExport, OtelSettings, OtlpProtocol } from "../otel-settings.ts";
import { VERSION } from "../version.ts";
import { createExportFailures } from "./export-failures.ts";
import type { Log } from "./log.ts";
import { NO_TELEMETRY, type Telemetry } from "./telemetry.ts";

export interface TelemetryOptions {
  readonly settings: OtelSettings;
  readonly replicaId: string;
  readonly log: Log;
}

/** How long a stop waits for what is still to be sent: a collector that is down never answers. */
const SHUTDOWN_TIMEOUT_MS = 2000;

/**
 * Begins to send to the collector that the settings name.
 *
 * What sends is loaded only when it is wanted: that takes longer than all the rest of a start. The SDK keeps its tracer and
 * its error handler for the whole process, so that of several services in one process the first one's spans are named.
 */
export async function openTelemetry({ settings, replicaId, log }: TelemetryOptions): Promise<Telemetry> {
  if (!settings.traces && settings.metrics === undefined) return NO_TELEMETRY;
  giveEnvironment(settings.environment);
  setGlobalErrorHandler(createExportFailures(log, () => performance.now()));
  const resource = describeResource(replicaId);
  const sdk = settings.traces ? await startTraces(resource, settings) : undefined;
  const exporting = settings.metrics;
  const createExporter = exporting === undefined ? undefined : await loadMetricExporter(exporting.protocol);
  // A reader closes with the provider of the metrics, which does not know of this module.
  const readers: PeriodicExportingMetricReader[] = [];
  return {
    tracer: sdk === undefined ? undefined : trace.getTracer("mosaic", VERSION),
    requestRatio: settings.requestRatio,
    resource,
    metricReaders(producers) {
      if (exporting === undefined || createExporter === undefined) return [];
      const reader = new PeriodicExportingMetricReader({
        ...timesOf(exporting),
        exporter: createExporter(),
        metricProducers: producers,
      });
      readers.push(reader);
      return [reader];
    },
    async shutdown() {
      const ends = [sdk, ...readers].map((part) => part?.shutdown());
      const limit = new AbortController();
      const { signal } = limit;
      const timedOut = delay(SHUTDOWN_TIMEOUT_MS, undefined, { signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(ends), timedOut]);
      limit.abort();
    },
  };
}

async function startTraces(
  resource: Resource,
  { requestRatio }: OtelSettings,
): Promise<{ shutdown(): Promise<void> }> {
  const [{ NodeSDK }, { AlwaysOnSampler, ParentBasedSampler }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/sdk-trace"),
  ]);
  // What is drawn before there is a span must not be drawn again.
  const drawn = { sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }) };
  const sdk = new NodeSDK({
    resource,
    ...(requestRatio === undefined ? {} : drawn),
    // They would tell the command line, its owner and the machine.
    autoDetectResources: false,
    metricReaders: [],
    logRecordProcessors: [],
  });
  // Its messages may hold the endpoint, and are no lines of our log: failures are told by the error handler.
  diag.disable();
  sdk.start();
  return sdk;
}

/** The SDK reads the environment itself, and otherwise than its specification has it: it gets what was checked. */
function giveEnvironment(environment: OtelSettings["environment"]): void {
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

function timesOf({ intervalMs, timeoutMs }: MetricExport) {
  return { exportIntervalMillis: intervalMs, exportTimeoutMillis: Math.min(timeoutMs, intervalMs) };
}
