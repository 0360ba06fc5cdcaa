import { createServer } from "node:http";
import process from "node:process";
import { context, diag, propagation, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createLog,
  createMemorySource,
  parseSettings,
  type RunningService,
  startService,
} from "../../../src/mod.ts";
import { listenLoopback } from "../../support/listen-loopback.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../../support/otlp-receiver.ts";
import { recordSpans } from "../../support/recorded-spans.ts";

let receiver: OtlpReceiver;
let names: ReadonlySet<string>;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  names = new Set(Object.keys(process.env));
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  for (const api of [context, diag, propagation, trace]) api.disable();
  for (const name of Object.keys(process.env)) if (!names.has(name)) delete process.env[name];
});

async function startExporting(port = 0): Promise<RunningService> {
  const env = {
    PORT: String(port),
    LOG_LEVEL: "silent",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
  const parsed = parseSettings(env, { terminal: false });
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return startService({
    settings: parsed.settings,
    adminToken: "token",
    log: createLog(parsed.settings),
    source: createMemorySource({ "view_prices.yaml": "identifiers: [ticker]\ncolumns: [ticker]\n" }),
  });
}

async function ask({ url }: RunningService, path: string): Promise<void> {
  await (await fetch(`${url}${path}`)).arrayBuffer();
}

/** The replicas that sent a span of this name. */
function sendersOf(name: string): readonly unknown[] {
  return receiver
    .spans()
    .filter((span) => span.name === name)
    .map(({ resource }) => resource["service.instance.id"]);
}

describe("openTelemetry()", () => {
  test("openTelemetry() exports the spans of a service that starts after another one has stopped", async () => {
    for (const path of ["/healthz", "/views"]) {
      const service = await startExporting();
      await ask(service, path);
      await service.stop();
    }
    const [first, second] = [sendersOf("GET /healthz"), sendersOf("GET /views")];
    expect([first.length, second.length]).toEqual([1, 1]);
    expect(first).not.toEqual(second);
  });

  test("openTelemetry() exports the spans of each service in a process, also after one has stopped", async () => {
    const [first, second] = [await startExporting(), await startExporting()];
    await ask(first, "/healthz");
    await first.stop();
    await ask(second, "/views");
    await second.stop();
    const [healthz, views] = [sendersOf("GET /healthz"), sendersOf("GET /views")];
    expect([healthz.length, views.length]).toEqual([1, 1]);
    expect(healthz).not.toEqual(views);
  });

  test("openTelemetry() leaves the SDK of the program around the service registered", async () => {
    const { tracer, ended } = recordSpans();
    trace.setGlobalTracerProvider({ getTracer: () => tracer });
    const service = await startExporting();
    trace.getTracer("program").startSpan("of the program").end();
    await ask(service, "/healthz");
    await service.stop();
    expect(ended().map(({ name }) => name)).toEqual(["of the program"]);
    expect(sendersOf("GET /healthz")).toHaveLength(1);
  });

  test("openTelemetry() does not keep the program around the service from registering an SDK later", async () => {
    const service = await startExporting();
    expect(trace.setGlobalTracerProvider({ getTracer: () => recordSpans().tracer })).toBe(true);
    await service.stop();
  });

  test("startService() ends its telemetry if the address is taken", async () => {
    const taken = createServer();
    const port = await listenLoopback(taken);
    await expect(startExporting(port)).rejects.toThrow();
    taken.close();
    // The last export is part of the end; without it, a reader would export for ever. The start does not wait for it.
    await expect.poll(() => [...receiver.metrics().keys()]).toContain("mosaic_catalog_views");
  });
});
