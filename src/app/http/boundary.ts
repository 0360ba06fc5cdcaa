import type { Hono } from "hono";
import type { Log } from "../telemetry/log.ts";
import type { HttpObservation } from "../telemetry/request-durations.ts";
import type { RequestSpan, StartRequestSpan } from "../telemetry/request-spans.ts";
import type { Answerable, HttpEnv, RequestScope } from "./http-env.ts";
import type { RequestHandler } from "./http-server.ts";
import { problem } from "./problem.ts";
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

/** In characters: no path of ours comes near it. */
const URL_LENGTH_MAX = 8192;
/** A name or an address, and a port. Deno's server makes the URL of whatever is sent, another path included. */
const HOST = /^[A-Za-z0-9._:[\]-]{0,260}$/;

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

  /** The application answers its own errors: what comes here is what it could not, such as a thrown text. */
  function fail(exchange: Exchange, error: unknown): Response {
    log.error({ request_id: exchange.scope.requestId, error: String(error) }, "Request failed");
    const detail = "The log says why, under the request's id";
    return finish(exchange, problem(contextOf(exchange), "internal_error", { detail }));
  }

  function answer(exchange: Exchange): Promise<Response> | Response {
    const refusal = refusalOf(exchange);
    if (refusal !== undefined) return finish(exchange, refusal);
    try {
      const response = app.fetch(exchange.request, exchange.scope);
      if (!(response instanceof Promise)) return finish(exchange, response);
      return response.then(
        (answered) => finish(exchange, answered),
        (error: unknown) => fail(exchange, error),
      );
    } catch (error) {
      return fail(exchange, error);
    }
  }

  return (request, header) => {
    const startedMs = performance.now();
    const scope: RequestScope = { requestId: requestId(header("x-request-id")), header, route: undefined };
    const span = startSpan?.(knownMethod(request), header);
    const exchange = { request, scope, startedMs, span };
    return span === undefined ? answer(exchange) : span.run(() => answer(exchange));
  };
}

/** What no route is asked for. */
function refusalOf(exchange: Exchange): Response | undefined {
  if (exchange.request.url.length > URL_LENGTH_MAX) {
    const detail = `The URL may have ${URL_LENGTH_MAX} characters`;
    return problem(contextOf(exchange), "uri_too_long", { detail });
  }
  const host = exchange.scope.header("host");
  if (host === undefined || HOST.test(host)) return undefined;
  return problem(contextOf(exchange), "bad_request", { detail: "The Host header is malformed" });
}

function contextOf({ request, scope }: Exchange): Answerable {
  return { req: { raw: request }, env: scope };
}

function knownMethod({ method }: Request): string {
  return METHODS.has(method) ? method : "_OTHER";
}
