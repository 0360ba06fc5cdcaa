import type { Hono } from "hono";
import type { HttpObservation } from "../../telemetry/durations.ts";
import type { Log } from "../../telemetry/log.ts";
import type { RequestSpan, StartRequestSpan } from "../../telemetry/request-spans.ts";
import { type ProblemCode, respondProblem } from "../responses/problem.ts";
import {
  type AnswerContext,
  createRequestIds,
  type HttpEnv,
  type RequestScope,
} from "../responses/request-context.ts";
import type { HeadRefusal, RequestHandler } from "../server/listen.ts";

export interface RequestLoggingDeps {
  readonly log: Log;
  readonly observe: (observation: HttpObservation) => void;
  /** Creates a series before its first request. */
  readonly declare: (series: Omit<HttpObservation, "seconds">) => void;
  /** Undefined while traces are off. */
  readonly startSpan?: StartRequestSpan | undefined;
}

interface PendingRequest {
  readonly request: Request;
  readonly scope: RequestScope;
  readonly startedMs: number;
  readonly span: RequestSpan | undefined;
  /** Why the server refuses the request; undefined if it does not. */
  readonly refusal: HeadRefusal | undefined;
}

/** Clients without a token can cause any number of answers with these statuses, so only some are logged. */
const REFUSED_STATUSES: ReadonlySet<number> = new Set([401, 429]);

const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** Maximum length of a URL in characters; no path of this API comes near it. */
const URL_LENGTH_MAX = 8192;
/**
 * A valid Host header: `uri-host [ ":" port ]`, also with empty parts. Checked here because Deno's server
 * builds the URL from any value, even one that changes the path.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
 */
const HOST_PATTERN =
  /^(?:\[(?:[0-9A-Fa-f:.]+(?:%25[\w.~%-]+)?|[vV][0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d*)?$/;
const HOST_LENGTH_MAX = 260;

/**
 * Wraps the application: gives every request an id, measures it by its route, and logs it depending on its
 * method and status.
 *
 * It is not a middleware, because Hono answers without a promise only if a route has one handler and no
 * middleware.
 */
export function withRequestLogging(
  app: Hono<HttpEnv>,
  { log, observe, startSpan }: RequestLoggingDeps,
): RequestHandler {
  const requestId = createRequestIds();
  // Evaluated once, because the level does not change while the service runs.
  const readsLogged = log.isLevelEnabled("debug");

  const refusals = createRefusalSampler((count) =>
    log.info({ count }, "Refused requests not logged individually"),
  );

  function finish({ request, scope, startedMs, span }: PendingRequest, response: Response): Response {
    const seconds = (performance.now() - startedMs) / 1000;
    const method = toKnownMethod(request);
    const { status } = response;
    const { route } = scope;
    observe({ method, route, status, seconds });
    span?.end({ route, status });
    const read = method === "GET" || method === "HEAD";
    const isLogged = (!read || status >= 500) && (!REFUSED_STATUSES.has(status) || refusals.admit());
    if (isLogged || readsLogged) {
      const level = status >= 500 ? "warn" : read ? "debug" : "info";
      const rounded = Number(seconds.toFixed(6));
      const fields = { request_id: scope.requestId, method, route: route ?? null, status, seconds: rounded };
      log[level](fields, "Request answered");
    }
    return response;
  }

  /** Answers errors that the application could not handle, such as a thrown string. */
  function fail(pending: PendingRequest, error: unknown): Response {
    log.error({ request_id: pending.scope.requestId, error: String(error) }, "Request failed");
    const detail = "The log of the service has the cause under this request id";
    return finish(pending, respondProblem(toAnswerContext(pending), "internal_error", { detail }));
  }

  function answer(pending: PendingRequest): Promise<Response> | Response {
    const refusal = findRefusal(pending);
    if (refusal !== undefined) return finish(pending, refusal);
    try {
      const response = app.fetch(pending.request, pending.scope);
      if (!(response instanceof Promise)) return finish(pending, response);
      return response.then(
        (answered) => finish(pending, answered),
        (error: unknown) => fail(pending, error),
      );
    } catch (error) {
      return fail(pending, error);
    }
  }

  return (request, header, { target, refusal } = {}) => {
    const startedMs = performance.now();
    const path = readPath(target ?? request.url);
    const scope: RequestScope = {
      requestId: requestId(header("x-request-id")),
      header,
      path,
      route: undefined,
    };
    const span = startSpan?.(toKnownMethod(request), header);
    const pending = { request, scope, startedMs, span, refusal };
    return span === undefined ? answer(pending) : span.run(() => answer(pending));
  };
}

/**
 * The path of a request target or URL, neither decoded nor normalized. A proxy may block a route by its path,
 * so no second spelling of that path may reach the route.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#name-request-target
 */
function readPath(target: string): string {
  let start = 0;
  if (!target.startsWith("/")) {
    const authority = target.indexOf("://") + 3;
    // A target without a host is not an http URL. It is returned whole, because a proxy might find a
    // different path in it.
    if (authority < 3 || /[/?#]/.test(target.charAt(authority))) return target;
    start = target.indexOf("/", authority);
    if (start < 0) return "/";
  }
  const query = target.indexOf("?");
  if (query < 0) return start === 0 ? target : target.slice(start);
  return query < start ? "/" : target.slice(start, query);
}

const HEAD_REFUSAL_PROBLEMS: Readonly<Record<HeadRefusal, readonly [code: ProblemCode, detail: string]>> = {
  "bad-request": ["bad_request", "The request is not valid HTTP (RFC 9112)"],
  "head-too-large": ["head_too_large", "The request line and the headers exceed 16 KiB"],
  "host-missing": ["bad_request", "HTTP/1.1 requires a Host header"],
  "too-slow": ["request_timeout", "The request did not arrive in time"],
};

/**
 * Returns the answer to a request that the server refused, whose URL is too long, or whose Host is malformed.
 * Returns undefined for all other requests: they are routed.
 */
function findRefusal(pending: PendingRequest): Response | undefined {
  const context = toAnswerContext(pending);
  if (pending.refusal !== undefined) {
    const [code, detail] = HEAD_REFUSAL_PROBLEMS[pending.refusal];
    return respondProblem(context, code, { detail });
  }
  if (pending.request.url.length > URL_LENGTH_MAX || pending.scope.path.length > URL_LENGTH_MAX) {
    return respondProblem(context, "uri_too_long", {
      detail: `The URL exceeds ${URL_LENGTH_MAX} characters`,
    });
  }
  const host = pending.scope.header("host");
  if (host === undefined || (host.length <= HOST_LENGTH_MAX && HOST_PATTERN.test(host))) return undefined;
  return respondProblem(context, "bad_request", { detail: "The Host header is malformed" });
}

function toAnswerContext({ request, scope }: PendingRequest): AnswerContext {
  return { req: { raw: request }, env: scope };
}

function toKnownMethod({ method }: Request): string {
  return KNOWN_METHODS.has(method) ? method : "_OTHER";
}

/** Decides which refused requests are logged one by one. */
interface RefusalSampler {
  admit(): boolean;
}

const SAMPLE_WINDOW_MS = 60_000;
const LINES_PER_WINDOW = 10;

/**
 * Admits the first requests of each minute, so that refused requests cannot fill the log.
 *
 * @param report gets the number of requests of a minute that were not admitted; called by the first `admit`
 * after that minute
 */
export function createRefusalSampler(
  report: (count: number) => void,
  nowMs: () => number = () => performance.now(),
): RefusalSampler {
  let windowEndMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    admit() {
      const now = nowMs();
      if (now >= windowEndMs) {
        if (count > LINES_PER_WINDOW) report(count - LINES_PER_WINDOW);
        windowEndMs = now + SAMPLE_WINDOW_MS;
        count = 0;
      }
      count += 1;
      return count <= LINES_PER_WINDOW;
    },
  };
}
