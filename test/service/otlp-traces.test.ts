import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { reloadWith, said, startFleetOfProcesses } from "../support/running-fleet.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { viewYaml } from "../support/views-directory.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT_ID = "00f067aa0ba902b7";
const SAMPLED = { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` };

/** The settings of a service that sends what it has at once. */
function sendingTo({ url }: OtlpReceiver): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_METRIC_EXPORT_INTERVAL: "200",
  };
}

interface Branch {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly Branch[];
}

/** What is below a span, in the order in which it began to be sent. */
function treeBelow(spans: readonly ReceivedSpan[], parentId: string | undefined): readonly Branch[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parentId)
    .map(({ name, kind, attributes, spanId }) => ({
      name,
      kind,
      attributes,
      children: treeBelow(spans, spanId),
    }));
}

const cacheCall = (operation: string, family: string, result: Readonly<Record<string, unknown>>): Branch => ({
  name: `cache ${operation}`,
  kind: 3,
  attributes: {
    "db.system.name": "redis",
    "db.operation.name": operation,
    "mosaic.cache.family": family,
    "mosaic.cache.keys": 1,
    ...result,
  },
  children: [],
});

describe.each(RUNTIMES)("openTelemetry() on $name", (runtime) => {
  let receiver: OtlpReceiver;
  let redis: RedisServer;
  let service: HostedService | undefined;

  beforeEach(async () => {
    [receiver, redis] = await Promise.all([startOtlpReceiver(), startRedis()]);
  });
  afterEach(async () => {
    await service?.stop();
    await redis?.stop();
    await receiver?.[Symbol.asyncDispose]();
    service = undefined;
  });

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<HostedService> => {
    service = await startHostedService({
      runtime,
      env: { ...cacheSettings(redis), ...sendingTo(receiver), ...env },
    });
    await service.waitForLog(said("Catalog published"));
    // From then on nothing is read anew that a request has begun to read.
    await service.waitForLog(said("Subscribed to announcements"));
    return service;
  };
  const spanNamed = (
    name: string,
    fits: (span: ReceivedSpan) => boolean = () => true,
  ): Promise<ReceivedSpan> =>
    expect
      .poll(() => receiver.spans().find((span) => span.name === name && fits(span)), { timeout: 10_000 })
      .toBeDefined()
      .then(() => receiver.spans().find((span) => span.name === name && fits(span)) as ReceivedSpan);

  test("D10: the tickers of a start are one tree of spans, and those of a request are its copy", async () => {
    const { url } = await start();
    const { traceId } = await spanNamed("tickers preload");
    expect((await sendRequest(url, "/tickers", { headers: SAMPLED })).status).toBe(200);
    await spanNamed("GET /tickers");
    const spans = receiver.spans().filter((span) => [TRACE_ID, traceId].includes(span.traceId));
    expect(treeBelow(spans, undefined)).toEqual([
      {
        name: "tickers preload",
        kind: 1,
        attributes: {},
        children: [
          cacheCall("getWithTtl", "tickers", { "mosaic.cache.found": 0 }),
          cacheCall("publish", "leases", { "mosaic.cache.outcome": "published" }),
          cacheCall("getWithTtl", "tickers", { "mosaic.cache.found": 0 }),
          {
            name: "SELECT tickers",
            kind: 1,
            attributes: {
              "db.system.name": "sqlite",
              "db.query.summary": "SELECT tickers",
              "db.response.returned_rows": 320,
            },
            children: [],
          },
          cacheCall("publish", "tickers", { "mosaic.cache.outcome": "published" }),
          cacheCall("publish", "leases", { "mosaic.cache.outcome": "published" }),
        ],
      },
    ]);
    expect(treeBelow(spans, PARENT_ID)).toEqual([
      {
        name: "GET /tickers",
        kind: 2,
        attributes: {
          "http.request.method": "GET",
          "url.scheme": "http",
          "http.route": "/tickers",
          "http.response.status_code": 200,
        },
        children: [],
      },
    ]);
    expect(spans.every(({ failed }) => !failed)).toBe(true);
    expect(spans[0]?.resource).toMatchObject({ "service.name": "mosaic", "service.version": "0.1.0" });
  });

  test("a warm request is one span, an unknown path has no route, and what fails says so", async () => {
    const { url } = await start();
    await sendRequest(url, "/tickers");
    await redis.kill();
    for (const path of ["/views", "/nowhere/planted-path"])
      await sendRequest(url, path, { headers: SAMPLED });
    await sendRequest(url, "/admin/replicas", {
      headers: { ...SAMPLED, authorization: "Bearer token-of-the-tests" },
    });
    await spanNamed("GET /admin/replicas");
    const spans = receiver.spans().filter(({ traceId }) => traceId === TRACE_ID);
    const [views, unknown, replicas] = treeBelow(spans, PARENT_ID);
    expect(views).toMatchObject({ name: "GET /views", children: [] });
    expect(unknown).toMatchObject({ name: "GET", children: [] });
    expect(unknown?.attributes).toEqual({
      "http.request.method": "GET",
      "url.scheme": "http",
      "http.response.status_code": 404,
    });
    const failed = replicas?.children[0]?.attributes ?? {};
    // The breaker may have opened on this replica's own beats: then Redis is not asked at all.
    if (replicas?.children.length !== 0) expect(failed["error.type"]).toMatch(/^(?:timeout|unavailable)$/);
    expect(receiver.raw()).not.toContain("planted-path");
  });

  test("log lines carry the ids of the span that they belong to", async () => {
    const { url, waitForLog } = await start({ LOG_LEVEL: "debug" });
    await sendRequest(url, "/tickers", { headers: SAMPLED });
    const span = await spanNamed("GET /tickers");
    const ids = { trace_id: span.traceId, span_id: span.spanId };
    expect(await waitForLog(said("Request answered", { route: "/tickers" }))).toMatchObject(ids);
    const preload = await spanNamed("tickers preload");
    const preloadIds = { trace_id: preload.traceId, span_id: preload.spanId };
    expect(await waitForLog(said("Tickers loaded"))).toMatchObject(preloadIds);
    expect((await waitForLog(said("Listening"))).trace_id).toBeUndefined();
  });

  test("a request that its caller does not sample leaves no span", async () => {
    const { url } = await start();
    await sendRequest(url, "/tickers", { headers: { traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` } });
    await sendRequest(url, "/views");
    await spanNamed("GET /views");
    expect(receiver.spans().filter(({ traceId }) => traceId === TRACE_ID)).toEqual([]);
  });

  test("the trace of a reload reaches the activation on the other replica", async () => {
    const files = { "view_a.yaml": viewYaml("a") };
    await using fleet = await startFleetOfProcesses({ size: 2, files, runtime, env: sendingTo(receiver) });
    const [first, second] = fleet.replicas;
    if (first === undefined || second === undefined) throw new Error("There are no two replicas");
    // The other replica's own look, every other second, may come before the announcement: then there is no link.
    for (let attempt = 1; attempt <= 5; attempt++) {
      const hash = await reloadWith(first, { "view_a.yaml": viewYaml("a", `b${attempt}`) });
      const reload = await spanNamed(
        "catalog activate",
        ({ attributes }) =>
          attributes["mosaic.catalog.hash"] === hash && attributes["mosaic.catalog.trigger"] === "reload",
      );
      const reached = await spanNamed(
        "catalog activate",
        ({ attributes }) =>
          attributes["mosaic.catalog.hash"] === hash && attributes["mosaic.catalog.trigger"] === "reconcile",
      );
      if (reached.traceId !== reload.traceId) continue;
      const heard = await spanNamed("announcement process", ({ spanId }) => spanId === reached.parentSpanId);
      const sent = await spanNamed("announcement send", ({ spanId }) => spanId === heard.parentSpanId);
      const reloaded = await spanNamed("catalog reload", ({ spanId }) => spanId === sent.parentSpanId);
      const request = await spanNamed(
        "POST /admin/views/reload",
        ({ spanId }) => spanId === reloaded.parentSpanId,
      );
      expect([heard.kind, sent.kind, request.kind]).toEqual([5, 4, 2]);
      expect(heard.links).toEqual([{ traceId: sent.traceId, spanId: sent.spanId }]);
      expect(request.parentSpanId).toBeUndefined();
      expect(heard.resource["service.instance.id"]).not.toBe(sent.resource["service.instance.id"]);
      expect(heard.resource["service.instance.id"]).toBe(reached.resource["service.instance.id"]);
      return;
    }
    throw new Error("No activation came by an announcement");
  });

  test("metrics arrive as the ones that are scraped, with their own units and texts", async () => {
    const { url } = await start();
    await sendRequest(url, "/tickers");
    const tickers = () => receiver.metrics().get("mosaic_tickers")?.points[0]?.value;
    await expect.poll(tickers, { timeout: 10_000 }).toBe(320);
    const metrics = receiver.metrics();
    expect(metrics.get("http.server.request.duration")).toMatchObject({ kind: "histogram", unit: "s" });
    expect(metrics.get("mosaic_cache_miss_total")).toMatchObject({
      kind: "sum",
      points: expect.arrayContaining([{ attributes: { kind: "tickers" }, value: 1 }]),
    });
    expect(metrics.get("mosaic_catalog_info")?.points).toHaveLength(1);
    const scraped = (await sendRequest(url, "/metrics")).text;
    const helps = [...scraped.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = "", text = ""]) => [
      name,
      text,
    ]);
    const sent = [...metrics.values()].map(({ name, description }) => [
      name === "http.server.request.duration" ? "http_server_request_duration_seconds" : name,
      description,
    ]);
    expect(sent.sort()).toEqual(helps.sort());
  });
});
