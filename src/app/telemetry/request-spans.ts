import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";

/** The span of one request. */
export interface RequestSpan {
  /** Does the work of the request, whose spans and log lines then belong to it. */
  run<Result>(work: () => Result): Result;
  end(answer: { readonly route: string | undefined; readonly status: number }): void;
}

/**
 * Begins the span of a request; undefined when it need not be known of.
 *
 * @param header reads a request header by its lower-case name
 */
export type StartRequestSpan = (method: string, header: ReadHeader) => RequestSpan | undefined;

type ReadHeader = (name: string) => string | undefined;

const SERVER = { kind: SpanKind.SERVER };

/** The propagators ask for nothing else than single names. */
const GETTER: TextMapGetter<ReadHeader> = { get: (header, name) => header(name), keys: () => [] };

/**
 * Makes server spans, named for the route and never for the path, which may hold what somebody looks for.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export function createRequestSpans(tracer: Tracer): StartRequestSpan {
  const fields = propagation.fields();
  const isContinued = (header: ReadHeader): boolean => fields.some((name) => header(name) !== undefined);
  return (method, header) => {
    // Most requests continue no trace and are not recorded: what is done for them is little.
    const parent = isContinued(header) ? propagation.extract(ROOT_CONTEXT, header, GETTER) : ROOT_CONTEXT;
    const span = tracer.startSpan(method, SERVER, parent);
    const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
    // Nobody hears of a read that is not recorded, while a reload tells other replicas that it is not.
    if (!sampled && (method === "GET" || method === "HEAD")) return undefined;
    const active = trace.setSpan(parent, span);
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
  };
}
