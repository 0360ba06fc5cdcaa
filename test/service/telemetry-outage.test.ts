import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { readMetrics } from "../support/read-metrics.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { type ServiceProcess, startService } from "../support/service-process.ts";

const SOON = { OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_METRIC_EXPORT_INTERVAL: "100" };
/** What a stop may take: the two seconds that telemetry has, and as much again for a machine that is busy. */
const STOP_MS_MAX = 4000;

describe.each(RUNTIMES)("telemetry on $name", (runtime) => {
  let receiver: OtlpReceiver | undefined;
  let service: ServiceProcess | undefined;

  afterEach(async () => {
    await service?.stop();
    await receiver?.[Symbol.asyncDispose]();
    service = undefined;
    receiver = undefined;
  });

  const start = async (env: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
    service = await startService({ runtime, env: { ...SOON, ...env } });
    await service.waitForLog(said("Catalog published"));
    return service;
  };
  async function expectServed({ url }: HostedService): Promise<void> {
    for (const path of ["/views", "/tickers", "/readyz", "/metrics"])
      expect((await sendRequest(url, path)).status).toBe(200);
  }
  async function expectPromptStop(running: ServiceProcess): Promise<void> {
    expect(await running.stop()).toEqual({ code: 0, signal: null });
    const timeOf = async (msg: string) => Date.parse((await running.waitForLog(said(msg))).time);
    expect((await timeOf("Stopped")) - (await timeOf("Stopping"))).toBeLessThan(STOP_MS_MAX);
    expect(running.stderr()).toBe("");
  }

  test("a collector that is down costs one line, and delays nothing", async () => {
    const running = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` });
    await expectServed(running);
    const told = said("Telemetry not sent: the export failed");
    expect(await running.waitForLog(told)).toMatchObject({ level: "warn" });
    await expectServed(running);
    await expectPromptStop(running);
    expect(running.logs().filter(told)).toHaveLength(1);
  });

  test("a collector that never answers delays the stop no longer than its bound", async () => {
    receiver = await startOtlpReceiver("never");
    const running = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    await expectServed(running);
    for (const signal of ["/v1/metrics", "/v1/traces"])
      await expect.poll(() => receiver?.raw(), { timeout: 10_000 }).toContain(signal);
    await expectServed(running);
    await expectPromptStop(running);
  });

  test("a collector that refuses is told by its answer", async () => {
    receiver = await startOtlpReceiver(400);
    const env = { ...SOON, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: "none" };
    await using running = await startHostedService({ runtime, env });
    const line = await running.waitForLog(said("Telemetry not sent: the export failed"));
    expect(line.reason).toBe("HTTP 400");
  });

  test("what waits is sent before the stop, as protocol buffers unless JSON is asked for", async () => {
    receiver = await startOtlpReceiver();
    const running = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: "600000",
      OTEL_METRIC_EXPORT_INTERVAL: "600000",
    });
    await expectServed(running);
    expect(receiver.raw()).toBe("");
    await expectPromptStop(running);
    expect([...receiver.contentTypes()]).toEqual(["application/x-protobuf"]);
    for (const text of [
      "GET /tickers",
      "SELECT tickers",
      "mosaic_catalog_info",
      "http.server.request.duration",
    ])
      expect(receiver.raw()).toContain(text);
  });

  test("without an endpoint nothing is sent, and with OTEL_SDK_DISABLED nothing measured", async () => {
    const env = { ...SOON, OTEL_TRACES_EXPORTER: "otlp", LOG_LEVEL: "debug" };
    const plain = await startHostedService({ runtime, env });
    await plain.waitForLog(said("Catalog published"));
    await expectServed(plain);
    expect((await plain.waitForLog(said("Request answered"))).trace_id).toBeUndefined();
    await plain.stop();
    receiver = await startOtlpReceiver();
    const disabled = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SDK_DISABLED: "true" });
    await expectServed(disabled);
    expect(readMetrics((await sendRequest(disabled.url, "/metrics")).text).size).toBe(0);
    await expectPromptStop(disabled);
    expect(receiver.raw()).toBe("");
  });
});
