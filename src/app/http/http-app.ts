import { Hono } from "hono";
import type { Log } from "../telemetry/log.ts";
import { createTokenCheck, type TokenDeps, TooManyAttemptsError } from "./middleware/admin-token.ts";
import { type BodyLimits, limitBody } from "./middleware/limit-body.ts";
import { type RequestLoggingDeps, withRequestLogging } from "./middleware/request-logging.ts";
import { respondProblem } from "./responses/problem.ts";
import type { HttpContext, HttpEnv } from "./responses/request-context.ts";
import { type AdminRoutesDeps, addAdminRoutes } from "./routes/admin-routes.ts";
import { addCatalogRoutes, type CatalogRoutesDeps } from "./routes/catalog-routes.ts";
import { addConsoleRoutes, type ConsoleRoutesDeps } from "./routes/console-routes.ts";
import { addDocsRoutes, type DocsRoutesDeps } from "./routes/docs-routes.ts";
import { addEventRoutes, type EventRoutesDeps } from "./routes/event-routes.ts";
import { addOperationsRoutes, type OperationsRoutesDeps } from "./routes/operations-routes.ts";
import { addTickerRoutes, type TickerRoutesDeps } from "./routes/ticker-routes.ts";
import type { RequestHandler } from "./server/listen.ts";

export interface HttpAppDeps
  extends AdminRoutesDeps,
    RequestLoggingDeps,
    CatalogRoutesDeps,
    ConsoleRoutesDeps,
    EventRoutesDeps,
    DocsRoutesDeps,
    OperationsRoutesDeps,
    TickerRoutesDeps,
    TokenDeps {
  readonly log: Log;
  /** Default: 64 KiB within ten seconds. */
  readonly bodyLimits?: BodyLimits;
}

const BODY_LIMITS = { bytesMax: 64 * 1024, timeoutMs: 10_000 };

/** The whole API, for any server that uses the Fetch API's Request and Response. */
export function createHttpApp(deps: HttpAppDeps): RequestHandler {
  // Routes match the path as it was sent; parameters are decoded when they are read.
  const app = new Hono<HttpEnv>({ getPath: (request, options) => options?.env?.path ?? request.url });
  app.on(["POST", "PUT", "PATCH"], "*", limitBody(deps.bodyLimits ?? BODY_LIMITS));
  // One check for all routes, so that wrong tokens are counted together.
  const isAdminToken = createTokenCheck(deps);
  addCatalogRoutes(app, deps, isAdminToken);
  addOperationsRoutes(app, deps);
  addTickerRoutes(app, deps);
  addAdminRoutes(app, deps, isAdminToken);
  addConsoleRoutes(app, deps);
  addEventRoutes(app, deps);
  addDocsRoutes(app, deps);
  const paths = listKnownPaths(app);
  for (const { path, methods } of paths)
    for (const method of methods) deps.declare({ method, route: path, status: 200 });
  app.notFound((context) => respondToUnmatched(context, paths));
  app.onError((error, context) => respondToError(deps.log, error, context));
  return withRequestLogging(app, deps);
}

interface KnownPath {
  readonly pattern: RegExp;
  readonly path: string;
  readonly methods: readonly string[];
}

function listKnownPaths(app: Hono<HttpEnv>): readonly KnownPath[] {
  const methodsOf = new Map<string, string[]>();
  for (const { path, method } of app.routes) {
    if (!path.endsWith("*")) methodsOf.set(path, [...(methodsOf.get(path) ?? []), method]);
  }
  return [...methodsOf].map(([path, methods]) => ({
    path,
    methods,
    pattern: new RegExp(`^${path.replaceAll(/:[a-z]+/g, "[^/]+")}$`),
  }));
}

/** Answers requests without a handler: 405 if the path has handlers only for other methods, else 404. */
function respondToUnmatched(context: HttpContext, paths: readonly KnownPath[]): Response {
  // A path may match two routes: /tickers/extract also matches /tickers/:ticker. `Allow` then has the methods of
  // both routes; the log has the route without a parameter.
  const known = paths.filter(({ pattern }) => pattern.test(context.req.path));
  const named = known.find(({ path }) => path === context.req.path) ?? known[0];
  if (named === undefined) return respondProblem(context, "not_found", { detail: "No route has this path" });
  context.env.route = named.path;
  const methods = known.flatMap((route) => route.methods);
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return respondProblem(context, "method_not_allowed", { detail: `Use ${allow}`, headers: { allow } });
}

function respondToError(log: Log, error: Error, context: HttpContext): Response {
  if (error instanceof TooManyAttemptsError) {
    const detail =
      "Too many wrong admin tokens; wait for the seconds in Retry-After, then send the value of ADMIN_TOKEN";
    const headers = { "retry-after": String(error.retryAfterSeconds) };
    return respondProblem(context, "too_many_attempts", { detail, headers });
  }
  log.error(
    { request_id: context.env.requestId, error: error.message, stack: error.stack },
    "Request failed",
  );
  return respondProblem(context, "internal_error", {
    detail: "The log of the service has the cause under this request id",
  });
}
