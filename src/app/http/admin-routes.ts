import { createHash, timingSafeEqual } from "node:crypto";
import type { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import type { ReloadOutcome } from "../catalog/reload.ts";
import type { HttpContext, HttpEnv } from "./http-env.ts";
import { problem } from "./problem.ts";
import { respondJson } from "./respond.ts";

export interface AdminRoutesDeps {
  /** Compares with this in constant time. */
  readonly adminToken: string;
  readonly reload: () => Promise<ReloadOutcome>;
}

/** So many findings are sent; `mosaic validate` prints them all. */
const DIAGNOSTICS_MAX = 500;

/** `POST /admin/views/reload`; everything under `/admin` needs the token. */
export function addAdminRoutes(app: Hono<HttpEnv>, { adminToken, reload }: AdminRoutesDeps): void {
  const expected = digest(adminToken);
  app.use("/admin/*", (context, next) => {
    context.env.route = "/admin/*";
    return next();
  });
  app.use(
    "/admin/*",
    bearerAuth({ realm: "mosaic", verifyToken: (token) => timingSafeEqual(digest(token), expected) }),
  );
  app.post("/admin/views/reload", async (context) => {
    context.env.route = "/admin/views/reload";
    return sendReload(context, await reload());
  });
}

/** Digests have one length, which the comparison needs, and tell nothing of the token's. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function sendReload(context: HttpContext, outcome: ReloadOutcome): Response {
  switch (outcome.kind) {
    case "reloaded": {
      const { hash, previousHash = null, changes, views, published } = outcome;
      return respondJson(context, 200, {
        status: "ok",
        hash,
        previousHash,
        changes,
        items: views,
        published,
      });
    }
    case "invalid":
      return problem(context, "catalog_invalid", {
        detail: outcome.detail,
        extensions: {
          diagnostics: outcome.diagnostics.slice(0, DIAGNOSTICS_MAX),
          diagnosticsTotal: outcome.diagnostics.length,
        },
      });
    case "unreadable":
      return problem(context, "catalog_unreadable", { detail: outcome.detail });
  }
}
