import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { listenLoopback } from "../support/listen-loopback.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { type ServiceProcess, startService } from "../support/service-process.ts";

const SOON = { OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_METRIC_EXPORT_INTERVAL: "100" };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** `partial_success` of one rejected item, as protocol buffers write it. */
const REJECTED_ONE = Uint8Array.of(0x0a, 0x02, 0x08, 0x01);

const ANSWERS: readonly (readonly [title: string, answer: Answer, protocol: string, reason: RegExp])[] = [
  [
    "429 until the end",
    { status: 429, headers: { "retry-after": "60" }, body: "" },
    "http/protobuf",
    /^HTTP 429$/,
  ],
  [
    "503 until the end",
    { status: 503, headers: { "retry-after": "60" }, body: "" },
    "http/json",
    /^HTTP 503$/,
  ],
  ["a status of its own", { status: 404, headers: {}, body: "" }, "http/protobuf", /^HTTP 404$/],
  [
    "200 with a page",
    { status: 200, headers: { "content-type": "text/html" }, body: "<p>planted-page</p>" },
    "http/json",
    /^HTTP 200 with text\/html, not OTLP$/,
  ],
  [
    "200 and spans rejected, in JSON",
    {
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"partialSuccess": {"rejectedSpans": "7", "errorMessage": "planted-page"}}',
    },
    "http/json",
    /^7 spans rejected$/,
  ],
  [
    "200 and spans rejected, in protocol buffers",
    { status: 200, headers: { "content-type": "application/x-protobuf" }, body: REJECTED_ONE },
    "http/protobuf",
    /^1 spans rejected$/,
  ],
];

describe.each(RUNTIMES)("telemetry of public cases on $name", (runtime) => {
  let server: Server | undefined;
  let receiver: OtlpReceiver | undefined;
  let service: ServiceProcess | undefined;

  afterEach(async () => {
    await service?.stop();
    server?.closeAllConnections();
    server?.close();
    await receiver?.[Symbol.asyncDispose]();
    service = undefined;
    server = undefined;
    receiver = undefined;
  });

  const start = async (env: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
    service = await startService({ runtime, env: { ...SOON, ...env } });
    await service.waitForLog(said("Catalog published"));
    return service;
  };

  it.each(ANSWERS)(
    "B14: says why of a collector that answers %s",
    async (_title, answer, protocol, reason) => {
      server = createServer((request, response) => {
        request.resume();
        request.on("end", () => response.writeHead(answer.status, answer.headers).end(answer.body));
      });
      const port = await listenLoopback(server);
      const running = await start({
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_METRICS_EXPORTER: "none",
      });
      const line = await running.waitForLog(({ reason: given }) => reason.test(String(given)));
      expect(line.level).toBe("warn");
      expect(running.output()).not.toContain("planted-page");
    },
  );

  it("B14: names the status that metrics were answered with", async () => {
    receiver = await startOtlpReceiver(400);
    const running = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_EXPORTER: "none",
    });
    const line = await running.waitForLog(said("Telemetry not sent: the export failed"));
    expect(line.reason).toBe("HTTP 400");
  });

  it("B5, B12 and B13: the SDK gets what was checked, and what is ignored is logged", async () => {
    receiver = await startOtlpReceiver();
    const running = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url} `,
      OTEL_EXPORTER_OTLP_PROTOCOL: "HTTP/JSON ",
      OTEL_EXPORTER_OTLP_HEADERS: "oops,x-tenant=planted",
      OTEL_EXPORTER_OTLP_COMPRESSION: "zstd",
      OTEL_RESOURCE_ATTRIBUTES: "team=funds,oops",
      OTEL_TRACES_EXPORTER: "console",
      OTEL_METRICS_EXPORTER: "prometheus,otlp",
      OTEL_TRACES_SAMPLER: "xray",
    });
    await sendRequest(running.url, "/views");
    await expect.poll(() => receiver?.spans().length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => receiver?.metrics().size, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(receiver.spans()[0]?.resource).toMatchObject({ team: "funds", "service.name": "mosaic" });
    expect(receiver.raw()).toContain('"x-tenant":"planted"');
    const ignored = running.logs().filter(said("Setting ignored"));
    expect(ignored.map(({ detail }) => String(detail).split(/[ :]/, 1)[0]).sort()).toEqual([
      "OTEL_EXPORTER_OTLP_COMPRESSION",
      "OTEL_EXPORTER_OTLP_HEADERS",
      "OTEL_METRICS_EXPORTER",
      "OTEL_RESOURCE_ATTRIBUTES",
      "OTEL_TRACES_EXPORTER",
      "OTEL_TRACES_SAMPLER",
    ]);
    expect(running.stderr()).toBe("");
  });

  it("B3: a name that is not a known setting is logged at the start", async () => {
    const running = await start({ CACHE_BACKEN: "redis", VIEWS_SIGNATURE_REQUIERD: "true" });
    const ignored = running.logs().filter(said("Setting ignored"));
    expect(ignored.map(({ level, detail }) => [level, detail])).toEqual([
      ["warn", "CACHE_BACKEN is not a known setting; did you mean CACHE_BACKEND?"],
      ["warn", "VIEWS_SIGNATURE_REQUIERD is not a known setting; did you mean VIEWS_SIGNATURE_REQUIRED?"],
    ]);
  });

  it.each(["parentbased_traceidratio", "PARENTBASED_TRACEIDRATIO", "traceidratio", "always_off"])(
    "B15: OTEL_TRACES_SAMPLER=%s with 0 sends nothing, the preload's trace neither",
    async (sampler) => {
      receiver = await startOtlpReceiver();
      const running = await start({
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_METRICS_EXPORTER: "none",
        OTEL_TRACES_SAMPLER: sampler,
        OTEL_TRACES_SAMPLER_ARG: "0",
      });
      await sendRequest(running.url, "/views");
      // What waits is sent before the stop.
      await running.stop();
      expect(receiver.raw()).toBe("");
    },
  );
});
