import { describe, expect, test } from "vitest";
import { type Environment, parseSettings, type Settings } from "../../../src/app/settings/settings.ts";

const ENDPOINT = "http://127.0.0.1:4318";
const OFF = { environment: {}, disabled: false, traces: false, requestRatio: undefined, metrics: undefined };
const SENT = { protocol: "http/protobuf", intervalMs: 60_000, timeoutMs: 30_000 } as const;
const ALL = { ...OFF, traces: true, metrics: SENT };

function parse(environment: Environment) {
  return parseSettings(environment, { terminal: false });
}

describe("parseSettings() of OpenTelemetry's variables", () => {
  test.each<[Environment, Settings["otel"]]>([
    [{}, OFF],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, OFF],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, ALL],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/v1/traces` }, { ...ALL, metrics: undefined }],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${ENDPOINT}/v1/metrics` }, { ...ALL, traces: false }],
    [{ OTEL_TRACES_EXPORTER: "otlp", OTEL_METRICS_EXPORTER: "otlp" }, OFF],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: "none" },
      { ...ALL, traces: false },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_METRICS_EXPORTER: "none" },
      { ...ALL, metrics: undefined },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: "true" },
      { ...OFF, disabled: true },
    ],
    [{ OTEL_SDK_DISABLED: "TRUE" }, { ...OFF, disabled: true }],
    [{ OTEL_SDK_DISABLED: "false" }, OFF],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_METRIC_EXPORT_INTERVAL: "1000",
        OTEL_METRIC_EXPORT_TIMEOUT: "500",
      },
      { ...ALL, metrics: { protocol: "http/json", intervalMs: 1000, timeoutMs: 500 } },
    ],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/protobuf",
      },
      ALL,
    ],
    [
      { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.01" },
      { ...OFF, requestRatio: 0.01 },
    ],
    [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio" }, { ...OFF, requestRatio: 1 }],
    [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.01" }, OFF],
    [{ OTEL_DENO: "false" }, OFF],
  ])("parseSettings(%j) sends %j", (environment, otel) => {
    const parsed = parse(environment);
    expect(parsed.kind === "settings" ? parsed.settings.otel : parsed.message).toEqual({
      ...otel,
      environment: expect.any(Object),
    });
  });

  test.each([
    [
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "collector:4318",
      "the URL of a collector, such as http://127.0.0.1:4318",
    ],
    [
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
      "ftp://h/",
      "the URL of a collector, such as http://127.0.0.1:4318",
    ],
    [
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "http://h:4318/?x=1",
      "the URL of a collector, such as http://127.0.0.1:4318, without a query",
    ],
    ["OTEL_DENO", "true", "false: the telemetry of the runtime would replace that of the service"],
  ])("parseSettings() refuses %s=%s", (name, value, takes) => {
    const parsed = parse({ [name]: value });
    const shown = value.includes("://")
      ? value.replace("?x=1", "?***")
      : value.includes(":")
        ? "(not shown: not a valid URL)"
        : value;
    expect(parsed.kind === "invalid" ? parsed.message : parsed.kind).toBe(
      `Cannot start: 1 setting is wrong\n  ${name} is ${JSON.stringify(shown)}: expected ${takes}`,
    );
  });

  test("parseSettings() never shows the password of an endpoint", () => {
    const parsed = parse({ OTEL_EXPORTER_OTLP_ENDPOINT: "ftp://user:planted-secret@h/" });
    expect(parsed.kind === "invalid" ? parsed.message : "").toContain("ftp://***@h/");
    expect(JSON.stringify(parsed)).not.toContain("planted-secret");
  });
});
