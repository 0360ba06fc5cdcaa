import * as v from "valibot";
import type { Language, LocalizedText } from "../../lib/language.ts";
import type { Environment } from "./setting-values.ts";
import { isPlainUrl } from "./url-settings.ts";

/** What telemetry is sent, and how; the SDK reads all other variables of OpenTelemetry. */
export interface OtelSettings {
  /** The `OTEL_*` variables that the SDK must read; undefined ones count as unset. */
  readonly environment: Environment;
  /** True if nothing is measured, not even for `/metrics`. */
  readonly disabled: boolean;
  readonly traces: boolean;
  /**
   * The sampling ratio of new traces, from 0 to 1, if it can be applied before a span is created; undefined
   * if the SDK's sampler decides for each span.
   */
  readonly requestRatio: number | undefined;
  /** How metrics are sent; undefined when they are only scraped. */
  readonly metrics: MetricExport | undefined;
}

export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

export interface MetricExport {
  readonly protocol: OtlpProtocol;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export const OTLP_PROTOCOLS = ["http/protobuf", "http/json"] as const;
const EXPORTER_NAMES = ["otlp", "none"] as const;
export const TRACE_SAMPLERS = ["always_on", "always_off", "traceidratio"].flatMap((name) => [
  name,
  `parentbased_${name}`,
]);
const ENDPOINT_FORM: LocalizedText = {
  en: "the URL of a collector, such as http://127.0.0.1:4318",
  pt: "a URL de um coletor, como http://127.0.0.1:4318",
};
const COMMON_ENDPOINT_FORM: LocalizedText = {
  en: `${ENDPOINT_FORM.en}, without a query`,
  pt: `${ENDPOINT_FORM.pt}, sem query`,
};
const DENO_FORM: LocalizedText = {
  en: "false: the telemetry of the runtime would replace that of the service",
  pt: "false: a telemetria do runtime substituiria a do serviço",
};

const createEndpointSchema = (language: Language) =>
  v.optional(v.pipe(v.string(), v.check(isHttpUrl, ENDPOINT_FORM[language])));
/** An endpoint for all signals. The SDK appends a path such as `/v1/traces`, so a query is refused. */
const createCommonEndpointSchema = (language: Language) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(isHttpUrl, ENDPOINT_FORM[language]),
      v.check((text) => !/[?#]/.test(text), COMMON_ENDPOINT_FORM[language]),
    ),
  );
const protocolSchema = v.optional(v.picklist(OTLP_PROTOCOLS));
const exporterSchema = v.optional(v.picklist(EXPORTER_NAMES));
const createMillisecondsSchema = (fallback: string) =>
  v.pipe(v.optional(v.string(), fallback), v.transform(Number));

/**
 * The OpenTelemetry variables that the service itself reads. Unusable values were removed before, except
 * those of endpoints and `OTEL_DENO`, which stop the start. With an invalid endpoint, the SDK would send
 * telemetry and headers to another server.
 */
export const createOtelEntries = (language: Language) => ({
  OTEL_SDK_DISABLED: v.optional(v.string()),
  OTEL_EXPORTER_OTLP_ENDPOINT: createCommonEndpointSchema(language),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: createEndpointSchema(language),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: createEndpointSchema(language),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocolSchema,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocolSchema,
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocolSchema,
  OTEL_TRACES_EXPORTER: exporterSchema,
  OTEL_METRICS_EXPORTER: exporterSchema,
  OTEL_METRIC_EXPORT_INTERVAL: createMillisecondsSchema("60000"),
  OTEL_METRIC_EXPORT_TIMEOUT: createMillisecondsSchema("30000"),
  OTEL_TRACES_SAMPLER: v.optional(v.string()),
  OTEL_TRACES_SAMPLER_ARG: v.optional(v.string()),
  OTEL_DENO: v.optional(v.pipe(v.string(), v.regex(/^(?:false|0)$/i, DENO_FORM[language]))),
});

type OtelValues = v.InferOutput<v.ObjectSchema<ReturnType<typeof createOtelEntries>, undefined>>;

/** URLs, which may contain a password. */
export const OTEL_URLS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
] as const satisfies readonly (keyof ReturnType<typeof createOtelEntries>)[];

/**
 * Derives the settings from the variables: a signal is sent if it has an endpoint and its exporter is not
 * `none`.
 */
export function toOtelSettings(values: OtelValues, environment: Environment): OtelSettings {
  const disabled = values.OTEL_SDK_DISABLED === "true";
  const common = values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isSent = (own: string | undefined, exporterName: string | undefined): boolean =>
    !disabled && exporterName !== "none" && (own ?? common) !== undefined;
  return {
    environment,
    disabled,
    requestRatio:
      values.OTEL_TRACES_SAMPLER === "parentbased_traceidratio"
        ? Number(values.OTEL_TRACES_SAMPLER_ARG ?? 1)
        : undefined,
    traces: isSent(values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, values.OTEL_TRACES_EXPORTER),
    metrics: isSent(values.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, values.OTEL_METRICS_EXPORTER)
      ? {
          protocol:
            values.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ??
            values.OTEL_EXPORTER_OTLP_PROTOCOL ??
            "http/protobuf",
          intervalMs: values.OTEL_METRIC_EXPORT_INTERVAL,
          timeoutMs: values.OTEL_METRIC_EXPORT_TIMEOUT,
        }
      : undefined,
  };
}

function isHttpUrl(text: string): boolean {
  const url = isPlainUrl(text) ? URL.parse(text) : null;
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.hostname !== "";
}
