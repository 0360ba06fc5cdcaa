import * as v from "valibot";
import type { Environment } from "./setting-values.ts";
import { isPlainUrl } from "./url-settings.ts";

/** The destinations of telemetry; the SDK reads all other variables of OpenTelemetry. */
export interface OtelSettings {
  /** `OTEL_*` as the SDK has to read it; undefined variables are ignored. */
  readonly environment: Environment;
  /** Nothing is measured, not even for `/metrics`. */
  readonly disabled: boolean;
  /** Whether spans are sent. */
  readonly traces: boolean;
  /**
   * The sampling ratio of new traces, from 0 to 1, where it can be applied before a span exists; undefined
   * where the SDK's sampler needs the span.
   */
  readonly requestRatio: number | undefined;
  /** How metrics are sent; undefined when they are only scraped. */
  readonly metrics: MetricExport | undefined;
}

/** How OTLP is written. */
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

export interface MetricExport {
  readonly protocol: OtlpProtocol;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export const OTLP_PROTOCOLS = ["http/protobuf", "http/json"] as const;
const EXPORTERS = ["otlp", "none"] as const;
export const TRACE_SAMPLERS = ["always_on", "always_off", "traceidratio"].flatMap((name) => [
  name,
  `parentbased_${name}`,
]);
const ENDPOINT_FORM = "the URL of a collector, such as http://127.0.0.1:4318";

const endpoint = v.optional(v.pipe(v.string(), v.check(isHttpUrl, ENDPOINT_FORM)));
/** The SDK appends `/v1/traces` to the whole URL. */
const commonEndpoint = v.optional(
  v.pipe(
    v.string(),
    v.check(isHttpUrl, ENDPOINT_FORM),
    v.check((text) => !/[?#]/.test(text), `${ENDPOINT_FORM}, without a query`),
  ),
);
const protocol = v.optional(v.picklist(OTLP_PROTOCOLS));
const exporter = v.optional(v.picklist(EXPORTERS));
const milliseconds = (fallback: string) => v.pipe(v.optional(v.string(), fallback), v.transform(Number));

/**
 * The OpenTelemetry variables that the service itself reads, without unusable ones. An invalid endpoint stops
 * the start: telemetry, and the headers with it, would go elsewhere.
 */
export const otelEntries = {
  OTEL_SDK_DISABLED: v.optional(v.string()),
  OTEL_EXPORTER_OTLP_ENDPOINT: commonEndpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_METRICS_EXPORTER: exporter,
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds("60000"),
  OTEL_METRIC_EXPORT_TIMEOUT: milliseconds("30000"),
  OTEL_TRACES_SAMPLER: v.optional(v.string()),
  OTEL_TRACES_SAMPLER_ARG: v.optional(v.string()),
  OTEL_DENO: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?:false|0)$/i, "false: the telemetry of the runtime would replace that of the service"),
    ),
  ),
};

/** Variables whose values may contain a password. */
export const OTEL_URLS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
] as const satisfies readonly (keyof typeof otelEntries)[];

const otelSchema = v.object(otelEntries);

/** The effect of the variables: a signal is sent once it has an endpoint, unless its exporter is `none`. */
export function otelSettings(
  given: v.InferOutput<typeof otelSchema>,
  environment: Environment,
): OtelSettings {
  const disabled = given.OTEL_SDK_DISABLED === "true";
  const common = given.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isSent = (own: string | undefined, to: string | undefined): boolean =>
    !disabled && to !== "none" && (own ?? common) !== undefined;
  return {
    environment,
    disabled,
    requestRatio:
      given.OTEL_TRACES_SAMPLER === "parentbased_traceidratio"
        ? Number(given.OTEL_TRACES_SAMPLER_ARG ?? 1)
        : undefined,
    traces: isSent(given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, given.OTEL_TRACES_EXPORTER),
    metrics: isSent(given.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, given.OTEL_METRICS_EXPORTER)
      ? {
          protocol:
            given.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? given.OTEL_EXPORTER_OTLP_PROTOCOL ?? "http/protobuf",
          intervalMs: given.OTEL_METRIC_EXPORT_INTERVAL,
          timeoutMs: given.OTEL_METRIC_EXPORT_TIMEOUT,
        }
      : undefined,
  };
}

function isHttpUrl(text: string): boolean {
  const url = isPlainUrl(text) ? URL.parse(text) : null;
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.hostname !== "";
}
