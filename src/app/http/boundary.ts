import type { Hono } from "hono";
import type { Log } from "../telemetry/log.ts";
import type { HttpObservation } from "../telemetry/request-durations.ts";
import type { RequestSpan, StartRequestSpan } from "../telemetry/request-spans.ts";
import type { HttpEnv, RequestScope } from "./http-env.ts";
import type { RequestHandler } from "./http-server.ts";
import { createRequestIds } from "./request-id.ts";

export interface BoundaryDeps {
  readonly log: Log;
  readonly observe: (observation: HttpObservation) => void;
  /** Makes a series exist before its first request. */
  readonly declare: (series: Omit<HttpObservation, "seconds">) => void;
  /** Undefined while traces are off. */
  readonly startSpan?: StartRequestSpan | undefined;
}

/** A request under way. */
interface Exchange {
  readonly request: Request;
  readonly scope: RequestScope;
  readonly startedMs: number;
  readonly span: RequestSpan | undefined;
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Puts the application behind what every request passes: it gets its id, is measured by its route, and logged.
 *
 * This stands around the application and not inside it as a middleware, since a route with one handler and no middleware
 * is answered without a single promise.
 */
export function withBoundary(app: Hono<HttpEnv>, { log, observe, startSpan }: BoundaryDeps): RequestHandler {
  const requestId = createRequestIds();
  // Asked once: the level does not change while the service runs.
  const readsLogged = log.isLevelEnabled("debug");

  function finish({ request, scope, startedMs, span }: Exchange, response: Response): Response {
    const seconds = (performance.now() - startedMs) / 1000;
    const method = knownMethod(request);
    const { status } = response;
    const { route } = scope;
    observe({ method, route, status, seconds });
    span?.end({ route, status });
    const read = method === "GET" || method === "HEAD";
    if (!read || readsLogged || status >= 500) {
      const level = status >= 500 ? "warn" : read ? "debug" : "info";
      const rounded = Number(seconds.toFixed(6));
      const fields = { request_id: scope.requestId, method, route: route ?? null, status, seconds: rounded };
      log[level](fields, "Request answered");
    }
    return response;
  }

  function answer(exchange: Exchange): Promise<Response> | Response {
    const response = app.fetch(exchange.request, exchange.scope);
    if (response instanceof Promise) return response.then((answered) => finish(exchange, answered));
    return finish(exchange, response);
  }

  return (request, header) => {
    const startedMs = performance.now();
    const scope: RequestScope = { requestId: requestId(header("x-request-id")), header, route: undefined };
    const span = startSpan?.(knownMethod(request), header);
    const exchange = { request, scope, startedMs, span };
    return span === undefined ? answer(exchange) : span.run(() => answer(exchange));
  };
}

function knownMethod({ method }: Request): string {
  return METHODS.has(method) ? method : "_OTHER";
}
