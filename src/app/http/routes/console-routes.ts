import type { Hono } from "hono";
import type { ActiveCatalogHolder } from "../../catalog/active-catalog.ts";
import type { Activity } from "../../status/recent-activity.ts";
import { SHOW_ACTIVITY, SHOW_CONSOLE, SHOW_CONSOLE_FILE, SHOW_CONSOLE_PART } from "../api/console-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import { type CachedResponse, readOnce, sendCached } from "../responses/cached-response.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";
import { DATA_HEADERS } from "../responses/security-headers.ts";
import { CONSOLE_PAGE, readConsoleAssets } from "./console-assets.ts";
import { createConsoleCatalogs } from "./console-catalog.ts";

export interface ConsoleRoutesDeps {
  readonly holder: ActiveCatalogHolder;
  readonly activity: () => Activity;
  /** Default: from the disk. */
  readonly readConsole?: typeof readConsoleAssets;
}

const file = responderFor(SHOW_CONSOLE_FILE);
const lastHour = responderFor(SHOW_ACTIVITY);
const parts = responderFor(SHOW_CONSOLE_PART);

const ASSETS = "/console/assets/";

/** The console: its page at `/`, its files, its charts and its search data. */
export function addConsoleRoutes(app: Hono<HttpEnv>, deps: ConsoleRoutesDeps): void {
  const { holder, activity, readConsole = readConsoleAssets } = deps;
  const catalogs = createConsoleCatalogs();
  const assets = readOnce(readConsole);

  addRoute(app, SHOW_CONSOLE, async (context) => sendAsset(context, (await assets()).get(CONSOLE_PAGE)));

  addRoute(app, SHOW_CONSOLE_FILE, async (context) =>
    sendAsset(context, (await assets()).get(context.req.path.slice(ASSETS.length))),
  );

  addRoute(app, SHOW_ACTIVITY, (context) => lastHour.json(context, activity()));

  addRoute(app, SHOW_CONSOLE_PART, (context) => {
    const active = holder.current();
    if (active === undefined) {
      const detail = "No verified catalog is active yet; GET /readyz shows the reason";
      return parts.problem(context, "catalog_unavailable", { detail, headers: { "retry-after": "1" } });
    }
    const asked = context.req.param("part");
    const part = /^(?:0|[1-9]\d{0,5})$/.test(asked)
      ? catalogs(active.catalog).part(Number(asked))
      : undefined;
    if (part === undefined)
      return parts.problem(context, "not_found", { detail: "The catalog has no such part" });
    const headers = { ...DATA_HEADERS, "content-type": "application/json" };
    return sendCached(context, { headers, forms: part });
  });
}

function sendAsset(context: HttpContext, asset: CachedResponse | undefined): Promise<Response> | Response {
  if (asset === undefined)
    return file.problem(context, "not_found", { detail: "The console has no such file" });
  return sendCached(context, asset);
}
