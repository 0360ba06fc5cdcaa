import * as v from "valibot";

/** Where telemetry goes; everything else of OpenTelemetry's own variables is read by its SDK. */
export interface OtelSettings {
  /** Nothing is measured at all, not for `/metrics` either. */
  readonly disabled: boolean;
  /** Whether spans are sent. */
  readonly traces: boolean;
  /**
   * The share of the requests that begin a trace which is recorded, from 0 to 1, where it can be drawn before there is a
   * span; undefined where the SDK's sampler has to see one.
   */
  readonly requestRatio: number | undefined;
  /** How metrics are sent; undefined when they are only scraped. */
  readonly metrics: MetricExport | undefined;
}

/** How OTLP is written. */
export type OtlpProtocol = (typeof PROTOCOLS)[number];

export interface MetricExport {
  readonly protocol: OtlpProtocol;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

const PROTOCOLS = ["http/protobuf", "http/json"] as const;
const EXPORTERS = ["otlp", "none"] as const;
const SAMPLERS = ["always_on", "always_off", "traceidratio"].flatMap((name) => [name, `parentbased_${name}`]);
const MS_FORM = "whole milliseconds from 1 to 86400000, such as 60000";

const endpoint = v.optional(
  v.pipe(v.string(), v.check(isHttpUrl, "the URL of a collector, such as http://127.0.0.1:4318")),
);
const protocol = v.optional(v.picklist(PROTOCOLS, PROTOCOLS.join(" or ")));
const exporter = v.optional(v.picklist(EXPORTERS, EXPORTERS.join(" or ")));
const milliseconds = (fallback: string) =>
  v.pipe(
    v.optional(v.string(), fallback),
    v.regex(/^[0-9]{1,8}$/, MS_FORM),
    v.transform(Number),
    v.minValue(1, MS_FORM),
    v.maxValue(86_400_000, MS_FORM),
  );

/** Those of OpenTelemetry's variables that are checked at the start; the SDK would pass over a wrong one. */
export const otelEntries = {
  OTEL_SDK_DISABLED: v.optional(v.pipe(v.string(), v.regex(/^(?:true|false)$/i, "true or false"))),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_METRICS_EXPORTER: exporter,
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds("60000"),
  OTEL_METRIC_EXPORT_TIMEOUT: milliseconds("30000"),
  OTEL_TRACES_SAMPLER: v.optional(v.picklist(SAMPLERS, SAMPLERS.join(", "))),
  OTEL_TRACES_SAMPLER_ARG: v.optional(
    v.pipe(v.string(), v.regex(/^(?:0?\.[0-9]{1,9}|0|1(?:\.0+)?)$/, "a number from 0 to 1, such as 0.01")),
  ),
  OTEL_DENO: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?:false|0)$/i, "false: the runtime's own telemetry would take the place of the service's"),
    ),
  ),
};

/** Those whose values may hold a password. */
export const OTEL_URLS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
] as const satisfies readonly (keyof typeof otelEntries)[];

const otelSchema = v.object(otelEntries);

/** What the variables decide: a signal is sent once there is an endpoint for it, unless its exporter is `none`. */
export function otelSettings(given: v.InferOutput<typeof otelSchema>): OtelSettings {
  const disabled = given.OTEL_SDK_DISABLED?.toLowerCase() === "true";
  const common = given.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isSent = (own: string | undefined, to: string | undefined): boolean =>
    !disabled && to !== "none" && (own ?? common) !== undefined;
  return {
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
  const url = URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.hostname !== "";
}
