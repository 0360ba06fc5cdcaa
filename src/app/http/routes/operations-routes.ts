import type { Hono } from "hono";
import { VERSION } from "../../settings/version.ts";
import type { Readiness } from "../../status/readiness.ts";
import { SHOW_HEALTH, SHOW_METRICS, SHOW_READINESS } from "../api/operations-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import type { HttpEnv } from "../responses/request-context.ts";
import { respond } from "../responses/respond.ts";

export interface OperationsRoutesDeps {
  readonly readiness: () => Readiness;
  readonly scrape: () => Promise<string>;
}

const healthResponder = responderFor(SHOW_HEALTH);
const readinessResponder = responderFor(SHOW_READINESS);

/** `GET /healthz`, `/readyz` and `/metrics`. */
export function addOperationsRoutes(app: Hono<HttpEnv>, { readiness, scrape }: OperationsRoutesDeps): void {
  addRoute(app, SHOW_HEALTH, (context) => healthResponder.json(context, { status: "ok" }));

  addRoute(app, SHOW_READINESS, (context) => {
    const { status, reasons, warnings, components, checks } = readiness();
    const more = warnings === undefined ? {} : { warnings };
    if (status !== "not_ready")
      return readinessResponder.json(context, { status, version: VERSION, ...more, components, checks });
    const extensions = { version: VERSION, reasons, components, checks };
    return readinessResponder.problem(context, "not_ready", { detail: reasons.join("; "), extensions });
  });

  addRoute(app, SHOW_METRICS, async (context) => {
    const headers = {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
    };
    return respond(context, { status: 200, headers, body: await scrape() });
  });
}
