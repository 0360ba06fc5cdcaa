import type { Hono } from "hono";
import type { CatalogRegistry } from "../catalog/catalog-registry.ts";
import { CONSOLE_PAGE, type ConsoleAsset, readConsoleAssets } from "./console-assets.ts";
import { createConsoleCatalogs } from "./console-catalog.ts";
import { matchesEtag } from "./etag.ts";
import type { HttpContext, HttpEnv } from "./http-env.ts";
import { problem } from "./problem.ts";
import { respond } from "./respond.ts";
import { DATA_HEADERS, PAGE_HEADERS } from "./security-headers.ts";

export interface ConsoleRoutesDeps {
  readonly registry: CatalogRegistry;
}

const ASSETS = "/console/assets/";

/** The console: its page at `/`, the files that it loads, and what its search reads. */
export function addConsoleRoutes(app: Hono<HttpEnv>, { registry }: ConsoleRoutesDeps): void {
  const catalogs = createConsoleCatalogs();
  let reading: ReturnType<typeof readConsoleAssets> | undefined;

  /** Read once, when somebody opens the console; what failed is tried anew. */
  async function asset(name: string): Promise<ConsoleAsset | undefined> {
    reading ??= readConsoleAssets().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return (await reading).get(name);
  }

  app.get("/", async (context) => {
    context.env.route = "/";
    return sendAsset(context, await asset(CONSOLE_PAGE));
  });

  app.get(`${ASSETS}*`, async (context) => {
    context.env.route = `${ASSETS}*`;
    return sendAsset(context, await asset(context.req.path.slice(ASSETS.length)));
  });

  app.get("/console/catalog/:part", (context) => {
    context.env.route = "/console/catalog/:part";
    const active = registry.current();
    if (active === undefined) {
      const detail = "No verified catalog is active yet; GET /readyz says why";
      return problem(context, "catalog_unavailable", { detail, headers: { "retry-after": "1" } });
    }
    const asked = context.req.param("part");
    const part = /^(?:0|[1-9]\d{0,5})$/.test(asked)
      ? catalogs(active.catalog).part(Number(asked))
      : undefined;
    if (part === undefined) return problem(context, "not_found", { detail: "The catalog has no such part" });
    const headers = { ...DATA_HEADERS, "content-type": "application/json" };
    return sendTagged(context, { headers, etag: part.etag, body: () => part.make() });
  });
}

function sendAsset(context: HttpContext, asset: ConsoleAsset | undefined): Response {
  if (asset === undefined) return problem(context, "not_found", { detail: "The console has no such file" });
  const { body, contentType, etag } = asset;
  return sendTagged(context, {
    headers: { ...PAGE_HEADERS, "content-type": contentType },
    etag,
    body: () => body,
  });
}

interface Tagged {
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly body: () => Uint8Array<ArrayBuffer> | string;
}

function sendTagged(context: HttpContext, { headers, etag, body }: Tagged): Response {
  const tagged = { ...headers, "cache-control": "no-cache", etag };
  const isKnown = matchesEtag(context.env.header("if-none-match"), etag);
  return respond(context, { status: isKnown ? 304 : 200, headers: tagged, body: isKnown ? null : body() });
}
