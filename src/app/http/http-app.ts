import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { Log } from "../telemetry/log.ts";
import { type AdminRoutesDeps, addAdminRoutes } from "./admin-routes.ts";
import { type BoundaryDeps, withBoundary } from "./boundary.ts";
import { addCatalogRoutes, type CatalogRoutesDeps } from "./catalog-routes.ts";
import type { HttpContext, HttpEnv } from "./http-env.ts";
import type { RequestHandler } from "./http-server.ts";
import { addOperationsRoutes, type OperationsRoutesDeps } from "./operations-routes.ts";
import { problem } from "./problem.ts";
import { addTickerRoutes, type TickerRoutesDeps } from "./ticker-routes.ts";

export interface HttpAppDeps
  extends AdminRoutesDeps,
    BoundaryDeps,
    CatalogRoutesDeps,
    OperationsRoutesDeps,
    TickerRoutesDeps {}

const BODY_BYTES_MAX = 64 * 1024;

/** The whole API, for any server that speaks the Fetch API's Request and Response. */
export function createHttpApp(deps: HttpAppDeps): RequestHandler {
  const app = new Hono<HttpEnv>();
  app.on(
    ["POST", "PUT", "PATCH"],
    "*",
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: (context) =>
        problem(context as HttpContext, "body_too_large", { detail: `At most ${BODY_BYTES_MAX} bytes` }),
    }),
  );
  addCatalogRoutes(app, deps);
  addOperationsRoutes(app, deps);
  addTickerRoutes(app, deps);
  addAdminRoutes(app, deps);
  refuseOtherMethods(app);
  app.notFound((context) => problem(context, "not_found", { detail: "No route has this path" }));
  app.onError((error, context) => errorResponse(deps.log, error, context));
  return withBoundary(app, deps);
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Answers the methods that a path does not have; those it has stay with their one handler. */
function refuseOtherMethods(app: Hono<HttpEnv>): void {
  const methodsOf = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (!path.endsWith("*")) methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method));
  }
  for (const [path, methods] of methodsOf) {
    const allow = [...methods]
      .flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]))
      .join(", ");
    const others = METHODS.filter((method) => !methods.has(method));
    app.on(others, path, (context) => {
      context.env.route = path;
      return problem(context, "method_not_allowed", { detail: `Use ${allow}`, headers: { allow } });
    });
  }
}

function errorResponse(log: Log, error: Error, context: HttpContext): Response {
  if (error instanceof HTTPException) {
    const challenge = error.res?.headers.get("www-authenticate") ?? null;
    const headers = challenge === null ? {} : { "www-authenticate": challenge };
    if (error.status === 401) {
      const detail = "Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN";
      return problem(context, "unauthorized", { detail, headers });
    }
    return problem(context, "bad_request", { detail: "The Authorization header is malformed", headers });
  }
  log.error(
    { request_id: context.env.requestId, error: error.message, stack: error.stack },
    "Request failed",
  );
  return problem(context, "internal_error", { detail: "The log says why, under the request's id" });
}
