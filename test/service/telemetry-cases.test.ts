import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { listenLoopback } from "../support/listen-loopback.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { said } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { startService } from "../support/service-process.ts";

const SOON = { OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_METRIC_EXPORT_INTERVAL: "100" };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** `partial_success` of one rejected item, as protocol buffers write it. */
const REJECTED_ONE = Uint8Array.of(0x0a, 0x02, 0x08, 0x01);

interface AnswerSeries {
  readonly protocol: string;
  readonly statuses: string;
  readonly answers: readonly (readonly [answer: Answer, reason: RegExp])[];
}

/** Each for one service: a failed export is logged once a minute, an answer that loses data once a kind. */
const SERIES: readonly AnswerSeries[] = [
  {
    protocol: "http/protobuf",
    statuses: "200 with rejected spans, then 429",
    answers: [
      [
        { status: 200, headers: { "content-type": "application/x-protobuf" }, body: REJECTED_ONE },
        /^1 spans rejected$/,
      ],
      [{ status: 429, headers: { "retry-after": "60" }, body: "" }, /^HTTP 429$/],
    ],
  },
  {
    protocol: "http/protobuf",
    statuses: "404",
    answers: [[{ status: 404, headers: {}, body: "" }, /^HTTP 404$/]],
  },
  {
    protocol: "http/json",
    statuses: "200 with a page, 200 with rejected spans, then 503",
    answers: [
      [
        { status: 200, headers: { "content-type": "text/html" }, body: "<p>planted-page</p>" },
        /^HTTP 200 with text\/html, not OTLP$/,
      ],
      [
        {
          status: 200,
          headers: { "content-type": "application/json" },
          body: '{"partialSuccess": {"rejectedSpans": "7", "errorMessage": "planted-page"}}',
        },
        /^7 spans rejected$/,
      ],
      [{ status: 503, headers: { "retry-after": "60" }, body: "" }, /^HTTP 503$/],
    ],
  },
];

/** What turns sampling off: written in two ways for each runtime. */
const SAMPLERS: Readonly<Record<string, readonly string[]>> = {
  node: ["parentbased_traceidratio", "always_off"],
  deno: ["PARENTBASED_TRACEIDRATIO", "traceidratio"],
};

describe.each(RUNTIMES)("telemetry of public cases on $name", (runtime) => {
  let server: Server | undefined;
  let receiver: OtlpReceiver | undefined;
  let service: HostedService | undefined;

  afterEach(async () => {
    await service?.stop();
    server?.closeAllConnections();
    server?.close();
    await receiver?.[Symbol.asyncDispose]();
    service = undefined;
    server = undefined;
    receiver = undefined;
  });

  const start = async (
    env: Readonly<Record<string, string>>,
    // The command logs what it ignores: that needs its own process.
    startWith: typeof startHostedService = startHostedService,
  ): Promise<HostedService> => {
    service = await startWith({ runtime, env: { ...SOON, ...env } });
    await service.waitForLog(said("Catalog published"));
    return service;
  };

  it.each(SERIES)("B14: says why of a collector that answers $protocol by $statuses", async (series) => {
    const { protocol, answers } = series;
    let [[given]] = answers as readonly [readonly [Answer, RegExp]];
    server = createServer((request, response) => {
      request.resume();
      request.on("end", () => response.writeHead(given.status, given.headers).end(given.body));
    });
    const port = await listenLoopback(server);
    const running = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_METRICS_EXPORTER: "none",
      OTEL_TRACES_SAMPLER: "always_on",
    });
    for (const [answer, reason] of answers) {
      given = answer;
      await sendRequest(running.url, "/views");
      const line = await running.waitForLog(({ reason: logged }) => reason.test(String(logged)));
      expect(line.level).toBe("warn");
    }
    expect(running.output()).not.toContain("planted-page");
  });

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
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url} `,
      OTEL_EXPORTER_OTLP_PROTOCOL: "HTTP/JSON ",
      OTEL_EXPORTER_OTLP_HEADERS: "oops,x-tenant=planted",
      OTEL_EXPORTER_OTLP_COMPRESSION: "zstd",
      OTEL_RESOURCE_ATTRIBUTES: "team=funds,oops",
      OTEL_TRACES_EXPORTER: "console",
      OTEL_METRICS_EXPORTER: "prometheus,otlp",
      OTEL_TRACES_SAMPLER: "xray",
    };
    const running = await start(env, startService);
    await sendRequest(running.url, "/views");
    await expect.poll(() => receiver?.spans().length, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => receiver?.metrics().size, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(receiver.spans()[0]?.resource).toMatchObject({ team: "funds", "service.name": "mosaic" });
    expect(receiver.raw()).toContain('"x-tenant":"planted"');
    const ignored = running.logs().filter(said("Doubtful setting"));
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

  it("B1, B3: quotation marks and a name that is not a known setting are logged at the start", async () => {
    const env = { CACHE_BACKEN: "redis", VIEWS_SIGNATURE_REQUIERD: "true", CACHE_NAMESPACE: '"mosaic"' };
    const running = await start(env, startService);
    const ignored = running.logs().filter(said("Doubtful setting"));
    expect(ignored.map(({ level, detail }) => [level, detail])).toEqual([
      ["warn", "CACHE_BACKEN is not a known setting; did you mean CACHE_BACKEND?"],
      ["warn", "VIEWS_SIGNATURE_REQUIERD is not a known setting; did you mean VIEWS_SIGNATURE_REQUIRED?"],
      ["warn", expect.stringMatching(/^CACHE_NAMESPACE begins and ends with quotation marks/)],
    ]);
  });

  it.each(SAMPLERS[runtime.name] ?? [])(
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
