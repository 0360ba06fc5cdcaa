import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listenLoopback } from "./listen-loopback.ts";

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** The attributes of whoever sent it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A metric as it arrived. */
export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: "gauge" | "histogram" | "sum";
  readonly points: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly value: number;
  }[];
}

/** A collector that keeps what services send it as OTLP in JSON. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  spans(): readonly ReceivedSpan[];
  /** The latest value of each. */
  metrics(): ReadonlyMap<string, ReceivedMetric>;
  /** Everything that has arrived, headers too, as it was sent. */
  raw(): string;
  /** The content types that have arrived. */
  contentTypes(): ReadonlySet<string>;
}

/** @param status what every request is answered, or that none ever is */
export async function startOtlpReceiver(status: number | "never" = 200): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const metrics = new Map<string, ReceivedMetric>();
  const contentTypes = new Set<string>();
  let raw = "";

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const contentType = request.headers["content-type"] ?? "";
    contentTypes.add(contentType);
    raw += `${request.url}\n${JSON.stringify(request.headers)}\n${body.toString("latin1")}\n`;
    if (contentType === "application/json") {
      const message = JSON.parse(body.toString("utf8")) as OtlpMessage;
      spans.push(...readSpans(message));
      for (const metric of readMetrics(message)) metrics.set(metric.name, metric);
    }
    if (status === "never") return;
    response
      .writeHead(status, { "content-type": contentType })
      .end(contentType === "application/json" ? "{}" : "");
  }

  const server = createServer((request, response) => void take(request, response));
  const port = await listenLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => spans,
    metrics: () => metrics,
    raw: () => raw,
    contentTypes: () => contentTypes,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly status?: { readonly code?: number };
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface OtlpPoint {
  readonly attributes?: readonly OtlpAttribute[];
  readonly asInt?: number | string;
  readonly asDouble?: number;
  readonly count?: number | string;
}

type OtlpMetric = { readonly name: string; readonly unit?: string; readonly description?: string } & {
  readonly [Kind in ReceivedMetric["kind"]]?: { readonly dataPoints: readonly OtlpPoint[] };
};

interface OtlpMessage {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

function readSpans({ resourceSpans = [] }: OtlpMessage): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId === "" ? undefined : span.parentSpanId,
        kind: span.kind,
        failed: span.status?.code === 2,
        attributes: readAttributes(span.attributes),
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
        resource: readAttributes(resource?.attributes),
      })),
    ),
  );
}

const KINDS = ["gauge", "histogram", "sum"] as const;

function readMetrics({ resourceMetrics = [] }: OtlpMessage): readonly ReceivedMetric[] {
  const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  return all.flatMap((metric) => {
    const kind = KINDS.find((candidate) => metric[candidate] !== undefined);
    if (kind === undefined) return [];
    const points = (metric[kind]?.dataPoints ?? []).map((point) => ({
      attributes: readAttributes(point.attributes),
      value: Number(point.asInt ?? point.asDouble ?? point.count),
    }));
    return [
      { name: metric.name, unit: metric.unit ?? "", description: metric.description ?? "", kind, points },
    ];
  });
}

function readAttributes(attributes: readonly OtlpAttribute[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      "intValue" in value ? Number(value.intValue) : Object.values(value)[0],
    ]),
  );
}
