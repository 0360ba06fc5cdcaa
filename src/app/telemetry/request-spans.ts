import { randomBytes } from "node:crypto";
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";

export interface RequestSpan {
  /** Runs the work of the request with its span active. */
  run<Result>(work: () => Result): Result;
  end(answer: { readonly route: string | undefined; readonly status: number }): void;
}

/**
 * Starts the span of a request; undefined if the request is not sampled.
 *
 * @param header reads a request header by its lower-case name
 */
export type StartRequestSpan = (method: string, header: ReadHeader) => RequestSpan | undefined;

type ReadHeader = (name: string) => string | undefined;

const SERVER_SPAN = { kind: SpanKind.SERVER };

/** `keys` returns nothing, because the propagators read headers by name. */
const HEADER_GETTER: TextMapGetter<ReadHeader> = { get: (header, name) => header(name), keys: () => [] };

/** Trace headers without a trace id. To save time, the search for a trace skips them. */
const COMPANION_HEADERS: ReadonlySet<string> = new Set([
  "baggage",
  "tracestate",
  "x-b3-flags",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-spanid",
]);

export interface RequestSpansOptions {
  /** The sampling ratio of requests without a trace, from 0 to 1. */
  readonly ratio: number;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

/**
 * Makes server spans. They are named after the route, never after the path, which may contain a search term.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export function createRequestSpans(tracer: Tracer, { ratio, random }: RequestSpansOptions): StartRequestSpan {
  const fields = propagation.fields().filter((name) => !COMPANION_HEADERS.has(name));
  const incomingContext = (header: ReadHeader): Context => {
    for (const name of fields)
      if (header(name) !== undefined) return propagation.extract(ROOT_CONTEXT, header, HEADER_GETTER);
    return ROOT_CONTEXT;
  };

  return (method, header) => {
    const isRead = method === "GET" || method === "HEAD";
    const incoming = incomingContext(header);
    // An invalid header counts as no header, because a client could otherwise have every request recorded.
    const isContinued = incoming !== ROOT_CONTEXT && trace.getSpanContext(incoming) !== undefined;
    // The request is sampled before its span is created, because an unused span would take a tenth of the time of a
    // small request.
    const isUnsampled = !isContinued && ratio < 1 && random() >= ratio;
    if (isUnsampled && isRead) return undefined;
    const parent = isUnsampled ? trace.setSpanContext(ROOT_CONTEXT, createUnsampledContext()) : incoming;
    const span = tracer.startSpan(method, SERVER_SPAN, parent);
    // An unsampled read needs no span. A reload needs a span, which sends the unsampled flag to other replicas.
    if (isRead && (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
    return createRequestSpan(span, trace.setSpan(parent, span), method);
  };
}

function createRequestSpan(span: Span, active: Context, method: string): RequestSpan {
  return {
    run: (work) => context.with(active, work),
    end({ route, status }) {
      span.setAttributes({
        "http.request.method": method,
        "url.scheme": "http",
        "http.response.status_code": status,
      });
      if (route !== undefined) {
        span.updateName(`${method} ${route}`);
        span.setAttribute("http.route", route);
      }
      if (status >= 500) {
        span.setAttribute("error.type", String(status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/** Makes the context of an unsampled trace, inside which no span is recorded. */
function createUnsampledContext(): SpanContext {
  return {
    traceId: randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    traceFlags: TraceFlags.NONE,
  };
}
