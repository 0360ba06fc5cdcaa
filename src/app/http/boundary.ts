import { randomUUID } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Log } from "../telemetry/log.ts";
import type { HttpObservation } from "../telemetry/metrics.ts";
import type { HttpEnv } from "./http-env.ts";

export interface BoundaryDeps {
  readonly log: Log;
  readonly observe: (observation: HttpObservation) => void;
}

/** Ids that other services send are kept if they are short and cannot break a log line or a header. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What every request passes: it gets its id, is measured by its route, and logged. */
export function boundary({ log, observe }: BoundaryDeps): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const startedMs = performance.now();
    const given = context.req.header("x-request-id");
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    context.set("requestId", requestId);
    await next();
    const seconds = (performance.now() - startedMs) / 1000;
    const method = METHODS.has(context.req.method) ? context.req.method : "_OTHER";
    const matched = routePath(context, -1);
    const route = matched.endsWith("*") ? undefined : matched;
    const { status } = context.res;
    observe({ method, route, status, seconds });
    const level = status >= 500 ? "warn" : method === "GET" || method === "HEAD" ? "debug" : "info";
    if (log.isLevelEnabled(level)) {
      log[level]({ request_id: requestId, method, route: route ?? null, status, seconds }, "Request answered");
    }
  };
}
