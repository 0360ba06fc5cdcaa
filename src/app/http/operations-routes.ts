import type { Hono } from "hono";
import type { Readiness } from "../readiness.ts";
import type { HttpEnv } from "./http-env.ts";
import { problem } from "./problem.ts";
import { respond, respondJson } from "./respond.ts";

export interface OperationsRoutesDeps {
  readonly readiness: () => Readiness;
  readonly scrape: () => Promise<string>;
}

/** `GET /healthz`, `/readyz` and `/metrics`. */
export function addOperationsRoutes(app: Hono<HttpEnv>, { readiness, scrape }: OperationsRoutesDeps): void {
  app.get("/healthz", (context) => {
    context.env.route = "/healthz";
    return respondJson(context, 200, { status: "ok" });
  });

  app.get("/readyz", (context) => {
    context.env.route = "/readyz";
    const { status, reasons, components } = readiness();
    if (status !== "not_ready") return respondJson(context, 200, { status, components });
    return problem(context, "not_ready", { detail: reasons.join("; "), extensions: { reasons, components } });
  });

  app.get("/metrics", async (context) => {
    context.env.route = "/metrics";
    const headers = {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
    };
    return respond(context, { status: 200, headers, body: await scrape() });
  });
}
